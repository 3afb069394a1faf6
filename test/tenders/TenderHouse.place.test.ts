import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { networkHelpers } from "../shared/house.ts";
import { type Bid, listOf, type Neighbours, neighboursOf, open, openAll, seal, viewOf } from "./bids.ts";
import { pass, publish, sealedScene, stage } from "./helpers.ts";
import { BOND, CEILING, DEPOSIT, EVIDENCE, id, Status, ZeroAddress } from "./values.ts";

const NOBODY = ZeroAddress;

describe("TenderHouse: a bid's place in the order", () => {
  /** a 400, b 300, c 200, d 100; a and c stand, d is left to open. b belongs between c and a. */
  async function scene() {
    const s = await sealedScene([400n, 300n, 200n, 100n]);
    await open(s, s.bids[2]);
    await open(s, s.bids[0], { before: s.c.address });
    return s;
  }
  type Placing = Awaited<ReturnType<typeof scene>>;
  const between = (before: HardhatEthersSigner, next: HardhatEthersSigner): Neighbours => ({
    before: before.address,
    next: next.address,
  });
  const place = (s: Placing, bidder: HardhatEthersSigner, { before, next }: Neighbours) =>
    s.house.connect(s.stranger).place(s.tender, 0, bidder, before, next);

  async function stale(s: Placing, bidder: HardhatEthersSigner, neighbours: Neighbours): Promise<void> {
    await expect(place(s, bidder, neighbours))
      .to.be.revertedWithCustomError(s.house, "TenderPlaceStale")
      .withArgs(s.tender, 0, bidder.address, neighbours.before);
  }

  /** Opens a bid between these neighbours, who are wrong. */
  async function unplaced(s: Placing, bid: Bid, neighbours: Neighbours): Promise<void> {
    const before = await s.house.lotOf(s.tender, 0);
    const list = await listOf(s, s.tender, 0n, s.bids);
    await expect(open(s, bid, neighbours))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, bid.bidder.address, 0, bid.number, Status.Unplaced, bid.bid, bid.salt);
    const view = viewOf({ status: Status.Unplaced, number: bid.number, price: bid.price });
    expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(view);
    expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(before.unplaced + 1n);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal(list);
  }

  describe("open with a neighbour that is wrong opens the bid and leaves it Unplaced", () => {
    const wrongBefore: [string, (s: Placing) => string][] = [
      ["nobody while a lower bid stands", () => NOBODY],
      ["the bidder of a standing bid of a higher price", (s) => s.a.address],
      ["the bidder itself", (s) => s.b.address],
      ["the bidder of a bid still sealed", (s) => s.d.address],
      ["an account that never bid", (s) => s.stranger.address],
    ];
    const wrongNext: [string, (s: Placing) => string][] = [
      ["nobody while a higher bid stands", () => NOBODY],
      ["the bidder of a standing bid of a lower price", (s) => s.c.address],
      ["the bidder itself", (s) => s.b.address],
      ["the bidder of a bid still sealed", (s) => s.d.address],
      ["an account that never bid", (s) => s.stranger.address],
    ];
    const cases: [string, (s: Placing) => Neighbours][] = [
      ...wrongBefore.map(([name, before]): (typeof cases)[number] => [
        `before: ${name}`,
        (s) => ({ before: before(s), next: s.a.address }),
      ]),
      ...wrongNext.map(([name, next]): (typeof cases)[number] => [
        `behind: ${name}`,
        (s) => ({ before: s.c.address, next: next(s) }),
      ]),
      ["both: in each other's place", (s) => between(s.a, s.c)],
      ["both: nobody", () => ({ before: NOBODY, next: NOBODY })],
      ["both: strangers", (s) => between(s.stranger, s.treasury)],
    ];
    for (const [name, wrong] of cases) {
      it(name, async () => {
        const s = await scene();
        await unplaced(s, s.bids[1], wrong(s));
        for (const [, neighbours] of cases) await stale(s, s.b, neighbours(s));
        expect((await s.house.bidOf(s.tender, 0, s.b)).status).to.equal(Status.Unplaced);
        await place(s, s.b, between(s.c, s.a));
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      });
    }

    it("before: a lower standing bid that is not directly before it", async () => {
      const s = await scene();
      await open(s, s.bids[3], { next: s.c.address });
      await unplaced(s, s.bids[1], between(s.d, s.a));
      await stale(s, s.b, between(s.d, s.c));
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 1n]);
    });

    it("behind: a higher standing bid that is not directly behind it", async () => {
      const s = await sealedScene([400n, 300n, 200n, 100n]);
      await openAll(s, s.bids.slice(0, 3));
      await unplaced(s, s.bids[3], { before: NOBODY, next: s.b.address });
      await stale(s, s.d, { before: NOBODY, next: s.a.address });
      await place(s, s.d, { before: NOBODY, next: s.c.address });
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
    });

    it("a bid that is itself Unplaced", async () => {
      const s = await scene();
      await unplaced(s, s.bids[3], { before: s.stranger.address, next: s.c.address });
      await unplaced(s, s.bids[1], between(s.d, s.a));
      await stale(s, s.d, { before: NOBODY, next: s.b.address });
      await place(s, s.b, between(s.c, s.a));
      await place(s, s.d, { before: NOBODY, next: s.c.address });
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
    });

    it("a bid over the ceiling, under the minimum, or malformed", async () => {
      for (const content of [CEILING + 1n, 5n, "0x00"]) {
        const s = await sealedScene([400n, 300n, content, 100n], { minimums: [6n] });
        await open(s, s.bids[2]);
        await open(s, s.bids[0]);
        await unplaced(s, s.bids[1], between(s.c, s.a));
        await unplaced(s, s.bids[3], { before: NOBODY, next: s.c.address });
        expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(1n);
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
      await open(s, bid, { before: s.a.address });
      expect((await s.house.bidOf(tender, 0, s.b)).status).to.equal(Status.Unplaced);
      await open(s, next);
      expect((await s.house.lotOf(tender, 0)).lowest).to.equal(next.number);
      expect((await s.house.lotOf(tender, 1)).lowest).to.equal(inLot1.number);
    });

    it("one of an equal price, with a higher number before it or a lower one behind it", async () => {
      const s = await sealedScene([300n, 300n, 300n, 300n]);
      await open(s, s.bids[2]);
      await unplaced(s, s.bids[1], { before: s.c.address, next: NOBODY });
      await unplaced(s, s.bids[3], { before: NOBODY, next: s.c.address });
      await place(s, s.b, { before: NOBODY, next: s.c.address });
      await place(s, s.d, { before: s.c.address, next: NOBODY });
      await open(s, s.bids[0], { next: s.b.address });
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([1n, 2n, 3n, 4n]);
    });
  });

  it("a rejected bid keeps its place: others are put before and behind it", async () => {
    const s = await scene();
    for (const bidder of [s.a, s.c]) await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
    await open(s, s.bids[1], between(s.c, s.a));
    await open(s, s.bids[3], { next: s.c.address });
    for (const bidder of [s.b, s.d]) {
      expect((await s.house.bidOf(s.tender, 0, bidder)).status).to.equal(Status.Standing);
    }
    for (const bidder of [s.a, s.c]) {
      expect((await s.house.bidOf(s.tender, 0, bidder)).status).to.equal(Status.Rejected);
    }
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n, 2n, 1n]);
  });

  it("nobody is behind the last bid, so whoever is named there is not looked at", async () => {
    const s = await sealedScene([400n, 300n, 200n, 100n]);
    await open(s, s.bids[3], { next: s.stranger.address });
    await open(s, s.bids[2], { before: s.d.address, next: s.a.address });
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([4n, 3n]);
  });

  describe("place", () => {
    it("reverts for a bid that is not Unplaced: none, sealed, standing, rejected", async () => {
      const s = await scene();
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, 1, EVIDENCE);
      const marks = [
        [s.stranger, Status.None],
        [s.b, Status.Sealed],
        [s.a, Status.Standing],
        [s.c, Status.Rejected],
      ] as const;
      for (const [bidder, mark] of marks) {
        for (const before of [NOBODY, s.a.address, s.c.address]) {
          for (const next of [NOBODY, s.a.address, s.c.address]) {
            await expect(place(s, bidder, { before, next }))
              .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
              .withArgs(s.tender, 0, bidder.address, mark);
          }
        }
      }
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 1n]);
    });

    it("reverts for a bid that was withdrawn, and for one that was placed before", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { tender, commitDeadline } = await publish(s);
      await s.house.connect(s.a).commitBid(tender, 0, id("a"));
      await s.house.connect(s.a).withdraw(tender, 0);
      const bid = await seal(s, tender, s.b, 1n);
      await pass(commitDeadline);
      await open(s, bid, { before: s.stranger.address });
      await s.house.place(tender, 0, s.b, NOBODY, NOBODY);
      for (const [bidder, mark] of [[s.a, Status.Withdrawn] as const, [s.b, Status.Standing] as const]) {
        await expect(s.house.place(tender, 0, bidder, NOBODY, NOBODY))
          .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
          .withArgs(tender, 0, bidder.address, mark);
      }
      expect((await s.house.lotOf(tender, 0)).unplaced).to.equal(0n);
    });

    it("gives an Unplaced bid its place; anyone may call", async () => {
      const s = await scene();
      await open(s, s.bids[1]);
      await expect(place(s, s.b, between(s.c, s.a)))
        .to.emit(s.house, "BidPlaced")
        .withArgs(s.tender, 0, s.b.address);
      const view = viewOf({ status: Status.Standing, number: 2n, price: 300n, next: 1n });
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal(view);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
    });

    it("works after the reveal deadline, and after the award deadline", async () => {
      for (const when of ["revealDeadline", "awardDeadline"] as const) {
        const s = await scene();
        await open(s, s.bids[1]);
        await pass(s[when]);
        await place(s, s.b, between(s.c, s.a));
        expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
      }
    });

    it("does no harm after a cancellation, and never makes a settled bond due again", async () => {
      const s = await scene();
      await open(s, s.bids[1]);
      await open(s, s.bids[3], { before: s.a.address });
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await s.house.settleBond(s.tender, 0, s.b);
      const settled = { number: 2n, price: 300n, settled: true };
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal(viewOf({ ...settled, status: Status.Unplaced }));
      await s.house.settleBond(s.tender, 0, s.c);
      await place(s, s.b, between(s.c, s.a));
      const view = viewOf({ ...settled, status: Status.Standing, next: 1n });
      expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal(view);
      expect((await s.house.bidOf(s.tender, 0, s.c)).settled).to.equal(true);
      await place(s, s.d, { before: NOBODY, next: s.c.address });
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
    it("award, closeLot and strike are refused, whoever is named", async () => {
      const s = await scene();
      await open(s, s.bids[1]);
      await open(s, s.bids[3], { before: s.a.address });
      await s.house.connect(s.officer).reject(s.tender, 0, s.c, 1, EVIDENCE);
      await pass(s.revealDeadline);
      const house = s.house.connect(s.officer);
      const refused = async (act: Promise<unknown>, count: number) =>
        expect(act).to.be.revertedWithCustomError(s.house, "TenderBidsUnplaced").withArgs(s.tender, 0, count);
      for (const bidder of [s.a, s.b, s.c, s.d]) {
        await refused(house.award(s.tender, 0, bidder), 2);
        await refused(house.closeLot(s.tender, 0, bidder), 2);
        await refused(house.strike(s.tender, 0, [bidder]), 2);
      }
      await refused(house.closeLot(s.tender, 0, NOBODY), 2);
      await place(s, s.d, { before: NOBODY, next: s.c.address });
      await refused(house.award(s.tender, 0, s.d), 1);
      await place(s, s.b, between(s.c, s.a));
      await house.award(s.tender, 0, s.d);
    });

    it("it cannot be rejected before it is placed, and can be then", async () => {
      const s = await scene();
      await open(s, s.bids[3], { before: s.a.address });
      const reject = () => s.house.connect(s.officer).reject(s.tender, 0, s.d, 5, EVIDENCE);
      await expect(reject())
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.d.address, Status.Unplaced);
      await place(s, s.d, { before: NOBODY, next: s.c.address });
      await expect(reject()).to.emit(s.house, "BidRejected").withArgs(s.tender, 0, s.d.address, s.key, 5, EVIDENCE);
      const view = viewOf({ status: Status.Rejected, number: 4n, price: 100n, next: 3n });
      expect(await s.house.bidOf(s.tender, 0, s.d)).to.deep.equal(view);
      expect((await s.house.lotOf(s.tender, 0)).unplaced).to.equal(0n);
      await expect(place(s, s.d, { before: NOBODY, next: s.c.address }))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.d.address, Status.Rejected);
      await pass(s.revealDeadline);
      await s.house.strike(s.tender, 0, [s.d]);
      await s.house.connect(s.officer).award(s.tender, 0, s.c);
      await s.house.settleBond(s.tender, 0, s.d);
      expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
      expect(await s.house.bondBalance(s.token, s.c)).to.deep.equal([DEPOSIT - BOND, BOND]);
    });

    it("the other bids can be rejected, and it is placed among them", async () => {
      const s = await scene();
      await open(s, s.bids[1]);
      for (const bidder of [s.a, s.c]) await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 1n]);
      await place(s, s.b, neighboursOf(s.bids[1], [s.bids[0], s.bids[2]]));
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([3n, 2n, 1n]);
    });
  });
});
