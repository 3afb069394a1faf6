import { expect } from "chai";
import type { MockJudge } from "../../typechain-types/index.ts";
import { MockJudge__factory } from "../../typechain-types/index.ts";
import type { TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { openAll, seal } from "./bids.ts";
import {
  at,
  BY_PRICE,
  pass,
  PRICES,
  publish,
  type PublishedTender,
  type Scene as BidScene,
  type Stage,
  stage,
  termsOf,
} from "./helpers.ts";
import {
  bidding,
  openAll as openAllSealed,
  publish as publishScalars,
  refused,
  seal as sealFor,
  sealedStage,
} from "./sealedScene.ts";
import { BOND, CEILING, DAY, DEPOSIT, EVIDENCE, HOUR, Outcome, STANDSTILL, Status, ZeroAddress } from "./values.ts";

type Scene = Stage & PublishedTender & { judge: MockJudge; bids: BidScene["bids"] };
type By = { address: string };

// The longest standstill, and the longest decision.
const REVIEW = 425n * DAY;
const newJudge = async (s: Stage): Promise<MockJudge> => {
  const deployed = await new MockJudge__factory(s.platform).deploy();
  return MockJudge__factory.connect(ethers.getAddress(await deployed.getAddress()), s.platform);
};

/** Four bids opened, of which d's is the lowest, in a tender whose winners a judge chooses, and no complaint is heard. */
async function scene(judging: (judge: MockJudge) => Partial<typeof BY_PRICE> = (rule) => ({ rule })): Promise<Scene> {
  const s = await stage();
  const judge = await newJudge(s);
  const terms: Partial<TenderTermsStruct> = { judging: { ...BY_PRICE, ...judging(judge) } };
  const published = await publish(s, terms);
  const bids: BidScene["bids"] = [
    await seal(s, published.tender, s.a, PRICES[0]),
    await seal(s, published.tender, s.b, PRICES[1]),
    await seal(s, published.tender, s.c, PRICES[2]),
    await seal(s, published.tender, s.d, PRICES[3]),
  ];
  await pass(published.commitDeadline);
  await openAll(s, bids);
  await pass(published.revealDeadline);
  return { ...s, ...published, judge, bids };
}

const byRule = () => scene();
const byBoth = () => scene((judge) => ({ rule: judge, complaints: judge }));
const byComplaints = () => scene((judge) => ({ complaints: judge }));
const load = () => networkHelpers.loadFixture(byRule);

const award = (s: Scene, to: By) => s.house.connect(s.officer).award(s.tender, 0, to.address);
const close = (s: Scene, head: string = ZeroAddress) => s.house.connect(s.officer).closeLot(s.tender, 0, head);
const settle = (s: Scene, bidder: By) => s.house.settleBond(s.tender, 0, bidder.address);
const lotOf = (s: Scene) => s.house.lotOf(s.tender, 0);
const undecided = async (s: Scene) => (await s.house.tenderOf(s.tender)).undecidedLots;
const timeOf = async (act: Promise<{ getBlock(): Promise<{ timestamp: number } | null> }>) =>
  BigInt((await (await act).getBlock())?.timestamp ?? 0);
const order = (s: Scene, act: "annul" | "reopen" | "reinstate" | "postpone", ...values: unknown[]) =>
  s.judge.order(s.house, s.house.interface.encodeFunctionData(act as never, [s.tender, 0, ...values] as never));

describe("TenderHouse: winners by a rule", () => {
  it("is told to rule and complaints at publication, with their terms; one that refuses lets none be published", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const judge = await newJudge(s);
    const judging = { ...BY_PRICE, rule: judge, ruleTerms: "0x12", complaints: judge, reviewTerms: "0x34" };
    const terms = await termsOf(s, { ceilings: [CEILING, CEILING], judging });
    const tx = s.house.connect(s.officer).publish(terms);
    await expect(tx).to.emit(judge, "Begun").withArgs(1, s.agency, 2, "0x12");
    await expect(tx).to.emit(judge, "Begun").withArgs(1, s.agency, 0, "0x34");
    await judge.fail(true);
    await expect(s.house.connect(s.officer).publish(terms)).to.be.revertedWith("the judge fails");
    expect(await s.house.tenderCount()).to.equal(1n);
  });

  it("awards whom the rule selects, whatever the price, and nobody else", async () => {
    const s = await load();
    await refused(award(s, s.d), s.house, "TenderNotSelected", s.tender, 0, s.d.address);
    await s.judge.choose(s.a, true);
    await award(s, s.a);
    expect((await lotOf(s)).award.winner).to.equal(s.a.address);
  });

  it("awards several bids of a lot one by one, each once, for the same standstill", async () => {
    const s = await load();
    for (const bidder of [s.a, s.b, s.c]) await s.judge.choose(bidder, true);
    expect(await undecided(s)).to.equal(1n);
    const first = await timeOf(award(s, s.b));
    expect(await undecided(s)).to.equal(0n);
    const again = [s.house, "TenderLotDecided", s.tender, 0, Outcome.Awarded] as const;
    await refused(award(s, s.b), ...again);
    await refused(award(s, s.d), s.house, "TenderNotSelected", s.tender, 0, s.d.address);
    await at(first + DAY);
    const tx = s.house.connect(s.officer).awardWithDocuments(s.tender, 0, s.a, "0x");
    const second = await timeOf(tx);
    await expect(tx)
      .to.emit(s.house, "LotAwarded")
      .withArgs(s.tender, 0, s.a.address, s.a.address, s.key, 1, PRICES[0], second + STANDSTILL);
    await refused(award(s, s.a), ...again);
    expect((await lotOf(s)).award).to.deep.equal([s.b.address, first, Outcome.Awarded]);
    const awardedAt = async (bidder: By) => (await s.house.bidOf(s.tender, 0, bidder.address)).awardedAt;
    expect(await Promise.all([s.a, s.b, s.c, s.d].map(awardedAt))).to.deep.equal([second, first, 0n, 0n]);
    await at(first + STANDSTILL + 1n);
    await networkHelpers.mine();
    const isFinal = (bidder: By) => s.house.isFinal(s.tender, 0, bidder.address);
    expect(await Promise.all([s.a, s.b, s.c].map(isFinal))).to.deep.equal([false, true, false]);
    await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, second + STANDSTILL);
    await settle(s, s.b);
    await refused(s.house.connect(s.officer).closeLot(s.tender, 0, s.d), ...again);
    await at(s.awardDeadline);
    await award(s, s.c);
  });

  it("holds the bonds of those selected and not awarded until the award deadline, and of no others", async () => {
    const s = await load();
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    await refused(settle(s, s.d), s.house, "TenderBondHeld", s.tender, 0, s.d.address, 0);
    await award(s, s.a);
    await settle(s, s.d);
    const held = [s.house, "TenderBondHeld", s.tender, 0, s.b.address, s.awardDeadline] as const;
    await refused(settle(s, s.b), ...held);
    await at(s.awardDeadline);
    await refused(settle(s, s.b), ...held);
    await at(s.awardDeadline + 1n);
    await settle(s, s.b);
    await refused(award(s, s.b), s.house, "TenderAwardClosed", s.tender, s.awardDeadline);
  });

  it("that fails holds bonds no longer than the award deadline, and lets nothing be awarded or closed", async () => {
    const s = await load();
    await s.judge.choose(s.a, true);
    await award(s, s.a);
    await s.judge.fail(true);
    for (const act of [() => award(s, s.b), () => settle(s, s.d)]) {
      await expect(act()).to.be.revertedWith("the judge fails");
    }
    await pass(s.awardDeadline);
    for (const bidder of [s.a, s.b, s.c, s.d]) await settle(s, bidder);
    expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);

    const other = await load();
    await other.judge.fail(true);
    await expect(close(other)).to.be.revertedWith("the judge fails");
    await pass(other.awardDeadline);
    for (const bidder of [other.a, other.d]) await settle(other, bidder);
  });

  it("closes a lot only where the rule selects nobody, with bids or without; it never is over the ceiling", async () => {
    const s = await load();
    await refused(close(s, s.d.address), s.house, "TenderBidStands", s.tender, 0, 4);
    await s.judge.chooseNobody(true);
    await expect(close(s)).to.emit(s.house, "LotClosed").withArgs(s.tender, 0, s.key, Outcome.NoWinner);
    await refused(award(s, s.d), s.house, "TenderLotDecided", s.tender, 0, Outcome.NoWinner);
    await s.judge.choose(s.d, true);
    await settle(s, s.d);

    const over = await networkHelpers.loadFixture(stage);
    const judge = await newJudge(over);
    const published = await publish(over, { ceilings: [99n], judging: { ...BY_PRICE, rule: judge } });
    const bid = await seal(over, published.tender, over.a, 100n);
    await pass(published.commitDeadline);
    await openAll(over, [bid]);
    await pass(published.revealDeadline);
    const t = { ...over, ...published, judge } as Scene;
    await refused(close(t), t.house, "TenderBidStands", t.tender, 0, 0);
    await judge.chooseNobody(true);
    await expect(close(t)).to.emit(t.house, "LotClosed").withArgs(t.tender, 0, t.key, Outcome.NoWinner);
  });

  it("cannot have a bid awarded that does not stand", async () => {
    const s = await load();
    await s.house.connect(s.officer).reject(s.tender, 0, s.d, 1, EVIDENCE);
    for (const [bidder, status] of [
      [s.d, Status.Rejected],
      [s.stranger, Status.None],
    ] as const) {
      await s.judge.choose(bidder, true);
      await refused(award(s, bidder), s.house, "TenderBidStatus", s.tender, 0, bidder.address, status);
    }
  });

  it("is asked before a bid is rejected as abnormally low, and for no other reason", async () => {
    const s = await load();
    const reject = (reason: bigint, bidder: By) =>
      s.house.connect(s.officer).reject(s.tender, 0, bidder.address, reason, EVIDENCE);
    await refused(reject(5n, s.d), s.house, "TenderLowBidUnheard", s.tender, 0, s.d.address);
    await reject(4n, s.c);
    await s.judge.hear(true);
    await reject(5n, s.d);
    const plain = await publish(s);
    await seal(s, plain.tender, s.a, 1n).then(async (bid) => {
      await pass(plain.commitDeadline);
      await openAll(s, [bid]);
    });
    await s.house.connect(s.officer).reject(plain.tender, 0, s.a, 5, EVIDENCE);
  });

  it("is told when a review orders the lot to be judged anew; awards of the round before count no more", async () => {
    const s = await networkHelpers.loadFixture(byBoth);
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    for (const bidder of [s.a, s.b]) await award(s, bidder);
    await expect(order(s, "reopen", s.awardDeadline))
      .to.emit(s.judge, "Reopened")
      .withArgs(s.tender, 0);
    for (const bidder of [s.a, s.b]) expect((await s.house.bidOf(s.tender, 0, bidder)).awardedAt).to.equal(0n);
    await award(s, s.b);
    await award(s, s.a);
    await order(s, "annul");
    for (const bidder of [s.a, s.b, s.c]) {
      expect((await s.house.bidOf(s.tender, 0, bidder)).awardedAt).to.equal(0n);
      await settle(s, bidder);
    }
  });
});

describe("TenderHouse: complaints that fail or never end", () => {
  it("stop every award, and hold bonds for 425 days after the award deadline at the longest", async () => {
    const s = await networkHelpers.loadFixture(byComplaints);
    const first = await timeOf(award(s, s.d));
    await s.judge.stop(true);
    await at(first + STANDSTILL + 1n);
    await refused(settle(s, s.a), s.house, "TenderUnderReview", s.tender, 0);
    await s.judge.fail(true);
    await expect(settle(s, s.a)).to.be.revertedWith("the judge fails");
    await at(s.awardDeadline + REVIEW);
    await expect(settle(s, s.a)).to.be.revertedWith("the judge fails");
    await at(s.awardDeadline + REVIEW + 1n);
    for (const bidder of [s.a, s.d]) await settle(s, bidder);
    expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(true);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("hold bonds of an undecided lot past its award deadline, and none of a tender cancelled", async () => {
    const s = await networkHelpers.loadFixture(byComplaints);
    await s.judge.stop(true);
    await refused(award(s, s.d), s.house, "TenderUnderReview", s.tender, 0);
    const snapshot = await networkHelpers.takeSnapshot();
    await pass(s.awardDeadline);
    await refused(settle(s, s.d), s.house, "TenderUnderReview", s.tender, 0);
    await snapshot.restore();
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await settle(s, s.d);
    expect((await s.house.bondBalance(s.token, s.d))[1]).to.equal(0n);
  });

  it("move the award deadline by two years in all, never back, and not at all where nothing is left to award", async () => {
    const s = await networkHelpers.loadFixture(byComplaints);
    const by = async () => (await s.house.lotOf(s.tender, 0)).awardDeadline - s.awardDeadline;
    await order(s, "postpone", 364n * DAY, 0);
    expect(await by()).to.equal(364n * DAY);
    await order(s, "postpone", -365n * DAY, 0);
    expect(await by()).to.equal(0n);
    await order(s, "postpone", 0, s.awardDeadline);
    expect(await by()).to.equal(DAY);
    await order(s, "postpone", 3n * 365n * DAY, 0);
    expect(await by()).to.equal(730n * DAY);
    await order(s, "postpone", 0, 2n ** 40n - 1n - DAY);
    expect(await by()).to.equal(730n * DAY);
    const snapshot = await networkHelpers.takeSnapshot();
    await award(s, s.d);
    await expect(order(s, "postpone", -DAY, 0)).not.to.emit(s.house, "LotPostponed");
    await snapshot.restore();
    await pass(s.awardDeadline + 730n * DAY);
    await expect(order(s, "postpone", -DAY, 0)).not.to.emit(s.house, "LotPostponed");
  });

  it("move the award deadline of a lot of several winners after the first award too", async () => {
    const s = await networkHelpers.loadFixture(byBoth);
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    await award(s, s.a);
    await order(s, "postpone", DAY, 0);
    await at(s.awardDeadline + DAY);
    await award(s, s.b);
  });

  it("undo awards until 425 days after the standstill of the last one, not of the first", async () => {
    const s = await networkHelpers.loadFixture(byBoth);
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    await award(s, s.a);
    await networkHelpers.time.increase(HOUR);
    const last = await timeOf(award(s, s.b));
    const snapshot = await networkHelpers.takeSnapshot();
    await at(last + STANDSTILL + REVIEW + 1n);
    await refused(order(s, "annul"), s.house, "TenderLotDecided", s.tender, 0, Outcome.Awarded);
    await snapshot.restore();
    await at(last + STANDSTILL + REVIEW);
    await order(s, "annul");
  });

  it("can reinstate a bid in a lot not decided only, and reopen none that was annulled", async () => {
    const s = await networkHelpers.loadFixture(byComplaints);
    await s.house.connect(s.officer).reject(s.tender, 0, s.c, 1, EVIDENCE);
    await award(s, s.d);
    const rejected = [s.house, "TenderBidStatus", s.tender, 0, s.c.address, Status.Rejected] as const;
    await refused(order(s, "reinstate", s.c.address, ZeroAddress), ...rejected);
    await order(s, "reopen", 0n);
    await order(s, "reinstate", s.c.address, ZeroAddress);
    await order(s, "annul");
    await refused(order(s, "annul"), s.house, "TenderLotDecided", s.tender, 0, Outcome.Annulled);
    await refused(order(s, "reopen", 0n), s.house, "TenderReopenInvalid", s.tender, 0, 0);
    expect((await s.house.bondBalance(s.token, s.c))[1]).to.equal(BOND);
  });

  it("cannot reopen a lot that is being repeated", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const judge = await newJudge(s);
    const first = await publish(s, { ceilings: [99n], judging: { ...BY_PRICE, complaints: judge } });
    const bid = await seal(s, first.tender, s.a, 100n);
    await pass(first.commitDeadline);
    await openAll(s, [bid]);
    await pass(first.revealDeadline);
    const t = { ...s, ...first, judge } as Scene;
    await close(t);
    await publish(s, { ceilings: [99n], rebidOf: first.tender });
    await refused(order(t, "reopen", 0n), s.house, "TenderReopenInvalid", first.tender, 0, 0);
  });

  it("put a drawn bid back at the head without another draw", async () => {
    const base = await networkHelpers.loadFixture(sealedStage);
    const judge = await newJudge(base);
    const s = await bidding({ terms: { judging: { ...BY_PRICE, complaints: judge } } }, base);
    const bids = [
      await sealFor(s, s.a, 100n, { lottery: 1n }),
      await sealFor(s, s.b, 100n, { lottery: 1n }),
      await sealFor(s, s.c, 100n, { lottery: 0n }),
    ];
    await publishScalars(s);
    await openAllSealed(s, bids);
    await pass(s.judgeDeadline);
    const t = { ...s, judge } as unknown as Scene;
    // Two of three are passed over: c is drawn, then a and b follow.
    const [a, b, c] = [s.a.address, s.b.address, s.c.address];
    await s.house.draw(s.tender, 0, [a, b, c, a, b, c]);
    await s.house.connect(s.officer).reject(s.tender, 0, c, 1, EVIDENCE);
    await s.house.strike(s.tender, 0, [c]);
    await refused(order(t, "reinstate", c, b), s.house, "TenderPlaceStale", s.tender, 0, c, b);
    await order(t, "reinstate", c, a);
    await refused(s.house.draw(s.tender, 0, [c, a, b]), s.house, "TenderDrawNeedless");
    await refused(award(t, s.a), s.house, "TenderLowerBidStands");
    await award(t, s.c);
    expect((await lotOf(t)).award.winner).to.equal(c);
  });
});
