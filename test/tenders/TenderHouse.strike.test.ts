import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { type Bid, listOf, openAll, viewOf } from "./bids.ts";
import { at, emptyScene, openedScene, pass, PRICES, type Scene, sealedScene } from "./helpers.ts";
import { CEILING, DEPOSIT, EVIDENCE, Outcome, Status, ZeroAddress } from "./values.ts";

describe("TenderHouse: strike", () => {
  /** d 100, c 200, b 300, a 400 in this order; those named are rejected, and it is the time of awards. */
  async function rejected(...names: ("a" | "b" | "c" | "d")[]): Promise<Scene> {
    const s = await openedScene(PRICES);
    for (const name of names) await s.house.connect(s.officer).reject(s.tender, 0, s[name], 1, EVIDENCE);
    return s;
  }
  const strike = (s: Scene, ...bidders: { address: string }[]) =>
    s.house.connect(s.stranger).strike(
      s.tender,
      0,
      bidders.map(({ address }) => address),
    );
  const stands = async (s: Scene, act: Promise<unknown>, bidder: { address: string }): Promise<void> =>
    expect(act).to.be.revertedWithCustomError(s.house, "TenderHeadStands").withArgs(s.tender, 0, bidder.address);

  it("reverts for a bid that can win", async () => {
    const s = await rejected("c");
    await stands(s, strike(s, s.d), s.d);
    expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(4n);
  });

  it("reverts for a bid that is out but does not stand at the head", async () => {
    const s = await rejected("d", "b", "a");
    await stands(s, strike(s, s.b), s.b);
    await stands(s, strike(s, s.d, s.b), s.b);
    await stands(s, strike(s, s.a), s.a);
  });

  it("reverts where bids are given in another order, or one twice, and then changes nothing", async () => {
    const s = await rejected("d", "c", "b");
    await stands(s, strike(s, s.c, s.d), s.c);
    await stands(s, strike(s, s.d, s.d), s.d);
    await stands(s, strike(s, s.d, s.b, s.c), s.b);
    await stands(s, strike(s, s.d, s.c, s.b, s.a), s.a);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
  });

  it("reverts beyond the end of the order, and where nothing is in it", async () => {
    const s = await rejected("d", "c", "b", "a");
    await stands(s, strike(s, s.d, s.c, s.b, s.a, s.a), s.a);
    await stands(s, strike(s, s.d, s.c, s.b, s.a, s.stranger), s.stranger);
    await strike(s, s.d, s.c, s.b, s.a);
    for (const bidder of [s.a, s.b, s.c, s.d, s.stranger]) await stands(s, strike(s, bidder), bidder);
    await stands(s, strike(s, { address: ZeroAddress }), { address: ZeroAddress });
  });

  it("reverts for who has no place in the order: none, sealed, forfeited, over the ceiling, malformed", async () => {
    // Without a place there is no price either, which would be under this minimum.
    const s = await sealedScene([CEILING + 1n, "0x00", 200n, 100n], { minimums: [50n] });
    await openAll(s, s.bids.slice(0, 2));
    await pass(s.revealDeadline);
    await s.house.settleBond(s.tender, 0, s.d);
    for (const bidder of [s.stranger, s.a, s.b, s.c, s.d]) await stands(s, strike(s, bidder), bidder);
    const open = await rejected("d");
    await strike(open, open.d);
    for (const bidder of [open.stranger, open.d]) await stands(open, strike(open, bidder), bidder);
  });

  it("reverts in the reveal deadline's last second and is allowed in the one after", async () => {
    const s = await sealedScene(PRICES);
    await openAll(s, s.bids);
    await s.house.connect(s.officer).reject(s.tender, 0, s.d, 1, EVIDENCE);
    await at(s.revealDeadline);
    await expect(strike(s, s.d))
      .to.be.revertedWithCustomError(s.house, "TenderRevealRunning")
      .withArgs(s.tender, s.revealDeadline);
    await at(s.revealDeadline + 1n);
    await strike(s, s.d);
  });

  it("is allowed in the award deadline's last second and reverts in the one after", async () => {
    const s = await rejected("d", "c");
    await at(s.awardDeadline);
    await strike(s, s.d);
    await at(s.awardDeadline + 1n);
    await expect(strike(s, s.c))
      .to.be.revertedWithCustomError(s.house, "TenderAwardClosed")
      .withArgs(s.tender, s.awardDeadline);
  });

  it("reverts once the lot is awarded, closed, or the tender cancelled", async () => {
    const s = await rejected("c");
    const snapshot = await networkHelpers.takeSnapshot();
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    await expect(strike(s, s.d))
      .to.be.revertedWithCustomError(s.house, "TenderLotDecided")
      .withArgs(s.tender, 0, Outcome.Awarded);
    await snapshot.restore();
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await expect(strike(s, s.d)).to.be.revertedWithCustomError(s.house, "TenderIsCancelled").withArgs(s.tender);
    const empty = await emptyScene();
    await empty.house.connect(empty.officer).closeLot(empty.tender, 0, ZeroAddress);
    await expect(strike(empty))
      .to.be.revertedWithCustomError(empty.house, "TenderLotDecided")
      .withArgs(empty.tender, 0, Outcome.NoWinner);
  });

  it("of nobody changes nothing", async () => {
    const s = await rejected("d");
    await strike(s);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
  });

  it("takes rejected bids from the head, at once or one after the other; anyone may call", async () => {
    for (const together of [true, false]) {
      const s = await rejected("d", "c", "a");
      if (together) await strike(s, s.d, s.c);
      else for (const bidder of [s.d, s.c]) await strike(s, bidder);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([2n, 1n]);
      const view = viewOf({ status: Status.Rejected, number: 4n, price: 100n, next: 4n });
      expect(await s.house.bidOf(s.tender, 0, s.d)).to.deep.equal(view);
      await s.house.connect(s.officer).award(s.tender, 0, s.b);
      expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.b.address);
    }
  });

  it("leaves bonds as they are: those struck are free once the lot is decided", async () => {
    const s = await rejected("d");
    await strike(s, s.d);
    await expect(s.house.settleBond(s.tender, 0, s.d))
      .to.be.revertedWithCustomError(s.house, "TenderBondHeld")
      .withArgs(s.tender, 0, s.d.address, 0);
    await s.house.connect(s.officer).award(s.tender, 0, s.c);
    await s.house.settleBond(s.tender, 0, s.d);
    expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("is needed before an award: a rejected head wins nothing, and the next one not before it is gone", async () => {
    const s = await rejected("d", "c");
    const refused = async (bid: Bid, lowest: bigint): Promise<void> =>
      expect(s.house.connect(s.officer).award(s.tender, 0, bid.bidder))
        .to.be.revertedWithCustomError(s.house, "TenderLowerBidStands")
        .withArgs(s.tender, 0, bid.bidder.address, lowest);
    await expect(s.house.connect(s.officer).award(s.tender, 0, s.d))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(s.tender, 0, s.d.address, Status.Rejected);
    await refused(s.bids[1], 4n);
    await strike(s, s.d);
    await refused(s.bids[1], 3n);
    await strike(s, s.c);
    await refused(s.bids[0], 2n);
    await s.house.connect(s.officer).award(s.tender, 0, s.b);
  });

  it("a bid rejected only then, behind some struck before, is struck as well", async () => {
    const s = await rejected("d");
    await strike(s, s.d);
    await s.house.connect(s.officer).reject(s.tender, 0, s.c, 1, EVIDENCE);
    await strike(s, s.c);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([2n, 1n]);
  });
});
