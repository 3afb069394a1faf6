import { expect } from "chai";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal } from "./cli.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, BEST, CHEAP, EVALUATOR] = [1, 2, 3, 4, 5];
const DAY = 86_400;

interface Published {
  schedule: { commitDeadline: number; revealDeadline: number };
}

describe("evaluation on the command line", function () {
  this.timeout(90_000);
  let house: CliHouse;
  const as = (account: number) => ["--as", String(account)];
  const one = ["--tender", "1"];
  const lot = [...one, "--lot", "0"];
  const evaluation = (...words: string[]) => house.run("evaluation", ...words);
  const said = async (...words: string[]): Promise<string> => {
    const { stdout, stderr } = await evaluation(...words);
    expect(stderr, words.join(" ")).to.equal("");
    return stdout;
  };
  let now = 0;
  const pass = async (to: number) => {
    now = to;
    await house.json("house", "advance", "--to", String(to));
  };

  before(async () => {
    house = await CliHouse.start();
    const name = ["--name", "City", "--admin", await house.account(ADMIN)];
    await house.json("agency", "register", ...name);
    const key = [
      "--agency",
      "1",
      "--account",
      await house.account(OFFICER),
      "--may",
      "tender",
      "--until",
      "2099-12-31",
    ];
    await house.json("agency", "key", "add", ...key, ...as(ADMIN));
    const judged = {
      ...{ panel: [await house.account(EVALUATOR)], quorum: 1, winners: 1, signDays: 1 },
      stages: [{ criteria: [{ name: "Quality", weight: 10_000 }], weight: 8000, commitDays: 1, revealDays: 1 }],
      price: { weight: 2000, formula: "proportional" as const },
      low: { share: 6000, answerDays: 1 },
    };
    const notice = await house.write("notice.json", noticeOf({ evaluation: judged }));
    const publish = ["tender", "publish", "--agency", "1", "--file", notice, ...as(OFFICER)];
    const { schedule } = await house.json<Published>(...publish);
    for (const [account, price] of [
      [BEST, "3000"],
      [CHEAP, "1000"],
    ] as const) {
      await house.json("tender", "commit", ...lot, "--price", price, ...as(account));
    }
    await pass(schedule.commitDeadline + 1);
    for (const account of [BEST, CHEAP]) await house.json("tender", "reveal", ...lot, "--unfinalized", ...as(account));
    await pass(schedule.revealDeadline + 1);
  });
  after(() => house.stop());

  it("declare, score, reveal, advance and explain", async () => {
    const declaration = await house.write("declaration.txt", "I have no conflict.");
    const [best, cheap] = [await house.account(BEST), await house.account(CHEAP)];
    const declare = ["declare", ...one, "--file", declaration];
    expectRefusal(await evaluation(...declare, ...as(BEST)), "EvaluationDeclarationInvalid");
    expect(await said(...declare, ...as(EVALUATOR))).to.match(/^Declared for tender 1: 0x/);
    expect(await said("advance", ...one)).to.match(/^Lot 0: bids listed; scoring, waits: EvaluationStageRunning/);
    const wrong = await house.write("wrong.json", { [best]: ["good"] });
    expectRefusal(await evaluation("score", ...lot, "--file", wrong, ...as(EVALUATOR)), "holds no scores");
    const sheet = await house.write("scores.json", { [best]: [9000], [cheap]: [5000] });
    expect(await said("score", ...lot, "--file", sheet, ...as(EVALUATOR))).to.match(/^Committed to scores of stage 0/);
    expect(await said("reveal", ...lot, ...as(EVALUATOR))).to.equal("Revealed the scores of stage 0 of lot 0.\n");
    expect(await said("advance", ...lot)).to.match(
      /^Lot 0: stage closed, prices loaded, low prices flagged; pricing, waits: EvaluationEarly/,
    );
    const explain = ["explain", ...lot, "--explanation", "It is made where it is used."];
    expectRefusal(await evaluation(...explain, ...as(BEST)), "EvaluationAnswerClosed");
    expect(await said(...explain, ...as(CHEAP))).to.equal(`The low price of ${cheap} in lot 0 is explained.\n`);
    await pass(now + 3 * DAY);
    expect(await said("advance", ...one)).to.equal("Lot 0: prices loaded, bids ranked; ranked\n");
    expect(await said("show", ...one)).to.match(
      new RegExp(
        `^Lot 0: ranked\\n[^]*0 +1 +${best} +3000 UAH +78\\.67 +selected\\n0 +2 +${cheap} +1000 UAH +60\\.00 +reserve`,
      ),
    );
  });

  it("call, yield, advance and sign", async () => {
    const award = ["tender", "award", ...lot, ...as(OFFICER)];
    const [best, cheap] = [await house.account(BEST), await house.account(CHEAP)];
    expect((await house.run(...award)).stdout).to.match(new RegExp(`is awarded to ${best}`));
    expect((await house.run(...award)).stdout).to.equal(`Lot 0 is awarded already, to ${best}.\n`);
    await pass(now + DAY);
    expect(await said("call", ...lot, "--bidder", best)).to.equal(`${best} is called to sign for lot 0.\n`);
    expectRefusal(await evaluation("yield", ...lot, "--bidder", best), "EvaluationSigning");
    await pass(now + 2 * DAY);
    expect(await said("yield", ...lot, "--bidder", best)).to.match(/^The place of 0x\w+ in lot 0 is free/);
    expect(await said("advance", ...one)).to.equal("Lot 0: next bids selected; ranked\n");
    expect((await house.run(...award)).stdout).to.match(new RegExp(`is awarded to ${cheap}`));
    await pass(now + DAY);
    const contract = await house.write("contract.txt", "The contract.");
    expect(await said("sign", ...lot, "--file", contract, ...as(CHEAP))).to.match(
      /^The contract of lot 0 is signed: 0x/,
    );
    expect(await said("show", ...one)).to.match(/1 +0x\w+ .* out\n.* signed\n/);
    expect((await house.run("tender", "audit", ...one)).stdout).to.match(/\nselection +\d+ +agrees\n[^]*\nagrees\n$/);
  });
});
