import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { open, openAll, openingOf, seal } from "./bids.ts";
import { at, eachRefused, keyWith, openedScene, pass, PRICES, publish, sealedScene, stage, time } from "./helpers.ts";
import {
  BOND,
  DEPOSIT,
  EVIDENCE,
  id,
  MAX_UINT40,
  Outcome,
  Permission,
  STANDSTILL,
  Status,
  ZeroAddress,
  ZeroHash,
} from "./values.ts";

describe("TenderHouse: cancel", () => {
  async function published() {
    const s = await networkHelpers.loadFixture(stage);
    return { ...s, ...(await publish(s)) };
  }

  it("reverts without a reason code or evidence", async () => {
    const { house, officer, tender } = await published();
    for (const [reason, evidence] of [[0, EVIDENCE] as const, [1, ZeroHash] as const, [0, ZeroHash] as const]) {
      await expect(house.connect(officer).cancel(tender, reason, evidence))
        .to.be.revertedWithCustomError(house, "TenderReasonMissing")
        .withArgs(reason, evidence);
    }
  });

  it("reverts for everyone but a key of the agency with TENDER_CANCEL", async () => {
    const s = await published();
    await eachRefused(s, Permission.Cancel, async (by) => {
      await expect(s.house.connect(by).cancel(s.tender, 1, EVIDENCE))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(s.agency, by.address, Permission.Cancel);
    });
    await s.house.connect(await keyWith(s, Permission.Cancel)).cancel(s.tender, 1, EVIDENCE);
  });

  it("reverts the second time", async () => {
    const { house, officer, tender } = await published();
    await house.connect(officer).cancel(tender, 1, EVIDENCE);
    await expect(house.connect(officer).cancel(tender, 2, EVIDENCE))
      .to.be.revertedWithCustomError(house, "TenderIsCancelled")
      .withArgs(tender);
  });

  it("reverts once every lot is decided", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [0n, 0n] });
    const bid = await seal(s, t.tender, s.a, 1n);
    await pass(t.commitDeadline);
    await open(s, bid);
    await pass(t.revealDeadline);
    await s.house.connect(s.officer).award(t.tender, 0, s.a);
    await s.house.connect(s.officer).closeLot(t.tender, 1, ZeroAddress);
    await expect(s.house.connect(s.officer).cancel(t.tender, 1, EVIDENCE))
      .to.be.revertedWithCustomError(s.house, "TenderIsDecided")
      .withArgs(t.tender);
  });

  it("is allowed in the award deadline's last second and reverts in the one after", async () => {
    const { house, officer, tender, awardDeadline } = await published();
    const snapshot = await networkHelpers.takeSnapshot();
    await at(awardDeadline);
    await house.connect(officer).cancel(tender, 1, EVIDENCE);
    await snapshot.restore();
    await at(awardDeadline + 1n);
    await expect(house.connect(officer).cancel(tender, 1, EVIDENCE))
      .to.be.revertedWithCustomError(house, "TenderAwardClosed")
      .withArgs(tender, awardDeadline);
  });

  it("records the time, and says why", async () => {
    const { house, officer, key, tender } = await published();
    const now = BigInt(await time.latest()) + 50n;
    await at(now);
    await expect(house.connect(officer).cancel(tender, 65_535, EVIDENCE))
      .to.emit(house, "TenderCancelled")
      .withArgs(tender, key, 65_535, EVIDENCE);
    expect((await house.tenderOf(tender)).cancelledAt).to.equal(now);
    expect((await house.lotOf(tender, 0)).award.outcome).to.equal(Outcome.Undecided);
  });

  it("touches no other tender", async () => {
    const s = await published();
    const { tender: next } = await publish(s);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    expect((await s.house.tenderOf(next)).cancelledAt).to.equal(0n);
    await s.house.connect(s.a).commitBid(next, 0, id("a"));
  });

  describe("decides over the bonds by its block, whenever they are settled", () => {
    it("by the reveal deadline's last second: sealed bids get theirs back", async () => {
      for (const late of [false, true]) {
        const s = await sealedScene(PRICES);
        await open(s, s.bids[3]);
        await at(s.revealDeadline);
        await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
        if (late) await pass(s.awardDeadline);
        for (const { bidder } of s.bids) {
          await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, bidder))
            .to.emit(s.house, "BondReleased")
            .withArgs(s.tender, 0, bidder.address);
          expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal([DEPOSIT, 0n]);
        }
        expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
      }
    });

    it("one second later: sealed bids forfeit, opened ones get theirs back", async () => {
      for (const late of [false, true]) {
        const s = await sealedScene(PRICES);
        await open(s, s.bids[3]);
        await at(s.revealDeadline + 1n);
        await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
        if (late) await pass(s.awardDeadline);
        for (const { bidder } of s.bids.slice(0, 3)) {
          await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, bidder))
            .to.emit(s.house, "BondForfeited")
            .withArgs(s.tender, 0, bidder.address, s.treasury.address);
        }
        await expect(s.house.settleBond(s.tender, 0, s.d)).to.emit(s.house, "BondReleased");
        expect(await s.house.bondDue(s.token, s.treasury)).to.equal(3n * BOND);
      }
    });

    it("a bond forfeited before a late cancellation stays forfeited, one settled later is too", async () => {
      const s = await sealedScene(PRICES);
      await pass(s.revealDeadline);
      await s.house.settleBond(s.tender, 0, s.a);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await s.house.settleBond(s.tender, 0, s.b);
      for (const bidder of [s.a, s.b]) {
        expect((await s.house.bidOf(s.tender, 0, bidder)).status).to.equal(Status.Forfeited);
      }
    });

    it("before the commit deadline: at once", async () => {
      const s = await published();
      await seal(s, s.tender, s.a, 1n);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });

  it("leaves decided lots as they are: the award and the winner's held bond stay", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [0n, 0n] });
    const bids = [
      await seal(s, t.tender, s.a, 100n, 0n),
      await seal(s, t.tender, s.b, 200n, 0n),
      await seal(s, t.tender, s.a, 100n, 1n),
    ];
    await pass(t.commitDeadline);
    await openAll(s, bids.slice(0, 2));
    await openAll(s, bids.slice(2));
    await pass(t.revealDeadline);
    await s.house.connect(s.officer).award(t.tender, 0, s.a);
    const { award } = await s.house.lotOf(t.tender, 0);
    await s.house.connect(s.officer).cancel(t.tender, 1, EVIDENCE);
    expect((await s.house.lotOf(t.tender, 0)).award).to.deep.equal(award);

    await s.house.settleBond(t.tender, 0, s.b);
    await s.house.settleBond(t.tender, 1, s.a);
    await at(award.time + STANDSTILL);
    await expect(s.house.settleBond(t.tender, 0, s.a))
      .to.be.revertedWithCustomError(s.house, "TenderBondHeld")
      .withArgs(t.tender, 0, s.a.address, award.time + STANDSTILL);
    await at(award.time + STANDSTILL + 1n);
    await s.house.settleBond(t.tender, 0, s.a);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("nothing but settling and placing is left to do afterwards", async () => {
    const s = await openedScene(PRICES);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    const { house, officer, a, tender } = s;
    const acts = {
      commitBid: () => house.connect(a).commitBid(tender, 0, id("new")),
      replaceBid: () => house.connect(a).replaceBid(tender, 0, id("new")),
      commitEnvelope: () => house.connect(a).commitEnvelope(tender, 0, id("new")),
      replaceEnvelope: () => house.connect(a).replaceEnvelope(tender, 0, id("new")),
      commitFor: () => house.commitFor(a, tender, 0, id("new"), "0x", ZeroHash, MAX_UINT40, "0x"),
      withdrawFor: () => house.withdrawFor(a, tender, 0, ZeroHash, MAX_UINT40, "0x"),
      withdraw: () => house.connect(a).withdraw(tender, 0),
      open: () => open(s, s.bids[0]),
      reject: () => house.connect(officer).reject(tender, 0, s.d, 1, EVIDENCE),
      admit: () => house.connect(officer).admit(tender, 0, s.d, 1, EVIDENCE),
      strike: () => house.strike(tender, 0, [s.d]),
      draw: () => house.draw(tender, 0, [s.d]),
      award: () => house.connect(officer).award(tender, 0, s.d),
      awardWithDocuments: () => house.connect(officer).awardWithDocuments(tender, 0, s.d, "0x"),
      closeLot: () => house.connect(officer).closeLot(tender, 0, ZeroAddress),
      proposeExtension: () => house.connect(officer).proposeExtension(tender, MAX_UINT40),
      extend: () => house.connect(officer).extend(tender, MAX_UINT40, 1, EVIDENCE),
      revealScores: () => house.revealScores(tender, EVIDENCE),
      sealCeiling: () => house.connect(officer).sealCeiling(tender, 0, id("ceiling")),
      openCeiling: () => house.openCeiling(tender, 0, openingOf(s.bids[0])),
      openingTimes: () => house.openingTimes(tender),
      cancel: () => house.connect(officer).cancel(tender, 1, EVIDENCE),
    };
    for (const [name, act] of Object.entries(acts)) {
      await expect(act(), name).to.be.revertedWithCustomError(house, "TenderIsCancelled").withArgs(tender);
    }
  });
});
