import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import { EVIDENCE, Status, ZeroAddress, ZeroHash } from "../values.ts";
import {
  BY_PRICE_ONLY,
  chain,
  type EvaluationTerms,
  finished,
  type Judged,
  listed,
  load,
  NO_BUDGET,
  order,
  progress,
  rank,
  rankedByPrice,
  selected,
  Step,
} from "./scene.ts";

const loaded = async (prices: bigint[], terms: Partial<EvaluationTerms> = {}): Promise<Judged> => {
  const s = await listed({ prices: [prices], terms: { ...BY_PRICE_ONLY, ...terms } });
  await load(s);
  return s;
};
const reject = (s: Judged, bidder: string) => s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
const award = (s: Judged, bidder: string) => s.house.connect(s.officer).award(s.tender, 0, bidder);
const exclude = async (s: Judged, bidder: string) => {
  await reject(s, bidder);
  return s.evaluation.exclude(s.tender, 0, bidder);
};
const select = (s: Judged, bidders: string[], rest: string = ZeroHash) =>
  s.evaluation.select(s.tender, 0, bidders, rest);

describe("Evaluation.rank", () => {
  it("reverts when a ranking is unsorted, padded, or names a bid twice or one that dropped out", async () => {
    const s = await finished([9000, 8000, 7000, 4000]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await load(s, [a, b, c]);
    const [best = "", second = "", third = ""] = await order(s, [a, b, c]);
    const unsorted = [s.evaluation, "EvaluationUnsorted"] as const;
    const unexpected = [s.evaluation, "EvaluationBidUnexpected"] as const;
    await expect(rank(s, [second, best, third]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(second);
    await expect(rank(s, [best, third, second]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(third);
    await expect(rank(s, [best, best, second]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(best);
    await expect(rank(s, [best, second, third, d]))
      .to.be.revertedWithCustomError(...unexpected)
      .withArgs(d);
    await expect(rank(s, [best, second, third, s.stranger.address]))
      .to.be.revertedWithCustomError(...unexpected)
      .withArgs(s.stranger.address);
    await rank(s, [best, second, third]);
    await expect(rank(s, [])).to.be.revertedWithCustomError(s.evaluation, "EvaluationStep").withArgs(Step.Ranked, 1);
  });

  it("selects nobody while it is incomplete, and comes in pieces from the end", async () => {
    const s = await loaded([400n, 300n, 200n, 100n]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await expect(rank(s, [b, a]))
      .to.emit(s.evaluation, "BidsRanked")
      .withArgs(s.tender, 0, 3, [b, a]);
    await expect(award(s, b)).to.be.revertedWithCustomError(s.house, "TenderNotSelected").withArgs(s.tender, 0, b);
    await expect(s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress)).to.be.revertedWithCustomError(
      s.house,
      "TenderBidStands",
    );
    const unsorted = [s.evaluation, "EvaluationUnsorted"] as const;
    await expect(rank(s, [a]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(a);
    await expect(rank(s, [d, c, b]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(b);
    await expect(select(s, [d]))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationStep")
      .withArgs(Step.Ranking, 0);
    await rank(s, [c]);
    await expect(rank(s, [d]))
      .to.emit(s.evaluation, "BidSelected")
      .withArgs(s.tender, 0, d, 100, 100);
    expect(await selected(s)).to.deep.equal([d]);
    expect((await progress(s)).chain).to.equal(chain([c, b, a]));
    await award(s, d);
  });

  it("is not complete without any one of the bids; all at once begin it anew", async () => {
    const s = await loaded([400n, 300n, 200n]);
    const [a = "", b = "", c = ""] = s.bidders;
    const snapshot = await networkHelpers.takeSnapshot();
    for (const bidders of [
      [b, a],
      [c, a],
      [c, b],
    ]) {
      await rank(s, bidders);
      expect((await progress(s)).step).to.equal(Step.Ranking);
      await rank(s, [c, b, a]);
      expect((await progress(s)).step).to.equal(Step.Ranked);
      await snapshot.restore();
    }
  });

  it("puts the earlier of equal bids first where bidders opened themselves", async () => {
    const s = await loaded([200n, 100n, 200n, 200n], { winners: 3 });
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await expect(rank(s, [b, c, a, d]))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationUnsorted")
      .withArgs(c);
    await rank(s, [b, a, c, d]);
    expect(await selected(s)).to.deep.equal([a, b, c]);
  });

  it("selects as many as win, each awarded by itself", async () => {
    const s = await rankedByPrice({ terms: { winners: 2 } });
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    expect(await selected(s)).to.deep.equal([c, d]);
    for (const bidder of [c, d]) await award(s, bidder);
    for (const bidder of [a, b]) {
      await expect(award(s, bidder))
        .to.be.revertedWithCustomError(s.house, "TenderNotSelected")
        .withArgs(s.tender, 0, bidder);
    }
    const full = [s.evaluation, "EvaluationSelectionFull"] as const;
    await expect(select(s, [b], chain([a])))
      .to.be.revertedWithCustomError(...full)
      .withArgs(2, false);
  });
});

describe("Evaluation: the budget", () => {
  it("ends the selection at the first bid that exceeds what is left, to the last unit", async () => {
    for (const [budget, count] of [
      [99n, 0],
      [100n, 1],
      [299n, 1],
      [300n, 2],
      [NO_BUDGET, 4],
    ] as const) {
      const s = await rankedByPrice({ terms: { winners: 9, budgets: [budget] } });
      expect(await selected(s), String(budget)).to.have.length(count);
      const { blocked, spent } = await progress(s);
      expect([blocked, spent]).to.deep.equal([budget !== NO_BUDGET, [0n, 100n, 300n, 600n, 1000n][count]]);
    }
  });

  it("that suffices for no bid leaves the lot without a winner", async () => {
    const s = await rankedByPrice({ terms: { budgets: [99n] } });
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(true);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
  });

  it("is that of the lot", async () => {
    const lots = [100n, 200n, 300n, 99n, 100n];
    const prices = lots.map(() => [100n, 100n, 100n]);
    const s = await listed({ prices, terms: { ...BY_PRICE_ONLY, winners: 3, budgets: lots } });
    for (const lot of lots.keys()) {
      await load(s, s.bidders, lot);
      await rank(s, s.bidders, lot);
    }
    const counts = await Promise.all([...lots.keys()].map(async (lot) => (await selected(s, lot)).length));
    expect(counts).to.deep.equal([1, 2, 3, 0, 1]);
  });
});

describe("Evaluation.select and exclude", () => {
  it("a bid rejected later yields to the next of the reserve, in its order", async () => {
    const s = await rankedByPrice({ terms: { winners: 2 } });
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await expect(s.evaluation.exclude(s.tender, 0, d))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationBidStatus")
      .withArgs(d, Status.Standing);
    await expect(exclude(s, d)).to.emit(s.evaluation, "BidExcluded").withArgs(s.tender, 0, d, Status.Rejected);
    await expect(s.evaluation.exclude(s.tender, 0, d))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationBidUnexpected")
      .withArgs(d);
    expect(await selected(s)).to.deep.equal([c]);
    const mismatch = [s.evaluation, "EvaluationListMismatch"] as const;
    await expect(select(s, [a]))
      .to.be.revertedWithCustomError(...mismatch)
      .withArgs(chain([a]), chain([b, a]));
    await expect(select(s, [b]))
      .to.be.revertedWithCustomError(...mismatch)
      .withArgs(chain([b]), chain([b, a]));
    await select(s, [b], chain([a]));
    expect(await selected(s)).to.deep.equal([b, c]);
  });

  it("a reserve that is rejected is passed over; with the last bid gone nobody is selected", async () => {
    const s = await rankedByPrice();
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await exclude(s, c);
    await exclude(s, d);
    await select(s, [c, b], chain([a]));
    expect(await selected(s)).to.deep.equal([b]);
    await exclude(s, b);
    await exclude(s, a);
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(false);
    await select(s, [a]);
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(true);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
  });

  it("gives back what an excluded bid held of the budget; awarded ones keep their place and their share", async () => {
    const s = await rankedByPrice({ terms: { winners: 3, budgets: [450n] } });
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    expect(await selected(s)).to.deep.equal([c, d]);
    await expect(select(s, [b], chain([a])))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationSelectionFull")
      .withArgs(2, true);
    // Without d 250 are left: b, who asks for 300, still ends the selection.
    await exclude(s, d);
    await expect(select(s, [b], chain([a])))
      .to.emit(s.evaluation, "BudgetExhausted")
      .withArgs(s.tender, 0, b, 300, 200);
    // Without b it is a's turn, who asks for 400.
    await exclude(s, b);
    await award(s, c);
    await select(s, [b, a]);
    const { chosen, spent, blocked } = await progress(s);
    expect([chosen, spent, blocked]).to.deep.equal([1n, 200n, true]);
    expect(await s.evaluation.selects(s.tender, 0, c)).to.equal(true);
  });

  it("select nothing more than once", async () => {
    const s = await rankedByPrice({ terms: { winners: 9 } });
    const mismatch = [s.evaluation, "EvaluationListMismatch"] as const;
    await expect(select(s, [s.bidders[3] ?? ""])).to.be.revertedWithCustomError(...mismatch);
    await select(s, []);
    const { chosen, spent } = await progress(s);
    expect([chosen, spent]).to.deep.equal([4n, 1000n]);
  });
});
