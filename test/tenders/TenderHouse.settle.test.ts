import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { open, seal, viewOf } from "./bids.ts";
import { at, openedScene, pass, PRICES, publish, type Scene, sealedScene, stage, UNBONDED } from "./helpers.ts";
import { BOND, DEPOSIT, EVIDENCE, id, STANDSTILL, Status, ZeroAddress } from "./values.ts";

describe("TenderHouse: settleBond", () => {
  const LOCKED = [DEPOSIT - BOND, BOND];
  const FREE = [DEPOSIT, 0n];

  async function held(s: Scene, bidder: { address: string }, until: bigint): Promise<void> {
    await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, bidder.address))
      .to.be.revertedWithCustomError(s.house, "TenderBondHeld")
      .withArgs(s.tender, 0, bidder.address, until);
  }

  it("reverts in a tender without a bond", async () => {
    const s = await openedScene(PRICES, UNBONDED);
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    for (const bidder of [s.a, s.d, s.stranger]) {
      await expect(s.house.settleBond(s.tender, 0, bidder))
        .to.be.revertedWithCustomError(s.house, "TenderUnbonded")
        .withArgs(s.tender);
    }
  });

  it("reverts for who has no bond there: none, withdrawn, settled, forfeited", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s);
    await seal(s, t.tender, s.a, 1n);
    await s.house.connect(s.a).withdraw(t.tender, 0);
    const opened = await seal(s, t.tender, s.b, 1n);
    await seal(s, t.tender, s.c, 1n);
    await pass(t.commitDeadline);
    await open(s, opened);
    await pass(t.awardDeadline);
    await s.house.settleBond(t.tender, 0, s.b);
    await s.house.settleBond(t.tender, 0, s.c);
    const refused = [
      [s.stranger, Status.None],
      [s.a, Status.Withdrawn],
      [s.b, Status.Standing],
      [s.c, Status.Forfeited],
    ] as const;
    for (const [bidder, status] of refused) {
      await expect(s.house.settleBond(t.tender, 0, bidder))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(t.tender, 0, bidder.address, status);
    }
  });

  describe("a bid still sealed", () => {
    it("is held until the reveal deadline's last second", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const t = await publish(s);
      await seal(s, t.tender, s.a, 1n);
      for (const second of [t.commitDeadline, t.commitDeadline + 1n, t.revealDeadline]) {
        await at(second);
        await held({ ...s, ...t } as Scene, s.a, t.revealDeadline);
      }
      await at(t.revealDeadline + 1n);
      await s.house.settleBond(t.tender, 0, s.a);
    });

    it("forfeits to the treasury, never to the caller, and is not opened any more", async () => {
      const s = await sealedScene(PRICES);
      await pass(s.revealDeadline);
      await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, s.a))
        .to.emit(s.house, "BondForfeited")
        .withArgs(s.tender, 0, s.a.address, s.treasury.address);
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(viewOf({ status: Status.Forfeited }));
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, 0n]);
      expect(await s.house.bondBalance(s.token, s.stranger)).to.deep.equal([0n, 0n]);
      expect(await s.house.bondBalance(s.token, s.treasury)).to.deep.equal([0n, 0n]);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
      expect(await s.house.bondDue(s.token, s.stranger)).to.equal(0n);
      await expect(s.house.connect(s.stranger).withdrawBond(s.token, BOND)).to.be.revertedWithCustomError(
        s.house,
        "BondInsufficient",
      );
    });

    it("forfeits by the bidder's own hand just the same", async () => {
      const s = await sealedScene(PRICES);
      await pass(s.awardDeadline);
      await s.house.connect(s.a).settleBond(s.tender, 0, s.a);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
    });

    it("forfeits even where the lot was decided, each bid of the bidder by itself", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const t = await publish(s, { ceilings: [0n, 0n] });
      const opened = await seal(s, t.tender, s.a, 1n, 0n);
      await seal(s, t.tender, s.a, 1n, 1n);
      await pass(t.commitDeadline);
      await open(s, opened);
      await pass(t.revealDeadline);
      await s.house.connect(s.officer).closeLot(t.tender, 1, ZeroAddress);
      await s.house.settleBond(t.tender, 1, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - 2n * BOND, BOND]);
      await s.house.connect(s.officer).award(t.tender, 0, s.a);
      expect((await s.house.lotOf(t.tender, 0)).award.winner).to.equal(s.a.address);
    });
  });

  describe("an opened bid", () => {
    it("is held while the lot is undecided, until the award deadline's last second", async () => {
      const s = await sealedScene(PRICES);
      await open(s, s.bids[3]);
      await held(s, s.d, 0n);
      await at(s.revealDeadline);
      await held(s, s.d, 0n);
      await at(s.awardDeadline);
      await held(s, s.d, 0n);
    });

    it("is free once the lot has lapsed, in the second after the award deadline", async () => {
      const s = await openedScene(PRICES);
      await at(s.awardDeadline + 1n);
      for (const { bidder } of s.bids) {
        await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, bidder))
          .to.emit(s.house, "BondReleased")
          .withArgs(s.tender, 0, bidder.address);
        expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal(FREE);
      }
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.d))
        .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
        .withArgs(s.tender, s.awardDeadline);
    });

    it("is held when it was rejected, over the ceiling or malformed, until the lot is decided", async () => {
      const s = await openedScene([800_000n, "0x00", 200n, 100n]);
      await s.house.connect(s.officer).reject(s.tender, 0, s.d, 1, EVIDENCE);
      await s.house.strike(s.tender, 0, [s.d]);
      for (const bidder of [s.a, s.b, s.d]) await held(s, bidder, 0n);
      await s.house.connect(s.officer).award(s.tender, 0, s.c);
      for (const bidder of [s.a, s.b, s.d]) {
        await s.house.settleBond(s.tender, 0, bidder);
        expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal(FREE);
      }
    });

    it("is held when it is under the minimum, until the lot is decided", async () => {
      const s = await openedScene([49n, 50n, 51n, 52n], { minimums: [50n] });
      await held(s, s.a, 0n);
      await s.house.connect(s.officer).award(s.tender, 0, s.b);
      await s.house.settleBond(s.tender, 0, s.a);
      const view = viewOf({ status: Status.UnderMinimum, number: 1n, price: 49n, settled: true });
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(view);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal(FREE);
    });

    it("of a loser is free at once after the award; the winner's after the standstill's last second", async () => {
      const s = await openedScene(PRICES);
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
      const until = (await s.house.lotOf(s.tender, 0)).award.time + STANDSTILL;
      for (const bidder of [s.a, s.b, s.c]) {
        await s.house.settleBond(s.tender, 0, bidder);
        expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal(FREE);
      }
      await held(s, s.d, until);
      await at(until);
      await held(s, s.d, until);
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal(LOCKED);
      await at(until + 1n);
      await s.house.connect(s.stranger).settleBond(s.tender, 0, s.d);
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal(FREE);
      const { status, settled } = await s.house.bidOf(s.tender, 0, s.d);
      expect([status, settled]).to.deep.equal([Status.Standing, true]);
      expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.d.address);
    });

    it("of the winner is held through the standstill although the award deadline passes meanwhile", async () => {
      const s = await openedScene(PRICES);
      await at(s.awardDeadline);
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
      await at(s.awardDeadline + STANDSTILL);
      await held(s, s.d, s.awardDeadline + STANDSTILL);
      await at(s.awardDeadline + STANDSTILL + 1n);
      await s.house.settleBond(s.tender, 0, s.d);
    });

    it("of the winner is free in the next second without a standstill", async () => {
      const s = await openedScene(PRICES, { standstill: 0 });
      const now = s.revealDeadline + 100n;
      await at(now);
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
      await at(now + 1n);
      await s.house.settleBond(s.tender, 0, s.d);
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal(FREE);
    });

    it("is free once the lot is closed without a winner", async () => {
      const s = await openedScene([800_000n, "0x00", "0x01", 900_000n]);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      for (const { bidder } of s.bids) await s.house.settleBond(s.tender, 0, bidder);
      for (const { bidder } of s.bids) expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal(FREE);
    });

    it("that is Unplaced is free once the lot has lapsed", async () => {
      const s = await sealedScene(PRICES);
      await open(s, s.bids[0], { before: s.stranger.address });
      await pass(s.awardDeadline);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(
        viewOf({ status: Status.Unplaced, number: 1n, price: 400n, settled: true }),
      );
    });

    it("is settled although the agency is suspended", async () => {
      const s = await openedScene(PRICES);
      await s.registry.suspend(s.agency);
      await pass(s.awardDeadline);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal(FREE);
    });
  });

  it("gives each bond back once, in each lot by itself", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [0n, 0n] });
    for (const lot of [0, 1]) await s.house.connect(s.a).commitBid(t.tender, lot, id("a"));
    await s.house.connect(s.officer).cancel(t.tender, 1, EVIDENCE);
    await s.house.settleBond(t.tender, 0, s.a);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal(LOCKED);
    await expect(s.house.settleBond(t.tender, 0, s.a))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(t.tender, 0, s.a.address, Status.Sealed);
    await s.house.settleBond(t.tender, 1, s.a);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal(FREE);
  });

  it("a bond that is free again can be withdrawn", async () => {
    const s = await openedScene(PRICES);
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    await expect(s.house.connect(s.a).withdrawBond(s.token, DEPOSIT))
      .to.be.revertedWithCustomError(s.house, "BondInsufficient")
      .withArgs(s.token, s.a.address, DEPOSIT - BOND, DEPOSIT);
    await s.house.settleBond(s.tender, 0, s.a);
    await s.house.connect(s.a).withdrawBond(s.token, DEPOSIT);
    expect(await s.token.balanceOf(s.a)).to.equal(2n * DEPOSIT);
  });
});
