import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import { seal } from "../bids.ts";
import { at, openedScene, pass, publish, UNBONDED } from "../helpers.ts";
import { EVIDENCE, Status, ZeroAddress } from "../values.ts";
import { ascending, BY_PRICE_ONLY, judgingOf, type Judged, list, opened, panelStage, progress, Step } from "./scene.ts";

const piece = (s: Judged, bidders: string[]) => s.evaluation.list(s.tender, 0, bidders);
const reject = (s: Judged, bidder: string | undefined) =>
  s.house.connect(s.officer).reject(s.tender, 0, bidder ?? ZeroAddress, 1, EVIDENCE);

describe("Evaluation.list", () => {
  it("reverts until the deadline's last second is over", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const { tender, revealDeadline } = await publish(s, { ...UNBONDED, judging: judgingOf(s) });
    await at(revealDeadline);
    await expect(s.evaluation.list(tender, 0, []))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationEarly")
      .withArgs(revealDeadline);
    await at(revealDeadline + 1n);
    await s.evaluation.list(tender, 0, []);
  });

  it("reverts when bids are repeated, or do not stand; in any order, so that who skips one hinders nobody", async () => {
    const s = await opened({ prices: [[400n, 300n, 750_001n, 100n]] });
    const sorted = ascending([s.a, s.b, s.d].map(({ address }) => address));
    const [first = "", second = "", third = ""] = sorted;
    const unsorted = [s.evaluation, "EvaluationUnsorted"] as const;
    await expect(piece(s, [first, first]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(first);
    const status = [s.evaluation, "EvaluationBidStatus"] as const;
    await expect(piece(s, [s.c.address]))
      .to.be.revertedWithCustomError(...status)
      .withArgs(s.c.address, Status.OverCeiling);
    await expect(piece(s, [s.stranger.address]))
      .to.be.revertedWithCustomError(...status)
      .withArgs(s.stranger.address, Status.None);
    await piece(s, [third]);
    await piece(s, [second]);
    await expect(piece(s, [first, second]))
      .to.be.revertedWithCustomError(...unsorted)
      .withArgs(second);
    expect((await progress(s)).step).to.equal(Step.Listing);
    await piece(s, [first]);
    expect((await progress(s)).step).to.equal(Step.Scoring);
  });

  it("is over with the last bid that stands, and not before", async () => {
    const s = await opened();
    const sorted = ascending(s.bidders);
    await piece(s, sorted.slice(0, 3));
    const next = [s.evaluation, "EvaluationStep"] as const;
    const acts = [
      () => s.evaluation.connect(s.evaluators[0]).commitScores(s.tender, 0, 0, EVIDENCE),
      () => s.evaluation.closeStage(s.tender, 0, []),
      () => s.evaluation.loadPrices(s.tender, 0, []),
      () => s.evaluation.rank(s.tender, 0, []),
      () => s.evaluation.exclude(s.tender, 0, s.a),
    ];
    for (const act of acts)
      await expect(act())
        .to.be.revertedWithCustomError(...next)
        .withArgs(Step.Listing, 0);
    await expect(piece(s, sorted.slice(3)))
      .to.emit(s.evaluation, "BidsListed")
      .withArgs(s.tender, 0, sorted.slice(3))
      .and.to.emit(s.evaluation, "StageOpened");
    await expect(list(s))
      .to.be.revertedWithCustomError(...next)
      .withArgs(Step.Scoring, 0);
    await expect(s.evaluation.relist(s.tender, 0))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationListChanged")
      .withArgs(4, 4);
  });

  it("leaves out bids rejected before; one rejected in the middle lets the listing begin anew", async () => {
    const s = await opened();
    const [first = "", second = "", third = "", fourth = ""] = ascending(s.bidders);
    const changed = [s.evaluation, "EvaluationListChanged"] as const;
    await expect(s.evaluation.relist(s.tender, 0))
      .to.be.revertedWithCustomError(...changed)
      .withArgs(0, 4);
    await reject(s, fourth);
    await piece(s, [first, second]);
    await expect(s.evaluation.relist(s.tender, 0))
      .to.be.revertedWithCustomError(...changed)
      .withArgs(3, 3);
    await reject(s, first);
    await expect(piece(s, []))
      .to.be.revertedWithCustomError(...changed)
      .withArgs(3, 2);
    await expect(s.evaluation.relist(s.tender, 0)).to.emit(s.evaluation, "JudgingRestarted").withArgs(s.tender, 0, 1);
    await piece(s, [second, third]);
    const [generation, { step, bids }] = await s.evaluation.progressOf(s.tender, 0);
    expect([generation, step, bids]).to.deep.equal([1n, Step.Scoring, 2n]);
  });

  it("of an empty lot ends its stages at once; nobody is selected, and the lot can be closed", async () => {
    const s = await opened({ prices: [[]] });
    await expect(list(s)).to.emit(s.evaluation, "StagesFinished").withArgs(s.tender, 0, 0);
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(false);
    await s.evaluation.loadPrices(s.tender, 0, []);
    await s.evaluation.rank(s.tender, 0, []);
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(true);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
  });

  it("leads to the prices at once where there is no stage", async () => {
    const s = await opened({ terms: BY_PRICE_ONLY });
    await list(s);
    expect((await progress(s)).step).to.equal(Step.Pricing);
  });

  it("knows no tender of the house that is judged by price", async () => {
    const s = await openedScene([4n, 3n, 2n, 1n]);
    await expect(s.evaluation.list(s.tender, 0, []))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationUnknown")
      .withArgs(s.tender, 0);
  });

  it("counts a bid that has yet to take its place in the house", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const published = await publish(s, { ...UNBONDED, judging: judgingOf(s, BY_PRICE_ONLY) });
    const bids = [await seal(s, published.tender, s.a, 200n), await seal(s, published.tender, s.b, 100n)];
    await pass(published.commitDeadline);
    for (const bid of bids) {
      const opening = { bid: bid.bid, salt: bid.salt, envelope: `0x${"00".repeat(32)}`, other: `0x${"00".repeat(32)}` };
      const place = { number: bid.number, time: bid.time, before: ZeroAddress, next: ZeroAddress };
      await s.house.open(published.tender, 0, bid.bidder, { ...opening, ...place });
    }
    await pass(published.revealDeadline);
    const unplaced = await s.house.bidOf(published.tender, 0, s.b);
    expect(unplaced.status).to.equal(Status.Unplaced);
    const judged = { ...s, ...published, bids, bidders: [s.a.address, s.b.address] };
    await list(judged);
    await s.evaluation.loadPrices(published.tender, 0, judged.bidders);
    expect((await progress(judged)).step).to.equal(Step.Ranking);
  });
});
