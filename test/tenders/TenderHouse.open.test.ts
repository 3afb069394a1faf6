import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { TenderHouse__factory } from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import {
  type Bid,
  bidBytes,
  type CommitmentParameters,
  listOf,
  neighboursOf,
  open,
  openAll,
  openingOf,
  seal,
  sealedBy,
  viewOf,
} from "./bids.ts";
import { at, pass, publish, sealedScene, type Stage, stage } from "./helpers.ts";
import { BOND, CEILING, DEPOSIT, EVIDENCE, id, MAX_PRICE, Status, ZeroAddress, ZeroHash } from "./values.ts";

describe("TenderHouse: open", () => {
  const scene = () => sealedScene([400n, 300n, 200n, 100n]);

  describe("reverts", () => {
    async function mismatch(s: Stage, bid: Bid): Promise<void> {
      await expect(open(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderOpeningMismatch")
        .withArgs(bid.tender, bid.lot, bid.bidder.address);
    }

    it("in the commit deadline's last second, and no longer in the one after", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { tender, commitDeadline } = await publish(s);
      const bid = await seal(s, tender, s.a, 400n);
      await at(commitDeadline);
      await expect(open(s, bid))
        .to.be.revertedWithCustomError(s.house, "TenderRevealNotOpen")
        .withArgs(tender, commitDeadline);
      await at(commitDeadline + 1n);
      await open(s, bid);
    });

    it("after the reveal deadline's last second", async () => {
      const s = await scene();
      await at(s.revealDeadline);
      await open(s, s.bids[0]);
      await at(s.revealDeadline + 1n);
      await expect(open(s, s.bids[1]))
        .to.be.revertedWithCustomError(s.house, "TenderRevealClosed")
        .withArgs(s.tender, s.revealDeadline);
    });

    it("once the tender is cancelled", async () => {
      const s = await scene();
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await expect(open(s, s.bids[0])).to.be.revertedWithCustomError(s.house, "TenderIsCancelled").withArgs(s.tender);
    });

    it("the second time, by the same opening", async () => {
      const s = await scene();
      await open(s, s.bids[0]);
      await expect(open(s, s.bids[0]))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.a.address, Status.Standing);
    });

    it("without a bid", async () => {
      const s = await scene();
      await expect(open(s, { ...s.bids[0], bidder: s.stranger }))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.stranger.address, Status.None);
    });

    it("with another price, quotation, salt, number or time", async () => {
      const s = await scene();
      const bid = s.bids[0];
      await mismatch(s, { ...bid, bid: bidBytes(399n, id("quotation")) });
      await mismatch(s, { ...bid, bid: bidBytes(400n, id("another quotation")) });
      await mismatch(s, { ...bid, bid: `${bid.bid}00` });
      await mismatch(s, { ...bid, bid: "0x" });
      await mismatch(s, { ...bid, salt: id("another salt") });
      for (const number of [0n, 2n, 2n ** 32n - 1n]) await mismatch(s, { ...bid, number });
      for (const time of [0n, bid.time - 1n, bid.time + 1n]) await mismatch(s, { ...bid, time });
      await open(s, bid);
    });

    it("with an envelope, which no bid has in a tender without a committee", async () => {
      const s = await scene();
      await expect(open(s, s.bids[0], { envelope: id("envelope") }))
        .to.be.revertedWithCustomError(s.house, "TenderOpeningMismatch")
        .withArgs(s.tender, 0, s.a.address);
    });

    it("with the bid of another bidder, sent by its own", async () => {
      const s = await scene();
      await mismatch(s, { ...s.bids[0], bidder: s.b });
    });

    it("where the commitment was made for another chain, house, tender, lot, part or bidder", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const another = await new TenderHouse__factory(s.platform).deploy(
        s.registry,
        s.documents,
        s.committee,
        await s.house.OFFICE(),
        await s.house.DESK(),
        await s.house.VERIFIER(),
      );
      const { tender, commitDeadline } = await publish(s, { ceilings: [CEILING, CEILING] });
      const { tender: next } = await publish(s);
      const { chainId } = await ethers.provider.getNetwork();
      const elsewhere: Record<string, Partial<CommitmentParameters>> = {
        chain: { chainId: chainId + 1n },
        house: { house: await another.getAddress() },
        tender: { tender: next },
        lot: { lot: 1n },
        part: { part: 1n },
        bidder: { bidder: s.b.address },
      };
      const bidders = [s.a, s.b, s.c, s.d, s.stranger, s.treasury];
      for (const bidder of bidders.slice(4)) {
        await s.token.mint(bidder, BOND);
        await s.token.connect(bidder).approve(s.house, BOND);
        await s.house.connect(bidder).depositBond(s.token, BOND);
      }
      const bids: Bid[] = [];
      for (const [i, changes] of Object.values(elsewhere).entries()) {
        bids.push(await seal(s, tender, bidders[i] as HardhatEthersSigner, 100n, 0n, changes));
      }
      expect(bids).to.have.length(6);
      await pass(commitDeadline);
      for (const bid of bids) {
        await expect(open(s, bid))
          .to.be.revertedWithCustomError(s.house, "TenderOpeningMismatch")
          .withArgs(tender, 0, bid.bidder.address);
      }
    });

    it("in another tender and another lot that hold the same commitment", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { tender } = await publish(s, { ceilings: [0n, 0n] });
      const next = await publish(s);
      const bid = await seal(s, tender, s.a, 100n);
      const copies: Bid[] = [];
      for (const [t, lot] of [[tender, 1n] as const, [next.tender, 0n] as const]) {
        const tx = await s.house.connect(s.a).commitBid(t, lot, bid.commitment);
        copies.push(await sealedBy(s, { ...bid, tender: t, lot }, tx));
      }
      await pass(next.commitDeadline);
      for (const copy of copies) await mismatch(s, copy);
      await open(s, bid);
    });
  });

  it("a second account that copies a commitment can open it neither with the copied opening nor before it", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const { tender, commitDeadline } = await publish(s);
    const bid = await seal(s, tender, s.a, 100n);
    const tx = await s.house.connect(s.b).commitBid(tender, 0, bid.commitment);
    const copy = await sealedBy(s, { ...bid, bidder: s.b }, tx);
    await pass(commitDeadline);
    const attempts = [copy, { ...bid, bidder: s.b }, { ...copy, number: bid.number }, { ...copy, time: bid.time }];
    for (const attempt of attempts) {
      await expect(open(s, attempt))
        .to.be.revertedWithCustomError(s.house, "TenderOpeningMismatch")
        .withArgs(tender, 0, s.b.address);
    }
    await open(s, bid);
    for (const attempt of attempts) {
      await expect(open(s, attempt))
        .to.be.revertedWithCustomError(s.house, "TenderOpeningMismatch")
        .withArgs(tender, 0, s.b.address);
    }
    expect((await s.house.lotOf(tender, 0)).lowest).to.equal(bid.number);
  });

  it("opens a bid, and the event tells all that its commitment was computed from", async () => {
    const s = await scene();
    const bid = s.bids[1];
    await expect(open(s, bid))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, s.b.address, 0, bid.number, Status.Standing, bid.bid, bid.salt);
    expect(await s.house.bidOf(s.tender, 0, s.b)).to.deep.equal(
      viewOf({ status: Status.Standing, number: 2n, price: 300n }),
    );
    expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(bid.number);
    expect(await s.house.bondBalance(s.token, s.b)).to.deep.equal([DEPOSIT - BOND, BOND]);
  });

  it("is anyone's act who has what it takes, and the bid stays the bidder's", async () => {
    const s = await scene();
    const bid = s.bids[1];
    await expect(s.house.connect(s.stranger).open(s.tender, 0, s.b, openingOf(bid)))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, s.b.address, 0, bid.number, Status.Standing, bid.bid, bid.salt);
    expect((await s.house.bidOf(s.tender, 0, s.stranger)).status).to.equal(Status.None);
    await pass(s.revealDeadline);
    await s.house.connect(s.officer).award(s.tender, 0, s.b);
    expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.b.address);
  });

  it("tells the vendor of a bid that has no identity: its bidder", async () => {
    const s = await scene();
    await expect(open(s, s.bids[1])).not.to.emit(s.house, "BidIdentified");
    expect((await s.house.bidOf(s.tender, 0, s.b)).vendor).to.equal(ZeroAddress);
  });

  it("is not stopped by the agency's suspension", async () => {
    const s = await scene();
    await s.registry.suspend(s.agency);
    await open(s, s.bids[0]);
    expect((await s.house.bidOf(s.tender, 0, s.a)).status).to.equal(Status.Standing);
  });

  describe("marks instead of refusing", () => {
    /** Opens one bid of this content, has the lot decided, and takes the bond back. */
    async function openedAs(content: bigint | string, mark: bigint, price: bigint, ceiling = CEILING): Promise<void> {
      const s = await networkHelpers.loadFixture(stage);
      const t = await publish(s, { ceilings: [ceiling] });
      const bid = await seal(s, t.tender, s.a, content);
      await pass(t.commitDeadline);
      await expect(open(s, bid, { before: s.stranger.address, next: s.stranger.address }))
        .to.emit(s.house, "BidOpened")
        .withArgs(t.tender, 0, s.a.address, 0, 1, mark, bid.bid, bid.salt);
      expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(viewOf({ status: mark, number: 1n, price }));
      const { lowest, unplaced } = await s.house.lotOf(t.tender, 0);
      expect([lowest, unplaced]).to.deep.equal([0n, 0n]);
      await pass(t.revealDeadline);
      await expect(s.house.connect(s.officer).award(t.tender, 0, s.a))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(t.tender, 0, s.a.address, mark);
      await expect(s.house.place(t.tender, 0, s.a, ZeroAddress, ZeroAddress))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(t.tender, 0, s.a.address, mark);
      await s.house.connect(s.officer).closeLot(t.tender, 0, ZeroAddress);
      await s.house.settleBond(t.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    }

    it("a bid over the ceiling", async () => {
      await openedAs(CEILING + 1n, Status.OverCeiling, CEILING + 1n);
      await openedAs(MAX_PRICE, Status.OverCeiling, MAX_PRICE);
      await openedAs(2n, Status.OverCeiling, 2n, 1n);
      await openedAs(MAX_PRICE, Status.OverCeiling, MAX_PRICE, MAX_PRICE - 1n);
    });

    for (const length of [0, 1, 32, 41, 42, 43]) {
      it(`a bid of ${length} bytes`, () => openedAs(`0x${"00".repeat(length)}`, Status.Malformed, 0n));
    }

    for (const price of [MAX_PRICE + 1n, 2n ** 63n, 2n ** 64n - 1n]) {
      it(`a price of 0x${price.toString(16)}`, () => openedAs(bidBytes(price), Status.Malformed, 0n));
    }

    for (const lottery of [1_000n, 1_024n, 65_535n]) {
      it(`a lottery number of ${lottery}`, () => openedAs(bidBytes(100n, ZeroHash, lottery), Status.Malformed, 0n));
    }

    it("an identity that is cut off, or none", async () => {
      const head = bidBytes(100n).slice(0, -4);
      for (const section of ["0001", "ffff", `0056${"00".repeat(85)}`, "000100", `0056${"00".repeat(86)}`]) {
        await openedAs(`${head}${section}`, Status.Malformed, 0n);
      }
    });

    it("a malformed one in a lot without a ceiling as well", () => openedAs("0x1234", Status.Malformed, 0n, 0n));
  });

  describe("lets stand", () => {
    const cases: [string, bigint, bigint][] = [
      ["a price equal to the ceiling", CEILING, CEILING],
      ["a price of zero", 0n, CEILING],
      ["the highest price of all where there is no ceiling", MAX_PRICE, 0n],
      ["the highest price of all where it is the ceiling", MAX_PRICE, MAX_PRICE],
    ];

    for (const length of [44, 45, 96, 1000]) {
      it(`a bid of ${length} bytes: what follows is for documents`, async () => {
        const s = await networkHelpers.loadFixture(stage);
        const t = await publish(s);
        const bid = await seal(s, t.tender, s.a, `${bidBytes(7n)}${"ff".repeat(length - 44)}`);
        await pass(t.commitDeadline);
        await open(s, bid);
        const view = viewOf({ status: Status.Standing, number: 1n, price: 7n });
        expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(view);
      });
    }

    it("each lottery number of three digits, and adds them up", async () => {
      const lotteries = [0n, 999n, 1n, 512n] as const;
      const contents = lotteries.map((lottery, i) => bidBytes(BigInt(100 + i), ZeroHash, lottery));
      const s = await sealedScene(contents as [string, string, string, string]);
      await openAll(s, s.bids);
      for (const [i, { bidder }] of s.bids.entries()) {
        expect((await s.house.bidOf(s.tender, 0, bidder)).lottery).to.equal(lotteries[i]);
      }
      expect((await s.house.lotOf(s.tender, 0)).lotterySum).to.equal(1_512n);
    });

    for (const [name, price, ceiling] of cases) {
      it(name, async () => {
        const s = await networkHelpers.loadFixture(stage);
        const t = await publish(s, { ceilings: [ceiling] });
        const bid = await seal(s, t.tender, s.a, price);
        await pass(t.commitDeadline);
        await open(s, bid);
        expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(
          viewOf({ status: Status.Standing, number: 1n, price }),
        );
        await pass(t.revealDeadline);
        await s.house.connect(s.officer).award(t.tender, 0, s.a);
        expect((await s.house.lotOf(t.tender, 0)).award.winner).to.equal(s.a.address);
      });
    }
  });

  it("links bids by price in whatever order they are opened", async () => {
    const prices: [bigint, bigint, bigint, bigint] = [300n, 100n, 300n, 200n];
    const orders = [
      [0, 1, 2, 3],
      [3, 2, 1, 0],
      [2, 0, 3, 1],
      [1, 3, 0, 2],
    ];
    for (const order of orders) {
      const s = await sealedScene(prices);
      const done: Bid[] = [];
      for (const i of order) {
        const bid = s.bids[i] as Bid;
        await open(s, bid, neighboursOf(bid, done));
        done.push(bid);
      }
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal([2n, 4n, 1n, 3n]);
    }
  });
});
