import { expect } from "chai";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal } from "./cli.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, GOOD, CHEAP, EVALUATOR] = [1, 2, 3, 4, 5];
const MEMBERS = [10, 11, 12];

interface Published {
  schedule: { commitDeadline: number; sealed: { judgeDeadline: number } };
}

describe("a tender of two parts that a panel judges, on the command line", function () {
  this.timeout(120_000);
  let house: CliHouse;
  let schedule: Published["schedule"];
  const as = (account: number) => ["--as", String(account)];
  const one = ["--tender", "1"];
  const advance = (to: number) => house.json("house", "advance", "--to", new Date(to * 1000).toISOString());
  const said = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await house.run(...words);
    expect(stderr, words.join(" ")).to.equal("");
    return stdout;
  };
  type Shown = { sealing: { judgeDeadline: number } };
  const judgeDeadline = async () => (await house.json<Shown>("tender", "show", ...one)).sealing.judgeDeadline;

  before(async () => {
    house = await CliHouse.start();
    house.env["COMMON_SEAL_PASSPHRASE"] = "a phrase of the test";
    const admin = await house.account(ADMIN);
    for (const account of [OFFICER, ...MEMBERS]) {
      const body = ["agency", "register", "--name", `Body ${account}`, "--admin", admin];
      const { agency } = await house.json<{ agency: number }>(...body);
      const may = account === OFFICER ? "tender" : "committee.sit";
      const key = ["--agency", String(agency), "--account", await house.account(account), "--may", may];
      await house.json("agency", "key", "add", ...key, "--until", "2099-12-31", ...as(ADMIN));
    }
    const evaluation = {
      ...{ panel: [await house.account(EVALUATOR)], quorum: 1, winners: 1 },
      stages: [{ criteria: [{ name: "Plan", weight: 10_000 }], weight: 8000, commitDays: 1, revealDays: 1 }],
      price: { weight: 2000, formula: "proportional" as const },
    };
    const [lot] = noticeOf().lots;
    const lots = lot ? [lot, { ...lot, id: "L2" }] : [];
    const sealing = { seats: [2, 3, 4], threshold: 2, parts: 2 as const };
    const notice = await house.write("notice.json", noticeOf({ evaluation, lots, sealing }));
    ({ schedule } = await house.json<Published>(
      ...["tender", "publish", "--agency", "1", "--file", notice, ...as(OFFICER)],
    ));
    for (const member of MEMBERS) await house.json("committee", "join", ...one, ...as(member));
    await house.json("committee", "freeze", ...one);
    for (const [account, price, number] of [
      [GOOD, "5000", "0"],
      [CHEAP, "3000", "0"],
      [CHEAP, "4000", "1"],
    ] as const) {
      await house.json("tender", "seal", ...one, "--lot", number, "--price", price, ...as(account));
    }
    await advance(schedule.commitDeadline + 1_801);
  });
  after(() => house.stop());

  it("the committee opens the technical parts, and shows no price while the panel scores", async () => {
    expect(await said("committee", "publish", ...one)).to.match(/^The scalars of seat 0, 1, 2 are out/);
    const rows = await house.json<{ state: string }[]>("tender", "open", ...one);
    expect(rows.map(({ state }) => state)).to.deep.equal(Array(3).fill("part opened"));
    await advance(schedule.sealed.judgeDeadline + 1);
    expect(await said("committee", "publish", ...one)).to.match(/^Out already/);
    expect(await said("tender", "show", ...one)).to.not.match(/[345]000 UAH/);
    const declaration = await house.write("declaration.txt", "I have no conflict.");
    await house.json("evaluation", "declare", ...one, "--file", declaration, ...as(EVALUATOR));
    await house.json("evaluation", "advance", ...one);
  });

  it("evaluation advance releases the scores once the stages of all lots are over, and goes on in each", async () => {
    const [good, cheap] = [await house.account(GOOD), await house.account(CHEAP)];
    for (const [lot, points] of [
      ["0", { [good]: [9500], [cheap]: [5000] }],
      ["1", { [cheap]: [5000] }],
    ] as const) {
      const sheet = await house.write(`scores-${lot}.json`, points);
      const own = [...one, "--lot", lot, ...as(EVALUATOR)];
      await house.json("evaluation", "score", ...own, "--file", sheet);
      await house.json("evaluation", "reveal", ...own);
      if (lot === "1") continue;
      const stage = await said("evaluation", "advance", ...one, "--lot", lot);
      expect(stage).to.match(/^Lot 0: stage closed; pricing, waits: EvaluationUnfinished/);
    }
    const released = await said("evaluation", "advance", ...one);
    expect(released).to.match(/^Lot 0: nothing is due; pricing, waits: EvaluationEarly/);
    expect(released).to.match(/\nLot 1: stage closed, scores released; pricing, waits: EvaluationEarly/);
  });

  it("prices are opened behind the scores, and both together select who is awarded", async () => {
    expectRefusal(await house.run("committee", "publish", ...one), "Scalars are accepted from");
    const time = (await house.node.getBlock("latest"))?.timestamp ?? 0;
    await advance(time + 1_801);
    await house.json("committee", "publish", ...one);
    const rows = await house.json<{ state: string }[]>("tender", "open", ...one);
    expect(rows.map(({ state }) => state)).to.deep.equal(Array(3).fill("standing"));
    await advance((await judgeDeadline()) + 1);
    expect(await said("evaluation", "advance", ...one)).to.equal(
      "Lot 0: prices loaded, bids ranked; ranked\nLot 1: prices loaded, bids ranked; ranked\n",
    );
    const award = (lot: string) => said("tender", "award", ...one, "--lot", lot, ...as(OFFICER));
    expect(await award("0")).to.match(new RegExp(`is awarded to ${await house.account(GOOD)} at 5000 UAH`));
    expect(await award("1")).to.match(new RegExp(`is awarded to ${await house.account(CHEAP)} at 4000 UAH`));
    expect(await said("tender", "audit", ...one)).to.match(/\nparts +9 +agrees\n[^]*\nagrees\n$/);
  });
});
