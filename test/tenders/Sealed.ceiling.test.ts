import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { at, eachRefused, pass } from "./helpers.ts";
import { commitmentOf, envelopeOf, flipped, pointOf } from "./sealed.ts";
import {
  bidding,
  handedIn,
  judgementOf,
  newSalt,
  open,
  openAll,
  openingOf,
  placeOf,
  prepared,
  publish,
  refused,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  sealedTerms,
  statusOf,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { CEILING, EVIDENCE, id, MAX_PRICE, Outcome, Permission, Status, ZeroAddress } from "./values.ts";

const SEALED = { sealing: { sealedCeilings: true }, terms: { ceilings: [0n] } };
const LENGTH = 32 + 96 + 5 * 32 + 32 + 16;
const ceilingBytes = (ceiling: bigint, minimum = 0n): string =>
  ethers.solidityPacked(["uint64", "uint64"], [ceiling, minimum]);

/** A ceiling as the house's own bid, not handed in. */
async function preparedCeiling(
  s: SealedScene,
  content: string,
  garble = (e: string) => e,
  part = 0,
): Promise<SealedBid> {
  const house = await s.house.getAddress();
  const place = await placeOf(s, house, 0n, part);
  const salt = newSalt();
  const envelope = envelopeOf(place, (s.secrets[part] ?? []).map(pointOf), 3, salt, content);
  const own = { bid: content, salt, envelope: garble(envelope), commitment: commitmentOf(place, content, salt) };
  const sealed = ethers.concat([own.commitment, own.envelope]);
  return { tender: s.tender, lot: 0n, bidder: house, parts: [own], price: 0n, sealed, number: 0n, time: 0n };
}

async function sealCeiling(s: SealedScene, content: string, garble = (e: string) => e, part = 0): Promise<SealedBid> {
  const one = await preparedCeiling(s, content, garble, part);
  return handedIn(s, one, await s.house.connect(s.officer).sealCeiling(s.tender, 0, one.sealed));
}

const openCeiling = (s: SealedScene, one: SealedBid, changes = {}) =>
  s.house.connect(s.stranger).openCeiling(s.tender, 0, openingOf(one, 0, changes));
const judgeCeiling = (s: SealedScene, one: SealedBid, seats = [0, 1, 2], changes = {}) =>
  s.house.connect(s.stranger).judgeCeiling(s.tender, 0, judgementOf(one, seats, 0, changes));
const award = (s: SealedScene, by: { address: string }) => s.house.connect(s.officer).award(s.tender, 0, by.address);
const close = (s: SealedScene, head: string) => s.house.connect(s.officer).closeLot(s.tender, 0, head);
const spoil = (envelope: string): string => flipped(envelope, 300);

type Scene = SealedScene & { ceiling: SealedBid; bids: [SealedBid, SealedBid] };

/** A sealed ceiling, and bids of a at 500 and b at 700 opened; T2 is over. */
async function scene(content: string, garble = (e: string) => e): Promise<Scene> {
  const s = await bidding(SEALED);
  const ceiling = await sealCeiling(s, content, garble);
  const bids: Scene["bids"] = [await seal(s, s.a, 500n), await seal(s, s.b, 700n)];
  await publish(s);
  await openAll(s, bids);
  await pass(s.revealDeadline);
  return { ...s, ceiling, bids };
}

describe("TenderHouse: sealed ceilings", () => {
  describe("sealCeiling", () => {
    it("hands out the sealed bytes with the next commit number; again until the deadline's last second", async () => {
      const s = await bidding(SEALED);
      await seal(s, s.a, 500n);
      const [first, second, third] = [
        await preparedCeiling(s, ceilingBytes(600n)),
        await preparedCeiling(s, ceilingBytes(650n)),
        await preparedCeiling(s, ceilingBytes(660n)),
      ];
      const sealing = (one: SealedBid) => s.house.connect(s.officer).sealCeiling(s.tender, 0, one.sealed);
      await expect(sealing(first)).to.emit(s.house, "CeilingSealed").withArgs(s.tender, 0, s.key, 2, first.sealed);
      await at(s.commitDeadline);
      const last = await handedIn(s, second, await sealing(second));
      await refused(sealing(third), s.house, "TenderCommitClosed", s.tender, s.commitDeadline);
      await publish(s);
      await pass(s.revealDeadline);
      await refused(openCeiling(s, { ...first, number: 2n }), s.house, "TenderOpeningMismatch");
      await openCeiling(s, last);
      expect((await s.house.lotOf(s.tender, 0)).ceiling).to.equal(650n);
    });

    it("is refused to keys that may not publish, of another length, and where ceilings are not sealed", async () => {
      const s = await bidding(SEALED);
      const { sealed } = await preparedCeiling(s, ceilingBytes(600n));
      await eachRefused(s, Permission.Publish, async (by) => {
        const act = s.house.connect(by).sealCeiling(s.tender, 0, sealed);
        await refused(act, s.registry, "AgencyKeyNotPermitted");
      });
      for (const wrong of [ethers.dataSlice(sealed, 1), ethers.concat([sealed, "0x00"])]) {
        const act = s.house.connect(s.officer).sealCeiling(s.tender, 0, wrong);
        await refused(act, s.house, "TenderSealedLength", s.tender, ethers.dataLength(wrong), LENGTH);
      }
      const open_ = await bidding();
      const act = open_.house.connect(open_.officer).sealCeiling(open_.tender, 0, sealed);
      await refused(act, open_.house, "TenderCeilingClosed", open_.tender, 0);
    });
  });

  describe("openCeiling", () => {
    it("works from the second after T2 until T3's last second, once, with exactly what was sealed", async () => {
      const s = await bidding(SEALED);
      const one = await sealCeiling(s, ceilingBytes(600n, 100n));
      const closed = [s.house, "TenderCeilingClosed", s.tender, 0] as const;
      await refused(openCeiling(s, one), s.house, "TenderKeysNotOut", s.tender, 0);
      await publish(s);
      await refused(openCeiling(s, one), ...closed);
      await at(s.revealDeadline);
      await refused(openCeiling(s, one), ...closed);
      await pass(s.revealDeadline);
      for (const change of [
        { bid: ceilingBytes(601n, 100n) },
        { salt: id("s") },
        { number: 9n },
        { time: 1n },
        { envelope: id("e") },
      ]) {
        await refused(openCeiling(s, one, change), s.house, "TenderOpeningMismatch", s.tender, 0, one.bidder);
      }
      const snapshot = await networkHelpers.takeSnapshot();
      await at(s.judgeDeadline + 1n);
      await refused(openCeiling(s, one), ...closed);
      await snapshot.restore();
      await at(s.judgeDeadline);
      await expect(openCeiling(s, one))
        .to.emit(s.house, "CeilingOpened")
        .withArgs(s.tender, 0, 600n, 100n, one.parts[0]?.bid, one.parts[0]?.salt);
      const { ceiling, minimum } = await s.house.lotOf(s.tender, 0);
      expect([ceiling, minimum]).to.deep.equal([600n, 100n]);
      await snapshot.restore();
      await openCeiling(s, one);
      await refused(openCeiling(s, one), ...closed);
    });

    it("of garbage is none: too high, a minimum above, or of another length", async () => {
      const none = [ceilingBytes(MAX_PRICE + 1n), ceilingBytes(100n, 101n), ceilingBytes(0n, MAX_PRICE + 1n)];
      for (const content of [...none, "0x1234", ethers.concat([ceilingBytes(100n), "0x00"])]) {
        const s = await bidding(SEALED);
        const fit = (envelope: string) => ethers.dataSlice(ethers.zeroPadBytes(envelope, LENGTH), 0, LENGTH - 32);
        const one = await sealCeiling(s, content, fit);
        await publish(s);
        await pass(s.revealDeadline);
        await expect(openCeiling(s, one))
          .to.emit(s.house, "CeilingOpened")
          .withArgs(s.tender, 0, 0, 0, content, () => true);
      }
    });

    it("counts the edges: the highest ceiling, and a minimum that equals it or stands alone", async () => {
      for (const [ceiling, minimum] of [
        [MAX_PRICE, 0n],
        [100n, 100n],
        [0n, MAX_PRICE],
      ] as const) {
        const s = await scene(ceilingBytes(ceiling, minimum));
        await openCeiling(s, s.ceiling);
        const lot = await s.house.lotOf(s.tender, 0);
        expect([lot.ceiling, lot.minimum]).to.deep.equal([ceiling, minimum]);
      }
    });

    it("is refused where bidders open themselves: the agency would choose after seeing prices", async () => {
      const s = await bidding({ ...SEALED, sealing: { sealedCeilings: true, openByBidders: true } });
      const one = await sealCeiling(s, ceilingBytes(600n));
      await pass(s.revealDeadline);
      await refused(openCeiling(s, one), s.house, "TenderKeysNotOut", s.tender, 0);
    });

    it("is refused where none was sealed, and after a cancellation", async () => {
      const s = await bidding(SEALED);
      const one = await preparedCeiling(s, ceilingBytes(600n));
      await publish(s);
      await pass(s.revealDeadline);
      await refused(openCeiling(s, one), s.house, "TenderCeilingClosed", s.tender, 0);
      const other = await scene(ceilingBytes(600n));
      await other.house.connect(other.officer).cancel(other.tender, 1, EVIDENCE);
      await refused(openCeiling(other, other.ceiling), other.house, "TenderIsCancelled", other.tender);
      await refused(judgeCeiling(other, other.ceiling), other.house, "TenderIsCancelled", other.tender);
    });
  });

  describe("judgeCeiling", () => {
    it("voids garbage, opened or not: the lot has no ceiling then, nor one later", async () => {
      for (const opened of [false, true]) {
        const s = await scene(ceilingBytes(400n, 10n), spoil);
        if (opened) await openCeiling(s, s.ceiling);
        await expect(judgeCeiling(s, s.ceiling)).to.emit(s.house, "CeilingVoided").withArgs(s.tender, 0, [0n, 1n, 2n]);
        const { ceiling, minimum } = await s.house.lotOf(s.tender, 0);
        expect([ceiling, minimum]).to.deep.equal([0n, 0n]);
        await refused(openCeiling(s, s.ceiling), s.house, "TenderCeilingClosed", s.tender, 0);
        await refused(judgeCeiling(s, s.ceiling), s.house, "TenderCeilingClosed", s.tender, 0);
        await toAwards(s);
        await award(s, s.a);
      }
    });

    it("never voids an honest one, and is refused with other seats, another envelope, or after T3", async () => {
      const s = await scene(ceilingBytes(600n));
      for (const opened of [false, true]) {
        if (opened) await openCeiling(s, s.ceiling);
        await refused(judgeCeiling(s, s.ceiling), s.house, "TenderEnvelopeSound", s.tender, 0, s.ceiling.bidder);
        const envelope = spoil(s.ceiling.parts[0]?.envelope ?? "0x");
        for (const change of [{ envelope }, { commitment: id("c") }, { number: 8n }, { time: 8n }]) {
          await refused(judgeCeiling(s, s.ceiling, [0, 1, 2], change), s.house, "TenderOpeningMismatch");
        }
        for (const seats of [
          [0, 1],
          [0, 0, 1],
          [2, 1, 0],
          [0, 1, 3],
        ]) {
          await refused(judgeCeiling(s, s.ceiling, seats), s.committee, "CommitteeSeatsWrong");
        }
      }
      await at(s.judgeDeadline + 1n);
      await refused(judgeCeiling(s, s.ceiling), s.house, "TenderJudgeClosed", s.tender, s.judgeDeadline);
    });

    it("is refused where none was sealed", async () => {
      const s = await bidding(SEALED);
      const one = await preparedCeiling(s, ceilingBytes(600n));
      await publish(s);
      await refused(judgeCeiling(s, one), s.house, "TenderCeilingClosed", s.tender, 0);
    });
  });

  it("of a tender of two parts is opened and judged with the price part", async () => {
    const s = await bidding({ sealing: { ...TWO_PARTS, sealedCeilings: true }, terms: { ceilings: [0n] } });
    const one = await sealCeiling(s, ceilingBytes(400n), (e) => e, 1);
    const bid = await seal(s, s.a, 500n);
    await publish(s);
    await open(s, bid);
    await pass(s.revealDeadline);
    await refused(openCeiling(s, one), s.house, "TenderKeysNotOut", s.tender, 1);
    await refused(judgeCeiling(s, one), s.house, "TenderKeysNotOut", s.tender, 1);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    await open(later, bid, {}, 1);
    await pass(later.revealDeadline);
    await refused(judgeCeiling(later, one), s.house, "TenderEnvelopeSound");
    await openCeiling(later, one);
    await toAwards(later);
    await refused(award(later, s.a), s.house, "TenderCeilingExceeded", s.tender, 0, 500n, 400n);
  });

  describe("award and closeLot", () => {
    it("award the lowest within it, and refuse to close", async () => {
      const s = await scene(ceilingBytes(500n));
      await openCeiling(s, s.ceiling);
      await toAwards(s);
      await refused(close(s, s.a.address), s.house, "TenderBidStands", s.tender, 0, s.bids[0].number);
      await award(s, s.a);
    });

    it("refuse an award above it, and close the lot as over its ceiling by its head alone", async () => {
      const s = await scene(ceilingBytes(499n));
      await openCeiling(s, s.ceiling);
      await toAwards(s);
      await refused(award(s, s.a), s.house, "TenderCeilingExceeded", s.tender, 0, 500n, 499n);
      for (const head of [ZeroAddress, s.b.address, s.stranger.address]) {
        await refused(close(s, head), s.house, "TenderBidStands", s.tender, 0, s.bids[0].number);
      }
      await expect(close(s, s.a.address))
        .to.emit(s.house, "LotClosed")
        .withArgs(s.tender, 0, s.key, Outcome.OverCeiling);
    });

    it("count no ceiling that nobody opened", async () => {
      const s = await scene(ceilingBytes(400n));
      await toAwards(s);
      await refused(close(s, s.a.address), s.house, "TenderBidStands", s.tender, 0, s.bids[0].number);
      await award(s, s.a);
    });

    it("strike what is under its minimum, drawn or not, and refuse to award it", async () => {
      const s = await bidding(SEALED);
      const one = await sealCeiling(s, ceilingBytes(800n, 600n));
      const bids = [await seal(s, s.a, 500n), await seal(s, s.b, 500n), await seal(s, s.c, 600n)];
      await publish(s);
      await openAll(s, bids);
      await pass(s.revealDeadline);
      await openCeiling(s, one);
      await toAwards(s);
      await refused(award(s, s.a), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.UnderMinimum);
      await refused(
        s.house.strike(s.tender, 0, [s.a, s.b, s.c]),
        s.house,
        "TenderHeadStands",
        s.tender,
        0,
        s.c.address,
      );
      await s.house.strike(s.tender, 0, [s.a, s.b]);
      await award(s, s.c);
    });
  });
});

describe("TenderHouse: the round after one with every bid over its ceiling", () => {
  /** A lot closed as over its ceiling: a and b bid over it, c was malformed, d voided nothing and bid nothing. */
  async function over(): Promise<SealedScene> {
    const s = await bidding();
    const raw = [ethers.zeroPadBytes(ethers.toBeHex(MAX_PRICE + 1n, 8), 260)];
    const bids = [await seal(s, s.a, CEILING + 1n), await seal(s, s.b, CEILING + 2n), await seal(s, s.c, 0n, { raw })];
    await publish(s);
    for (const bid of bids) await open(s, bid);
    await toAwards(s);
    await close(s, ZeroAddress);
    return s;
  }
  const again = async (s: SealedScene, terms = {}, by = s.officer) =>
    s.house.connect(by).publish(await sealedTerms(s, { terms: { rebidOf: s.tender, rebidLot: 0n, ...terms } }));

  it("is published once, by its own agency, with the same ceiling and that lot only", async () => {
    const s = await over();
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.OverCeiling);
    const invalid = [s.house, "TenderRebidInvalid", s.tender] as const;
    await refused(again(s, { ceilings: [CEILING + 1n] }), ...invalid, 0);
    await refused(again(s, { ceilings: [CEILING, CEILING] }), ...invalid, 0);
    await refused(again(s, { agency: 2n }, s.other), ...invalid, 0);
    await refused(again(s, { rebidLot: 1n }), s.house, "TenderLotUnknown", s.tender, 1);
    await refused(again(s, { rebidOf: s.tender + 1n }), s.house, "TenderRebidInvalid", s.tender + 1n, 0);
    await refused(again(s, { rebidOf: s.tender + 2n }), s.house, "TenderUnknown", s.tender + 2n);
    await again(s);
    await refused(again(s), ...invalid, 0);
  });

  it("is refused after any other end, and after a second round", async () => {
    const s = await bidding();
    await refused(again(s), s.house, "TenderRebidInvalid", s.tender, 0);
    const bid = await seal(s, s.a, 500n);
    await publish(s);
    await open(s, bid);
    await toAwards(s);
    await award(s, s.a);
    await refused(again(s), s.house, "TenderRebidInvalid", s.tender, 0);

    const empty = await bidding();
    await publish(empty);
    await toAwards(empty);
    await close(empty, ZeroAddress);
    expect((await empty.house.lotOf(empty.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
    await refused(again(empty), empty.house, "TenderRebidInvalid", empty.tender, 0);
  });

  it("has no third round", async () => {
    const first = await over();
    const s = await bidding({ terms: { rebidOf: first.tender } }, first);
    const bid = await seal(s, s.a, CEILING + 1n);
    await publish(s);
    await open(s, bid);
    await toAwards(s);
    await close(s, ZeroAddress);
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.OverCeiling);
    await refused(again(s), s.house, "TenderRebidInvalid", s.tender, 0);
  });

  it("invites only those whose bids of the first were opened and not excluded", async () => {
    const first = await over();
    const s = await bidding({ terms: { rebidOf: first.tender } }, first);
    for (const by of [s.a, s.b]) await seal(s, by, 500n);
    for (const by of [s.c, s.d, s.stranger]) {
      const { sealed } = await prepared(s, by, 500n);
      const act = s.house.connect(by).commitEnvelope(s.tender, 0, sealed);
      await refused(act, s.house, "TenderNotInvited", s.tender, by.address);
      const slot = await s.house.slotOf(s.tender, 0, by);
      const relayed = s.house.connect(by).commitFor(by, s.tender, 0, sealed, "0x", slot, s.commitDeadline, "0x");
      await refused(relayed, s.house, "TenderNotInvited", s.tender, by.address);
    }
    expect(await statusOf(s, s.a)).to.equal(Status.Sealed);
  });

  it("invites who stood over a sealed ceiling, but not who was rejected, with the ceiling then published", async () => {
    const s = await scene(ceilingBytes(499n));
    await s.house.connect(s.officer).reject(s.tender, 0, s.b, 1, EVIDENCE);
    await openCeiling(s, s.ceiling);
    await toAwards(s);
    await close(s, s.a.address);
    await refused(again(s, { ceilings: [0n] }), s.house, "TenderRebidInvalid", s.tender, 0);
    const next = await bidding({ terms: { rebidOf: s.tender, ceilings: [499n] } }, s);
    await seal(next, s.a, 400n);
    const { sealed } = await prepared(next, s.b, 400n);
    await refused(next.house.connect(s.b).commitEnvelope(next.tender, 0, sealed), s.house, "TenderNotInvited");
  });
});
