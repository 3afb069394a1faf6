import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroHash } from "ethers";
import { readBidFile } from "../../sdk/src/tenders/bidFile.ts";
import type { TenderModel } from "../../sdk/src/tenders/model.ts";
import { field, objects, parseJson, textField } from "../../sdk/src/tenders/ocds/json.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { MockToken__factory, TenderHouse__factory } from "../../typechain-types/index.ts";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, pairwise, start } from "./cli.ts";

const DAY = 86_400;
/** Numbers of the node's accounts. */
const ADMIN = 1,
  OFFICER = 2,
  TREASURY = 9;
const LOSER = 3,
  REJECTED = 4,
  WINNER = 5,
  SILENT = 6,
  MISPLACED = 7;
const BIDDERS = [LOSER, REJECTED, WINNER, SILENT, MISPLACED];

interface Sealed {
  number: number;
  file: string;
  commitment: string;
}
interface Bonds {
  free: string;
  locked: string;
  due: string;
}
/** As `--json` gives it: bigints are text. */
type Shown = TenderModel & { stage: string };

describe("a tender on the command line", function () {
  this.timeout(60_000);
  let house: CliHouse;
  let token: string;
  let schedule: { start: number; commitDeadline: number; revealDeadline: number };
  const address = new Map<number, string>();
  const as = (account: number) => ["--as", String(account)];
  const here = ["--tender", "1", "--lot", "0"];
  const addressOf = (account: number) => address.get(account) ?? "";
  const show = () => house.json<Shown>("tender", "show", "--tender", "1");
  const bonds = (account: number) =>
    house.json<Bonds>("tender", "bond", "show", "--token", token, "--account", addressOf(account));

  before(async () => {
    house = await CliHouse.start();
    const mock = await new MockToken__factory(await house.node.getSigner(0)).deploy();
    token = await mock.getAddress();
    for (const account of [ADMIN, OFFICER, TREASURY, ...BIDDERS]) address.set(account, await house.account(account));
    for (const account of BIDDERS) await (await mock.mint(addressOf(account), 7n * 10n ** 18n)).wait();
  });
  after(async () => {
    const { code, stdout } = await house.stop();
    expect(stdout.replace("\n", "")).to.equal("The house is closed.");
    expect(code).to.equal(0);
  });

  it("house up records its deployment where it is told, and says nothing on stdout but the end", async () => {
    const { COMMON_SEAL_DEPLOYMENTS = "" } = house.env;
    const names = await readdir(join(COMMON_SEAL_DEPLOYMENTS, "localhost"));
    expect(names).to.include.members([".chain", "AccessManager.json", "AgencyRegistry.json", "TenderHouse.json"]);
  });

  it("agency register, agency key add, agency show", async () => {
    const body = ["--name", "Municipal Police", "--scheme", "UA-EDR", "--id", "39985748"];
    const registered = await house.json("agency", "register", ...body, "--admin", addressOf(ADMIN));
    expect(registered["agency"]).to.equal(1);
    const key = ["--agency", "1", "--account", addressOf(OFFICER), "--may", "tender", "--until", "2099-12-31"];
    await house.json("agency", "key", "add", ...key, ...as(ADMIN));
    const shown = await house.run("agency", "show", "--agency", "1");
    expect(shown.code).to.equal(0);
    expect(shown.stdout).to.include("Municipal Police").and.include(addressOf(OFFICER)).and.include("tender.award");
  });

  it("tender publish --start moves the times of the file and keeps their durations", async () => {
    const iso = (time: number) => new Date(time * 1000).toISOString();
    const old = Date.parse("2016-06-14T14:53:00Z") / 1000;
    const times = { start: iso(old), commitDeadline: iso(old + 3 * DAY), revealDeadline: iso(old + 5 * DAY) };
    const file = await house.write("notice.json", noticeOf({ times }));
    const begin = ((await house.node.getBlock("latest"))?.timestamp ?? 0) + 60;
    const bond = ["--bond-token", token, "--bond-amount", "5", "--treasury", addressOf(TREASURY)];
    const terms = ["--agency", "1", "--file", file, "--start", iso(begin).replace(".000Z", "Z"), ...bond];
    const done = await house.json<{ tender: string; schedule: typeof schedule }>(
      "tender",
      "publish",
      ...terms,
      ...as(OFFICER),
    );
    expect(done.tender).to.equal("1");
    schedule = done.schedule;
    expect(schedule.start).to.equal(begin);
    expect(schedule.commitDeadline - begin).to.equal(3 * DAY);
    expect(schedule.revealDeadline - begin).to.equal(5 * DAY);
  });

  it("tender bond deposit, by allowance and by permit", async () => {
    await pairwise(BIDDERS, (account) => {
      const permit = account === WINNER ? ["--permit"] : [];
      return house.json("tender", "bond", "deposit", "--token", token, "--amount", "6", ...permit, ...as(account));
    });
    expect(await bonds(WINNER)).to.deep.include({ free: "6000000000000000000", locked: "0", due: "0" });
  });

  it("tender commit, replace, withdraw, bids", async () => {
    const prices: [number, string][] = [
      [LOSER, "3375"],
      [REJECTED, "1800"],
      [WINNER, "2875"],
      [SILENT, "2900.5"],
      [MISPLACED, "2000"],
    ];
    const sealed = await pairwise(prices, ([account, price]) =>
      house.json<Sealed>("tender", "commit", ...here, "--price", price, "--name", `Bidder ${account}`, ...as(account)),
    );
    expect(sealed.map(({ number }) => number).sort((a, b) => a - b)).to.deep.equal([1, 2, 3, 4, 5]);
    for (const { file } of sealed) expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const [again, replaced] = await pairwise(["commit", "replace"], (verb) => {
      const price = verb === "commit" ? "2875" : "3000";
      const account = verb === "commit" ? WINNER : LOSER;
      return house.json<Sealed>(
        "tender",
        verb,
        ...here,
        "--price",
        price,
        "--name",
        `Bidder ${account}`,
        ...as(account),
      );
    });
    expect(again).to.deep.include({ number: sealed[2]?.number, file: sealed[2]?.file });
    expect(again, "nothing was sent").to.not.have.property("gas");
    expect(replaced?.number).to.equal(6);
    await house.json("tender", "withdraw", ...here, ...as(LOSER));
    const { bids } = await house.json<{ bids: { bidder: string; state: string; price: string }[] }>("tender", "bids");
    expect(bids.map(({ bidder, state, price }) => [bidder, state, price])).to.have.deep.members([
      [addressOf(LOSER), "replaced", "3375 UAH"],
      [addressOf(LOSER), "withdrawn", "3000 UAH"],
      [addressOf(REJECTED), "sealed", "1800 UAH"],
      [addressOf(WINNER), "sealed", "2875 UAH"],
      [addressOf(SILENT), "sealed", "2900.5 UAH"],
      [addressOf(MISPLACED), "sealed", "2000 UAH"],
    ]);
    expect(await bonds(LOSER)).to.deep.include({ free: "6000000000000000000", locked: "0" });
  });

  it("nothing of a price or a name is on chain before the opening", async () => {
    const logs = JSON.stringify(await house.node.getLogs({ fromBlock: 0 }));
    expect(logs).to.not.include((287_500).toString(16));
    expect((await show()).lots[0]?.bids.map((bid) => bid.price)).to.deep.equal(Array(5).fill(undefined));
  });

  it("house advance, tender reveal, and a killed reveal run again says it is open", async () => {
    await house.json("house", "advance", "--to", String(schedule.commitDeadline + 1));
    const before = await house.node.getBlockNumber();
    const child = start(["tender", "reveal", ...here, ...as(WINNER)], house.env);
    const ended = new Promise((resolve) => child.on("close", resolve));
    while ((await house.node.getBlockNumber()) === before) await new Promise((resolve) => setTimeout(resolve, 5));
    child.kill("SIGKILL");
    await ended;
    const again = await house.run("tender", "reveal", ...here, ...as(WINNER));
    expect(again).to.deep.equal({ code: 0, stdout: "Your bid is open already: standing, 2875 UAH.\n", stderr: "" });
    expect(await house.node.getBlockNumber()).to.equal(before + 1);
    const opened = await house.json("tender", "reveal", ...here, ...as(REJECTED));
    expect([opened["price"], opened["state"]]).to.deep.equal(["180000", "standing"]);
  });

  it("anyone who has the opening opens a bid, between wrong neighbours if it likes", async () => {
    const { bids } = await house.json<{ bids: { bidder: string; path: string }[] }>("tender", "bids");
    const path = bids.find(({ bidder }) => bidder === addressOf(MISPLACED))?.path ?? "";
    const { file } = await readBidFile(path);
    const sealed = bidAt(await show(), 0, file.bidder).commits[0];
    const { COMMON_SEAL_DEPLOYMENTS = "" } = house.env;
    const deployed = await readFile(join(COMMON_SEAL_DEPLOYMENTS, "localhost", "TenderHouse.json"), "utf8");
    const { address: at } = JSON.parse(deployed) as { address: string };
    const opening = { ...file, envelope: ZeroHash, other: ZeroHash, before: file.bidder, next: file.bidder };
    const contract = TenderHouse__factory.connect(at, await house.node.getSigner(0));
    const { number = 0, time = 0 } = sealed ?? {};
    await (await contract.open(1, 0, file.bidder, { ...opening, number, time })).wait();
    expect(bidAt(await show(), 0, file.bidder).state).to.equal("unplaced");
    const again = await house.run("tender", "reveal", ...here, ...as(MISPLACED));
    expect(again.stdout).to.equal("Your bid is open already: unplaced, 2000 UAH.\n");
  });

  it("tender reject, award: the award without a rejection is refused first", async () => {
    await house.json("house", "advance", "--to", String(schedule.revealDeadline + 1));
    const reason = ["--reason", "1", "--statement", "The samples are not blue."];
    const reject = (account: number) =>
      house.json("tender", "reject", ...here, "--bidder", addressOf(account), ...reason, ...as(OFFICER));
    await reject(MISPLACED);
    const early = await house.run("tender", "award", ...here, "--bidder", addressOf(WINNER), ...as(OFFICER));
    expectRefusal(early, "TenderLowerBidStands");
    await reject(REJECTED);
    const { award } = await house.json<{ award: { winner: string; price: string } }>(
      "tender",
      "award",
      ...here,
      ...as(OFFICER),
    );
    expect(award).to.deep.include({ winner: addressOf(WINNER), price: "287500" });
    const twice = await house.run("tender", "award", ...here, ...as(OFFICER));
    expect(twice.stdout).to.equal(`Lot 0 is awarded already, to ${addressOf(WINNER)}.\n`);
  });

  it("tender bond settle, collect, withdraw, show: the winner's only after the standstill", async () => {
    const settled = await house.json<{ bidder: string; bond: string }[]>("tender", "bond", "settle", ...here);
    const outcome = (account: number) => settled.find(({ bidder }) => bidder === addressOf(account))?.bond;
    expect([REJECTED, SILENT, MISPLACED].map(outcome)).to.deep.equal(["released", "forfeited", "released"]);
    expect(outcome(WINNER)).to.match(/^TenderBondHeld/);
    expect(outcome(LOSER)).to.equal(undefined);
    expect(await bonds(TREASURY)).to.deep.include({ due: "5000000000000000000" });
    await house.json("tender", "bond", "collect", "--token", token, "--treasury", addressOf(TREASURY));
    const paid = await MockToken__factory.connect(token, house.node).balanceOf(addressOf(TREASURY));
    expect(paid).to.equal(5n * 10n ** 18n);
    const end = (await show()).lots[0]?.award?.standstillEnd ?? 0;
    await house.json("house", "advance", "--to", String(end + 1));
    const last = await house.json("tender", "bond", "settle", ...here, "--bidder", addressOf(WINNER));
    expect(last["forfeited"]).to.equal(false);
    await house.json("tender", "bond", "withdraw", "--token", token, "--amount", "5.5", ...as(WINNER));
    expect(await bonds(WINNER)).to.deep.include({ free: "500000000000000000", locked: "0" });
  });

  it("tender list, show, export: release package and record package", async () => {
    const [listed] = await house.json<Shown[]>("tender", "list");
    expect(listed).to.deep.include({ tender: "1", stage: "decided", currency: "UAH" });
    const shown = await house.run("tender", "show", "--tender", "1");
    expect(shown.stdout)
      .to.match(new RegExp(`${addressOf(WINNER)}\\s+awarded\\s+2875 UAH`))
      .and.include("rejected");
    for (const [name, flags] of [
      ["release.json", []],
      ["record.json", ["--record"]],
    ] as const) {
      const out = join(house.folder, name);
      await house.json("tender", "export", "--tender", "1", "--out", out, ...flags);
      const written = parseJson(await readFile(out, "utf8"));
      const [record] = objects(field(written, "records"));
      const release = record ? field(record, "compiledRelease") : objects(field(written, "releases")).at(-1);
      const [award] = objects(field(release, "awards"));
      expect(textField(award, "value", "amount")).to.equal("2875");
      expect(textField(award, "status")).to.equal("active");
      expect(objects(field(award, "suppliers"))[0]?.["name"]).to.equal(`Bidder ${WINNER}`);
    }
  });

  it("tender audit agrees, and tender indicators shows its numbers; a statement that was changed differs", async () => {
    const one = ["--tender", "1"];
    const [audit, indicators] = await pairwise([["audit"], ["indicators"]], (verb) =>
      house.run("tender", ...verb, ...one),
    );
    expect(audit?.code, audit?.stdout).to.equal(0);
    expect(audit?.stdout)
      .to.match(/^commitments +\d+ +agrees$/m)
      .and.match(/^envelopes +0 +nothing yet$/m)
      .and.match(/\n\nagrees\n$/);
    expect(indicators?.code).to.equal(0);
    expect(indicators?.stdout)
      .to.match(/^single bid +no +1\/0 +bids \d, sealed \d/m)
      .and.match(/An indicator is no proof/);
    const files = join(house.env["COMMON_SEAL_HOME"] ?? "", "files");
    for (const name of await readdir(files)) {
      const text = await readFile(join(files, name), "utf8");
      if (text.includes("not blue")) await writeFile(join(files, name), text.replace("not blue", "blue"));
    }
    const changed = await house.run("tender", "audit", ...one);
    expect(changed.code).to.equal(1);
    expect(changed.stdout)
      .to.match(/^decisions +\d+ +differs: BidRejected: the statement bafk\w+ does not fit its digest/m)
      .and.match(/\n\ndiffers: 2\n$/);
    expect(changed.stderr).to.equal("");
  });
});
