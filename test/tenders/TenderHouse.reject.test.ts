import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { type Bid, listOf, open, seal, viewOf } from "./bids.ts";
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
} from "./helpers.ts";
import { CEILING, EVIDENCE, Outcome, Permission, Status, ZeroAddress, ZeroHash } from "./values.ts";

describe("TenderHouse: reject", () => {
  const reject = (s: Scene, bid: Bid, by = s.officer) =>
    s.house.connect(by).reject(s.tender, 0, bid.bidder, 7, EVIDENCE);

  it("reverts without a reason code or evidence", async () => {
    const s = await openedScene(PRICES);
    for (const [reason, evidence] of [[0, EVIDENCE] as const, [1, ZeroHash] as const, [0, ZeroHash] as const]) {
      await expect(s.house.connect(s.officer).reject(s.tender, 0, s.d, reason, evidence))
        .to.be.revertedWithCustomError(s.house, "TenderReasonMissing")
        .withArgs(reason, evidence);
    }
  });

  it("reverts for everyone but a key of the agency with TENDER_REJECT", async () => {
    const s = await openedScene(PRICES);
    await eachRefused(s, Permission.Reject, async (by) => {
      await expect(reject(s, s.bids[3], by))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(s.agency, by.address, Permission.Reject);
    });
    await reject(s, s.bids[3], await keyWith(s, Permission.Reject));
  });

  it("reverts for a bid that is not open: none, sealed", async () => {
    const s = await sealedScene(PRICES);
    for (const [bidder, status] of [[s.stranger, Status.None] as const, [s.a, Status.Sealed] as const]) {
      await expect(s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, bidder.address, status);
    }
  });

  it("reverts for a withdrawn bid", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const { tender, commitDeadline } = await publish(s);
    await seal(s, tender, s.a, 1n);
    await s.house.connect(s.a).withdraw(tender, 0);
    await pass(commitDeadline);
    await expect(s.house.connect(s.officer).reject(tender, 0, s.a, 1, EVIDENCE))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(tender, 0, s.a.address, Status.Withdrawn);
  });

  it("reverts for a forfeited bid", async () => {
    const s = await emptyScene();
    await s.house.settleBond(s.tender, 0, s.a);
    await expect(reject(s, s.bids[0]))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(s.tender, 0, s.a.address, Status.Forfeited);
  });

  it("reverts for a bid that is rejected already, over the ceiling, under the minimum or malformed", async () => {
    const s = await openedScene([CEILING + 1n, "0x00", 49n, 100n], { minimums: [50n] });
    await reject(s, s.bids[3]);
    for (const [i, mark] of [
      [0, Status.OverCeiling] as const,
      [1, Status.Malformed] as const,
      [2, Status.UnderMinimum] as const,
      [3, Status.Rejected] as const,
    ]) {
      const bid = s.bids[i];
      await expect(reject(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, bid.bidder.address, mark);
    }
  });

  it("is allowed in the award deadline's last second and reverts in the one after", async () => {
    const s = await openedScene(PRICES);
    await at(s.awardDeadline);
    await reject(s, s.bids[3]);
    await at(s.awardDeadline + 1n);
    await expect(reject(s, s.bids[2]))
      .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
      .withArgs(s.tender, s.awardDeadline);
  });

  it("reverts once the lot is awarded, closed, or the tender cancelled", async () => {
    const s = await openedScene(PRICES);
    const snapshot = await networkHelpers.takeSnapshot();
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    for (const bid of s.bids) {
      await expect(reject(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderLotDecided")
        .withArgs(s.tender, 0, Outcome.Awarded);
    }
    await snapshot.restore();
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await expect(reject(s, s.bids[3])).to.be.revertedWithCustomError(s.house, "TenderIsCancelled").withArgs(s.tender);

    const empty = await emptyScene();
    await empty.house.connect(empty.officer).closeLot(empty.tender, 0, ZeroAddress);
    await expect(reject(empty, empty.bids[3]))
      .to.be.revertedWithCustomError(empty.house, "TenderLotDecided")
      .withArgs(empty.tender, 0, Outcome.NoWinner);
  });

  it("leaves the bid in its place, first, middle or last, and is told in public", async () => {
    for (const i of [3, 2, 1, 0]) {
      const s = await openedScene(PRICES);
      const bid = s.bids[i] as Bid;
      const { next } = await s.house.bidOf(s.tender, 0, bid.bidder);
      await expect(reject(s, bid))
        .to.emit(s.house, "BidRejected")
        .withArgs(s.tender, 0, bid.bidder.address, s.key, 7, EVIDENCE);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
      const view = viewOf({ status: Status.Rejected, number: bid.number, price: bid.price, next });
      expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(view);
    }
  });

  it("touches no other bid, and none of the bidder in another lot", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [0n, 0n] });
    const bids = [await seal(s, t.tender, s.a, 5n), await seal(s, t.tender, s.a, 5n, 1n)];
    await pass(t.commitDeadline);
    for (const bid of bids) await open(s, bid);
    await s.house.connect(s.officer).reject(t.tender, 0, s.a, 1, EVIDENCE);
    expect((await s.house.bidOf(t.tender, 1, s.a)).status).to.equal(Status.Standing);
    await pass(t.revealDeadline);
    await s.house.connect(s.officer).award(t.tender, 1, s.a);
  });

  it("is possible while others have yet to open, who are placed around it", async () => {
    const s = await sealedScene(PRICES);
    await open(s, s.bids[3]);
    await reject(s, s.bids[3]);
    expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(4n);
    await open(s, s.bids[2], { before: s.d.address });
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n]);
  });
});
