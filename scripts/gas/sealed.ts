import { makeEnvelope } from "../../sdk/src/tenders/committee/envelope.ts";
import { proveKey } from "../../sdk/src/tenders/committee/key.ts";
import { commitmentOf, encodeBid, encodePrice, encodeTechnical, type PartPlace } from "../../sdk/src/tenders/bid.ts";
import { newAgency } from "./agencies.ts";
import {
  account,
  type Account,
  addresses,
  chainId,
  clock,
  committee,
  DAY,
  digest,
  ethers,
  gasOf,
  house,
  measure,
  officer,
  platform,
  results,
  token,
} from "./bench.ts";
import { median, terms, vendor } from "./tenders.ts";

const [SEATS, THRESHOLD] = [5, 3];
const target = addresses.house;

interface Seat {
  member: Account;
  agency: number;
}

interface Part {
  place: PartPlace;
  bid: string;
  salt: string;
  commitment: string;
  envelope: string;
}

/** Five bodies with a member each. */
async function bodies(): Promise<Seat[]> {
  const seats: Seat[] = [];
  for (let i = 0; i < SEATS; i++) {
    const member = await account(`member ${i}`);
    seats.push({ member, agency: await newAgency(`Body ${i}`, member) });
  }
  return seats;
}

const secretOf = (tender: bigint, part: number, seat: number): bigint =>
  BigInt(digest(`secret of ${tender} ${part} ${seat}`)) >> 2n;

/** A tender for whose committee all seats are taken, and bidding is open. */
async function sealedTender(seats: Seat[], parts: number): Promise<bigint> {
  const { now } = clock;
  const sealing = {
    seats: seats.map(({ agency }) => agency),
    threshold: THRESHOLD,
    bidLengths: parts === 1 ? [44] : [34, 42],
    bidsFrom: 0,
    scalarsDeadline: now + 9 * DAY,
    judgeDeadline: now + 16 * DAY,
    scoresDeadline: parts === 1 ? 0 : now + 20 * DAY,
    scorer: parts === 1 ? ethers.ZeroAddress : officer.address,
    sealedCeilings: false,
    openByBidders: false,
    earliest: false,
  };
  const times = { commitDeadline: now + 7 * DAY, revealDeadline: now + 12 * DAY, awardDeadline: now + 30 * DAY };
  await gasOf(() => house.connect(officer).publish({ ...terms(true), ...times, sealing }));
  const tender = await house.tenderCount();
  const take = seats.map(({ member }, seat) => () => {
    const proven = Array.from({ length: parts }, (_, part) => {
      const place = { chainId, committee: addresses.committee, house: target, tender, part, seat };
      return proveKey({ ...place, member: member.address }, secretOf(tender, part, seat));
    });
    const points = ethers.concat(proven.map(({ point }) => point));
    const proofs = proven.map(({ challenge, response }): [bigint, bigint] => [challenge, response]);
    return committee.connect(member).takeSeat(target, tender, seat, points, proofs);
  });
  if (parts === 1) await measure("tenders.takeSeat", take);
  else for (const act of take) await gasOf(act);
  await gasOf(() => committee.freeze(target, tender));
  return tender;
}

/** A part of a bid, and its envelope; of a dishonest one the envelope holds another bid. */
async function partOf(tender: bigint, who: Account, part: number, bid: string, honest = true): Promise<Part> {
  const place = { chainId, house: target, tender, lot: 0, part, bidder: who.address };
  const salt = digest(`salt of ${who.address} in ${tender} ${part}`);
  const keys = await pointsOf(tender, part);
  const held = honest ? bid : ethers.hexlify(ethers.getBytes(bid).fill(7));
  return {
    place,
    bid,
    salt,
    commitment: commitmentOf(place, bid, salt),
    envelope: makeEnvelope(place, keys, THRESHOLD, { salt, bid: held }),
  };
}

async function pointsOf(tender: bigint, part: number): Promise<string[]> {
  const logs = await committee.queryFilter(committee.filters.SeatTaken(target, tender));
  return logs.map(({ args }) => ethers.dataSlice(args.points, part * 96, (part + 1) * 96));
}

const sealedOf = (parts: Part[]) => ethers.concat(parts.flatMap(({ commitment, envelope }) => [commitment, envelope]));
const numbered = (price: number, lottery: number) => ({ price: BigInt(price), lottery, quotation: digest("q") });

const numberOf = async (tender: bigint): Promise<number> => Number((await house.tenderOf(tender)).commits);

interface SealedBid {
  who: Account;
  part: Part;
  number: number;
  time: number;
}

/** Seals bids of one part at these prices; the last one's envelope holds another bid. */
async function sealBids(tender: bigint, vendors: Account[], prices: number[]): Promise<SealedBid[]> {
  const bids: SealedBid[] = [];
  for (const [i, who] of vendors.entries()) {
    const bytes = encodeBid(numbered(prices[i] ?? NaN, 100 + i), 44);
    const part = await partOf(tender, who, 0, bytes, i < vendors.length - 1);
    await measure("tenders.commitSealed", [() => house.connect(who).commitEnvelope(tender, 0, sealedOf([part]))]);
    bids.push({ who, part, number: await numberOf(tender), time: clock.now });
  }
  return bids;
}

const openingOf = ({ part, number, time }: SealedBid, before = ethers.ZeroAddress, next = ethers.ZeroAddress) => ({
  bid: part.bid,
  salt: part.salt,
  envelope: ethers.keccak256(part.envelope),
  other: ethers.ZeroHash,
  number,
  time,
  before,
  next,
});

/** Publishes three scalars: the third tells the house. */
async function publishScalars(tender: bigint, part: number): Promise<void> {
  const publish = (seat: number) => () =>
    committee.connect(platform).publish(target, tender, [seat], [secretOf(tender, part, seat)]);
  await gasOf(publish(0));
  await measure("tenders.publishKey", [publish(1)]);
  await measure("tenders.publishKey.last", [publish(2)]);
}

/** Seals, opens and judges bids of one part; and seals bids of two. */
export async function measureSealed(): Promise<void> {
  const seats = await bodies();
  const prices = [750_000, 337_500, 180_000, 290_000, 300_000, 287_500, 250_000, 240_000];
  const vendors: Account[] = [];
  for (const i of prices.keys()) {
    const who = await vendor(`sealed vendor ${i}`);
    await gasOf(() => house.connect(who).depositBond(token, 10_000n));
    vendors.push(who);
  }

  const tender = await sealedTender(seats, 1);
  const bids = await sealBids(tender, vendors, prices);
  clock.now += 7 * DAY + 3600;
  await publishScalars(tender, 0);
  const gas: number[] = [];
  const open: { price: number; who: Account }[] = [];
  for (const [i, bid] of bids.slice(0, 6).entries()) {
    const price = prices[i] ?? NaN;
    const before = open.filter((other) => other.price < price).sort((x, y) => y.price - x.price)[0];
    const next = open.filter((other) => other.price > price).sort((x, y) => x.price - y.price)[0];
    const opening = openingOf(bid, before?.who.address, next?.who.address);
    gas.push(await gasOf(() => house.connect(platform).open(tender, 0, bid.who.address, opening)));
    open.push({ price, who: bid.who });
  }
  results["tenders.open.sealed"] = median(gas.slice(1));
  const [, , , , , , , garbage] = bids;
  if (!garbage) throw new Error("too few bids");
  const { part, number, time, who } = garbage;
  const judgement = {
    seats: [0, 1, 2],
    envelope: part.envelope,
    commitment: part.commitment,
    other: ethers.ZeroHash,
    number,
    time,
    salt: ethers.ZeroHash,
    bidHash: ethers.ZeroHash,
    point: "0x",
  };
  await measure("tenders.judge3of5", [() => house.connect(platform).judge(tender, 0, who.address, judgement)]);

  const two = await sealedTender(seats, 2);
  for (const one of vendors.slice(0, 2)) {
    const technical = await partOf(two, one, 0, encodeTechnical({ quotation: digest("technical") }, 34));
    const price = await partOf(two, one, 1, encodePrice(numbered(100_000, 7), 42));
    const sealed = sealedOf([technical, price]);
    await measure("tenders.commitSealed.twoParts", [() => house.connect(one).commitEnvelope(two, 0, sealed)]);
  }
}
