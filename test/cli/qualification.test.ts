import { expect } from "chai";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal } from "./cli.ts";

/** Numbers of the node's accounts. The qualifying body is another one than the agency that buys. */
const [ADMIN, OFFICER, CLERK, UNQUALIFIED, REVOKED, QUALIFIED] = [1, 2, 3, 4, 5, 6];

/** The kind of document by which a body qualifies suppliers. */
const SCHEMA = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title: "Qualified supplier",
  type: "object",
  properties: {
    holder: { type: "string", pattern: "^0x[0-9a-fA-F]{40}$" },
    category: { type: "string", enum: ["works", "goods", "services"] },
    round: { type: "string", pattern: "^[0-9]{4}-[0-9]+$" },
  },
  required: ["holder", "category", "round"],
  additionalProperties: false,
};

describe("pre-qualification on the command line", function () {
  this.timeout(90_000);
  let house: CliHouse;
  let schedule: { commitDeadline: number; revealDeadline: number };
  const address = new Map<number, string>();
  const addressOf = (account: number) => address.get(account) ?? "";
  const as = (account: number) => ["--as", String(account)];
  const here = ["--tender", "1", "--lot", "0"];
  const tender = (...args: string[]) => house.run("tender", ...args, ...here);
  const papers = new Map<number, string>();
  const commit = (account: number, price: string, ...more: string[]) => {
    const own = papers.get(account);
    const documents = own === undefined ? [] : ["--documents", own];
    return tender("commit", "--price", price, ...documents, ...more, ...as(account));
  };

  before(async () => {
    house = await CliHouse.start();
    for (const account of [ADMIN, UNQUALIFIED, REVOKED, QUALIFIED]) address.set(account, await house.account(account));
    await house.register(ADMIN, [
      ["City", OFFICER, "tender"],
      ["Qualification Board", CLERK, "document"],
    ]);
  });
  after(() => house.stop());

  it("a round: the body attests to each supplier that qualifies, until when", async () => {
    const file = await house.write("qualified.schema.json", SCHEMA);
    const own = ["--agency", "2", ...as(CLERK)];
    expect(await house.json("document", "schema", "add", "--file", file, ...own)).to.deep.include({ schema: 1 });
    const terms = ["--schema", "1", "--issuer", "2", "--until", "2099-12-31"];
    await house.json("document", "accredit", ...terms, ...as(CLERK));
    for (const account of [REVOKED, QUALIFIED]) {
      const content = { holder: addressOf(account), category: "goods", round: "2026-1" };
      const paper = await house.write(`supplier-${account}.json`, content);
      const act = ["document", "attest", paper, "--schema", "1", "--holder", addressOf(account), ...own];
      papers.set(account, (await house.json<{ path: string }>(...act, "--expires", "2099-01-01")).path);
    }
  });

  it("a restricted tender requires it of that body; a supplier without it is told before it bids", async () => {
    const [lot] = noticeOf().lots;
    const lots = lot ? [{ ...lot, requiredDocuments: [{ schema: 1, issuer: 2 }] }] : [];
    const notice = await house.write("notice.json", noticeOf({ procurementMethod: "selective", lots }));
    const publish = ["tender", "publish", "--agency", "1", "--file", notice, ...as(OFFICER)];
    ({ schedule } = await house.json<{ schedule: typeof schedule }>(...publish));
    const lacking = "Lot 0 requires a document of schema 1 by agency 2, and yours is lacking: the bid would be marked.";
    expectRefusal(await commit(UNQUALIFIED, "1000"), lacking);
    expect((await commit(UNQUALIFIED, "1000", "--marked")).stdout).to.match(/^Sealed as number 1\. /);
    expect((await commit(REVOKED, "2000")).stdout).to.match(/^Sealed as number 2\. /);
    expect((await commit(QUALIFIED, "3000")).stdout).to.match(/^Sealed as number 3\. /);
    // Who is struck off the list before the deadline is not qualified in this tender any more.
    const revoke = ["document", "revoke", papers.get(REVOKED) ?? "", "--reason", "1", ...as(CLERK)];
    await house.json(...revoke);
  });

  it("bids of suppliers not qualified, or not any more, are marked and win nothing; the qualified one does", async () => {
    await house.json("house", "advance", "--to", String(schedule.commitDeadline + 1));
    for (const [account, mark] of [
      [UNQUALIFIED, "lacking"],
      [REVOKED, "revoked"],
    ] as const) {
      const { stdout } = await tender("reveal", "--unfinalized", ...as(account));
      expect(stdout).to.match(new RegExp(`It is marked: required document 1 is ${mark}\\.\\n$`));
    }
    expect((await tender("reveal", "--unfinalized", ...as(QUALIFIED))).stdout).to.equal(
      "Your bid is open: standing, 3000 UAH.\n",
    );
    await house.json("house", "advance", "--to", String(schedule.revealDeadline + 1));
    const award = (account?: number) =>
      tender("award", ...(account === undefined ? [] : ["--bidder", addressOf(account)]), ...as(OFFICER));
    for (const account of [UNQUALIFIED, REVOKED]) {
      expectRefusal(await award(), new RegExp(`^TenderBidMarked \\(tender 1, lot 0, bidder ${addressOf(account)}, `));
      expectRefusal(await award(QUALIFIED), /^TenderLowerBidStands /);
      const reason = ["--reason", "2", "--statement", "The supplier is not on the list of those who qualified."];
      await house.json("tender", "reject", ...here, "--bidder", addressOf(account), ...reason, ...as(OFFICER));
    }
    expect((await award()).stdout).to.match(new RegExp(`is awarded to ${addressOf(QUALIFIED)} at 3000 UAH`));
    expect((await house.run("tender", "audit", "--tender", "1")).stdout).to.match(
      /\ndocuments +3 +agrees\n[^]*\nagrees\n$/,
    );
  });
});
