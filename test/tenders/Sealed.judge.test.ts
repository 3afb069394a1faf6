import { expect } from "chai";
import { ethers } from "../shared/house.ts";
import { at } from "./helpers.ts";
import {
  commitmentOf,
  coordinates,
  envelopeOf,
  FIELD,
  flipped,
  INFINITY,
  outsideSubgroup,
  POINT_LENGTH,
  pointOf,
  subsets,
} from "./sealed.ts";
import {
  bidding,
  bytesOf,
  identityOf,
  judge,
  judgementOf,
  newSalt,
  open,
  openAll,
  placeOf,
  prepared,
  publish,
  refused,
  type SealedBid,
  type SealedScene,
  seal,
  statusOf,
  toAwards,
  handedIn,
} from "./sealedScene.ts";
import { BOND, CEILING, DEPOSIT, EVIDENCE, MAX_PRICE, Status } from "./values.ts";

const { concat, dataSlice, id } = ethers;
const EVERY = [0, 1, 2, 3, 4];
const TRIPLES = subsets(5, 3);
const BODY = POINT_LENGTH + 5 * 32;

/** Seals garbage in the place of the bid of an envelope. */
const spoilt = (envelope: string): string => flipped(envelope, BODY + 32);
const withU = (u: string) => (envelope: string) => concat([u, dataSlice(envelope, POINT_LENGTH)]);

/** A bid of a, sealed and not opened, whose scalars are all out. */
async function scene(garble?: (envelope: string) => string): Promise<SealedScene & { bid: SealedBid }> {
  const s = await bidding();
  const bid = await seal(s, s.a, 500n, garble ? { garble } : {});
  await publish(s, EVERY);
  return { ...s, bid };
}

const voided = async (s: SealedScene, bid: SealedBid, seats: number[]): Promise<void> => {
  await expect(judge(s, bid, seats))
    .to.emit(s.house, "BidVoided")
    .withArgs(s.tender, bid.lot, bid.bidder, 0, seats.map(BigInt));
  expect(await statusOf(s, bid.bidder)).to.equal(Status.Voided);
};

describe("TenderHouse: judge", () => {
  it("never convicts an honest envelope, opened or not, with any subset of seats", async () => {
    const s = await scene();
    for (const opened of [false, true]) {
      if (opened) await open(s, s.bid);
      for (const seats of TRIPLES) {
        await refused(judge(s, s.bid, seats), s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
      }
    }
    expect(await statusOf(s, s.a)).to.equal(Status.Standing);
  });

  it("takes bid and bond of who sealed garbage and opens itself after seeing the rivals; the bond goes to the treasury", async () => {
    const s = await bidding();
    const honest = await seal(s, s.b, 600n);
    const garbage = await seal(s, s.a, 500n, { garble: spoilt, lottery: 9n });
    await publish(s);
    await openAll(s, [honest, garbage]);
    expect(await statusOf(s, s.a)).to.equal(Status.Standing);
    await voided(s, garbage, [0, 1, 2]);
    expect((await s.house.bidOf(s.tender, 0, s.a)).lottery).to.equal(0n);
    await expect(s.house.connect(s.stranger).settleBond(s.tender, 0, s.a))
      .to.emit(s.house, "BondForfeited")
      .withArgs(s.tender, 0, s.a.address, s.treasury.address);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, 0n]);
    expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
    await toAwards(s);
    await refused(
      s.house.connect(s.officer).award(s.tender, 0, s.a),
      s.house,
      "TenderBidStatus",
      ...[s.tender, 0, s.a.address, Status.Voided],
    );
    await s.house.strike(s.tender, 0, [s.a]);
    await s.house.connect(s.officer).award(s.tender, 0, s.b);
  });

  it("convicts what any field of was changed, with exactly the subsets that show it", async () => {
    const fields: [number, (seats: number[]) => boolean][] = [
      ...EVERY.map((seat): [number, (seats: number[]) => boolean] => [
        POINT_LENGTH + 32 * seat + 31,
        (seats) => seats.includes(seat),
      ]),
      [0, () => true],
      [95, () => true],
      [BODY, () => true],
      [BODY + 31, () => true],
      [BODY + 32, () => true],
      [BODY + 32 + 259, () => true],
    ];
    for (const [place, shows] of fields) {
      const s = await scene((envelope) => flipped(envelope, place));
      for (const seats of TRIPLES) {
        const act = s.house.judge.staticCall(s.tender, 0, s.a, judgementOf(s.bid, seats));
        if (shows(seats)) await act;
        else await refused(act, s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
      }
    }
  });

  it("convicts by one subset though another acquits, and though the bid was opened", async () => {
    const s = await scene((envelope) => flipped(envelope, POINT_LENGTH + 4 * 32));
    await refused(judge(s, s.bid, [0, 1, 2]), s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
    await open(s, s.bid);
    await refused(judge(s, s.bid, [1, 2, 3]), s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
    await voided(s, s.bid, [1, 3, 4]);
  });

  it("convicts an U off the curve, outside the subgroup, at infinity, or not reduced", async () => {
    const us = [coordinates(1n, 1n), outsideSubgroup(), INFINITY, coordinates(FIELD, FIELD)];
    for (const u of us) {
      const s = await scene(withU(u));
      await voided(s, s.bid, [0, 2, 4]);
    }
  });

  it("acquits what was sealed rightly under the point at infinity, which hides nothing", async () => {
    const s = await bidding();
    const place = await placeOf(s, s.a.address);
    const salt = newSalt();
    const [bid = ""] = bytesOf(s, 500n);
    const envelope = envelopeOf(place, (s.secrets[0] ?? []).map(pointOf), 3, salt, bid, 0n);
    expect(dataSlice(envelope, 0, POINT_LENGTH)).to.equal(INFINITY);
    const part = { bid, salt, envelope, commitment: commitmentOf(place, bid, salt) };
    const own = { ...(await prepared(s, s.a, 500n)), parts: [part], sealed: concat([part.commitment, envelope]) };
    const sealed = await handedIn(s, own, await s.house.connect(s.a).commitEnvelope(s.tender, 0, own.sealed));
    await publish(s, EVERY);
    for (const seats of TRIPLES) await refused(judge(s, sealed, seats), s.house, "TenderEnvelopeSound");
    await open(s, sealed);
  });

  it("convicts an envelope that holds another bid of the same bidder than the one committed to", async () => {
    const s = await bidding();
    const other = await prepared(s, s.a, 100n);
    const bid = await seal(s, s.a, 500n, { garble: () => other.parts[0]?.envelope ?? "0x" });
    await publish(s);
    await voided(s, bid, [0, 1, 2]);
  });

  it("convicts a copied envelope of another bidder, and leaves the one copied", async () => {
    const s = await bidding();
    const bid = await seal(s, s.a, 500n);
    const tx = await s.house.connect(s.b).commitEnvelope(s.tender, 0, bid.sealed);
    const copy = await handedIn(s, { ...bid, bidder: s.b.address }, tx);
    await publish(s);
    await refused(open(s, copy), s.house, "TenderOpeningMismatch", s.tender, 0, s.b.address);
    await voided(s, copy, [0, 1, 2]);
    await refused(judge(s, bid), s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
    await open(s, bid);
  });

  describe("a garbage bid of any status", () => {
    async function convicted(s: SealedScene, bid: SealedBid, status: bigint): Promise<void> {
      expect(await statusOf(s, bid.bidder)).to.equal(status);
      const before = await s.house.lotOf(s.tender, 0);
      await voided(s, bid, [0, 1, 2]);
      const lot = await s.house.lotOf(s.tender, 0);
      expect(before.lotterySum - lot.lotterySum).to.equal(status === Status.Duplicate ? 0n : lotteries.get(status));
      expect(lot.unplaced).to.equal(0n);
      await s.house.settleBond(s.tender, 0, bid.bidder);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
      await refused(judge(s, bid), s.house, "TenderBidStatus", ...[s.tender, 0, bid.bidder, Status.Voided]);
    }
    const lotteries = new Map<bigint, bigint>([
      [Status.Sealed, 0n],
      [Status.Malformed, 0n],
      [Status.Standing, 7n],
      [Status.Unplaced, 7n],
      [Status.Rejected, 7n],
      [Status.OverCeiling, 7n],
      [Status.UnderMinimum, 7n],
    ]);

    async function opened(price: bigint, terms = {}): Promise<SealedScene & { bid: SealedBid }> {
      const s = await bidding({ terms });
      const bid = await seal(s, s.a, price, { garble: spoilt, lottery: 7n });
      const other = await seal(s, s.b, 700n, { lottery: 11n });
      await publish(s);
      await openAll(s, [other, bid]);
      return { ...s, bid };
    }

    it("is void while Sealed", async () => {
      const s = await scene(spoilt);
      await convicted(s, s.bid, Status.Sealed);
      await refused(open(s, s.bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Voided);
    });

    it("is void though Standing", async () => {
      const s = await opened(500n);
      await convicted(s, s.bid, Status.Standing);
    });

    it("is void though OverCeiling", async () => {
      const s = await opened(CEILING + 1n);
      await convicted(s, s.bid, Status.OverCeiling);
    });

    it("is void though UnderMinimum", async () => {
      const s = await opened(99n, { minimums: [100n] });
      await convicted(s, s.bid, Status.UnderMinimum);
    });

    it("is void though Malformed", async () => {
      const s = await opened(MAX_PRICE + 1n);
      await convicted(s, s.bid, Status.Malformed);
    });

    it("is void though Rejected", async () => {
      const s = await opened(500n);
      await s.house.connect(s.officer).reject(s.tender, 0, s.a, 1, EVIDENCE);
      await convicted(s, s.bid, Status.Rejected);
    });

    it("is void though Unplaced, and hinders no award any more", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n, { garble: spoilt, lottery: 7n });
      const other = await seal(s, s.b, 700n);
      await publish(s);
      await open(s, other);
      await open(s, bid, { before: s.c.address });
      await convicted(s, bid, Status.Unplaced);
      await toAwards(s);
      await s.house.connect(s.officer).award(s.tender, 0, s.b);
    });

    it("is void though Duplicate", async () => {
      const s = await bidding();
      const identity = await identityOf(s, s.a, s.b.address);
      const bid = await seal(s, s.a, 500n, { garble: spoilt, lottery: 7n });
      const second = await seal(s, s.b, 600n, { identity });
      await publish(s);
      await openAll(s, [bid, second]);
      expect(await statusOf(s, s.b)).to.equal(Status.Duplicate);
      await convicted(s, bid, Status.Duplicate);
    });
  });

  describe("is refused", () => {
    it("in the last second of T3 not yet, in the next one", async () => {
      const s = await scene(spoilt);
      await at(s.judgeDeadline + 1n);
      await refused(judge(s, s.bid), s.house, "TenderJudgeClosed", s.tender, s.judgeDeadline);
      const again = await scene(spoilt);
      await at(again.judgeDeadline);
      await voided(again, again.bid, [0, 1, 2]);
    });

    it("before the scalars are out", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n, { garble: spoilt });
      await refused(judge(s, bid), s.house, "TenderKeysNotOut", s.tender, 0);
      await publish(s, [0, 1]);
      await refused(judge(s, bid), s.house, "TenderKeysNotOut", s.tender, 0);
      await publish(s, [3]);
      await voided(s, bid, [0, 1, 3]);
    });

    it("of who sealed nothing, or withdrew", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n, { garble: spoilt });
      await s.house.connect(s.a).withdraw(s.tender, 0);
      await publish(s);
      await refused(judge(s, bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Withdrawn);
      const none = { ...bid, bidder: s.b.address };
      await refused(judge(s, none), s.house, "TenderBidStatus", s.tender, 0, s.b.address, Status.None);
    });

    it("of an envelope that was not sealed: replaced, of another bidder, or with one detail changed", async () => {
      const s = await bidding();
      const first = await seal(s, s.a, 500n, { garble: spoilt });
      const second = await prepared(s, s.a, 500n);
      const tx = await s.house.connect(s.a).replaceEnvelope(s.tender, 0, second.sealed);
      const bid = await handedIn(s, second, tx);
      const other = await seal(s, s.b, 500n, { garble: spoilt });
      await publish(s);
      const part = bid.parts[0];
      const envelope = part?.envelope ?? "0x";
      const changes = [
        { envelope: spoilt(envelope) },
        { envelope: dataSlice(envelope, 0, BODY + 32) },
        { envelope: concat([envelope, "0x00"]) },
        { commitment: flipped(part?.commitment ?? "0x", 0) },
        { other: id("other") },
        { number: bid.number + 1n },
        { time: bid.time + 1n },
      ];
      const mismatch = [s.house, "TenderOpeningMismatch", s.tender, 0, s.a.address] as const;
      for (const opened of [false, true]) {
        if (opened) await open(s, bid);
        // Of one part nothing is kept of another.
        for (const change of changes.filter((one) => !("other" in one))) {
          await refused(judge(s, bid, [0, 1, 2], change), ...mismatch);
        }
        await refused(judge(s, first), ...mismatch);
        await refused(judge(s, { ...other, bidder: s.a.address }), ...mismatch);
      }
    });

    it("with seats repeated, unordered, too few, too many, unpublished or unknown", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n, { garble: spoilt });
      await publish(s, [0, 1, 2, 3]);
      const wrong = [
        [0, 1, 1],
        [0, 0, 1],
        [1, 0, 2],
        [2, 1, 0],
        [0, 1],
        [],
        [0, 1, 2, 3],
        [0, 1, 4],
        [0, 1, 5],
        [0, 1, 255],
      ];
      for (const seats of wrong) {
        await refused(judge(s, bid, seats), s.committee, "CommitteeSeatsWrong", s.tender, 0, seats.map(BigInt));
      }
      await voided(s, bid, [0, 1, 3]);
    });

    it("in an unknown tender or lot, and after a cancellation", async () => {
      const s = await scene(spoilt);
      const j = judgementOf(s.bid, [0, 1, 2]);
      await refused(s.house.judge(s.tender + 1n, 0, s.a, j), s.house, "TenderUnknown", s.tender + 1n);
      await refused(s.house.judge(s.tender, 1, s.a, j), s.house, "TenderLotUnknown", s.tender, 1);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await refused(judge(s, s.bid), s.house, "TenderIsCancelled", s.tender);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });
});
