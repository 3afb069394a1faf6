import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import { actingAs, type Context } from "../../../sdk/src/shared/context.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { type Consortium, formConsortium, signConsortium } from "../../../sdk/src/tenders/consortium.ts";
import { awardLot, rejectBid } from "../../../sdk/src/tenders/decide.ts";
import { callToSign, explainLow, signContract, yieldPlace } from "../../../sdk/src/tenders/evaluation/acts.ts";
import { type Advanced, advanceLot } from "../../../sdk/src/tenders/evaluation/due.ts";
import { commitScores, revealScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { SheetStore } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import { seal } from "../bids.ts";
import { Formula, type Judged, judgingOf, opened, pack, panelStage, SCORED } from "../evaluation/scene.ts";
import { publish, UNBONDED } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import { DAY, id } from "../values.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";

const SCREENING = { ...SCORED, weights: pack([10_000]), passFail: true, weight: 0 };

/** A lot judged to its end, and how its audit went on the way. */
interface Told extends Judged {
  context: Context;
  agreed: Record<string, string[]>[];
  done: string[];
}

/**
 * Of five bids e fails the screening. c is abnormally low, and explains it. a is selected, and d exceeds the budget until
 * it is rejected: then c is selected too, and awarded and signs. a does not, and yields its place to b.
 */
async function judged(): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), "sheets-"));
  const terms = {
    stages: [SCREENING, { ...SCORED, keep: 4 }],
    dropExtremes: true,
    formula: Formula.Linear,
    winners: 2,
  };
  const more = { budgets: [550n], signPeriod: DAY, lowBp: 5000, answerPeriod: DAY };
  const s = await opened({ terms: { ...terms, ...more }, prices: [[300n, 290n, 100n, 500n, 280n]] });
  const context = actingAs(await contextOf(s), s.stranger);
  const store = new SheetStore(folder);
  const [a = "", b = "", c = "", d = "", e = ""] = s.bidders;
  const [agreed, done]: [Told["agreed"], string[]] = [[], []];
  const advance = async (): Promise<Advanced> => {
    const advanced = await advanceLot(context, s.tender, 0);
    done.push(...advanced.done);
    agreed.push(byCheck(await auditTender(context, s.tender)));
    return advanced;
  };
  const good = { [a]: [9900, 9800], [b]: [7000, 7000], [c]: [9000, 9000], [d]: [9900, 9000] };
  for (const points of [{ [a]: [1], [b]: [1], [c]: [1], [d]: [1], [e]: [0] }, good]) {
    const { judging } = await advance();
    for (const [i, evaluator] of s.evaluators.entries()) {
      const own = Object.entries(points).map(([bidder, values]) => [
        bidder,
        values.map((value) => (judging.stage === 0 ? value * 10_000 : value - 50 * i)),
      ]);
      const sheet = Object.fromEntries(own) as Record<string, number[]>;
      await (await commitScores(actingAs(context, evaluator), judging, sheet, store)).send();
    }
    for (const evaluator of s.evaluators) {
      await (await revealScores(actingAs(context, evaluator), judging, store)).send();
    }
  }
  expect((await advance()).waits).to.match(/EvaluationEarly/);
  const place = (bidder: string) => ({ tender: s.tender, lot: 0, bidder });
  const signerOf = (bidder: string) => actingAs(context, [s.a, s.b, s.c, s.d][s.bidders.indexOf(bidder)] ?? s.stranger);
  await (await explainLow(signerOf(c), place(c), "It is made where it is used.")).send();
  await networkHelpers.time.increase(2n * DAY);
  await advance();
  const officer = actingAs(context, s.officer);
  const rejection = { ...place(d), reason: 2, statement: "It lacks what is needed." };
  await (await rejectBid(officer, rejection)).send();
  await advance();
  for (const bidder of [a, c]) await (await awardLot(officer, place(bidder))).send();
  await networkHelpers.time.increase(11n * DAY);
  for (const bidder of [a, c]) await callToSign(context, place(bidder)).send();
  await (await signContract(signerOf(c), place(c), id("contract"))).send();
  await networkHelpers.time.increase(2n * DAY);
  await yieldPlace(context, place(a)).send();
  await advance();
  await (await awardLot(officer, place(b))).send();
  await rm(folder, { recursive: true });
  return { ...s, context, agreed, done };
}

describe("audit of a lot that a panel judges", () => {
  let s: Told;
  before(async () => {
    s = await networkHelpers.loadFixture(judged);
  });

  it("agrees at every step, and compares", async () => {
    for (const [i, found] of s.agreed.entries()) expect(found, `after step ${i}`).to.deep.equal({});
    const { checks } = await auditTender(s.context, s.tender);
    expect(checks.find(({ check }) => check === "selection")?.compared).to.be.greaterThan(40);
    expect(s.done).to.deep.equal([
      ...["bids listed", "stage closed", "stage closed", "prices loaded", "low prices flagged"],
      ...["prices loaded", "bids ranked", "bid excluded", "next bids selected", "next bids selected"],
    ]);
  });

  const lies: [what: string, lie: (told: Told) => Lie, detail: RegExp][] = [
    ["a bid left out of the listing", () => about("BidsListed", leaveOut("bidders")), /bids are judged, and those/],
    ["an evaluator who did not declare", () => about("ConflictDenied", () => null), /did not declare/],
    ["other scores than committed", () => about("SheetRevealed", () => ({ salt: id("other") })), /other scores than/],
    ["a score raised", () => about("BidsScored", raise), /^scored \d+, and it is \d+/m],
    ["a bid that goes on below the threshold", () => about("BidsScored", pass), /the bid does not go on from stage 0/],
    ["another limit of low prices", () => about("PricesScreened", () => ({ limit: 1 })), /prices are low below 1/],
    ["another lowest price", () => about("PricesLoaded", () => ({ lowest: 1 })), /bids are ranked by/],
    ["another ranking", () => about("BidsRanked", turn), /the ranking is another one/],
    [
      "a bid selected out of its turn",
      (p) => about("BidSelected", () => ({ bidder: p.bidders[1] })),
      /the next one of/,
    ],
    ["a budget that was not exhausted", () => about("BudgetExhausted", () => ({ price: 1 })), /within the budget/],
    ["an award to another", (p) => about("LotAwarded", () => ({ winner: p.bidders[3] })), /awarded, and not selected/],
    ["an exclusion without a rejection", () => about("BidRejected", () => null), /excluded, and the bid is standing/],
    [
      "a place yielded though it was signed",
      (p) => about("PlaceYielded", () => ({ bidder: p.bidders[2] })),
      /had signed/,
    ],
  ];
  for (const [what, lie, detail] of lies) {
    it(`finds ${what}`, async () => {
      expect(await findingsOf("selection", lying(s.context, lie(s)), s.tender)).to.match(detail);
    });
  }
});

describe("audit of a panel", () => {
  it("tells an evaluator who is a bidder's partner, unless that bid was withdrawn", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const context = await contextOf(s);
    const { tender } = await publish(s, { ...UNBONDED, judging: judgingOf(s) });
    const [evaluator, other] = s.evaluators;
    const shares = { [s.a.address]: 6_000, [evaluator.address]: 4_000 };
    const consortium: Consortium = { tender, lot: 0, lead: s.a.address, shares };
    const { member, signature } = await signConsortium(actingAs(context, s.a), consortium);
    await formConsortium(actingAs(context, evaluator), consortium, { [member]: signature }).send();
    await seal(s, tender, s.a, 400n);
    for (const one of [evaluator, other]) await s.evaluation.connect(one).declare(tender, id("declaration"));
    const { interests, ...rest } = byCheck(await auditTender(context, tender));
    expect(rest).to.deep.equal({});
    expect(interests).to.deep.equal([
      `${evaluator.address} declared that it has no conflict, and is a member of the consortium that ${s.a.address} ` +
        "leads, which bids in the lot",
    ]);
    const unformed = about("ConsortiumFormed", () => ({ members: [s.a.address], shares: [10_000] }));
    expect(await findingsOf("interests", lying(context, unformed), tender)).to.equal("");
    await s.house.connect(s.a).withdraw(tender, 0);
    expect(byCheck(await auditTender(context, tender))).to.deep.equal({});
  });
});

type Args = Record<string, unknown>;
const listOf = (args: Args, name: string): unknown[] => [...(args[name] as unknown[])];

const leaveOut =
  (name: string) =>
  (args: Args): Args => ({ [name]: listOf(args, name).slice(1) });
const turn = (args: Args): Args => ({ bidders: listOf(args, "bidders").reverse() });
const raise = (args: Args): Args => ({ scores: listOf(args, "scores").map((score) => (score as bigint) + 1n) });
const pass = (args: Args): Args => ({ passed: listOf(args, "passed").map(() => true) });
