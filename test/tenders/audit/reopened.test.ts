import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { Evaluation__factory } from "../../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { actingAs, type Context } from "../../../sdk/src/shared/context.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { awardLot, rejectBid } from "../../../sdk/src/tenders/decide.ts";
import { callToSign, signContract, yieldPlace } from "../../../sdk/src/tenders/evaluation/acts.ts";
import { advanceLot } from "../../../sdk/src/tenders/evaluation/due.ts";
import { commitScores, revealScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { SheetStore } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import { judgingOf, type Judged, opened, type PanelStage } from "../evaluation/scene.ts";
import { newAccount } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import { complain, Complaint, decide, FREE, judgedBy, type ReviewScene, reviewStage } from "../review.ts";
import { bidding, openAll, publish as publishScalars, seal, sealedStage, toAwards } from "../sealedScene.ts";
import { BOND, DAY, EVIDENCE, id, MAX_UINT40, Permission } from "../values.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";

const TERMS = { winners: 2, signPeriod: DAY };

type Scene = Judged & ReviewScene;

/** A lot played to its end, and how its audit went on the way. */
interface Told {
  s: Scene;
  context: Context;
  found: Record<string, string[]>[];
}

/**
 * A panel selects a and b, and a is awarded; then d is rejected, and b awarded too. c complains about a's award, and the
 * lot is judged anew: c and a are selected and awarded, c signs, a yields its place to b.
 */
async function judgedTwice(): Promise<Told> {
  const folder = await mkdtemp(join(tmpdir(), "sheets-"));
  const base = await reviewStage();
  const evaluation = Evaluation__factory.connect(ethers.getAddress(await base.evaluation.getAddress()), base.stranger);
  const from: PanelStage = {
    ...base,
    evaluation,
    evaluators: [await newAccount(), await newAccount(), await newAccount()],
  };
  const { rule, ruleTerms } = judgingOf(from, TERMS);
  const bonded = { bondToken: base.token, bondAmount: BOND, treasury: base.treasury };
  const tender = { ...bonded, judging: await judgedBy(base, {}, { rule, ruleTerms }) };
  const played = await opened({ from, tender, prices: [[300n, 290n, 310n, 500n]] });
  const s = { ...base, ...played } as unknown as Scene;
  const context = actingAs(await contextOf(s), s.stranger);
  const officer = actingAs(context, s.officer);
  const [a = "", b = "", c = "", d = ""] = s.bidders;
  const place = (bidder: string) => ({ tender: s.tender, lot: 0, bidder });
  const found: Told["found"] = [];
  const look = async () => found.push(byCheck(await auditTender(context, s.tender)));
  const judge = async (points: Record<string, number>) => {
    const store = new SheetStore(folder);
    const { judging: stage } = await advanceLot(context, s.tender, 0);
    const sheet = Object.fromEntries(
      stage.staged.map((bidder) => [bidder, [points[bidder] ?? 0, points[bidder] ?? 0]]),
    );
    for (const one of s.evaluators) await (await commitScores(actingAs(context, one), stage, sheet, store)).send();
    for (const one of s.evaluators) await (await revealScores(actingAs(context, one), stage, store)).send();
    await advanceLot(context, s.tender, 0);
    await look();
  };
  const award = async (bidder: string) => {
    await (await awardLot(officer, place(bidder))).send();
    await look();
  };
  await judge({ [a]: 9900, [b]: 9800, [c]: 7000, [d]: 6000 });
  await award(a);
  await (await rejectBid(officer, { ...place(d), reason: 1, statement: "It is not what was asked for." })).send();
  await look();
  await award(b);
  await complain(s, s.c, { winner: a });
  await look();
  await decide(s, 1n, Complaint.Reevaluated, { awardDeadline: s.awardDeadline + 30n * DAY });
  await look();
  await judge({ [a]: 9000, [b]: 8000, [c]: 9900 });
  for (const bidder of [c, a]) await award(bidder);
  await networkHelpers.time.increase(11n * DAY);
  for (const bidder of [c, a]) await callToSign(context, place(bidder)).send();
  await (await signContract(actingAs(context, s.c), place(c), id("contract"))).send();
  await networkHelpers.time.increase(2n * DAY);
  await yieldPlace(context, place(a)).send();
  await advanceLot(context, s.tender, 0);
  await award(b);
  await networkHelpers.time.increase(11n * DAY);
  await (await signContract(actingAs(context, s.b), place(b), id("another contract"))).send();
  for (const bidder of s.bidders) await s.house.settleBond(s.tender, 0, bidder);
  await look();
  await rm(folder, { recursive: true });
  return { s, context, found };
}

describe("audit of a lot judged anew, with several awards and a place that was yielded", () => {
  let told: Told;
  before(async () => {
    told = await networkHelpers.loadFixture(judgedTwice);
  });

  it("agrees at every step, and compares", async () => {
    for (const [i, found] of told.found.entries()) expect(found, `after step ${i}`).to.deep.equal({});
    const { checks } = await auditTender(told.context, told.s.tender);
    const nothing = checks.filter(({ compared }) => compared === 0).map(({ check }) => check);
    const ofCommittee = ["round", "scalars", "envelopes", "parts", "lottery"];
    expect(nothing).to.deep.equal(["announced", ...ofCommittee, "documents", "groups", "fees"].sort(byOrder(checks)));
  });

  const lies: [check: string, what: string, lie: (s: Scene) => Lie, detail: RegExp][] = [
    [
      "award",
      "a further award with another standstill",
      (s) => further(s, { standstillEnd: 5 }),
      /standstill was told/,
    ],
    ["award", "a further award to another vendor", (s) => further(s, { vendor: s.d.address }), /to the vendor/],
    ["order", "a further award at another price", (s) => further(s, { price: 1 }), /awarded as bid 2 at 1/],
    ["keys", "a further award by no key", (s) => further(s, { key: 9 }), /not permitted tender.award/],
    ["times", "a bid awarded twice", (s) => further(s, { winner: s.a.address }), /it had been awarded to it/],
    [
      "times",
      "awards after the time that a review gave",
      () => about("LotReopened", () => null),
      /had been awarded to/,
    ],
    [
      "times",
      "a rejection of who was awarded",
      (s) => about("BidRejected", () => ({ bidder: s.a.address })),
      /BidRejected at .* it had been awarded to it/,
    ],
    ["selection", "awards of what was selected before", () => about("JudgingRestarted", () => null), /./],
    ["remedies", "no judging anew", () => about("JudgingRestarted", () => null), /its judging did not begin anew/],
    [
      "complaints",
      "about an award that there was not",
      (s) => about("ComplaintFiled", () => ({ winner: s.c.address })),
      /until never/,
    ],
    [
      "complaints",
      "an award while a complaint was open",
      () => about("ComplaintDecided", () => null),
      /LotAwarded while complaint 1 stopped the lot/,
    ],
    [
      "bonds",
      "a further winner's, freed before its standstill was over",
      (s) => further(s, { standstillEnd: MAX_UINT40 }),
      /the winner's is held until/,
    ],
    [
      "selection",
      "a signature before the award was final",
      (s) => further(s, { standstillEnd: MAX_UINT40 }),
      /signed too early or too late/,
    ],
    [
      "interests",
      "an evaluator that bids",
      (s) => about("ConflictDenied", () => ({ evaluator: s.b.address })),
      /declared that it has no conflict, and bids in the lot/,
    ],
    [
      "interests",
      "an evaluator who decides about its own scores",
      (s) =>
        about("AgencyKeyAdded", ({ account }) =>
          account === s.reviewer.address ? { account: s.evaluators[0].address } : {},
        ),
      /who is on the panel/,
    ],
  ];
  for (const [check, what, lie, detail] of lies) {
    it(`${check}: ${what}`, async () => {
      const { s, context } = told;
      expect(await findingsOf(check, lying(context, lie(s)), s.tender)).to.match(detail);
    });
  }
});

describe("audit of a tie that a committee opened, decided three times", () => {
  it("agrees with who is drawn, who follows once that one is rejected, and who comes back", async () => {
    const from = await networkHelpers.loadFixture(sealedStage);
    const [bodyAdmin, reviewer] = [await newAccount(), await newAccount()];
    await from.registry.register(id("review body"), id("metadata"), bodyAdmin);
    const body = await from.registry.agencyCount();
    await from.registry.connect(bodyAdmin).addKey(body, reviewer, Permission.Review, 0, MAX_UINT40);
    const judging = await judgedBy({ ...from, body, bodyAdmin, reviewer }, FREE);
    const sealed = await bidding({ terms: { judging } }, from);
    const s = { ...sealed, body, bodyAdmin, reviewer } as unknown as ReviewScene;
    const context = await contextOf(s);
    const agrees = async () => expect(byCheck(await auditTender(context, s.tender))).to.deep.equal({});
    const award = async (to: { address: string }) => {
      await s.house.connect(s.officer).award(s.tender, 0, to.address);
      await agrees();
    };
    const anew = async (complaint: bigint, reinstated: { bidder: string; head: string }[] = []) => {
      const awardDeadline = BigInt(await networkHelpers.time.latest()) + 60n * DAY;
      await decide(s, complaint, Complaint.Reevaluated, { awardDeadline, reinstated });
      await agrees();
    };
    // 1 + 2 + 4 + 9 = 16: the second of the three tied bids is drawn, the third is next.
    const bids = [
      await seal(sealed, s.a, 300n, { lottery: 1n }),
      await seal(sealed, s.b, 300n, { lottery: 2n }),
      await seal(sealed, s.c, 300n, { lottery: 4n }),
      await seal(sealed, s.d, 900n, { lottery: 9n }),
    ];
    await publishScalars(sealed);
    await openAll(sealed, bids);
    await toAwards(sealed);
    await s.house.draw(s.tender, 0, [s.a, s.b, s.c, s.a, s.b]);
    await award(s.b);
    await complain(s, s.c);
    await anew(1n);
    await s.house.connect(s.officer).reject(s.tender, 0, s.b, 1, EVIDENCE);
    await s.house.strike(s.tender, 0, [s.b]);
    await award(s.c);
    await complain(s, s.b);
    await anew(2n, [{ bidder: s.b.address, head: s.c.address }]);
    await award(s.b);
    const drawn = about("LotAwarded", ({ winner }) => (winner === s.c.address ? { winner: s.a.address } : {}));
    expect(await findingsOf("award", lying(context, drawn), s.tender)).to.match(
      /the lowest bid that stands is that of/,
    );
    const kept = about("BidReinstated", () => null);
    expect(await findingsOf("lottery", lying(context, kept), s.tender)).to.match(/the lottery of 3 bids .* draws/);
  });
});

/** A lie about the awards of b, which were further ones. */
const further = (s: Scene, changes: ReturnType<Lie>): Lie =>
  about("LotAwarded", ({ winner }) => (winner === s.b.address ? changes : {}));

const byOrder = (checks: { check: string }[]) => {
  const at = (name: string): number => checks.findIndex(({ check }) => check === name);
  return (x: string, y: string): number => at(x) - at(y);
};
