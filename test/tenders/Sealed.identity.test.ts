import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { Signer } from "ethers";
import { ethers, networkHelpers } from "../shared/house.ts";
import { AT_AWARD, held, issuer, LACKING, Marks, requiring } from "./evidence.ts";
import { flipped } from "./sealed.ts";
import {
  bidding,
  type BidOptions,
  identityOf,
  judge,
  open,
  openAll,
  publish,
  refused,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  statusOf,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { BOND, CEILING, DEPOSIT, EVIDENCE, id, Outcome, Status, STANDSTILL, ZeroAddress } from "./values.ts";

const vendor = new ethers.Wallet(id("vendor"));

/** All orders of these. */
function orders<T>(all: T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one, i) => orders(all.filter((_, j) => j !== i)).map((rest) => [one, ...rest]));
}

const sealFor = async (
  s: SealedScene,
  by: HardhatEthersSigner,
  price: bigint,
  o: BidOptions = {},
  of: Signer = vendor,
): Promise<SealedBid> => seal(s, by, price, { ...o, identity: await identityOf(s, of, by.address) });

const statuses = (s: SealedScene, bids: SealedBid[]): Promise<bigint[]> =>
  Promise.all(bids.map(({ bidder }) => statusOf(s, bidder)));

describe("TenderHouse: the vendor inside the bid", () => {
  it("is named at the opening and in the award, and bidder and vendor are both told", async () => {
    const s = await bidding();
    const bid = await sealFor(s, s.a, 500n);
    await publish(s);
    await expect(open(s, bid)).to.emit(s.house, "BidIdentified").withArgs(s.tender, 0, s.a.address, vendor.address);
    expect((await s.house.bidOf(s.tender, 0, s.a)).vendor).to.equal(vendor.address);
    await toAwards(s);
    const tx = await s.house.connect(s.officer).award(s.tender, 0, s.a);
    const time = BigInt((await tx.getBlock())?.timestamp ?? 0);
    await expect(tx)
      .to.emit(s.house, "LotAwarded")
      .withArgs(s.tender, 0, s.a.address, vendor.address, s.key, bid.number, 500n, time + STANDSTILL);
  });

  it("is the bidder where none is named, or the bidder names itself", async () => {
    const s = await bidding();
    const bids = [await seal(s, s.a, 500n), await sealFor(s, s.b, 600n, {}, s.b)];
    await publish(s);
    const [first, second] = bids as [SealedBid, SealedBid];
    await expect(open(s, first)).not.to.emit(s.house, "BidIdentified");
    await expect(open(s, second, { before: s.a.address })).not.to.emit(s.house, "BidIdentified");
    await toAwards(s);
    await expect(s.house.connect(s.officer).award(s.tender, 0, s.a))
      .to.emit(s.house, "LotAwarded")
      .withArgs(s.tender, 0, s.a.address, s.a.address, s.key, 1, 500n, () => true);
  });

  it("needs a signature for exactly this chain, house, tender, lot and bidder; else the bid is Malformed", async () => {
    const s = await bidding();
    const right = await identityOf(s, vendor, s.a.address);
    const { concat, dataSlice } = ethers;
    const high = ethers.toBeHex(ethers.N - BigInt(dataSlice(right, 53, 85)), 32);
    const v = BigInt(dataSlice(right, 85)) === 27n ? "0x1c" : "0x1b";
    const wrong = [
      await identityOf(s, vendor, s.a.address, { tender: s.tender + 1n }),
      await identityOf(s, vendor, s.a.address, { lot: 1n }),
      await identityOf(s, vendor, s.a.address, { bidder: s.b.address }),
      await identityOf(s, vendor, s.a.address, { chainId: s.chainId + 1n }),
      await identityOf(s, vendor, s.a.address, { verifyingContract: s.token.target as string }),
      flipped(right, 20),
      flipped(right, 60),
      concat(["0x15", dataSlice(right, 1)]),
      concat([right, "0x00"]),
      dataSlice(right, 0, 85),
      concat([dataSlice(right, 0, 53), high, v]),
      concat(["0x14", ZeroAddress, ethers.zeroPadBytes("0x", 65)]),
      "0x14",
      "0x00",
    ];
    const snapshot = await networkHelpers.takeSnapshot();
    for (const identity of wrong) {
      const bid = await seal(s, s.a, 500n, { identity });
      await publish(s);
      await expect(open(s, bid)).not.to.emit(s.house, "BidIdentified");
      expect(await statusOf(s, s.a), identity).to.equal(Status.Malformed);
      await snapshot.restore();
    }
    const bid = await seal(s, s.a, 500n, { identity: right });
    await publish(s);
    await open(s, bid);
    expect(await statusOf(s, s.a)).to.equal(Status.Standing);
  });

  it("longer than the bid makes it Malformed", async () => {
    const s = await bidding();
    const head = ethers.concat([ethers.toBeHex(5n, 8), "0x0000", id("q")]);
    const cases = [
      [s.a, 260 - 44, Status.Malformed],
      [s.b, 260 - 43, Status.Malformed],
    ] as const;
    for (const [by, length, status] of cases) {
      const raw = [ethers.zeroPadBytes(ethers.concat([head, ethers.toBeHex(length, 2)]), 260)];
      const bid = await seal(s, by, 5n, { raw });
      const snapshot = await networkHelpers.takeSnapshot();
      await publish(s);
      await open(s, bid);
      expect(await statusOf(s, by)).to.equal(status);
      await snapshot.restore();
    }
  });

  describe("of two accounts", () => {
    it("voids both bids, in every order of opening, and a third one: named twice, or once and by itself", async () => {
      const s = await bidding();
      const named = [await sealFor(s, s.a, 500n), await sealFor(s, s.b, 400n), await sealFor(s, s.c, 300n)];
      const honest = await seal(s, s.d, 600n);
      const all = [...named, honest];
      await publish(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const order of orders(all)) {
        await openAll(s, order);
        expect(await statuses(s, all)).to.deep.equal([...Array<bigint>(3).fill(Status.Duplicate), Status.Standing]);
        await snapshot.restore();
      }
      for (const order of orders(named.slice(0, 2))) {
        await openAll(s, order);
        const [first, second] = order;
        if (!first || !second) throw new Error("two bids");
        expect(await statuses(s, order)).to.deep.equal([Status.Duplicate, Status.Duplicate]);
        await snapshot.restore();
      }
    });

    it("one of which is the vendor's own, in every order", async () => {
      const s = await bidding();
      const all = [
        await seal(s, s.a, 500n, { lottery: 1n }),
        await sealFor(s, s.b, 400n, { lottery: 2n }, s.a),
        await sealFor(s, s.c, 300n, { lottery: 4n }, s.a),
        await seal(s, s.d, 300n, { lottery: 8n }),
      ];
      await publish(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const order of orders(all)) {
        await openAll(s, order);
        expect(await statuses(s, all)).to.deep.equal([...Array<bigint>(3).fill(Status.Duplicate), Status.Standing]);
        expect((await s.house.lotOf(s.tender, 0)).lotterySum).to.equal(8n);
        await snapshot.restore();
      }
      await open(s, all[0] as SealedBid);
      await expect(open(s, all[1] as SealedBid, { next: s.a.address }))
        .to.emit(s.house, "BidsDuplicate")
        .withArgs(s.tender, 0, s.b.address, s.a.address, s.a.address);
    });

    it("does not touch a bid that was never opened, nor one in another lot", async () => {
      const s = await bidding({ terms: { ceilings: [CEILING, CEILING] } });
      await seal(s, s.a, 500n);
      const named = await sealFor(s, s.b, 400n, {}, s.a);
      const identity = await identityOf(s, s.a, s.c.address, { lot: 1n });
      const elsewhere = await seal(s, s.c, 300n, { identity, lot: 1n });
      await publish(s);
      await open(s, named);
      await open(s, elsewhere);
      expect(await statuses(s, [named])).to.deep.equal([Status.Standing]);
      expect(await statusOf(s, s.c, 1n)).to.equal(Status.Standing);
      expect(await statusOf(s, s.a)).to.equal(Status.Sealed);
    });

    it("does not make a bidder a duplicate who bid for another vendor than itself", async () => {
      const s = await bidding();
      const all = [await sealFor(s, s.a, 500n), await sealFor(s, s.b, 400n, {}, s.a)];
      await publish(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const order of orders(all)) {
        await openAll(s, order);
        expect(await statuses(s, all)).to.deep.equal([Status.Standing, Status.Standing]);
        await snapshot.restore();
      }
    });

    it("voids also bids over the ceiling, Unplaced and Rejected, and leaves no trace in the order", async () => {
      const s = await bidding();
      const over = await sealFor(s, s.a, CEILING + 1n, { lottery: 3n });
      const unplaced = await sealFor(s, s.b, 400n, { lottery: 5n });
      const honest = await seal(s, s.c, 700n);
      await publish(s);
      await open(s, over);
      await open(s, unplaced, { before: s.d.address });
      expect(await statuses(s, [over, unplaced])).to.deep.equal([Status.Duplicate, Status.Duplicate]);
      await open(s, honest);
      const lot = await s.house.lotOf(s.tender, 0);
      expect([lot.lotterySum, lot.unplaced, lot.lowest]).to.deep.equal([0n, 0n, honest.number]);
    });

    it("can win no more, and their bonds come back once the lot is decided", async () => {
      const s = await bidding();
      const all = [await sealFor(s, s.a, 500n), await sealFor(s, s.b, 400n)];
      await publish(s);
      await openAll(s, all);
      await refused(
        s.house.connect(s.officer).reject(s.tender, 0, s.a, 1, EVIDENCE),
        s.house,
        "TenderBidStatus",
        ...[s.tender, 0, s.a.address, Status.Duplicate],
      );
      await toAwards(s);
      for (const by of [s.a, s.b]) {
        const act = s.house.connect(s.officer).award(s.tender, 0, by);
        await refused(act, s.house, "TenderBidStatus", s.tender, 0, by.address, Status.Duplicate);
      }
      const closing = s.house.connect(s.officer).closeLot(s.tender, 0, s.b);
      await refused(closing, s.house, "TenderBidStands", s.tender, 0, all[1]?.number);
      await s.house.connect(s.stranger).strike(s.tender, 0, [s.b, s.a]);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
      for (const by of [s.a, s.b]) {
        await s.house.settleBond(s.tender, 0, by);
        expect(await s.house.bondBalance(s.token, by)).to.deep.equal([DEPOSIT, 0n]);
      }
    });

    it("leaves a void bid void: its bond stays lost", async () => {
      const s = await bidding();
      const garbage = await seal(s, s.a, 500n, { garble: (envelope) => flipped(envelope, 300) });
      const named = await sealFor(s, s.b, 400n, {}, s.a);
      await publish(s);
      const acts = [() => open(s, garbage).then(() => judge(s, garbage)), () => open(s, named, { next: ZeroAddress })];
      const snapshot = await networkHelpers.takeSnapshot();
      for (const order of orders(acts)) {
        for (const act of order) await act();
        expect(await statuses(s, [garbage, named])).to.deep.equal([Status.Voided, Status.Duplicate]);
        await s.house.settleBond(s.tender, 0, s.a);
        expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
        await snapshot.restore();
      }
    });

    it("voids both in the technical part, before any price is known", async () => {
      const s = await bidding({ sealing: TWO_PARTS });
      const all = [await sealFor(s, s.a, 500n), await sealFor(s, s.b, 400n), await seal(s, s.c, 300n)];
      await publish(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const order of orders(all)) {
        for (const bid of order) await open(s, bid);
        expect(await statuses(s, all)).to.deep.equal([Status.Duplicate, Status.Duplicate, Status.PartOpened]);
        await snapshot.restore();
      }
      for (const bid of all) await open(s, bid);
      const later = await scored(s);
      await publish(later, [0, 1, 2], 1);
      await refused(open(later, all[0] as SealedBid, {}, 1), s.house, "TenderBidStatus");
      // Its envelopes are judged all the same.
      await refused(judge(later, all[0] as SealedBid, [0, 1, 2], {}, 1), s.house, "TenderEnvelopeSound");
    });
  });

  it("a lot whose only bid over the ceiling is void, or a duplicate, is closed without a winner, not as over its ceiling", async () => {
    for (const twice of [false, true]) {
      const s = await bidding();
      const bid = await seal(s, s.a, CEILING + 1n, twice ? {} : { garble: (envelope) => flipped(envelope, 300) });
      const second = twice
        ? await seal(s, s.b, CEILING + 1n, { identity: await identityOf(s, s.a, s.b.address) })
        : undefined;
      await publish(s);
      await open(s, bid);
      if (second) await open(s, second);
      else await judge(s, bid);
      expect(await statusOf(s, s.a)).to.equal(twice ? Status.Duplicate : Status.Voided);
      await toAwards(s);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      expect((await s.house.lotOf(s.tender, 0)).award.outcome, String(twice)).to.equal(Outcome.NoWinner);
    }
  });

  it("is whose documents are judged, at the opening and at the award", async () => {
    const stage = await networkHelpers.loadFixture(sealedStage);
    const tax = await issuer(stage);
    const required = [requiring({ schema: tax.schema, more: AT_AWARD })];
    const s = await bidding({ terms: { required } }, stage);
    const own = await held(s, tax, s.a.address);
    const vendors = await held(s, tax, vendor.address);
    const bids = [
      await sealFor(s, s.a, 100n, { proofs: vendors.proof }),
      await seal(s, s.b, 200n, { proofs: vendors.proof }),
      await seal(s, s.c, 300n, { proofs: LACKING }),
      await seal(s, s.d, 400n),
    ];
    await publish(s);
    await openAll(s, bids);
    const marks = await Promise.all(bids.map(async ({ bidder }) => (await s.house.bidOf(s.tender, 0, bidder)).marks));
    expect(marks).to.deep.equal([0n, Marks.Unknown, Marks.Lacking, Marks.Lacking]);
    await toAwards(s);
    const award = (proof: string) => s.house.connect(s.officer).awardWithDocuments(s.tender, 0, s.a, proof);
    await refused(award(own.proof), s.house, "TenderBidMarked", s.tender, 0, s.a.address, Marks.Unknown);
    await award(vendors.proof);
    expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.a.address);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, BOND]);
  });

  it("is marked in the technical part for what is lacking, and admitted there before any price is known", async () => {
    const stage = await networkHelpers.loadFixture(sealedStage);
    const tax = await issuer(stage);
    const s = await bidding({ sealing: TWO_PARTS, terms: { required: [requiring({ schema: tax.schema })] } }, stage);
    const bids = [await sealFor(s, s.a, 100n), await sealFor(s, s.b, 200n, {}, s.b)];
    await publish(s);
    for (const bid of bids) {
      await expect(open(s, bid)).to.emit(s.house, "BidMarked").withArgs(s.tender, 0, bid.bidder, Marks.Lacking);
    }
    await expect(s.house.connect(s.officer).admit(s.tender, 0, s.a, 5, EVIDENCE))
      .to.emit(s.house, "BidAdmitted")
      .withArgs(s.tender, 0, s.a.address, s.key, 5, EVIDENCE);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    await openAll(later, bids, 1);
    await toAwards(later);
    const marks = await Promise.all(bids.map(async ({ bidder }) => (await s.house.bidOf(s.tender, 0, bidder)).marks));
    expect(marks).to.deep.equal([0n, Marks.Lacking]);
    await s.house.connect(s.officer).award(s.tender, 0, s.a);
  });
});
