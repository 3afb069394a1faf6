import { expect } from "chai";
import { ethers } from "../shared/house.ts";
import { viewOf } from "./bids.ts";
import { at, pass, publish as publishTender } from "./helpers.ts";
import { flipped, openedWith, subsets } from "./sealed.ts";
import {
  bidding,
  handedIn,
  MARGIN,
  open,
  openAll,
  openingOf,
  placeOf,
  prepared,
  publish,
  ranked,
  refused,
  seal,
  type SealedBid,
  type SealedScene,
  statusOf,
  toAwards,
} from "./sealedScene.ts";
import { BOND, CEILING, DEPOSIT, id, Phase, Status, ZeroAddress, ZeroHash } from "./values.ts";

const { concat, dataLength, dataSlice } = ethers;
const LENGTH = 32 + 96 + 5 * 32 + 32 + 260;

describe("TenderHouse: bids sealed for a committee", () => {
  describe("commitEnvelope and replaceEnvelope", () => {
    it("hand out the sealed bytes and a number in the event, and lock the bond once", async () => {
      const s = await bidding();
      const first = await prepared(s, s.a, 500n);
      expect(dataLength(first.sealed)).to.equal(LENGTH);
      await expect(s.house.connect(s.a).commitEnvelope(s.tender, 0, first.sealed))
        .to.emit(s.house, "BidSealed")
        .withArgs(s.tender, 0, s.a.address, 1, first.sealed);
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(viewOf({ status: Status.Sealed }));
      const slot = await s.house.slotOf(s.tender, 0, s.a);
      const second = await prepared(s, s.a, 400n);
      await expect(s.house.connect(s.a).replaceEnvelope(s.tender, 0, second.sealed))
        .to.emit(s.house, "BidSealed")
        .withArgs(s.tender, 0, s.a.address, 2, second.sealed);
      expect(await s.house.slotOf(s.tender, 0, s.a)).not.to.equal(slot);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, BOND]);
    });

    it("refuse every length but the one the tender fixes", async () => {
      const s = await bidding();
      const { sealed } = await prepared(s, s.a, 500n);
      const wrong = [dataSlice(sealed, 0, LENGTH - 1), concat([sealed, "0x00"]), dataSlice(sealed, 0, 32), "0x"];
      await seal(s, s.b, 1n);
      for (const bytes of wrong) {
        const reason = [s.house, "TenderSealedLength", s.tender, dataLength(bytes), LENGTH] as const;
        await refused(s.house.connect(s.a).commitEnvelope(s.tender, 0, bytes), ...reason);
        await refused(s.house.connect(s.b).replaceEnvelope(s.tender, 0, bytes), ...reason);
      }
      await refused(
        s.house.connect(s.a).commitBid(s.tender, 0, id("c")),
        s.house,
        "TenderSealedLength",
        s.tender,
        32,
        LENGTH,
      );
      await refused(
        s.house.connect(s.b).replaceBid(s.tender, 0, id("c")),
        s.house,
        "TenderSealedLength",
        s.tender,
        32,
        LENGTH,
      );
      const plain = await publishTender(s);
      await refused(
        s.house.connect(s.a).commitEnvelope(plain.tender, 0, sealed),
        s.house,
        "TenderSealedLength",
        ...[plain.tender, LENGTH, 32],
      );
    });

    it("refuse a second bid, a replacement of none, and who has too little money", async () => {
      const s = await bidding();
      const { sealed } = await seal(s, s.a, 500n);
      const status = [s.house, "TenderBidStatus", s.tender, 0] as const;
      await refused(s.house.connect(s.a).commitEnvelope(s.tender, 0, sealed), ...status, s.a.address, Status.Sealed);
      await refused(s.house.connect(s.b).replaceEnvelope(s.tender, 0, sealed), ...status, s.b.address, Status.None);
      await refused(s.house.connect(s.b).withdraw(s.tender, 0), ...status, s.b.address, Status.None);
      const broke = s.stranger;
      await refused(
        s.house.connect(broke).commitEnvelope(s.tender, 0, sealed),
        s.house,
        "BondInsufficient",
        ...[await s.token.getAddress(), broke.address, 0, BOND],
      );
    });

    it("work until the deadline's last second, and in the next one no more, nor does a withdrawal", async () => {
      const s = await bidding();
      for (const by of [s.b, s.c]) await seal(s, by, 500n);
      const bid = await prepared(s, s.a, 500n);
      await at(s.commitDeadline);
      await s.house.connect(s.a).commitEnvelope(s.tender, 0, bid.sealed);
      const again = await bidding();
      for (const by of [again.b, again.c]) await seal(again, by, 500n);
      const late = await prepared(again, again.a, 500n);
      const closed = [again.house, "TenderCommitClosed", again.tender, again.commitDeadline] as const;
      await pass(again.commitDeadline);
      await refused(again.house.connect(again.a).commitEnvelope(again.tender, 0, late.sealed), ...closed);
      await refused(again.house.connect(again.b).replaceEnvelope(again.tender, 0, late.sealed), ...closed);
      await refused(again.house.connect(again.b).withdraw(again.tender, 0), ...closed);
    });

    it("refuse an unknown tender and lot, and after a cancellation", async () => {
      const s = await bidding();
      const { sealed } = await prepared(s, s.a, 500n);
      const by = s.house.connect(s.a);
      await refused(by.commitEnvelope(s.tender + 1n, 0, sealed), s.house, "TenderUnknown", s.tender + 1n);
      await refused(by.commitEnvelope(s.tender, 1, sealed), s.house, "TenderLotUnknown", s.tender, 1);
      await s.house.connect(s.officer).cancel(s.tender, 1, id("e"));
      await refused(by.commitEnvelope(s.tender, 0, sealed), s.house, "TenderIsCancelled", s.tender);
    });

    it("a withdrawal frees the bond, never comes back to an earlier state, and allows another bid", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n);
      const slots = new Set([ZeroHash, await s.house.slotOf(s.tender, 0, s.a)]);
      await expect(s.house.connect(s.a).withdraw(s.tender, 0))
        .to.emit(s.house, "BidWithdrawn")
        .withArgs(s.tender, 0, s.a.address);
      slots.add(await s.house.slotOf(s.tender, 0, s.a));
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
      await s.house.connect(s.a).commitEnvelope(s.tender, 0, bid.sealed);
      slots.add(await s.house.slotOf(s.tender, 0, s.a));
      await s.house.connect(s.a).withdraw(s.tender, 0);
      slots.add(await s.house.slotOf(s.tender, 0, s.a));
      expect(slots.size).to.equal(5);
    });
  });

  describe("open", () => {
    const TRIPLES = subsets(5, 3);

    for (const seats of TRIPLES) {
      it(`any three seats (${seats.join()}) open every bid with all bidders offline`, async () => {
        const s = await bidding();
        const bids = [await seal(s, s.a, 500n), await seal(s, s.b, 300n), await seal(s, s.c, 300n)];
        await publish(s, seats);
        const opened: SealedBid[] = [];
        for (const bid of bids) {
          const part = bid.parts[0];
          if (!part) throw new Error("no part");
          const house = await s.house.getAddress();
          const text = await s.committee.decrypt(house, s.tender, 0, 0, bid.bidder, seats, part.envelope);
          const scalars = new Map(seats.map((seat) => [seat, s.secrets[0]?.[seat] ?? 0n]));
          expect(text).to.equal(openedWith(await placeOf(s, bid.bidder), 5, scalars, part.envelope));
          // Only what came out of the envelope opens the bid.
          const found = { ...part, salt: dataSlice(text, 0, 32), bid: dataSlice(text, 32) };
          opened.push({ ...bid, parts: [found] });
        }
        await openAll(s, opened);
        for (const bid of bids) expect(await statusOf(s, bid.bidder)).to.equal(Status.Standing);
        await toAwards(s);
        await s.house.draw(s.tender, 0, [s.b, s.c]);
        await s.house.connect(s.officer).award(s.tender, 0, s.b);
      });
    }

    it("fewer than three open nothing: no act, and no text", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n);
      const part = bid.parts[0];
      if (!part) throw new Error("no part");
      await pass(s.commitDeadline);
      await refused(open(s, bid, {}, 0, s.a), s.house, "TenderKeysNotOut", s.tender, 0);
      await publish(s, [0, 4]);
      await refused(open(s, bid, {}, 0, s.a), s.house, "TenderKeysNotOut", s.tender, 0);
      const house = await s.house.getAddress();
      for (const seats of [...subsets(5, 2), ...subsets(5, 1)]) {
        const act = s.committee.decrypt(house, s.tender, 0, 0, bid.bidder, seats, part.envelope);
        await refused(act, s.committee, "CommitteeSeatsWrong", s.tender, 0, seats.map(BigInt));
        const scalars = new Map(seats.map((seat) => [seat, s.secrets[0]?.[seat] ?? 0n]));
        const text = openedWith(await placeOf(s, bid.bidder), 5, scalars, part.envelope);
        expect(text).not.to.equal(concat([part.salt, part.bid]));
      }
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Sealing);
      await at(s.scalarsDeadline);
      await refused(open(s, bid), s.house, "TenderKeysNotOut", s.tender, 0);
    });

    it("is refused before the commit deadline is over", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n);
      await at(s.commitDeadline);
      await refused(open(s, bid), s.house, "TenderRevealNotOpen", s.tender, s.commitDeadline);
    });

    it("works in T2's last second, and in the next one no more", async () => {
      const s = await bidding();
      const bids = [await seal(s, s.a, 500n), await seal(s, s.b, 600n)] as const;
      await publish(s);
      await at(s.revealDeadline);
      await open(s, bids[0]);
      await at(s.revealDeadline + 1n);
      await refused(open(s, bids[1]), s.house, "TenderRevealClosed", s.tender, s.revealDeadline);
      await toAwards(s);
      await s.house.connect(s.officer).award(s.tender, 0, s.a);
      await s.house.settleBond(s.tender, 0, s.b);
      expect(await s.house.bondBalance(s.token, s.b)).to.deep.equal([DEPOSIT, 0n]);
    });

    it("is refused with any detail changed, with another bid's, and twice", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n);
      const other = await seal(s, s.b, 500n);
      await publish(s);
      const o = openingOf(bid);
      const changes = [
        { bid: flipped(String(o.bid), 0) },
        { bid: concat([String(o.bid), "0x00"]) },
        { bid: dataSlice(String(o.bid), 0, 42) },
        { salt: flipped(String(o.salt), 31) },
        { envelope: flipped(String(o.envelope), 31) },
        { envelope: ZeroHash },
        { number: bid.number + 1n },
        { time: bid.time + 1n },
      ];
      const mismatch = [s.house, "TenderOpeningMismatch", s.tender, 0] as const;
      for (const change of changes) await refused(open(s, bid, change), ...mismatch, s.a.address);
      await refused(s.house.open(s.tender, 0, s.b, o), ...mismatch, s.b.address);
      await refused(s.house.open(s.tender, 0, s.a, openingOf(other)), ...mismatch, s.a.address);
      await open(s, bid);
      await refused(open(s, bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Standing);
    });

    it("is refused of what was replaced, also with the new number and time", async () => {
      const s = await bidding();
      const old = await seal(s, s.a, 500n);
      const next = await prepared(s, s.a, 400n);
      const bid = await handedIn(s, next, await s.house.connect(s.a).replaceEnvelope(s.tender, 0, next.sealed));
      await publish(s);
      const mismatch = [s.house, "TenderOpeningMismatch", s.tender, 0, s.a.address] as const;
      await refused(open(s, old), ...mismatch);
      await refused(open(s, old, { number: bid.number, time: bid.time }), ...mismatch);
      await open(s, bid);
      expect((await s.house.bidOf(s.tender, 0, s.a)).number).to.equal(bid.number);
    });

    it("never reverts for what is no bid: it is Malformed, and its bond is free once the lot is decided", async () => {
      const s = await bidding();
      const whole = (hex: string) => ethers.zeroPadBytes(hex, 260);
      const over = concat([ethers.toBeHex(2n ** 59n, 8), "0x0000"]);
      const lottery = concat([ethers.toBeHex(5n, 8), ethers.toBeHex(1000, 2)]);
      const identity = concat([ethers.toBeHex(5n, 8), "0x0000", id("q"), "0xffff"]);
      const raws = [whole(over), whole(lottery), whole(identity), id("too short")];
      const bidders = [s.a, s.b, s.c, s.d];
      const bids: SealedBid[] = [];
      for (const [i, raw] of raws.entries()) {
        const by = bidders[i];
        if (!by) throw new Error("too few bidders");
        // An envelope of the right length, which does not hold the short one.
        const garble = (envelope: string) => ethers.zeroPadBytes(envelope, LENGTH - 32);
        bids.push(await seal(s, by, 0n, { raw: [raw], garble }));
      }
      await publish(s);
      for (const bid of bids) {
        await expect(open(s, bid))
          .to.emit(s.house, "BidOpened")
          .withArgs(s.tender, 0, bid.bidder, 0, bid.number, Status.Malformed, bid.parts[0]?.bid, bid.parts[0]?.salt);
        expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(
          viewOf({ status: Status.Malformed, number: bid.number }),
        );
      }
      await toAwards(s);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });

    it("counts the edges of what is well formed", async () => {
      const s = await bidding({ terms: { ceilings: [0n] } });
      const bids = [
        await seal(s, s.a, 2n ** 59n - 1n, { lottery: 999n }),
        await seal(s, s.b, 0n, { lottery: 0n }),
      ] as const;
      await publish(s);
      await openAll(s, [...bids]);
      const [a, b] = [await s.house.bidOf(s.tender, 0, s.a), await s.house.bidOf(s.tender, 0, s.b)];
      expect([a.status, a.price, a.lottery]).to.deep.equal([Status.Standing, 2n ** 59n - 1n, 999n]);
      expect([b.status, b.price, b.next]).to.deep.equal([Status.Standing, 0n, 1n]);
      expect((await s.house.lotOf(s.tender, 0)).lotterySum).to.equal(999n);
    });

    it("marks what is outside ceiling and minimum", async () => {
      const s = await bidding({ terms: { minimums: [100n] } });
      const cases = [
        [s.a, CEILING, Status.Standing],
        [s.b, CEILING + 1n, Status.OverCeiling],
        [s.c, 100n, Status.Standing],
        [s.d, 99n, Status.UnderMinimum],
      ] as const;
      const bids: SealedBid[] = [];
      for (const [by, price] of cases) bids.push(await seal(s, by, price));
      await publish(s);
      await openAll(s, [bids[0], bids[2]] as SealedBid[]);
      await openAll(s, [bids[1]] as SealedBid[]);
      await openAll(s, [bids[3]] as SealedBid[]);
      for (const [by, , status] of cases) expect(await statusOf(s, by)).to.equal(status);
      expect((await s.house.lotOf(s.tender, 0)).overCeiling).to.equal(1n);
    });

    it("leaves a bid Unplaced between wrong neighbours; anyone places it, and nothing is awarded before", async () => {
      const s = await bidding();
      const bids = [await seal(s, s.a, 300n), await seal(s, s.b, 500n), await seal(s, s.c, 400n)] as const;
      await publish(s);
      await openAll(s, [bids[0], bids[1]]);
      const wrong = [
        [ZeroAddress, s.a.address],
        [s.a.address, ZeroAddress],
        [s.b.address, ZeroAddress],
        [s.a.address, s.a.address],
        [s.d.address, s.b.address],
        [s.a.address, s.d.address],
      ] as const;
      await open(s, bids[2], { before: s.b.address });
      expect(await statusOf(s, s.c)).to.equal(Status.Unplaced);
      for (const [before, next] of wrong) {
        const act = s.house.connect(s.stranger).place(s.tender, 0, s.c, before, next);
        await refused(act, s.house, "TenderPlaceStale", s.tender, 0, s.c.address, before);
      }
      await refused(
        s.house.connect(s.officer).reject(s.tender, 0, s.c, 1, id("e")),
        s.house,
        "TenderBidStatus",
        ...[s.tender, 0, s.c.address, Status.Unplaced],
      );
      await toAwards(s);
      await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), s.house, "TenderBidsUnplaced", s.tender, 0, 1);
      await expect(s.house.connect(s.stranger).place(s.tender, 0, s.c, s.a, s.b))
        .to.emit(s.house, "BidPlaced")
        .withArgs(s.tender, 0, s.c.address);
      const order = ranked([...bids]).map(({ number }) => number);
      expect([bids[0].number, bids[2].number, bids[1].number]).to.deep.equal(order);
      expect((await s.house.bidOf(s.tender, 0, s.a)).next).to.equal(bids[2].number);
      expect((await s.house.bidOf(s.tender, 0, s.c)).next).to.equal(bids[1].number);
      await s.house.connect(s.officer).award(s.tender, 0, s.a);
    });

    it("costs no award before T3's last second is over", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 300n);
      await publish(s);
      await open(s, bid);
      const running = [s.house, "TenderRevealRunning", s.tender, s.judgeDeadline] as const;
      await pass(s.revealDeadline);
      await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), ...running);
      await at(s.judgeDeadline);
      await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), ...running);
      await at(s.judgeDeadline + 1n);
      await s.house.connect(s.officer).award(s.tender, 0, s.a);
      await at(s.awardDeadline);
      await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), s.house, "TenderLotDecided");
    });
  });

  it("openingTimes names the part, the deadline, and when its scalars are accepted", async () => {
    const s: SealedScene = await bidding();
    const times = await s.house.openingTimes(s.tender);
    expect(times).to.deep.equal([0n, s.commitDeadline, s.commitDeadline + MARGIN, s.scalarsDeadline]);
    await refused(s.house.openingTimes(s.tender + 1n), s.house, "TenderUnknown", s.tender + 1n);
  });
});
