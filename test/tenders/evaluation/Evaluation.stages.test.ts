import { expect } from "chai";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { at, pass } from "../helpers.ts";
import { EVIDENCE, Status } from "../values.ts";
import {
  closeStage,
  commit,
  type EvaluationTerms,
  GONE,
  type Judged,
  list,
  listed,
  pack,
  points,
  progress,
  reveal,
  score,
  SCORED,
  type StageTerms,
  Step,
} from "./scene.ts";

const staged = (...stages: Partial<StageTerms>[]): { terms: Partial<EvaluationTerms> } => ({
  terms: { stages: stages.map((stage) => ({ ...SCORED, ...stage })) },
});
const qualities = (s: Judged) =>
  Promise.all(s.bidders.map(async (bidder) => (await s.evaluation.candidateOf(s.tender, 0, bidder)).quality));
const stages = (s: Judged) =>
  Promise.all(s.bidders.map(async (bidder) => (await s.evaluation.candidateOf(s.tender, 0, bidder)).stage));
const unexpected = (s: Judged) => [s.evaluation, "EvaluationBidUnexpected"] as const;

describe("Evaluation.closeStage", () => {
  it("reverts while scores can come, are too few, or are not counted", async () => {
    const s = await listed();
    const sheet = points(s, 9000, 8000, 7000, 6000);
    const [first, second, third] = s.evaluators;
    for (const evaluator of s.evaluators) await commit(s, evaluator, sheet);
    await reveal(s, first, sheet);
    await reveal(s, second, sheet, 0, []);
    const { since } = await progress(s);
    const until = since + SCORED.commitPeriod + SCORED.revealPeriod;
    const close = () => closeStage(s, s.bidders);
    await at(until);
    await expect(close()).to.be.revertedWithCustomError(s.evaluation, "EvaluationStageRunning").withArgs(until);
    const snapshot = await networkHelpers.takeSnapshot();
    await pass(until);
    await expect(close()).to.be.revertedWithCustomError(s.evaluation, "EvaluationUncounted").withArgs(1, 2);
    await snapshot.restore();
    await reveal(s, third, sheet);
    await expect(close()).to.be.revertedWithCustomError(s.evaluation, "EvaluationUncounted").withArgs(2, 3);
  });

  it("tells the means of the weighted points, rounded down, and who reaches the threshold", async () => {
    const s = await listed(staged({ weights: pack([6000, 3000, 1000]), threshold: 5000 }));
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const sheet = (x: number[], y: number[]) => ({ [a]: x, [b]: y, [c]: [5000, 5000, 5000], [d]: [4999, 5000, 5000] });
    await score(s, [
      sheet([10_000, 0, 1], [1, 2, 3]),
      sheet([10_000, 0, 0], [10_000, 10_000, 10_000]),
      sheet([10_000, 0, 0], [10_000, 10_000, 10_000]),
    ]);
    const first = 6000 * 10_000 * 3 + 1000;
    const second = 6000 + 6000 + 3000 + 2 * 10 ** 8;
    const scores = [Math.floor(first / 3), Math.floor(second / 3), 5000 * 10_000, 6000 * 4999 + 4000 * 5000];
    await expect(closeStage(s, s.bidders))
      .to.emit(s.evaluation, "BidsScored")
      .withArgs(s.tender, 0, 0, s.bidders, scores, [true, true, true, false])
      .and.to.emit(s.evaluation, "StagesFinished")
      .withArgs(s.tender, 0, 3);
    expect(await stages(s)).to.deep.equal([2n, 2n, 2n, GONE]);
    expect(await qualities(s)).to.deep.equal([...scores.slice(0, 3).map((one) => 7000n * BigInt(one)), 0n]);
  });

  it("leaves out each bid's highest and lowest score where three are there", async () => {
    const s = await listed({ terms: { dropExtremes: true, stages: [{ ...SCORED, threshold: 0 }] } });
    const sheets = [points(s, 1000, 0, 7000, 0), points(s, 4000, 0, 10_000, 1), points(s, 9000, 3000, 10_000, 2)];
    await score(s, sheets);
    await closeStage(s, s.bidders);
    const means = [4000n, 0n, 10_000n, 1n];
    expect(await qualities(s)).to.deep.equal(means.map((mean) => 7000n * 10_000n * mean));
  });

  it("leaves none out where only two are there", async () => {
    const s = await listed({ terms: { dropExtremes: true, stages: [{ ...SCORED, threshold: 0 }] } });
    const sheets = [points(s, 1000, 0, 7000, 0), points(s, 4000, 0, 10_000, 1)];
    for (const [i, sheet] of sheets.entries()) await commit(s, s.evaluators[i as 0 | 1], sheet);
    await networkHelpers.time.increase(SCORED.commitPeriod);
    for (const [i, sheet] of sheets.entries()) await reveal(s, s.evaluators[i as 0 | 1], sheet);
    await networkHelpers.time.increase(SCORED.revealPeriod);
    await closeStage(s, s.bidders);
    const sums = [5000n, 0n, 17_000n, 1n];
    expect(await qualities(s)).to.deep.equal(sums.map((sum) => 7000n * ((10_000n * sum) / 2n)));
  });

  it("keeps so many, by score, and those whose score equals the last one's", async () => {
    for (const [keep, wanted] of [
      [1, [2n, GONE, GONE, GONE]],
      [2, [2n, 2n, 2n, GONE]],
      [3, [2n, 2n, 2n, GONE]],
      [4, [2n, 2n, 2n, 2n]],
    ] as const) {
      const s = await listed(staged({ keep }));
      const sheet = points(s, 9000, 8000, 8000, 7000);
      await score(s, [sheet, sheet, sheet]);
      const [a = "", b = "", c = "", d = ""] = s.bidders;
      await expect(closeStage(s, [b, a, c, d]))
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationUnsorted")
        .withArgs(a);
      // The worst one alone would be kept, and no better one after it.
      for (const some of [[d], [a, c]]) {
        await expect(closeStage(s, some))
          .to.be.revertedWithCustomError(s.evaluation, "EvaluationCountWrong")
          .withArgs(some.length, 4);
      }
      await closeStage(s, [a, c, b, d]);
      expect(await stages(s), String(keep)).to.deep.equal(wanted);
    }
  });

  it("keeps none below the threshold, however few there are", async () => {
    const s = await listed(staged({ keep: 3, threshold: 8000 }));
    const sheet = points(s, 8000, 7999, 7999, 7999);
    await score(s, [sheet, sheet, sheet]);
    await closeStage(s, s.bidders);
    expect(await stages(s)).to.deep.equal([2n, GONE, GONE, GONE]);
  });

  it("reverts when a bid is given twice or is none; it is not over before the last one", async () => {
    const s = await listed();
    const sheet = points(s, 9000, 8000, 7000, 6000);
    await score(s, [sheet, sheet, sheet]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await expect(closeStage(s, [a, a]))
      .to.be.revertedWithCustomError(...unexpected(s))
      .withArgs(a);
    await closeStage(s, [d, a]);
    for (const bidder of [a, d, s.stranger.address]) {
      await expect(closeStage(s, [bidder]))
        .to.be.revertedWithCustomError(...unexpected(s))
        .withArgs(bidder);
    }
    await closeStage(s, [b]);
    expect((await progress(s)).step).to.equal(Step.Scoring);
    await closeStage(s, [c]);
    expect((await progress(s)).step).to.equal(Step.Pricing);
  });

  it("of pass/fail asks for points of 0 or 10,000, and for the share that the terms say", async () => {
    const s = await listed(staged({ passFail: true, weight: 0, threshold: 6667 }, {}));
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const sheet = { [a]: [10_000, 10_000], [b]: [10_000, 10_000], [c]: [10_000, 0], [d]: [0, 0] };
    const [first, second, third] = s.evaluators;
    const snapshot = await networkHelpers.takeSnapshot();
    for (const evaluator of s.evaluators) await commit(s, evaluator, { ...sheet, [d]: [1, 0] });
    await expect(reveal(s, first, { ...sheet, [d]: [1, 0] })).to.be.revertedWithCustomError(
      s.evaluation,
      "EvaluationPointsInvalid",
    );
    await snapshot.restore();
    const against = { ...sheet, [b]: [0, 0] };
    for (const evaluator of [first, second]) await commit(s, evaluator, sheet);
    await commit(s, third, against);
    for (const evaluator of [first, second]) await reveal(s, evaluator, sheet);
    await reveal(s, third, against);
    // b has two thirds, which is a little less than 66.67 %.
    await closeStage(s, s.bidders);
    expect(await stages(s)).to.deep.equal([2n, GONE, GONE, GONE]);
    expect((await progress(s)).stage).to.equal(1n);
  });

  it("goes through stages in order, each with the bids that passed the one before; all scores make one digest", async () => {
    const two = staged({ keep: 3, weight: 2000 }, { weight: 5000, threshold: 0 });
    const s = await listed(two);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const digest = await s.evaluation.scoresDigest(s.tender);
    const first = points(s, 6000, 7000, 8000, 5000);
    await score(s, [first, first, first]);
    await expect(closeStage(s, [c, b, a, d])).to.emit(s.evaluation, "StageOpened");
    expect(await s.evaluation.scoresDigest(s.tender)).not.to.equal(digest);
    const second = { [a]: [10_000, 0], [b]: [0, 0], [c]: [0, 10_000] };
    await score(s, [second, second, second], { stage: 1 });
    await expect(closeStage(s, [d]))
      .to.be.revertedWithCustomError(...unexpected(s))
      .withArgs(d);
    await closeStage(s, [a, b, c]);
    const weighted = (x: bigint, y: bigint) => 2000n * x * 10_000n + 5000n * y;
    expect(await qualities(s)).to.deep.equal([
      weighted(6000n, 60_000_000n),
      weighted(7000n, 0n),
      weighted(8000n, 40_000_000n),
      0n,
    ]);
  });

  it("ends the stages at once where nobody passes", async () => {
    const s = await listed(staged({ weight: 2000 }, { weight: 5000 }));
    const sheet = points(s, 1, 2, 3, 4);
    await score(s, [sheet, sheet, sheet]);
    await expect(closeStage(s, s.bidders)).to.emit(s.evaluation, "StagesFinished").withArgs(s.tender, 0, 0);
    expect((await progress(s)).step).to.equal(Step.Pricing);
  });
});

describe("Evaluation.exclude: while a stage runs", () => {
  it("takes no place of those kept from others", async () => {
    const s = await listed(staged({ keep: 1 }));
    const sheet = points(s, 9000, 8000, 7000, 6000);
    await score(s, [sheet, sheet, sheet]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    const exclude = (bidder: string) => s.evaluation.exclude(s.tender, 0, bidder);
    await expect(exclude(a)).to.be.revertedWithCustomError(s.evaluation, "EvaluationBidStatus").withArgs(a, 3);
    await expect(exclude(s.stranger.address))
      .to.be.revertedWithCustomError(...unexpected(s))
      .withArgs(s.stranger.address);
    await s.house.connect(s.officer).reject(s.tender, 0, a, 1, EVIDENCE);
    await expect(exclude(a)).to.emit(s.evaluation, "BidExcluded").withArgs(s.tender, 0, a, 7);
    await expect(exclude(a))
      .to.be.revertedWithCustomError(...unexpected(s))
      .withArgs(a);
    await closeStage(s, [b, a, c, d]);
    expect(await stages(s)).to.deep.equal([GONE, 2n, GONE, GONE]);
    await expect(exclude(b)).to.be.revertedWithCustomError(s.evaluation, "EvaluationStep").withArgs(Step.Pricing, 1);
  });
});

describe("Evaluation.closeStage: of bids rejected and not excluded", () => {
  it("gives them no place of those kept, wherever they stand, and tells it", async () => {
    const s = await listed(staged({ keep: 2 }));
    const sheet = points(s, 9000, 8000, 7000, 6000);
    await score(s, [sheet, sheet, sheet]);
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await s.house.connect(s.officer).reject(s.tender, 0, a, 1, EVIDENCE);
    await expect(closeStage(s, [a, c, b, d])).to.be.revertedWithCustomError(s.evaluation, "EvaluationUnsorted");
    await expect(closeStage(s, [b, c, a, d]))
      .to.emit(s.evaluation, "BidExcluded")
      .withArgs(s.tender, 0, a, Status.Rejected);
    expect(await stages(s)).to.deep.equal([GONE, 2n, 2n, GONE]);
  });
});

describe("Evaluation.reopen", () => {
  it("begins the lot anew: with the listing, other commitments, and nothing of what was before", async () => {
    const s = await listed();
    const sheet = points(s, 9000, 8000, 7000, 6000);
    await score(s, [sheet, sheet, sheet]);
    await closeStage(s, s.bidders);
    const house = await s.house.getAddress();
    await networkHelpers.impersonateAccount(house);
    await networkHelpers.setBalance(house, 10n ** 20n);
    const reopen = async () => s.evaluation.connect(await ethers.getSigner(house)).reopen(s.tender, 0);
    await expect(reopen()).to.emit(s.evaluation, "JudgingRestarted").withArgs(s.tender, 0, 1);
    expect((await progress(s)).step).to.equal(Step.Listing);
    expect(await stages(s)).to.deep.equal([0n, 0n, 0n, 0n]);
    await list(s);
    const [first] = s.evaluators;
    for (const evaluator of s.evaluators) await commit(s, evaluator, sheet, { generation: 1 });
    await reveal(s, first, sheet);
    await expect(reopen()).to.emit(s.evaluation, "JudgingRestarted").withArgs(s.tender, 0, 2);
  });
});
