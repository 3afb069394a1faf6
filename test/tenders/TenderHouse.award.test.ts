import type { AddressLike } from "ethers";
import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { type Bid, open, openAll, ranked, seal } from "./bids.ts";
import {
  at,
  eachRefused,
  emptyScene,
  keyWith,
  openedScene,
  pass,
  PRICES,
  publish,
  type Scene,
  sealedScene,
  stage,
  time,
} from "./helpers.ts";
import { CEILING, DAY, EVIDENCE, id, Outcome, Permission, STANDSTILL, Status, ZeroAddress } from "./values.ts";

describe("TenderHouse: award", () => {
  const award = (s: Scene, bid: Bid, by = s.officer) => s.house.connect(by).award(s.tender, 0, bid.bidder);

  it("reverts for everyone but a key of the agency with TENDER_AWARD", async () => {
    const s = await openedScene(PRICES);
    await eachRefused(s, Permission.Award, async (by) => {
      await expect(award(s, s.bids[3], by))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(s.agency, by.address, Permission.Award);
    });
    await award(s, s.bids[3], await keyWith(s, Permission.Award));
  });

  it("reverts in the reveal deadline's last second and is allowed in the one after", async () => {
    const s = await sealedScene(PRICES);
    await openAll(s, s.bids);
    await at(s.revealDeadline);
    await expect(award(s, s.bids[3]))
      .to.be.revertedWithCustomError(s.house, "TenderRevealRunning")
      .withArgs(s.tender, s.revealDeadline);
    await at(s.revealDeadline + 1n);
    await award(s, s.bids[3]);
  });

  it("is allowed in the award deadline's last second and reverts in the one after", async () => {
    const s = await openedScene(PRICES);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(s.awardDeadline);
    await award(s, s.bids[3]);
    await snapshot.restore();
    await at(s.awardDeadline + 1n);
    await expect(award(s, s.bids[3]))
      .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
      .withArgs(s.tender, s.awardDeadline);
  });

  it("reverts for every bid but the lowest that stands", async () => {
    const s = await openedScene(PRICES);
    for (const bid of s.bids.slice(0, 3)) {
      await expect(award(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderLowerBidStands")
        .withArgs(s.tender, 0, bid.bidder.address, 4);
    }
    await s.house.connect(s.officer).reject(s.tender, 0, s.d, 1, EVIDENCE);
    for (const struck of [false, true]) {
      if (struck) await s.house.strike(s.tender, 0, [s.d]);
      await expect(award(s, s.bids[3]))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.d.address, Status.Rejected);
    }
    await award(s, s.bids[2]);
  });

  it("reverts for who has no open bid: none, still sealed, forfeited", async () => {
    const s = await emptyScene();
    await s.house.settleBond(s.tender, 0, s.b);
    const refused = [
      [s.stranger, Status.None],
      [s.a, Status.Sealed],
      [s.b, Status.Forfeited],
    ] as const;
    for (const [bidder, status] of refused) {
      await expect(s.house.connect(s.officer).award(s.tender, 0, bidder))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, bidder.address, status);
    }
    await expect(s.house.connect(s.officer).award(s.tender, 0, ZeroAddress)).to.be.revertedWithCustomError(
      s.house,
      "TenderBidStatus",
    );
  });

  it("reverts for a bid over the ceiling or malformed, even where no other stands", async () => {
    const s = await openedScene([CEILING + 1n, "0x00", "0x", CEILING + 2n]);
    for (const [i, mark] of [Status.OverCeiling, Status.Malformed, Status.Malformed, Status.OverCeiling].entries()) {
      const bid = s.bids[i] as Bid;
      await expect(award(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, bid.bidder.address, mark);
    }
  });

  it("reverts the second time, and once the tender is cancelled", async () => {
    const s = await openedScene(PRICES);
    await award(s, s.bids[3]);
    for (const bid of s.bids) {
      await expect(award(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderLotDecided")
        .withArgs(s.tender, 0, Outcome.Awarded);
    }
    const next = await openedScene(PRICES);
    await next.house.connect(next.officer).cancel(next.tender, 1, EVIDENCE);
    await expect(award(next, next.bids[3]))
      .to.be.revertedWithCustomError(next.house, "TenderIsCancelled")
      .withArgs(next.tender);
  });

  it("awards to the lowest bid, with the end of the standstill", async () => {
    const s = await openedScene(PRICES);
    const now = BigInt(await time.latest()) + 50n;
    await at(now);
    await expect(award(s, s.bids[3]))
      .to.emit(s.house, "LotAwarded")
      .withArgs(s.tender, 0, s.d.address, s.d.address, s.key, 4, 100, now + STANDSTILL);
    expect((await s.house.lotOf(s.tender, 0)).award).to.deep.equal([s.d.address, now, Outcome.Awarded]);
    expect((await s.house.tenderOf(s.tender)).undecidedLots).to.equal(0n);
  });

  it("does not care for bids that were never opened", async () => {
    const s = await sealedScene(PRICES);
    await open(s, s.bids[0]);
    await pass(s.revealDeadline);
    await award(s, s.bids[0]);
    expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.a.address);
  });

  it("works with the longest standstill and the latest deadlines", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const standstill = 365n * DAY;
    const t = await publish(s, { standstill });
    const bid = await seal(s, t.tender, s.a, 1n);
    await pass(t.commitDeadline);
    await open(s, bid);
    await at(t.revealDeadline + 1n);
    await expect(s.house.connect(s.officer).award(t.tender, 0, s.a))
      .to.emit(s.house, "LotAwarded")
      .withArgs(t.tender, 0, s.a.address, s.a.address, s.key, 1, 1, t.revealDeadline + 1n + standstill);
    await expect(s.house.settleBond(t.tender, 0, s.a))
      .to.be.revertedWithCustomError(s.house, "TenderBondHeld")
      .withArgs(t.tender, 0, s.a.address, t.revealDeadline + 1n + standstill);
  });
});

describe("TenderHouse: closeLot", () => {
  const close = (s: Scene, by = s.officer, head: AddressLike = ZeroAddress) =>
    s.house.connect(by).closeLot(s.tender, 0, head);

  it("reverts while a bid is in the order, whoever is named as its head", async () => {
    const s = await openedScene(PRICES);
    const refused = async (head: AddressLike, lowest: bigint) =>
      expect(close(s, s.officer, head))
        .to.be.revertedWithCustomError(s.house, "TenderBidStands")
        .withArgs(s.tender, 0, lowest);
    for (const head of [ZeroAddress, s.a, s.c, s.d, s.stranger]) await refused(head, 4n);
    for (const { bidder } of [...s.bids].reverse()) {
      await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
    }
    for (const head of [ZeroAddress, s.d]) await refused(head, 4n);
    await s.house.strike(s.tender, 0, [s.d, s.c, s.b]);
    for (const head of [ZeroAddress, s.a]) await refused(head, 1n);
    await s.house.strike(s.tender, 0, [s.a]);
    await close(s);
  });

  it("looks at no head where none is in the order", async () => {
    const s = await emptyScene();
    await close(s, s.officer, s.a);
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
  });

  it("reverts for everyone but a key of the agency with TENDER_AWARD", async () => {
    const s = await emptyScene();
    await eachRefused(s, Permission.Award, async (by) => {
      await expect(close(s, by))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(s.agency, by.address, Permission.Award);
    });
    await close(s, await keyWith(s, Permission.Award));
  });

  it("reverts in the reveal deadline's last second and after the award deadline's", async () => {
    const s = await sealedScene(PRICES);
    await at(s.revealDeadline);
    await expect(close(s))
      .to.be.revertedWithCustomError(s.house, "TenderRevealRunning")
      .withArgs(s.tender, s.revealDeadline);
    await at(s.awardDeadline + 1n);
    await expect(close(s))
      .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
      .withArgs(s.tender, s.awardDeadline);
    const next = await sealedScene(PRICES);
    await at(next.awardDeadline);
    await close(next);
  });

  it("reverts the second time, and once the tender is cancelled", async () => {
    const s = await emptyScene();
    await close(s);
    await expect(close(s))
      .to.be.revertedWithCustomError(s.house, "TenderLotDecided")
      .withArgs(s.tender, 0, Outcome.NoWinner);
    const next = await emptyScene();
    await next.house.connect(next.officer).cancel(next.tender, 1, EVIDENCE);
    await expect(close(next)).to.be.revertedWithCustomError(next.house, "TenderIsCancelled").withArgs(next.tender);
  });

  it("tells whether bids were too high, or there was none that could win", async () => {
    const over = CEILING + 1n;
    const cases: [[bigint | string, bigint | string, bigint | string, bigint | string], boolean, bigint][] = [
      [["0x", "0x", "0x", "0x"], false, Outcome.NoWinner],
      [[1n, 2n, 3n, 4n], false, Outcome.NoWinner],
      [[over, over, over, over], false, Outcome.OverCeiling],
      [["0x", "0x", over, 49n], false, Outcome.OverCeiling],
      [[over, 200n, 100n, "0x"], true, Outcome.NoWinner],
      [[300n, 200n, 100n, "0x"], true, Outcome.NoWinner],
    ];
    for (const [contents, reject, outcome] of cases) {
      const s = await openedScene(contents, { minimums: [50n] });
      const standing = ranked(s.bids.filter(({ price }) => price >= 50n && price <= CEILING));
      expect(standing.length > 0).to.equal(reject);
      for (const { bidder } of standing) {
        await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
        await s.house.strike(s.tender, 0, [bidder]);
      }
      const now = BigInt(await time.latest()) + 50n;
      await at(now);
      await expect(close(s)).to.emit(s.house, "LotClosed").withArgs(s.tender, 0, s.key, outcome);
      expect((await s.house.lotOf(s.tender, 0)).award).to.deep.equal([ZeroAddress, now, outcome]);
      expect((await s.house.tenderOf(s.tender)).undecidedLots).to.equal(0n);
    }
  });

  it("does not count bids over the ceiling that were never opened", async () => {
    const s = await sealedScene([CEILING + 1n, CEILING + 1n, CEILING + 1n, CEILING + 1n]);
    await pass(s.revealDeadline);
    await expect(close(s)).to.emit(s.house, "LotClosed").withArgs(s.tender, 0, s.key, Outcome.NoWinner);
  });
});

describe("TenderHouse: several lots", () => {
  it("each has its own bids, order, ceiling and decision", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [1_000n, 0n, 50n] });
    const { tender } = t;
    const { house, officer, a, b } = s;
    const bids = [
      await seal(s, tender, a, 300n, 0n),
      await seal(s, tender, b, 200n, 0n),
      await seal(s, tender, a, 5_000n, 1n),
      await seal(s, tender, b, 6_000n, 1n),
      await seal(s, tender, a, 51n, 2n),
    ];
    await pass(t.commitDeadline);
    for (const lot of [0n, 1n, 2n])
      await openAll(
        s,
        bids.filter((bid) => bid.lot === lot),
      );
    await pass(t.revealDeadline);

    await house.connect(officer).award(tender, 0, b);
    expect((await house.tenderOf(tender)).undecidedLots).to.equal(2n);
    await expect(house.connect(officer).award(tender, 1, b))
      .to.be.revertedWithCustomError(house, "TenderLowerBidStands")
      .withArgs(tender, 1, b.address, 3);
    await house.connect(officer).reject(tender, 1, a, 1, id("no certificate"));
    await house.strike(tender, 1, [a]);
    expect((await house.bidOf(tender, 0, a)).status).to.equal(Status.Standing);
    await house.connect(officer).award(tender, 1, b);
    await house.connect(officer).closeLot(tender, 2, ZeroAddress);

    const outcomes = [];
    for (const lot of [0, 1, 2]) outcomes.push((await house.lotOf(tender, lot)).award.outcome);
    expect(outcomes).to.deep.equal([Outcome.Awarded, Outcome.Awarded, Outcome.OverCeiling]);
    expect((await house.tenderOf(tender)).undecidedLots).to.equal(0n);
    expect((await house.bidOf(tender, 2, a)).status).to.equal(Status.OverCeiling);
  });
});
