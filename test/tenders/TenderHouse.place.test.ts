import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  BOND,
  DEPOSIT,
  EVIDENCE,
  id,
  listOf,
  open,
  pass,
  publish,
  seal,
  sealedScene,
  stage,
  Status,
  ZeroAddress,
} from "./helpers.ts";

describe("TenderHouse: a bid's place in the order", () => {
  /** a 400, b 300, c 200, d 100; a and c stand, d is left to open. b's right predecessor is c. */
  async function scene() {
    const s = await sealedScene([400n, 300n, 200n, 100n]);
    await open(s, s.bids[2]);
    await open(s, s.bids[0], s.c.address);
    return s;
  }
  type Placing = Awaited<ReturnType<typeof scene>>;

  describe("reveal with a predecessor that is wrong opens the bid and leaves it Unplaced", () => {
    const wrong: [string, (s: Placing) => string][] = [
      ["nobody while a lower bid stands", () => ZeroAddress],
      ["the bidder of a standing bid of a higher price", (s) => s.a.address],
      ["the bidder itself", (s) => s.b.address],
      ["the bidder of a bid still sealed", (s) => s.d.address],
      ["an account that never bid", (s) => s.stranger.address],
    ];
    for (const [name, predecessorIn] of wrong) {
      it(name, async () => {
        const s = await scene();
        const bid = s.bids[1];
        await expect(open(s, bid, predecessorIn(s)))
          .to.emit(s.house, "BidOpened")
          .withArgs(s.tender, 0, s.b.address, 2, Status.Unplaced, bid.bid, bid.salt);
        expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([
          Status.Unplaced,
          2n,
          300n,
          ZeroAddress,
          false,
          0n,
        ]);
        expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(1n);
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 1n]);
        for (const [, staleIn] of wrong) {
          await expect(s.house.connect(s.stranger).place(s.tender, 0, s.b, staleIn(s)))
            .to.be.revertedWithCustomError(s.house, "TenderPlaceStale")
            .withArgs(s.tender, 0, s.b.address, staleIn(s));
        }
        await s.house.connect(s.stranger).place(s.tender, 0, s.b, s.c);
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      });
    }

    it("a lower standing bid that is not directly before it", async () => {
      const s = await scene();
      await open(s, s.bids[3], ZeroAddress);
      await open(s, s.bids[1], s.d.address);
      expect((await s.house.bidOf(s.tender, 0, s.b)).status).to.equal(Status.Unplaced);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 1n]);
    });

    it("a rejected bid", async () => {
      const s = await scene();
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, ZeroAddress, 1, EVIDENCE);
      await open(s, s.bids[1], s.c.address);
      expect((await s.house.bidOf(s.tender, 0, s.b)).status).to.equal(Status.Unplaced);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n]);
    });

    it("a bid that is itself Unplaced", async () => {
      const s = await scene();
      await open(s, s.bids[3], s.stranger.address);
      await open(s, s.bids[1], s.d.address);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(2n);
      await s.house.place(s.tender, 0, s.b, s.c);
      await s.house.place(s.tender, 0, s.d, ZeroAddress);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
    });

    it("a bid over the ceiling, and a malformed one", async () => {
      for (const content of [10_000_000n, "0x00"]) {
        const s = await sealedScene([400n, 300n, content, 100n]);
        await open(s, s.bids[2]);
        await open(s, s.bids[1], s.c.address);
        expect((await s.house.bidOf(s.tender, 0, s.b)).status).to.equal(Status.Unplaced);
        expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(ZeroAddress);
      }
    });

    it("a standing bid of another lot, and of another tender", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { tender } = await publish(s, { ceilings: [0n, 0n] });
      const other = await publish(s);
      const elsewhere = await seal(s, other.tender, s.a, 50n);
      const inLot1 = await seal(s, tender, s.a, 50n, 1n);
      const bid = await seal(s, tender, s.b, 100n);
      const next = await seal(s, tender, s.c, 100n);
      await pass(other.commitDeadline);
      await open(s, elsewhere);
      await open(s, inLot1);
      expect([inLot1.number, elsewhere.number]).to.deep.equal([1n, 1n]);
      await open(s, bid, s.a.address);
      expect((await s.house.bidOf(tender, 0, s.b)).status).to.equal(Status.Unplaced);
      await open(s, next, ZeroAddress);
      expect((await s.house.lotOf(tender, 0)).lowest).to.equal(s.c.address);
      expect((await s.house.lotOf(tender, 1)).lowest).to.equal(s.a.address);
    });

    it("the right one of an equal price, with a higher number", async () => {
      const s = await sealedScene([300n, 300n, 300n, 300n]);
      await open(s, s.bids[2]);
      await open(s, s.bids[1], s.c.address);
      expect((await s.house.bidOf(s.tender, 0, s.b)).status).to.equal(Status.Unplaced);
      await open(s, s.bids[3], ZeroAddress);
      expect((await s.house.bidOf(s.tender, 0, s.d)).status).to.equal(Status.Unplaced);
      await s.house.place(s.tender, 0, s.b, ZeroAddress);
      await s.house.place(s.tender, 0, s.d, s.c);
      await open(s, s.bids[0], ZeroAddress);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n, 2n, 3n, 4n]);
    });
  });

  describe("place", () => {
    it("reverts for a bid that is not Unplaced: none, sealed, standing, rejected", async () => {
      const s = await scene();
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, ZeroAddress, 1, EVIDENCE);
      const marks = [
        [s.stranger, Status.None],
        [s.b, Status.Sealed],
        [s.a, Status.Standing],
        [s.c, Status.Rejected],
      ] as const;
      for (const [bidder, mark] of marks) {
        for (const predecessor of [ZeroAddress, s.a.address, s.c.address]) {
          await expect(s.house.place(s.tender, 0, bidder, predecessor))
            .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
            .withArgs(s.tender, 0, bidder.address, mark);
        }
      }
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n]);
    });

    it("reverts for a bid that was withdrawn, and for one that was placed before", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { tender, commitDeadline } = await publish(s);
      await s.house.connect(s.a).commit(tender, 0, id("a"));
      await s.house.connect(s.a).withdraw(tender, 0);
      const bid = await seal(s, tender, s.b, 1n);
      await pass(commitDeadline);
      await open(s, bid, s.stranger.address);
      await s.house.place(tender, 0, s.b, ZeroAddress);
      for (const [bidder, mark] of [[s.a, Status.Withdrawn] as const, [s.b, Status.Standing] as const]) {
        await expect(s.house.place(tender, 0, bidder, ZeroAddress))
          .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
          .withArgs(tender, 0, bidder.address, mark);
      }
      expect((await s.house.lotOf(tender, 0)).unplaced).to.equal(0n);
    });

    it("gives an Unplaced bid its place; anyone may call", async () => {
      const s = await scene();
      await open(s, s.bids[1], ZeroAddress);
      await expect(s.house.connect(s.stranger).place(s.tender, 0, s.b, s.c))
        .to.emit(s.house, "BidPlaced")
        .withArgs(s.tender, 0, s.b.address);
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([Status.Standing, 2n, 300n, s.a.address, false, 0n]);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
    });

    it("works after the reveal deadline, and after the award deadline", async () => {
      for (const when of ["revealDeadline", "awardDeadline"] as const) {
        const s = await scene();
        await open(s, s.bids[1], ZeroAddress);
        await pass(s[when]);
        await s.house.connect(s.stranger).place(s.tender, 0, s.b, s.c);
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      }
    });

    it("does no harm after a cancellation, and never makes a settled bond due again", async () => {
      const s = await scene();
      await open(s, s.bids[1], ZeroAddress);
      await open(s, s.bids[3], s.a.address);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await s.house.settleBond(s.tender, 0, s.b);
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([Status.Unplaced, 2n, 300n, ZeroAddress, true, 0n]);
      await s.house.settleBond(s.tender, 0, s.c);
      await s.house.place(s.tender, 0, s.b, s.c);
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([Status.Standing, 2n, 300n, s.a.address, true, 0n]);
      expect((await s.house.bidOf(s.tender, 0, s.c)).settled).to.equal(true);
      await s.house.place(s.tender, 0, s.d, ZeroAddress);
      await s.house.settleBond(s.tender, 0, s.d);
      for (const bidder of [s.b, s.c, s.d]) {
        expect(await s.house.bondBalance(s.token, bidder)).to.deep.equal([DEPOSIT, 0n]);
        await expect(s.house.settleBond(s.tender, 0, bidder)).to.be.revertedWithCustomError(s.house, "TenderBidStatus");
      }
      await pass(s.revealDeadline);
      for (const { bidder } of s.bids) {
        await expect(s.house.connect(s.officer).award(s.tender, 0, bidder)).to.be.revertedWithCustomError(
          s.house,
          "TenderIsCancelled",
        );
      }
    });
  });

  describe("while a bid is Unplaced", () => {
    it("award and closeLot are refused, whoever is named", async () => {
      const s = await scene();
      await open(s, s.bids[1], ZeroAddress);
      await open(s, s.bids[3], s.a.address);
      await pass(s.revealDeadline);
      for (const bidder of [s.a, s.b, s.c, s.d]) {
        await expect(s.house.connect(s.officer).award(s.tender, 0, bidder))
          .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
          .withArgs(s.tender, 0, 2);
      }
      await expect(s.house.connect(s.officer).closeLot(s.tender, 0))
        .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
        .withArgs(s.tender, 0, 2);
      await s.house.place(s.tender, 0, s.d, ZeroAddress);
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.d))
        .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
        .withArgs(s.tender, 0, 1);
      await s.house.place(s.tender, 0, s.b, s.c);
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
    });

    it("it can be rejected, with any predecessor, and is then no obstacle", async () => {
      for (const before of [undefined, "c", "stranger"] as const) {
        const s = await scene();
        const predecessor = before === undefined ? ZeroAddress : s[before].address;
        await open(s, s.bids[3], s.a.address);
        await expect(s.house.connect(s.officer).reject(s.tender, 0, s.d, predecessor, 5, EVIDENCE))
          .to.emit(s.house, "BidRejected")
          .withArgs(s.tender, 0, s.d.address, s.key, 5, EVIDENCE);
        expect(await s.house.bidOf(s.tender, 0, s.d)).to.deep.equal([
          Status.Rejected,
          4n,
          100n,
          ZeroAddress,
          false,
          0n,
        ]);
        expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
        await expect(s.house.place(s.tender, 0, s.d, ZeroAddress))
          .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
          .withArgs(s.tender, 0, s.d.address, Status.Rejected);
        await pass(s.revealDeadline);
        await s.house.connect(s.officer).award(s.tender, 0, s.c);
        await s.house.settleBond(s.tender, 0, s.d);
        expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
        expect(await s.house.bondBalance(s.token, s.c)).to.deep.equal([DEPOSIT - BOND, BOND]);
      }
    });

    it("the other bids can be rejected", async () => {
      const s = await scene();
      await open(s, s.bids[1], ZeroAddress);
      await s.house.connect(s.officer).reject(s.tender, 0, s.a, s.c, 1, EVIDENCE);
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, ZeroAddress, 1, EVIDENCE);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([]);
      await s.house.place(s.tender, 0, s.b, ZeroAddress);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([2n]);
    });
  });
});
