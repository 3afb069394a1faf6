import { expect } from "chai";
import type { Signer } from "ethers";
import { networkHelpers } from "../../shared/house.ts";
import { bidBytes, openAll, seal } from "../bids.ts";
import { at, pass, publish, UNBONDED } from "../helpers.ts";
import { DAY, EVIDENCE, HOUR, id, ZeroHash } from "../values.ts";
import {
  chain,
  commit,
  identityOf,
  type Judged,
  judgingOf,
  list,
  listed,
  panelStage,
  type Place,
  points,
  type Points,
  progress,
  reveal,
  saltOf,
  score,
  SCORED,
  scoresHash,
  wordsOf,
} from "./scene.ts";

const begun = () => listed();
const scene = async () => {
  const s = await networkHelpers.loadFixture(begun);
  return { ...s, sheet: points(s, 9000, 8000, 7000, 6000) };
};
const windowOf = async (s: Judged) => {
  const { since } = await progress(s);
  return { commitUntil: since + SCORED.commitPeriod, revealUntil: since + SCORED.commitPeriod + SCORED.revealPeriod };
};
const sending = (s: Judged, i: 0 | 1 | 2, hash = EVIDENCE, stage = 0) =>
  s.evaluation.connect(s.evaluators[i]).commitScores(s.tender, 0, stage, hash);

describe("Evaluation.declare", () => {
  it("reverts for who is not on the panel, again, and without a digest", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const { tender } = await publish(s, { ...UNBONDED, judging: judgingOf(s) });
    const [evaluator] = s.evaluators;
    const declare = (by: Signer, digest = id("declaration")) => s.evaluation.connect(by).declare(tender, digest);
    const invalid = [s.evaluation, "EvaluationDeclarationInvalid"] as const;
    await expect(declare(s.officer))
      .to.be.revertedWithCustomError(...invalid)
      .withArgs(s.officer.address);
    await expect(declare(evaluator, ZeroHash)).to.be.revertedWithCustomError(s.evaluation, "EvaluationDigestMissing");
    await expect(declare(evaluator))
      .to.emit(s.evaluation, "ConflictDenied")
      .withArgs(tender, evaluator.address, id("declaration"));
    expect(await s.evaluation.seatOf(tender, evaluator)).to.equal(2n);
    await expect(declare(evaluator))
      .to.be.revertedWithCustomError(...invalid)
      .withArgs(evaluator.address);
  });
});

describe("Evaluation.commitScores", () => {
  it("reverts for who has not declared", async () => {
    const s = await scene();
    for (const account of [s.officer, s.admin, s.stranger]) {
      await expect(s.evaluation.connect(account).commitScores(s.tender, 0, 0, EVIDENCE))
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationUndeclared")
        .withArgs(account.address);
    }
  });

  it("reverts for another stage, for none, twice, and after the deadline's last second", async () => {
    const s = await scene();
    await expect(sending(s, 0, ZeroHash)).to.be.revertedWithCustomError(s.evaluation, "EvaluationDigestMissing");
    await expect(sending(s, 0, EVIDENCE, 1))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationStep")
      .withArgs(1, 0);
    await expect(sending(s, 0))
      .to.emit(s.evaluation, "ScoresCommitted")
      .withArgs(s.tender, 0, s.evaluators[0].address, 0, EVIDENCE);
    await expect(sending(s, 0))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationCommitted")
      .withArgs(s.evaluators[0].address);
    const { commitUntil } = await windowOf(s);
    await at(commitUntil);
    await sending(s, 1);
    await at(commitUntil + 1n);
    await expect(sending(s, 2))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationCommitClosed")
      .withArgs(commitUntil);
  });
});

describe("Evaluation.revealScores", () => {
  it("reverts before the time for commitments is over, unless all have committed; and after its own", async () => {
    const s = await scene();
    const [first, second, third] = s.evaluators;
    await commit(s, first, s.sheet);
    const { commitUntil, revealUntil } = await windowOf(s);
    const closed = [s.evaluation, "EvaluationRevealClosed"] as const;
    const snapshot = await networkHelpers.takeSnapshot();
    await at(commitUntil);
    await expect(reveal(s, first, s.sheet))
      .to.be.revertedWithCustomError(...closed)
      .withArgs(commitUntil + 1n, revealUntil);
    await at(commitUntil + 1n);
    await reveal(s, first, s.sheet);
    await snapshot.restore();
    await at(revealUntil);
    await reveal(s, first, s.sheet);
    await snapshot.restore();
    await at(revealUntil + 1n);
    await expect(reveal(s, first, s.sheet))
      .to.be.revertedWithCustomError(...closed)
      .withArgs(commitUntil + 1n, revealUntil);
    await snapshot.restore();
    await commit(s, second, s.sheet);
    await commit(s, third, s.sheet);
    await expect(reveal(s, first, s.sheet))
      .to.emit(s.evaluation, "SheetRevealed")
      .withArgs(s.tender, 0, first.address, 0, wordsOf(s.sheet), saltOf(first))
      .and.to.emit(s.evaluation, "SheetCounted")
      .withArgs(s.tender, 0, first.address, 0);
  });

  it("reverts for who has not committed, and twice", async () => {
    const s = await scene();
    const [first, second] = s.evaluators;
    await commit(s, first, s.sheet);
    await pass((await windowOf(s)).commitUntil);
    const uncommitted = [s.evaluation, "EvaluationUncommitted"] as const;
    await expect(reveal(s, second, s.sheet))
      .to.be.revertedWithCustomError(...uncommitted)
      .withArgs(second.address);
    await reveal(s, first, s.sheet);
    await expect(reveal(s, first, s.sheet))
      .to.be.revertedWithCustomError(...uncommitted)
      .withArgs(first.address);
  });

  it("reverts when scores, salt, lot, stage, evaluator, generation, tender or chain are not those committed to", async () => {
    const s = await scene();
    const { evaluation } = s;
    const [first, second, third] = s.evaluators;
    const words = wordsOf(s.sheet);
    const places: Partial<Place>[] = [
      { lot: 1 },
      { stage: 1 },
      { generation: 1 },
      { tender: s.tender + 1n },
      { chainId: 1n },
      { evaluator: second.address },
    ];
    const snapshot = await networkHelpers.takeSnapshot();
    const mismatch = [evaluation, "EvaluationRevealMismatch"] as const;
    for (const place of places) {
      const hash = await scoresHash(s, { evaluator: first.address, ...place }, words, saltOf(first));
      await sending(s, 0, hash);
      await commit(s, second, s.sheet);
      await commit(s, third, s.sheet);
      await expect(
        reveal(s, first, s.sheet),
        JSON.stringify(place, (_, v: unknown) => String(v)),
      )
        .to.be.revertedWithCustomError(...mismatch)
        .withArgs(first.address);
      await snapshot.restore();
    }
    for (const evaluator of s.evaluators) await commit(s, evaluator, s.sheet);
    const other = points(s, 9000, 8000, 7000, 6001);
    await expect(reveal(s, first, other))
      .to.be.revertedWithCustomError(...mismatch)
      .withArgs(first.address);
    await expect(evaluation.connect(first).revealScores(s.tender, 0, words, saltOf(second), []))
      .to.be.revertedWithCustomError(...mismatch)
      .withArgs(first.address);
  });

  it("reverts when points are out of range, for no criterion, or not as many as bids", async () => {
    const s = await scene();
    const [first, second, third] = s.evaluators;
    const bidder = wordsOf(s.sheet).length - 1;
    const last = [...s.bidders].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1))[bidder] ?? "";
    const snapshot = await networkHelpers.takeSnapshot();
    for (const bad of [
      [10_001, 0],
      [0, 65_535],
      [1, 2, 1],
      [...Array<number>(15).fill(0), 1],
    ]) {
      const sheet = { ...s.sheet, [last]: bad };
      for (const evaluator of [first, second, third]) await commit(s, evaluator, sheet);
      await expect(reveal(s, first, sheet), bad.join())
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationPointsInvalid")
        .withArgs(3, wordsOf(sheet)[3]);
      await snapshot.restore();
    }
    const few: Points = points(s, 1, 2, 3);
    for (const evaluator of [first, second, third]) await commit(s, evaluator, few);
    const count = [s.evaluation, "EvaluationCountWrong"] as const;
    await expect(reveal(s, first, few))
      .to.be.revertedWithCustomError(...count)
      .withArgs(3, 4);
  });

  it("counts by anyone, all bids of the stage in their order and nothing else", async () => {
    const s = await scene();
    const [first] = s.evaluators;
    const words = wordsOf(s.sheet);
    const sorted = [...s.bidders].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));
    const [one = "", two = "", three = "", four = ""] = sorted;
    for (const evaluator of s.evaluators) await commit(s, evaluator, s.sheet);
    const count = (bidders: string[], given: string[]) => s.evaluation.countScores(s.tender, 0, first, bidders, given);
    const refused = (act: Promise<unknown>, error: string, ...values: unknown[]) =>
      expect(act)
        .to.be.revertedWithCustomError(s.evaluation, error)
        .withArgs(...values);
    await refused(count(sorted, words), "EvaluationUncommitted", first.address);
    await refused(reveal(s, first, s.sheet, 0, [...sorted, one]), "EvaluationCountWrong", 5, 4);
    await refused(reveal(s, first, s.sheet, 0, [one]), "EvaluationCountWrong", 1, 4);
    await reveal(s, first, s.sheet, 0, []);
    // Points of one bid given to another one would leave the first without any.
    await refused(count([two], [words[0] ?? ""]), "EvaluationCountWrong", 1, 1);
    await refused(count(sorted, words.slice(1)), "EvaluationCountWrong", 4, 3);
    const turned = [...words].reverse();
    await refused(count(sorted, turned), "EvaluationListMismatch", chain(turned), chain(words));
    await refused(count([two, one, three, four], words), "EvaluationUnsorted", one);
    const foreign = `0x${(BigInt(one) + 1n).toString(16).padStart(40, "0")}`;
    await expect(count([one, foreign, three, four], words)).to.be.revertedWithCustomError(
      s.evaluation,
      "EvaluationBidUnexpected",
    );
    await pass((await windowOf(s)).revealUntil);
    await refused(s.evaluation.closeStage(s.tender, 0, s.bidders), "EvaluationQuorum", 1, 2);
    await expect(count(sorted, words)).to.emit(s.evaluation, "SheetCounted");
    await refused(count(sorted, words), "EvaluationUncommitted", first.address);
    expect((await progress(s)).counted).to.equal(1n);
  });
});

describe("Evaluation: an evaluator who bids", () => {
  it("cannot score that lot, neither as bidder nor as the vendor behind a bid", async () => {
    const s = await networkHelpers.loadFixture(panelStage);
    const panel = [s.b.address, s.c.address, s.d.address];
    const judging = judgingOf(s, { panel, quorum: 1 });
    const published = await publish(s, { ...UNBONDED, ceilings: [0n, 0n], judging });
    const { tender } = published;
    // In lot 0 a bids in the name of c, and b by itself.
    const identity = await identityOf({ house: s.house, tender }, s.c, s.a.address);
    const bids = [
      await seal(s, tender, s.a, bidBytes(300n, id("quotation"), 0n, identity)),
      await seal(s, tender, s.b, 400n),
      await seal(s, tender, s.a, 300n, 1n),
    ];
    await pass(published.commitDeadline);
    await openAll(s, bids.slice(0, 2));
    await openAll(s, bids.slice(2));
    await pass(published.revealDeadline);
    expect((await s.house.bidOf(tender, 0, s.a)).vendor).to.equal(s.c.address);
    expect(await s.house.bidderOf(tender, 0, s.c)).to.equal(s.a.address);
    const judged = { ...s, ...published, bids, bidders: [s.a.address, s.b.address] };
    await list(judged);
    await list(judged, 1, [s.a.address]);
    for (const account of [s.b, s.c, s.d]) await s.evaluation.connect(account).declare(tender, id("declaration"));
    const commitTo = (by: Signer, lot: number) => s.evaluation.connect(by).commitScores(tender, lot, 0, EVIDENCE);
    for (const account of [s.b, s.c]) {
      await expect(commitTo(account, 0))
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationConflict")
        .withArgs(account.address);
      await commitTo(account, 1);
    }
    await commitTo(s.d, 0);
  });
});

describe("Evaluation.reopenStage", () => {
  it("gives those who are missing further time where too few revealed, as often as it takes", async () => {
    const s = await scene();
    const [first, second, third] = s.evaluators;
    await commit(s, first, s.sheet);
    await commit(s, second, s.sheet);
    const { commitUntil, revealUntil } = await windowOf(s);
    await pass(commitUntil);
    await reveal(s, first, s.sheet);
    const reopen = () => s.evaluation.reopenStage(s.tender, 0);
    const running = [s.evaluation, "EvaluationStageRunning"] as const;
    await at(revealUntil);
    await expect(reopen())
      .to.be.revertedWithCustomError(...running)
      .withArgs(revealUntil);
    await pass(revealUntil);
    await expect(reopen()).to.emit(s.evaluation, "StageOpened");
    const { round, committed } = await progress(s);
    expect([round, committed]).to.deep.equal([1n, 2n]);
    // Who revealed is done; who committed and let the time pass stays bound, though others' scores are public now.
    const other = points(s, 1, 1, 1, 1);
    for (const evaluator of [first, second]) {
      await expect(commit(s, evaluator, other))
        .to.be.revertedWithCustomError(s.evaluation, "EvaluationCommitted")
        .withArgs(evaluator.address);
    }
    await expect(reveal(s, first, s.sheet)).to.be.revertedWithCustomError(s.evaluation, "EvaluationUncommitted");
    const from = (await windowOf(s)).commitUntil + 1n;
    await expect(reveal(s, second, s.sheet)).to.be.revertedWithCustomError(s.evaluation, "EvaluationRevealClosed");
    await commit(s, third, s.sheet);
    expect(BigInt(await networkHelpers.time.latest()) < from).to.equal(true);
    await expect(reveal(s, second, other)).to.be.revertedWithCustomError(s.evaluation, "EvaluationRevealMismatch");
    await reveal(s, second, s.sheet);
    await pass((await windowOf(s)).revealUntil);
    await expect(reopen()).to.be.revertedWithCustomError(s.evaluation, "EvaluationQuorum").withArgs(2, 2);
    await s.evaluation.closeStage(s.tender, 0, s.bidders);
  });

  it("is not needed once all have revealed", async () => {
    const s = await scene();
    await score(s, [s.sheet, s.sheet, s.sheet]);
    await networkHelpers.time.increase(3n * DAY + HOUR);
    await expect(s.evaluation.reopenStage(s.tender, 0))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationQuorum")
      .withArgs(3, 2);
  });
});
