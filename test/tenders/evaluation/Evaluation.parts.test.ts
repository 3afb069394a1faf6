import { expect } from "chai";
import { Evaluation__factory, MockJudge__factory } from "../../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { at, newAccount, pass, type PublishedTender, UNBONDED } from "../helpers.ts";
import {
  bidding,
  open,
  openAll,
  publish,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  toAwards,
  TWO_PARTS,
} from "../sealedScene.ts";
import { DAY, id, Phase } from "../values.ts";
import {
  closeStage,
  judgingOf,
  type Judged,
  list,
  load,
  order,
  type PanelStage,
  points,
  progress,
  rank,
  score,
  SCORED,
  selected,
  Step,
} from "./scene.ts";

type Scene = Judged & { sealed: SealedScene; parts: SealedBid[] };
const SUM = 1n + 2n + 4n + 8n;

/** A tender of two parts and two lots, in the first one bids of a, b, c and d at 100; the technical parts are opened. */
async function technical(besides: { complaints?: string } = {}, bonded = false): Promise<Scene> {
  const base = await sealedStage();
  const address = ethers.getAddress(await base.evaluation.getAddress());
  const evaluation = Evaluation__factory.connect(address, base.stranger);
  const panel: PanelStage = {
    ...base,
    evaluation,
    evaluators: [await newAccount(), await newAccount(), await newAccount()],
  };
  const judging = { ...judgingOf(panel, { stages: [{ ...SCORED, threshold: 0 }], winners: 2 }), ...besides };
  const sealing = { ...TWO_PARTS, scorer: address };
  const terms = { ...(bonded ? {} : UNBONDED), ceilings: [750_000n, 0n], judging };
  const sealed = await bidding({ sealing, terms }, base);
  const parts: SealedBid[] = [];
  for (const [i, bidder] of [base.a, base.b, base.c, base.d].entries()) {
    parts.push(await seal(sealed, bidder, 100n, { lottery: 2n ** BigInt(i) }));
  }
  await publish(sealed);
  for (const bid of parts) await open(sealed, bid);
  const published: PublishedTender = sealed;
  const bidders = parts.map(({ bidder }) => bidder);
  return { ...panel, ...published, bids: [], bidders, sealed, parts };
}

const plain = () => technical();

/** As `technical`, with all bids of the same score and both lots' stages over. */
async function scored(): Promise<Scene> {
  const s = await networkHelpers.loadFixture(plain);
  await pass(s.sealed.judgeDeadline);
  for (const evaluator of s.evaluators) await s.evaluation.connect(evaluator).declare(s.tender, id("declaration"));
  await list(s);
  const sheet = points(s, 9000, 9000, 9000, 9000);
  await score(s, [sheet, sheet, sheet]);
  await closeStage(s, s.bidders);
  return s;
}

/** The scores are released, and all price parts opened but those left out; the judge deadline is over. */
async function priced(s: Scene, leftOut: string[] = []): Promise<void> {
  await s.evaluation.list(s.tender, 1, []);
  await s.evaluation.releaseScores(s.tender);
  const { scalarsDeadline, revealDeadline, judgeDeadline } = await s.house.tenderOf(s.tender);
  const sealed = { ...s.sealed, scalarsDeadline, revealDeadline, judgeDeadline };
  await publish(sealed, [0, 1, 2], 1);
  await openAll(
    sealed,
    s.parts.filter(({ bidder }) => !leftOut.includes(bidder)),
    1,
  );
  await toAwards(sealed);
}

/** The order that the lottery gives, computed apart from the contract. */
const drawn = (numbers: bigint[], sum: bigint): number[] =>
  numbers
    .map((number, i) => ({ i, hash: ethers.keccak256(ethers.toBeHex((sum << 256n) | number, 64)) }))
    .sort((x, y) => (x.hash > y.hash ? -1 : 1))
    .map(({ i }) => i);

describe("Evaluation: two parts", () => {
  it("are scored between the openings; prices are read after the scores of all lots are released", async () => {
    const s = await networkHelpers.loadFixture(plain);
    const { judgeDeadline } = s.sealed;
    await expect(list(s)).to.be.revertedWithCustomError(s.evaluation, "EvaluationEarly").withArgs(judgeDeadline);
    const t = await scored();
    await expect(load(t)).to.be.revertedWithCustomError(t.evaluation, "EvaluationPricesSealed");
    const release = () => t.evaluation.releaseScores(t.tender);
    const unfinished = [t.evaluation, "EvaluationUnfinished"] as const;
    await expect(release())
      .to.be.revertedWithCustomError(...unfinished)
      .withArgs(1, 2);
    await expect(t.evaluation.releaseScores(t.tender + 1n))
      .to.be.revertedWithCustomError(...unfinished)
      .withArgs(0, 0);
    await t.evaluation.list(t.tender, 1, []);
    await expect(release())
      .to.emit(t.house, "ScoresRevealed")
      .withArgs(
        t.tender,
        await t.evaluation.scoresDigest(t.tender),
        ...Array<(x: unknown) => boolean>(4).fill(() => true),
      );
    expect((await t.house.tenderOf(t.tender)).phase).to.equal(Phase.Scored);
    await expect(release()).to.be.revertedWithCustomError(t.house, "TenderScoresClosed");
    const later = await t.house.tenderOf(t.tender);
    await expect(load(t)).to.be.revertedWithCustomError(t.evaluation, "EvaluationEarly").withArgs(later.judgeDeadline);
  });

  it("a lot judged anew keeps the scores back until it is over again", async () => {
    const s = await scored();
    await s.evaluation.list(s.tender, 1, []);
    const house = await s.house.getAddress();
    await networkHelpers.impersonateAccount(house);
    await networkHelpers.setBalance(house, 10n ** 20n);
    const reopen = async () => s.evaluation.connect(await ethers.getSigner(house)).reopen(s.tender, 0);
    const unfinished = [s.evaluation, "EvaluationUnfinished"] as const;
    for (let i = 0; i < 2; i++) {
      await reopen();
      await expect(s.evaluation.releaseScores(s.tender))
        .to.be.revertedWithCustomError(...unfinished)
        .withArgs(1, 2);
    }
  });

  it("a lot annulled before its stages are over is passed over, and no other", async () => {
    const judge = await new MockJudge__factory((await ethers.getSigners())[0]).deploy();
    const s = await technical({ complaints: await judge.getAddress() });
    await pass(s.sealed.judgeDeadline);
    const skip = (lot: number) => s.evaluation.skip(s.tender, lot);
    await expect(skip(0)).to.be.revertedWithCustomError(s.evaluation, "EvaluationLotStands").withArgs(s.tender, 0);
    await s.evaluation.list(s.tender, 1, []);
    await judge.order(s.house, s.house.interface.encodeFunctionData("annul", [s.tender, 0]));
    await expect(s.evaluation.releaseScores(s.tender)).to.be.revertedWithCustomError(
      s.evaluation,
      "EvaluationUnfinished",
    );
    await expect(skip(0)).to.emit(s.evaluation, "StagesFinished").withArgs(s.tender, 0, 0);
    await expect(skip(0)).to.be.revertedWithCustomError(s.evaluation, "EvaluationStep").withArgs(Step.Ranked, 1);
    await expect(skip(1)).to.be.revertedWithCustomError(s.evaluation, "EvaluationStep");
    await expect(s.evaluation.releaseScores(s.tender)).to.emit(s.house, "ScoresRevealed");
    expect(await s.evaluation.selectsNobody(s.tender, 0)).to.equal(true);
  });

  describe("judged anew before the scores are revealed", () => {
    const reviewed = async (bonded = false) => {
      const judge = await new MockJudge__factory((await ethers.getSigners())[0]).deploy();
      const s = await technical({ complaints: await judge.getAddress() }, bonded);
      await pass(s.sealed.judgeDeadline);
      const reopen = (until: bigint) =>
        judge.order(s.house, s.house.interface.encodeFunctionData("reopen", [s.tender, 0, until]));
      return { s, reopen };
    };

    it("give all lots the time for it, and once the tender has lapsed none", async () => {
      const { s, reopen } = await reviewed();
      const { scoresDeadline } = s.sealed;
      await list(s);
      await at(scoresDeadline - DAY);
      await expect(reopen(scoresDeadline)).not.to.emit(s.house, "ScoresPostponed");
      const later = s.awardDeadline + 60n * DAY;
      await expect(reopen(later)).to.emit(s.house, "ScoresPostponed").withArgs(s.tender, later);
      await list(s);
      await pass(scoresDeadline);
      expect(await s.house.lapsed(s.tender)).to.equal(false);
      await pass(later);
      expect(await s.house.lapsed(s.tender)).to.equal(true);
      // What has lapsed, with its bonds free, comes back by no decision.
      await expect(reopen(later + 30n * DAY)).not.to.emit(s.house, "ScoresPostponed");
      expect(await s.house.lapsed(s.tender)).to.equal(true);
    });

    it("hold bonds until then, also beyond the award deadline", async () => {
      const { s, reopen } = await reviewed(true);
      const later = s.awardDeadline + 60n * DAY;
      await reopen(later);
      const { scoresDeadline, awardDeadline } = await s.house.tenderOf(s.tender);
      expect([scoresDeadline, awardDeadline]).to.deep.equal([later, later]);
      const [bidder = ""] = s.bidders;
      const settle = () => s.house.settleBond(s.tender, 0, bidder);
      await at(s.awardDeadline + DAY);
      await expect(settle()).to.be.revertedWithCustomError(s.house, "TenderBondHeld").withArgs(s.tender, 0, bidder, 0);
      await at(later + 1n);
      await settle();
    });
  });

  it("ties go by lottery, by the sum of the lottery numbers", async () => {
    const s = await scored();
    await priced(s);
    const all = s.parts.map(({ number }) => number);
    await expect(load(s)).to.emit(s.evaluation, "PricesLoaded").withArgs(s.tender, 0, 4, 100, 750_000, true, SUM);
    const wanted = drawn(all, SUM).map((i) => s.bidders[i] ?? "");
    expect(await order(s)).to.deep.equal(wanted);
    const [first = "", second = "", third = "", fourth = ""] = wanted;
    await expect(rank(s, [second, first, third, fourth]))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationUnsorted")
      .withArgs(second);
    await rank(s, wanted);
    expect(new Set(await selected(s))).to.deep.equal(new Set([first, second]));
    await s.house.connect(s.officer).award(s.tender, 0, first);
  });

  it("a bid whose price part was not opened drops out", async () => {
    const s = await scored();
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    await priced(s, [c]);
    await expect(load(s)).to.emit(s.evaluation, "BidDropped").withArgs(s.tender, 0, c, 9);
    expect((await progress(s)).step).to.equal(Step.Ranking);
    await rank(s, await order(s, [a, b, d]));
  });
});
