import { expect } from "chai";
import type { JudgementStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers } from "../shared/house.ts";
import { pass } from "./helpers.ts";
import { commitmentOf, envelopeOf, flipped, POINT_LENGTH, pointOf } from "./sealed.ts";
import {
  bidding,
  bytesOf,
  handedIn,
  judge,
  newSalt,
  newSecret,
  open,
  openAll,
  placeOf,
  prepared,
  publish,
  refused,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  statusOf,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { BOND, id, Status, ZeroHash } from "./values.ts";

const { concat, dataSlice, keccak256 } = ethers;
const shareAt = (seat: number) => POINT_LENGTH + 32 * seat;
/** Spoils the share of a seat. */
const bad = (seat: number) => (envelope: string) => flipped(envelope, shareAt(seat) + 31);

/** What judges a part by its salt with one seat; `changes` are what is to differ. */
const saltOf = (
  s: SealedScene,
  bid: SealedBid,
  seat: number,
  part = 0,
  changes: Partial<JudgementStruct> = {},
): Partial<JudgementStruct> => ({
  salt: bid.parts[part]?.salt ?? ZeroHash,
  bidHash: keccak256(bid.parts[part]?.bid ?? "0x"),
  point: pointOf(s.secrets[part]?.[seat] ?? 0n),
  ...changes,
});

const judgeBySalt = (s: SealedScene, bid: SealedBid, seat: number, part = 0, changes: Partial<JudgementStruct> = {}) =>
  judge(s, bid, [seat], saltOf(s, bid, seat, part, changes), part);

const sound = (s: SealedScene, act: Promise<unknown>, bidder = s.a.address) =>
  refused(act, s.house, "TenderEnvelopeSound", s.tender, 0, bidder);

/** A bid of a with a bad share for seat 4, which keeps silent. */
async function scene(garble = bad(4)): Promise<SealedScene & { bid: SealedBid }> {
  const s = await bidding();
  const bid = await seal(s, s.a, 500n, { garble });
  await publish(s, [0, 1, 2]);
  return { ...s, bid };
}

describe("TenderHouse: an envelope judged by its salt", () => {
  it("is convicted by anyone for a seat that keeps silent, before and after it was opened", async () => {
    for (const opened of [false, true]) {
      const s = await scene();
      await sound(s, judge(s, s.bid, [0, 1, 2]));
      if (opened) await open(s, s.bid);
      await expect(judgeBySalt(s, s.bid, 4))
        .to.emit(s.house, "BidVoided")
        .withArgs(s.tender, 0, s.a.address, 0, [4]);
      expect(await statusOf(s, s.a)).to.equal(Status.Voided);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
    }
  });

  it("is acquitted by the silent seats whose shares are right; the spoilt one decides once it speaks", async () => {
    const s = await scene();
    await sound(s, judgeBySalt(s, s.bid, 3));
    await publish(s, [4]);
    await refused(judgeBySalt(s, s.bid, 4), s.committee, "CommitteeScalarKnown", s.tender, 0, 4);
    await judge(s, s.bid, [0, 1, 4]);
  });

  it("is never convicted where it is honest, by any seat, in one part or two", async () => {
    for (const out of [
      [0, 1, 2],
      [2, 3, 4],
      [0, 1, 3],
    ]) {
      const silent = [0, 1, 2, 3, 4].filter((seat) => !out.includes(seat));
      const one = await bidding();
      const bid = await seal(one, one.a, 500n);
      await publish(one, out);
      for (const seat of silent) await sound(one, judgeBySalt(one, bid, seat));
      await open(one, bid);
      for (const seat of silent) await sound(one, judgeBySalt(one, bid, seat));
    }
    const two = await bidding({ sealing: TWO_PARTS });
    const bid = await seal(two, two.a, 500n);
    await publish(two);
    await open(two, bid);
    for (const seat of [3, 4]) await sound(two, judgeBySalt(two, bid, seat));
    const later = await scored(two);
    await publish(later, [2, 3, 4], 1);
    for (const seat of [0, 1]) await sound(later, judgeBySalt(later, bid, seat, 1));
    await open(later, bid, {}, 1);
    await toAwards(later);
    await later.house.connect(later.officer).award(later.tender, 0, later.a);
  });

  it("convicts in the price part what is bad there, and not in the technical part", async () => {
    const two = await bidding({ sealing: TWO_PARTS });
    const garble = (envelope: string, part: number) => (part === 1 ? bad(0)(envelope) : envelope);
    const bid = await seal(two, two.a, 500n, { garble });
    await publish(two, [1, 2, 3]);
    await open(two, bid);
    await sound(two, judgeBySalt(two, bid, 0));
    const s = await scored(two);
    await publish(s, [2, 3, 4], 1);
    await refused(judgeBySalt(s, bid, 0), s.house, "TenderOpeningMismatch");
    await expect(judgeBySalt(s, bid, 0, 1))
      .to.emit(s.house, "BidVoided")
      .withArgs(s.tender, 0, s.a.address, 1, [0]);
  });

  it("convicts an U that the salt does not make, though every subset opens to what was committed to", async () => {
    const s = await bidding();
    const place = await placeOf(s, s.a.address);
    const salt = newSalt();
    const [content = ""] = bytesOf(s, 500n);
    const envelope = envelopeOf(place, (s.secrets[0] ?? []).map(pointOf), 3, salt, content, newSecret());
    const part = { bid: content, salt, envelope, commitment: commitmentOf(place, content, salt) };
    const own = { ...(await prepared(s, s.a, 500n)), parts: [part], sealed: concat([part.commitment, envelope]) };
    const bid = await handedIn(s, own, await s.house.connect(s.a).commitEnvelope(s.tender, 0, own.sealed));
    await publish(s, [0, 1, 2]);
    await sound(s, judge(s, bid, [0, 1, 2]));
    await judgeBySalt(s, bid, 3);
    expect(await statusOf(s, s.a)).to.equal(Status.Voided);
  });

  it("is refused with another salt, bid, point, envelope or seat, and before the scalars are out or after T3", async () => {
    const s = await scene();
    const mismatch = [s.house, "TenderOpeningMismatch", s.tender, 0, s.a.address] as const;
    const convict = (changes: Partial<JudgementStruct>, seat = 4) => judgeBySalt(s, s.bid, seat, 0, changes);
    await refused(convict({ salt: id("salt") }), ...mismatch);
    await refused(convict({ bidHash: id("bid") }), ...mismatch);
    await refused(convict({ envelope: bad(3)(s.bid.parts[0]?.envelope ?? "0x") }), ...mismatch);
    const wrong = [s.committee, "CommitteePointInvalid", s.tender, 0] as const;
    const point = pointOf(s.secrets[0]?.[4] ?? 0n);
    const points = [
      pointOf(s.secrets[0]?.[3] ?? 0n),
      pointOf(newSecret()),
      "0x",
      dataSlice(point, 0, 95),
      concat([point, "0x00"]),
    ];
    for (const other of points) await refused(convict({ point: other }), ...wrong);
    await refused(judge(s, s.bid, [5], saltOf(s, s.bid, 4)), s.committee, "CommitteeSeatUnknown", s.tender, 5);
    for (const seat of [0, 1, 2]) {
      await refused(convict({}, seat), s.committee, "CommitteeScalarKnown", s.tender, 0, seat);
    }
    await pass(s.judgeDeadline);
    await refused(convict({}), s.house, "TenderJudgeClosed", s.tender, s.judgeDeadline);
    const early = await bidding();
    const bid = await seal(early, early.a, 500n, { garble: bad(4) });
    await publish(early, [0, 1]);
    await refused(judgeBySalt(early, bid, 4), early.house, "TenderKeysNotOut", early.tender, 0);
  });

  it("convicts a sealed ceiling likewise", async () => {
    for (const garbled of [true, false]) {
      const s = await bidding({ sealing: { sealedCeilings: true }, terms: { ceilings: [0n] } });
      const house = await s.house.getAddress();
      const place = await placeOf(s, house);
      const [salt, content] = [newSalt(), ethers.solidityPacked(["uint64", "uint64"], [600n, 0n])];
      const honest = envelopeOf(place, (s.secrets[0] ?? []).map(pointOf), 3, salt, content);
      const envelope = garbled ? bad(3)(honest) : honest;
      const part = { bid: content, salt, envelope, commitment: commitmentOf(place, content, salt) };
      const sealed = concat([part.commitment, envelope]);
      const own = { tender: s.tender, lot: 0n, bidder: house, parts: [part], price: 0n, sealed, number: 0n, time: 0n };
      const one = await handedIn(s, own, await s.house.connect(s.officer).sealCeiling(s.tender, 0, sealed));
      const bid = await seal(s, s.a, 700n);
      await publish(s, [0, 1, 2]);
      await openAll(s, [bid]);
      await pass(s.revealDeadline);
      const { commitment, envelope: bytes } = part;
      const j = { envelope: bytes, commitment, other: ZeroHash, number: one.number, time: one.time };
      const judged = s.house.judgeCeiling(s.tender, 0, { seats: [3], ...j, ...saltOf(s, one, 3) } as JudgementStruct);
      if (garbled) await expect(judged).to.emit(s.house, "CeilingVoided").withArgs(s.tender, 0, [3]);
      else await sound(s, judged, house);
    }
  });
});
