import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { sampleOf } from "../../sdk/src/documents/schemas/index.ts";
import type { TenderModel } from "../../sdk/src/tenders/model.ts";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, pairwise, run } from "./cli.ts";

/** Numbers of the node's accounts. */
const ADMIN = 1,
  OFFICER = 2,
  CLERK = 3;
const LACKING = 4,
  HOLDER = 5;

/** As `--json` gives it: bigints are text. */
type Shown = TenderModel & { stage: string };

describe("required documents on the command line", function () {
  this.timeout(120_000);
  let house: CliHouse;
  let schedule: { commitDeadline: number; revealDeadline: number };
  const address = new Map<number, string>();
  const as = (account: number) => ["--as", String(account)];
  const here = ["--tender", "1", "--lot", "0"];
  const addressOf = (account: number) => address.get(account) ?? "";
  const tender = (...args: string[]) => house.run("tender", ...args, ...here);
  const commit = (account: number, price: string, ...args: string[]) =>
    tender("commit", "--price", price, "--name", `Bidder ${account}`, ...args, ...as(account));
  const clearanceOf = (account: number) => join(house.folder, `clearance-${account}.document.json`);
  const show = () => house.json<Shown>("tender", "show", "--tender", "1");
  const refused = (account: number, marks: number) =>
    new RegExp(`^TenderBidMarked \\(tender 1, lot 0, bidder ${addressOf(account)}, marks ${marks}\\): `);
  /** A line of `tender show`. */
  const lineOf = (number: number, account: number, rest: string) =>
    new RegExp(`^${number} +${addressOf(account)} +${rest} *$`, "m");
  const shown = async () => (await house.run("tender", "show", "--tender", "1")).stdout;

  before(async () => {
    house = await CliHouse.start();
    for (const account of [ADMIN, LACKING, HOLDER]) address.set(account, await house.account(account));
    await house.register(ADMIN, [
      ["Municipal Police", OFFICER, "tender"],
      ["Tax Office", CLERK, "document"],
    ]);
  });
  after(() => house.stop());

  it("document schema add, accredit, attest --holder: a clearance for one bidder", async () => {
    const schema = ["document", "schema", "add", "--agency", "2", "--name", "tax-clearance"];
    expect(await house.json(...schema, ...as(CLERK))).to.deep.include({ schema: 1 });
    const terms = ["--schema", "1", "--issuer", "2", "--until", "2099-12-31"];
    await house.json("document", "accredit", ...terms, ...as(CLERK));
    expect(await attest(HOLDER)).to.equal(clearanceOf(HOLDER));
  });

  async function attest(account: number, name = `clearance-${account}`): Promise<string> {
    const file = await house.write(`${name}.json`, sampleOf("tax-clearance"));
    const holder = ["--agency", "2", "--schema", "1", "--holder", addressOf(account)];
    const done = await house.json<{ path: string }>("document", "attest", file, ...holder, ...as(CLERK));
    return done.path;
  }

  it("tender publish: a notice whose lot requires the clearance, at the award again", async () => {
    const [lot] = noticeOf().lots;
    const notice = (schema: number) => ({
      ...noticeOf(),
      lots: [{ ...lot, requiredDocuments: [{ schema, issuer: 2, atAward: true }] }],
    });
    const files = [await house.write("notice.json", notice(1)), await house.write("unknown.json", notice(2))];
    const publish = (file = "") => ["tender", "publish", "--agency", "1", "--file", file, ...as(OFFICER)];
    expectRefusal(await house.run(...publish(files[1])), /^TenderRequirementInvalid \(lot 0\): /);
    const done = await house.json<{ tender: string; schedule: typeof schedule }>(...publish(files[0]));
    expect(done.tender).to.equal("1");
    schedule = done.schedule;
    expect((await show()).lots[0]?.required).to.deep.equal([{ schema: 1, issuer: 2, atAward: true }]);
  });

  it("tender commit --documents: none, a rival's or one that is not there is refused, unless --marked says so", async () => {
    const [none, rivals, missing, own] = await pairwise(
      [
        () => commit(LACKING, "2875"),
        () => commit(LACKING, "2875", "--documents", clearanceOf(HOLDER)),
        () => commit(LACKING, "2875", "--documents", join(house.folder, "lost.document.json")),
        () => commit(HOLDER, "2900", "--documents", clearanceOf(HOLDER)),
      ],
      (act) => act(),
    );
    const would = "Lot 0 requires a document of schema 1 by agency 2, and yours is";
    expectRefusal(none as never, `${would} lacking: the bid would be marked.`);
    expectRefusal(rivals as never, `${would} unknown, or of somebody else: the bid would be marked.`);
    expectRefusal(missing as never, "lost.document.json cannot be read: ENOENT");
    expect(own?.stdout).to.match(/^Sealed as number 1\. /);
    expect((await commit(LACKING, "2875", "--marked")).stdout).to.match(/^Sealed as number 2\. /);
    expect((await commit(HOLDER, "2900", "--documents", clearanceOf(HOLDER))).stdout).to.match(
      /^This bid is sealed already, as number 1\. /,
    );
  });

  it("tender reveal and show tell which bid is marked, and why", async () => {
    await house.json("house", "advance", "--to", String(schedule.commitDeadline + 1));
    const [lacking, held] = await pairwise([LACKING, HOLDER], (account) => tender("reveal", ...as(account)));
    expect(lacking?.stdout).to.equal(
      "Your bid is open: standing, 2875 UAH. It is marked: required document 1 is lacking.\n",
    );
    expect(held?.stdout).to.equal("Your bid is open: standing, 2900 UAH.\n");
    const text = await shown();
    expect(text).to.match(/^bid +bidder +state +price +documents *$/m);
    expect(text).to.match(lineOf(2, LACKING, "standing +2875 UAH +marked: schema 1 is lacking"));
    expect(text).to.match(lineOf(1, HOLDER, "standing +2900 UAH +held"));
  });

  it("tender award is refused while the lowest bid is marked; tender admit", async () => {
    await house.json("house", "advance", "--to", String(schedule.revealDeadline + 1));
    const reason = ["--bidder", addressOf(LACKING), "--reason", "10", "--statement", "It was shown on paper."];
    const [early, stranger] = await pairwise(
      [
        ["award", ...as(OFFICER)],
        ["admit", ...reason, ...as(CLERK)],
      ],
      (args) => tender(...args),
    );
    expectRefusal(early as never, refused(LACKING, 1));
    expectRefusal(stranger as never, /^AgencyKeyNotPermitted \(agency 1, /);
    expect(await tender("admit", ...reason, ...as(OFFICER))).to.deep.equal({
      code: 0,
      stdout: `The bid of ${addressOf(LACKING)} in lot 0 of tender 1 is admitted: It was shown on paper.\n`,
      stderr: "",
    });
    const [again, text] = await pairwise(
      [() => tender("admit", ...reason, ...as(OFFICER)), () => house.run("tender", "show", "--tender", "1")],
      (act) => act(),
    );
    expectRefusal(again as never, /^TenderBidStatus \(/);
    expect(text?.stdout).to.match(lineOf(2, LACKING, "standing +2875 UAH +admitted: schema 1 is lacking"));
  });

  it("tender award --documents: what was revoked after the opening is renewed", async () => {
    const reason = ["--bidder", addressOf(LACKING), "--reason", "1", "--statement", "The samples are not blue."];
    await pairwise(
      [
        ["document", "revoke", clearanceOf(HOLDER), "--reason", "1", ...as(CLERK)],
        ["tender", "reject", ...here, ...reason, ...as(OFFICER)],
      ],
      (args) => house.json(...args),
    );
    expectRefusal(await tender("award", ...as(OFFICER)), refused(HOLDER, 6));
    const renewed = await attest(HOLDER, "renewed");
    const awarded = await tender("award", "--documents", renewed, ...as(OFFICER));
    expect(awarded.stdout).to.match(new RegExp(`is awarded to ${addressOf(HOLDER)} at 2900 UAH; final after `));
    const text = await shown();
    expect(text).to.match(lineOf(1, HOLDER, "awarded +2900 UAH +held"));
    expect(text).to.match(lineOf(2, LACKING, "rejected +2875 UAH +admitted: schema 1 is lacking"));
    const bids = (await show()).lots[0]?.bids ?? [];
    expect(bids.map(({ marks, admitted }) => [marks, admitted?.reason])).to.deep.equal([
      [undefined, undefined],
      [["lacking"], 10],
    ]);
  });
});

describe("house demo", function () {
  this.timeout(120_000);

  it("ends with a table in which one bid lacks its tax clearance, and another cites a rival's", async () => {
    const folder = await mkdtemp(join(tmpdir(), "demo-"));
    const { code, stdout, stderr } = await run(["house", "demo"], { COMMON_SEAL_HOME: folder });
    await rm(folder, { recursive: true });
    expect(code, stderr).to.equal(0);
    const rows = stdout
      .split("\n\n")[0]
      ?.split("\n")
      .map((line) => line.trim().split(/ {2,}/));
    const tellsAll = "The offered goods do not meet the specification.";
    expect(rows?.[0]).to.deep.equal(["bid", "bidder", "price", "tax clearance", "result", "reason"]);
    expect(rows?.filter((row) => /^\d+$/.test(row[0] ?? ""))).to.deep.equal([
      ["1", "Bidder A", "3375 UAH", "MARKED: lacking", "not the lowest"],
      ["2", "Bidder B", "1800 UAH", "held", "rejected", tellsAll],
      ["3", "Bidder C", "2900 UAH", "held", "not the lowest"],
      ["4", "Bidder D", "3000 UAH", "MARKED: it is Bidder C's", "not the lowest"],
      ["5", "Bidder E", "2875 UAH", "held", "awarded"],
    ]);
    expect(stdout).to.include("Lot 0 is awarded at 2875 UAH.");
    expect(stderr).to.match(/ attest +clearance of Bidder C \(\d+ gas\)/);
    expect(stderr).to.match(/ scalars +of seats 0, 2, 4 \(\d+ gas\)\n +open +Bidder A /);
    expect(stderr).to.not.match(/^ *reveal /m);
  });
});
