import { expect } from "chai";
import { ZeroAddress as NOBODY } from "ethers";
import { networkHelpers } from "../../shared/house.ts";
import { at, pass } from "../helpers.ts";
import { DAY, EVIDENCE, id, Status, ZeroHash } from "../values.ts";
import {
  BY_PRICE_ONLY,
  type EvaluationTerms,
  finished,
  Formula,
  GONE,
  type Judged,
  listed,
  load,
  type Options,
  order,
  progress,
  rank,
  SCORED,
  selected,
  Step,
} from "./scene.ts";

const totals = (s: Judged) =>
  Promise.all(s.bidders.map(async (bidder) => (await s.evaluation.candidateOf(s.tender, 0, bidder)).total));
const reject = (s: Judged, bidder: string, reason = 1) =>
  s.house.connect(s.officer).reject(s.tender, 0, bidder, reason, EVIDENCE);
const priced = (terms: Partial<EvaluationTerms>, o: Options = {}) =>
  listed({ ...o, terms: { ...BY_PRICE_ONLY, ...terms } });

/** Prices below half the mean, 200 of 400, are abnormally low. */
const LOW = { lowBp: 5000, answerPeriod: 2n * DAY };
const screened = async () => {
  const s = await priced(LOW, { prices: [[199n, 200n, 600n, 601n]] });
  await load(s);
  return s;
};

describe("Evaluation.loadPrices", () => {
  it("reverts when a bid is given twice or did not pass", async () => {
    const s = await finished([9000, 8000, 7000, 4000]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const unexpected = [s.evaluation, "EvaluationBidUnexpected"] as const;
    await expect(load(s, [a, d]))
      .to.be.revertedWithCustomError(...unexpected)
      .withArgs(d);
    await load(s, [c, a]);
    await expect(load(s, [a]))
      .to.be.revertedWithCustomError(...unexpected)
      .withArgs(a);
    expect((await progress(s)).step).to.equal(Step.Pricing);
    await expect(load(s, [b]))
      .to.emit(s.evaluation, "PricesLoaded")
      .withArgs(s.tender, 0, 3, 200, 750_000, false, 0);
    await expect(load(s, [])).to.be.revertedWithCustomError(s.evaluation, "EvaluationStep").withArgs(Step.Ranking, 1);
  });

  it("drops bids that stand no more in the house", async () => {
    const s = await finished([9000, 8000, 7000, 6000]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await reject(s, d);
    await expect(load(s))
      .to.emit(s.evaluation, "BidDropped")
      .withArgs(s.tender, 0, d, Status.Rejected)
      .and.to.emit(s.evaluation, "PricesLoaded")
      .withArgs(s.tender, 0, 3, 200, 750_000, false, 0);
    const candidate = await s.evaluation.candidateOf(s.tender, 0, d);
    expect([candidate.stage, candidate.key]).to.deep.equal([GONE, 0n]);
    await rank(s, await order(s, [a, b, c]));
  });

  it("scores prices proportionally to the lowest, rounded down, beside the stages", async () => {
    const s = await finished([9000, 8000, 7000, 6000], { prices: [[300n, 301n, 700n, 100n]] });
    await load(s);
    const quality = (value: bigint) => 7000n * 10_000n * value;
    const price = (value: bigint) => 3000n * ((100n * 10n ** 8n) / value);
    const wanted = [
      quality(9000n) + price(300n),
      quality(8000n) + price(301n),
      quality(7000n) + price(700n),
      quality(6000n) + 3000n * 10n ** 8n,
    ];
    expect(await totals(s)).to.deep.equal(wanted);
  });

  it("scores prices linearly between the lowest and the ceiling, or without one the highest", async () => {
    const linear = { formula: Formula.Linear };
    const prices = [[300n, 301n, 700n, 100n]];
    const under = await priced(linear, { prices, tender: { ceilings: [1000n] } });
    await load(under);
    const between = (top: bigint) => prices[0]?.map((price) => 10_000n * ((10n ** 8n * (top - price)) / (top - 100n)));
    expect(await totals(under)).to.deep.equal(between(1000n));
    const open = await priced(linear, { prices, tender: { ceilings: [0n] } });
    await load(open);
    expect(await totals(open)).to.deep.equal(between(700n));
    const same = await priced(linear, { prices: [[5n, 5n]], tender: { ceilings: [0n] } });
    await load(same);
    expect(await totals(same)).to.deep.equal([10n ** 12n, 10n ** 12n]);
  });

  it("does not score prices that have no weight", async () => {
    const terms = { priceWeight: 0, formula: Formula.None, stages: [{ ...SCORED, weight: 10_000 }] };
    const s = await finished([7000, 8000, 9000, 6000], { terms });
    await load(s);
    expect(await totals(s)).to.deep.equal([7000n, 8000n, 9000n, 6000n].map((points) => points * 10n ** 8n));
  });

  it("gives a price of 0 a full score, and every other one none", async () => {
    const s = await priced({}, { prices: [[0n, 1n]] });
    await load(s);
    expect(await totals(s)).to.deep.equal([10n ** 12n, 0n]);
  });
});

describe("Evaluation: abnormally low prices", () => {
  it("are those below the share of the mean; it is known after all prices were read", async () => {
    const s = await priced(LOW, { prices: [[199n, 200n, 600n, 601n]] });
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const flag = (...bidders: string[]) => s.evaluation.flagLow(s.tender, 0, bidders);
    const early = [s.evaluation, "EvaluationStep"] as const;
    await load(s, [a, b, c]);
    await expect(flag(a))
      .to.be.revertedWithCustomError(...early)
      .withArgs(Step.Screening, 0);
    const normal = [s.evaluation, "EvaluationPriceNormal"] as const;
    const sent = await load(s, [d]);
    const { since } = await progress(s);
    await expect(sent)
      .to.emit(s.evaluation, "PricesScreened")
      .withArgs(s.tender, 0, 4, 1600, 200, since + 4n * DAY);
    await expect(flag(a, b))
      .to.be.revertedWithCustomError(...normal)
      .withArgs(b, 200, 200);
    await at(since + 7n);
    await expect(flag(a))
      .to.emit(s.evaluation, "LowPriceFlagged")
      .withArgs(s.tender, 0, a, 199, 200, since + 7n + 2n * DAY);
    await expect(flag(a)).not.to.emit(s.evaluation, "LowPriceFlagged");
    await expect(flag(s.stranger.address))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationBidUnexpected")
      .withArgs(s.stranger.address);
  });

  it("are flagged so early that they can be explained before prices are scored", async () => {
    const s = await screened();
    const [a = ""] = s.bidders;
    const { since } = await progress(s);
    const last = since + LOW.answerPeriod;
    const flag = () => s.evaluation.flagLow(s.tender, 0, [a]);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(last + 1n);
    await expect(flag()).to.be.revertedWithCustomError(s.evaluation, "EvaluationFlagClosed").withArgs(last);
    await snapshot.restore();
    await at(last);
    await flag();
    await at(last + LOW.answerPeriod);
    await s.evaluation.connect(s.a).answerLow(s.tender, 0, a, EVIDENCE);
  });

  it("round the limit up: a price just below the share is low", async () => {
    // The mean is 200.33, half of it 100.17.
    const s = await priced(LOW, { prices: [[100n, 101n, 400n]] });
    await load(s);
    await s.evaluation.flagLow(s.tender, 0, [s.bidders[0] ?? NOBODY]);
    expect((await s.evaluation.candidateOf(s.tender, 0, s.bidders[0] ?? NOBODY)).flaggedAt).not.to.equal(0n);
    await expect(s.evaluation.flagLow(s.tender, 0, [s.bidders[1] ?? NOBODY])).to.be.revertedWithCustomError(
      s.evaluation,
      "EvaluationPriceNormal",
    );
  });

  it("cannot be rejected for it before they were flagged and explained, or the time for it is over", async () => {
    const s = await screened();
    const [a = ""] = s.bidders;
    const unheard = [s.house, "TenderLowBidUnheard"] as const;
    await expect(reject(s, a, 5))
      .to.be.revertedWithCustomError(...unheard)
      .withArgs(s.tender, 0, a);
    await s.evaluation.flagLow(s.tender, 0, [a]);
    const { flaggedAt } = await s.evaluation.candidateOf(s.tender, 0, a);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(flaggedAt + LOW.answerPeriod);
    await expect(reject(s, a, 5))
      .to.be.revertedWithCustomError(...unheard)
      .withArgs(s.tender, 0, a);
    await snapshot.restore();
    await pass(flaggedAt + LOW.answerPeriod);
    await reject(s, a, 5);
    await snapshot.restore();
    await s.evaluation.connect(s.a).answerLow(s.tender, 0, a, EVIDENCE);
    await reject(s, a, 5);
  });

  it("are explained by their bidder, once, in time and with a digest", async () => {
    const s = await screened();
    const [a = "", b = ""] = s.bidders;
    const answer = (bidder = a, by = s.a, digest = EVIDENCE) =>
      s.evaluation.connect(by).answerLow(s.tender, 0, bidder, digest);
    const closed = [s.evaluation, "EvaluationAnswerClosed"] as const;
    await expect(answer())
      .to.be.revertedWithCustomError(...closed)
      .withArgs(a, 0);
    await s.evaluation.flagLow(s.tender, 0, [a]);
    const { flaggedAt } = await s.evaluation.candidateOf(s.tender, 0, a);
    await expect(answer(b, s.b))
      .to.be.revertedWithCustomError(...closed)
      .withArgs(b, 0);
    for (const by of [s.b, s.officer, s.stranger]) {
      await expect(answer(a, by))
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationBidderOnly")
        .withArgs(a, by.address);
    }
    await expect(answer(a, s.a, ZeroHash)).to.be.revertedWithCustomError(s.evaluation, "EvaluationDigestMissing");
    const until = flaggedAt + LOW.answerPeriod;
    const snapshot = await networkHelpers.takeSnapshot();
    await at(until + 1n);
    await expect(answer())
      .to.be.revertedWithCustomError(...closed)
      .withArgs(a, until);
    await snapshot.restore();
    await at(until);
    await expect(answer()).to.emit(s.evaluation, "LowPriceAnswered").withArgs(s.tender, 0, a, EVIDENCE);
    await expect(answer())
      .to.be.revertedWithCustomError(...closed)
      .withArgs(a, until);
  });

  it("leave time to decide; then the prices of those that still stand are read again, and scored", async () => {
    const s = await screened();
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const { since } = await progress(s);
    const until = since + 2n * LOW.answerPeriod;
    await s.evaluation.flagLow(s.tender, 0, [a]);
    await s.evaluation.connect(s.a).answerLow(s.tender, 0, a, id("explanation"));
    await reject(s, a, 5);
    await at(until);
    await expect(load(s)).to.be.revertedWithCustomError(s.evaluation, "EvaluationEarly").withArgs(until);
    await pass(until);
    await expect(load(s))
      .to.emit(s.evaluation, "BidDropped")
      .withArgs(s.tender, 0, a, Status.Rejected)
      .and.to.emit(s.evaluation, "PricesLoaded")
      .withArgs(s.tender, 0, 3, 200, 750_000, false, 0);
    await rank(s, [b, c, d]);
    expect(await selected(s)).to.deep.equal([b]);
    expect(await s.evaluation.answered(s.tender, 0, a)).to.equal(false);
  });

  it("stay in the ranking where the agency accepts the explanation", async () => {
    const s = await screened();
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await s.evaluation.flagLow(s.tender, 0, [a]);
    await pass((await progress(s)).since + 2n * LOW.answerPeriod);
    await load(s);
    await rank(s, [a, b, c, d]);
    await s.house.connect(s.officer).award(s.tender, 0, a);
    expect(await s.evaluation.answered(s.tender, 0, a)).to.equal(true);
  });

  it("are none in a lot without bids", async () => {
    const s = await priced(LOW, { prices: [[]] });
    await expect(load(s)).to.emit(s.evaluation, "PricesScreened");
    expect((await progress(s)).step).to.equal(Step.Pricing);
  });
});
