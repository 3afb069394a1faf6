import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  type Bid,
  BOND,
  DEPOSIT,
  EVIDENCE,
  id,
  listOf,
  Mark,
  open,
  pass,
  publish,
  seal,
  sealedScene,
  stage,
  Status,
} from "./helpers.ts";

describe("TenderHouse: a bid's place in the order", () => {
  /** a 400, b 300, c 200, d 100; a and c stand, d is left to open. b's right predecessor is c's number, 3. */
  async function scene() {
    const s = await sealedScene([400n, 300n, 200n, 100n]);
    await open(s, s.bids[2]);
    await open(s, s.bids[0], 3n);
    return s;
  }
  type Placing = Awaited<ReturnType<typeof scene>>;

  async function expectUnplaced(s: Placing, bid: Bid, predecessor: bigint): Promise<void> {
    await expect(open(s, bid, predecessor))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, bid.bidder.address, bid.number, Mark.Unplaced, bid.bid, bid.salt);
    const view = [Status.Opened, bid.number, bid.price, Mark.Unplaced, 0n];
    expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(view);
    expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(1n);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 1n]);
  }

  describe("reveal with a predecessor that is wrong opens the bid and leaves it Unplaced", () => {
    const wrong: [string, bigint][] = [
      ["0 while a lower bid stands", 0n],
      ["a standing bid of a higher price", 1n],
      ["the bid itself", 2n],
      ["a bid still sealed", 4n],
      ["a number never given", 77n],
      ["the highest number of all", 2n ** 32n - 1n],
    ];
    for (const [name, predecessor] of wrong) {
      it(name, async () => {
        const s = await scene();
        await expectUnplaced(s, s.bids[1], predecessor);
        for (const stale of [0n, 1n, 2n, 4n, 77n]) {
          await expect(s.house.connect(s.stranger).place(s.tender, 0, s.b, stale))
            .to.be.revertedWithCustomError(s.house, "TenderPlaceStale")
            .withArgs(s.tender, 0, 2, stale);
        }
        await s.house.connect(s.stranger).place(s.tender, 0, s.b, 3);
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      });
    }

    it("a lower standing bid that is not directly before it", async () => {
      const s = await scene();
      await open(s, s.bids[3], 0n);
      await open(s, s.bids[1], 4n);
      expect((await s.house.bidOf(s.tender, 0, s.b)).mark).to.equal(Mark.Unplaced);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 1n]);
    });

    it("a rejected bid", async () => {
      const s = await scene();
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, 0, 1, EVIDENCE);
      await open(s, s.bids[1], 3n);
      expect((await s.house.bidOf(s.tender, 0, s.b)).mark).to.equal(Mark.Unplaced);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n]);
    });

    it("a bid that is itself Unplaced", async () => {
      const s = await scene();
      await open(s, s.bids[3], 77n);
      await open(s, s.bids[1], 4n);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(2n);
      await s.house.place(s.tender, 0, s.b, 3);
      await s.house.place(s.tender, 0, s.d, 0);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
    });

    it("a bid over the ceiling, and a malformed one", async () => {
      for (const content of [10_000_000n, "0x00"]) {
        const s = await sealedScene([400n, 300n, content, 100n]);
        await open(s, s.bids[2]);
        await open(s, s.bids[1], 3n);
        expect((await s.house.bidOf(s.tender, 0, s.b)).mark).to.equal(Mark.Unplaced);
        expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(0n);
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
      await open(s, bid, inLot1.number);
      expect((await s.house.bidOf(tender, 0, s.b)).mark).to.equal(Mark.Unplaced);
      await open(s, next, 0n);
      expect((await s.house.lotOf(tender, 0)).lowest).to.equal(next.number);
      expect((await s.house.lotOf(tender, 1)).lowest).to.equal(inLot1.number);
    });

    it("the right one of an equal price, with a higher number", async () => {
      const s = await sealedScene([300n, 300n, 300n, 300n]);
      await open(s, s.bids[2]);
      await open(s, s.bids[1], 3n);
      expect((await s.house.bidOf(s.tender, 0, s.b)).mark).to.equal(Mark.Unplaced);
      await open(s, s.bids[3], 0n);
      expect((await s.house.bidOf(s.tender, 0, s.d)).mark).to.equal(Mark.Unplaced);
      await s.house.place(s.tender, 0, s.b, 0);
      await s.house.place(s.tender, 0, s.d, 3);
      await open(s, s.bids[0], 0n);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n, 2n, 3n, 4n]);
    });
  });

  describe("place", () => {
    it("reverts for a bid that is not Unplaced: none, sealed, standing, rejected", async () => {
      const s = await scene();
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, 0, 1, EVIDENCE);
      const marks = [
        [s.stranger, Mark.None],
        [s.b, Mark.None],
        [s.a, Mark.Standing],
        [s.c, Mark.Rejected],
      ] as const;
      for (const [bidder, mark] of marks) {
        for (const predecessor of [0n, 1n, 3n]) {
          await expect(s.house.place(s.tender, 0, bidder, predecessor))
            .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
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
      await open(s, bid, 9n);
      await s.house.place(tender, 0, s.b, 0);
      for (const [bidder, mark] of [[s.a, Mark.None] as const, [s.b, Mark.Standing] as const]) {
        await expect(s.house.place(tender, 0, bidder, 0))
          .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
          .withArgs(tender, 0, bidder.address, mark);
      }
      expect((await s.house.lotOf(tender, 0)).unplaced).to.equal(0n);
    });

    it("gives an Unplaced bid its place; anyone may call", async () => {
      const s = await scene();
      await open(s, s.bids[1], 0n);
      await expect(s.house.connect(s.stranger).place(s.tender, 0, s.b, 3))
        .to.emit(s.house, "BidPlaced")
        .withArgs(s.tender, 0, s.b.address);
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([Status.Opened, 2n, 300n, Mark.Standing, 1n]);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
    });

    it("works after the reveal deadline, and after the award deadline", async () => {
      for (const when of ["revealDeadline", "awardDeadline"] as const) {
        const s = await scene();
        await open(s, s.bids[1], 0n);
        await pass(s[when]);
        await s.house.connect(s.stranger).place(s.tender, 0, s.b, 3);
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      }
    });

    it("does no harm after a cancellation and after the bond is settled", async () => {
      const s = await scene();
      await open(s, s.bids[1], 0n);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await s.house.settleBond(s.tender, 0, s.b);
      await s.house.place(s.tender, 0, s.b, 3);
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal([Status.Settled, 2n, 300n, Mark.Standing, 1n]);
      expect(await s.house.bondBalance(s.token, s.b)).to.deep.equal([DEPOSIT, 0n]);
      await expect(s.house.settleBond(s.tender, 0, s.b)).to.be.revertedWithCustomError(s.house, "TenderBidStatus");
      await pass(s.revealDeadline);
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.c)).to.be.revertedWithCustomError(
        s.house,
        "TenderIsCancelled",
      );
    });
  });

  describe("while a bid is Unplaced", () => {
    it("award and closeLot are refused, whoever is named", async () => {
      const s = await scene();
      await open(s, s.bids[1], 0n);
      await open(s, s.bids[3], 1n);
      await pass(s.revealDeadline);
      for (const bidder of [s.a, s.b, s.c, s.d]) {
        await expect(s.house.connect(s.officer).award(s.tender, 0, bidder))
          .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
          .withArgs(s.tender, 0, 2);
      }
      await expect(s.house.connect(s.officer).closeLot(s.tender, 0))
        .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
        .withArgs(s.tender, 0, 2);
      await s.house.place(s.tender, 0, s.d, 0);
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.d))
        .to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced")
        .withArgs(s.tender, 0, 1);
      await s.house.place(s.tender, 0, s.b, 3);
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
    });

    it("it can be rejected, with any predecessor, and is then no obstacle", async () => {
      for (const predecessor of [0n, 3n, 77n]) {
        const s = await scene();
        await open(s, s.bids[3], 1n);
        await expect(s.house.connect(s.officer).reject(s.tender, 0, s.d, predecessor, 5, EVIDENCE))
          .to.emit(s.house, "BidRejected")
          .withArgs(s.tender, 0, s.d.address, 5, EVIDENCE);
        expect(await s.house.bidOf(s.tender, 0, s.d)).to.deep.equal([Status.Opened, 4n, 100n, Mark.Rejected, 0n]);
        expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
        await expect(s.house.place(s.tender, 0, s.d, 0))
          .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
          .withArgs(s.tender, 0, s.d.address, Mark.Rejected);
        await pass(s.revealDeadline);
        await s.house.connect(s.officer).award(s.tender, 0, s.c);
        await s.house.settleBond(s.tender, 0, s.d);
        expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
        expect(await s.house.bondBalance(s.token, s.c)).to.deep.equal([DEPOSIT - BOND, BOND]);
      }
    });

    it("the other bids can be rejected", async () => {
      const s = await scene();
      await open(s, s.bids[1], 0n);
      await s.house.connect(s.officer).reject(s.tender, 0, s.a, 3, 1, EVIDENCE);
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, 0, 1, EVIDENCE);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([]);
      await s.house.place(s.tender, 0, s.b, 0);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([2n]);
    });
  });
});
