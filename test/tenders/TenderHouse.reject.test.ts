import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  at,
  type Bid,
  CEILING,
  eachRefused,
  EVIDENCE,
  keyWith,
  listOf,
  open,
  openedScene,
  Outcome,
  pass,
  Permission,
  publish,
  type Scene,
  seal,
  sealedScene,
  stage,
  Status,
  ZeroAddress,
  ZeroHash,
  emptyScene,
  PRICES,
} from "./helpers.ts";

describe("TenderHouse: reject", () => {
  const reject = (s: Scene, bid: Bid, predecessor: string, by = s.officer) =>
    s.house.connect(by).reject(s.tender, 0, bid.bidder, predecessor, 7, EVIDENCE);

  it("reverts without a reason code or evidence", async () => {
    const s = await openedScene(PRICES);
    for (const [reason, evidence] of [[0, EVIDENCE] as const, [1, ZeroHash] as const, [0, ZeroHash] as const]) {
      await expect(s.house.connect(s.officer).reject(s.tender, 0, s.d, ZeroAddress, reason, evidence))
        .to.be.revertedWithCustomError(s.house, "TenderReasonMissing")
        .withArgs(reason, evidence);
    }
  });

  it("reverts for everyone but a key of the agency with TENDER_REJECT", async () => {
    const s = await openedScene(PRICES);
    await eachRefused(s, Permission.Reject, async (by) => {
      await expect(reject(s, s.bids[3], ZeroAddress, by))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(s.agency, by.address, Permission.Reject);
    });
    await reject(s, s.bids[3], ZeroAddress, await keyWith(s, Permission.Reject));
  });

  it("reverts for a bid that is not open: none, sealed", async () => {
    const s = await sealedScene(PRICES);
    for (const [bidder, status] of [[s.stranger, Status.None] as const, [s.a, Status.Sealed] as const]) {
      await expect(s.house.connect(s.officer).reject(s.tender, 0, bidder, ZeroAddress, 1, EVIDENCE))
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
    await expect(s.house.connect(s.officer).reject(tender, 0, s.a, ZeroAddress, 1, EVIDENCE))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(tender, 0, s.a.address, Status.Withdrawn);
  });

  it("reverts for a bid that is rejected already, over the ceiling or malformed", async () => {
    const s = await openedScene([CEILING + 1n, "0x00", 200n, 100n]);
    await reject(s, s.bids[3], ZeroAddress);
    for (const [i, mark] of [
      [0, Status.OverCeiling] as const,
      [1, Status.Malformed] as const,
      [3, Status.Rejected] as const,
    ]) {
      const bid = s.bids[i];
      for (const predecessor of [ZeroAddress, s.c.address]) {
        await expect(reject(s, bid, predecessor))
          .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
          .withArgs(s.tender, 0, bid.bidder.address, mark);
      }
    }
  });

  it("reverts with a predecessor that is not the one directly before, and changes nothing", async () => {
    const s = await openedScene(PRICES);
    const [a, b, c, d] = [s.a, s.b, s.c, s.d].map(({ address }) => address) as [string, string, string, string];
    const wrong: [Bid, string[]][] = [
      [s.bids[3], [a, b, c, d, s.stranger.address]],
      [s.bids[2], [ZeroAddress, a, b, c, s.stranger.address]],
      [s.bids[0], [ZeroAddress, a, c, d, s.stranger.address]],
    ];
    for (const [bid, predecessors] of wrong) {
      for (const predecessor of predecessors) {
        await expect(reject(s, bid, predecessor))
          .to.be.revertedWithCustomError(s.house, "TenderPlaceStale")
          .withArgs(s.tender, 0, bid.bidder.address, predecessor);
      }
    }
    await reject(s, s.bids[2], d);
    await expect(reject(s, s.bids[1], c))
      .to.be.revertedWithCustomError(s.house, "TenderPlaceStale")
      .withArgs(s.tender, 0, b, c);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 2n, 1n]);
  });

  it("is allowed in the award deadline's last second and reverts in the one after", async () => {
    const s = await openedScene(PRICES);
    await at(s.awardDeadline);
    await reject(s, s.bids[3], ZeroAddress);
    await at(s.awardDeadline + 1n);
    await expect(reject(s, s.bids[2], ZeroAddress))
      .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
      .withArgs(s.tender, s.awardDeadline);
  });

  it("reverts once the lot is awarded, closed, or the tender cancelled", async () => {
    const s = await openedScene(PRICES);
    const snapshot = await networkHelpers.takeSnapshot();
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    for (const bid of s.bids) {
      await expect(reject(s, bid, ZeroAddress))
        .to.be.revertedWithCustomError(s.house, "TenderLotDecided")
        .withArgs(s.tender, 0, Outcome.Awarded);
    }
    await snapshot.restore();
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await expect(reject(s, s.bids[3], ZeroAddress))
      .to.be.revertedWithCustomError(s.house, "TenderIsCancelled")
      .withArgs(s.tender);

    const empty = await emptyScene();
    await empty.house.connect(empty.officer).closeLot(empty.tender, 0);
    await expect(reject(empty, empty.bids[3], ZeroAddress))
      .to.be.revertedWithCustomError(empty.house, "TenderLotDecided")
      .withArgs(empty.tender, 0, Outcome.NoWinner);
  });

  it("takes the bid out of the order, first, middle or last, in public", async () => {
    const cases: [number, "d" | "c" | "b" | undefined, bigint[]][] = [
      [3, undefined, [3n, 2n, 1n]],
      [2, "d", [4n, 2n, 1n]],
      [1, "c", [4n, 3n, 1n]],
      [0, "b", [4n, 3n, 2n]],
    ];
    for (const [i, before, left] of cases) {
      const s = await openedScene(PRICES);
      const predecessor = before === undefined ? ZeroAddress : s[before].address;
      const bid = s.bids[i] as Bid;
      await expect(reject(s, bid, predecessor))
        .to.emit(s.house, "BidRejected")
        .withArgs(s.tender, 0, bid.bidder.address, s.key, 7, EVIDENCE);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal(left);
      const view = [Status.Rejected, bid.number, bid.price, ZeroAddress, false, 0n];
      expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(view);
    }
  });

  it("is possible while others have yet to open", async () => {
    const s = await sealedScene(PRICES);
    await open(s, s.bids[3]);
    await reject(s, s.bids[3], ZeroAddress);
    expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(ZeroAddress);
    await open(s, s.bids[2]);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n]);
  });
});
