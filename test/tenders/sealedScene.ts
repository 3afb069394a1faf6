import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { BaseContract, ContractTransactionResponse, Signer } from "ethers";
import type {
  JudgementStruct,
  OpeningStruct,
  SealingTermsStruct,
  TenderTermsStruct,
} from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { priceBytes, vendorBytes } from "./bids.ts";
import { at, BY_SEATS, committeeTermsOf, keyWith, newAccount, pass, type Stage, stage } from "./helpers.ts";
import {
  commitmentOf,
  envelopeOf,
  filled,
  ORDER,
  partHash,
  type Place,
  pointOf,
  proofOf,
  type SealedPart,
} from "./sealed.ts";
import { DAY, id, MAX_UINT40, MINUTE, Permission, ZeroAddress } from "./values.ts";

export interface Seat {
  agency: bigint;
  member: HardhatEthersSigner;
}

/** A stage with five members of three further bodies, a scorer, and a second key of the agency that may extend. */
export interface SealedStage extends Stage {
  chainId: bigint;
  seats: Seat[];
  scorer: HardhatEthersSigner;
  extender: HardhatEthersSigner;
}

/** Bodies of the seats of the committee of 3 of 5. */
export const BODIES = [3n, 3n, 4n, 4n, 5n];

export async function sealedStage(): Promise<SealedStage> {
  const s = await stage();
  for (const agency of new Set(BODIES)) await s.registry.register(id(`agency ${agency}`), id("metadata"), s.admin);
  const seats: Seat[] = [];
  for (const agency of BODIES) {
    const member = await newAccount();
    await s.registry.connect(s.admin).addKey(agency, member, Permission.Sit, 0, MAX_UINT40);
    seats.push({ agency, member });
  }
  const { chainId } = await ethers.provider.getNetwork();
  return { ...s, chainId, seats, scorer: await newAccount(), extender: await keyWith(s, 1n << 13n) };
}

/** A tender sealed for the committee, with the secrets of its seats by part. */
export interface SealedTender {
  tender: bigint;
  commitDeadline: bigint;
  scalarsDeadline: bigint;
  revealDeadline: bigint;
  judgeDeadline: bigint;
  scoresDeadline: bigint;
  awardDeadline: bigint;
  lengths: number[];
  threshold: number;
  secrets: bigint[][];
}

export type SealedScene = SealedStage & SealedTender;

export interface Options {
  sealing?: Partial<SealingTermsStruct>;
  terms?: Partial<TenderTermsStruct>;
}

/** Of two parts, with their own times. */
export const TWO_PARTS = { bidLengths: [200, 60] };

/** Terms of a tender for the committee of 3 of 5: one part, lottery, and longer times than the shortest. */
export async function sealedTerms(
  s: SealedStage,
  { sealing = {}, terms = {} }: Options = {},
): Promise<TenderTermsStruct> {
  const now = BigInt(await networkHelpers.time.latest());
  const commitDeadline = BigInt(terms.commitDeadline ?? now + 7n * DAY);
  const scalarsDeadline = commitDeadline + 2n * DAY;
  const revealDeadline = scalarsDeadline + 4n * DAY;
  const judgeDeadline = revealDeadline + 5n * DAY;
  const two = sealing.bidLengths?.length === 2;
  const own = {
    ...{ seats: BODIES, threshold: 3, bidLengths: [260], scalarsDeadline, judgeDeadline },
    ...(two ? { scorer: s.scorer, scoresDeadline: judgeDeadline + 6n * DAY } : {}),
  };
  const times = { commitDeadline, revealDeadline, awardDeadline: judgeDeadline + 30n * DAY };
  return committeeTermsOf(s, { ...own, ...sealing }, { ...times, ...terms });
}

let keys = 0;

/** A fresh secret. */
export const newSecret = (): bigint => (BigInt(id(`secret ${++keys}`)) % (ORDER - 1n)) + 1n;

/** Publishes a tender for the committee; its seats are not taken. */
export async function formed(s: SealedStage, options: Options = {}): Promise<SealedScene> {
  const terms = await sealedTerms(s, options);
  await s.house.connect(s.officer).publish(terms);
  const { sealing } = terms;
  const lengths = sealing.bidLengths.map(Number);
  return {
    ...s,
    tender: await s.house.tenderCount(),
    commitDeadline: BigInt(terms.commitDeadline),
    scalarsDeadline: BigInt(sealing.scalarsDeadline),
    revealDeadline: BigInt(terms.revealDeadline),
    judgeDeadline: BigInt(sealing.judgeDeadline),
    scoresDeadline: BigInt(sealing.scoresDeadline),
    awardDeadline: BigInt(terms.awardDeadline),
    lengths,
    threshold: Number(sealing.threshold),
    secrets: lengths.map(() => sealing.seats.map(newSecret)),
  };
}

/** Proofs of a seat's secrets, with what is to differ. */
export const proofsOf = async (
  s: SealedScene,
  seat: number,
  changes: Partial<Parameters<typeof proofOf>[0]> = {},
  secrets = s.secrets.map((part) => part[seat] ?? 0n),
): Promise<[bigint, bigint][]> => {
  const [committee, house] = [await s.committee.getAddress(), await s.house.getAddress()];
  const member = s.seats[seat]?.member.address ?? ZeroAddress;
  const place = { chainId: s.chainId, committee, house, tender: s.tender, seat: BigInt(seat), member };
  return secrets.map((secret, part) => proofOf({ ...place, part: BigInt(part), ...changes }, secret));
};

/** Takes a seat with the scene's secrets, or with others. */
export async function takeSeat(
  s: SealedScene,
  seat: number,
  secrets = s.secrets.map((part) => part[seat] ?? 0n),
  member = s.seats[seat]?.member,
): Promise<ContractTransactionResponse> {
  if (!member) throw new Error(`nobody sits at ${seat}`);
  const proofs = await proofsOf(s, seat, { member: member.address }, secrets);
  const points = ethers.concat(secrets.map(pointOf));
  return s.committee.connect(member).takeSeat(s.house, s.tender, seat, points, proofs);
}

/** A tender in which bids can be sealed. */
export async function bidding(options: Options = {}, from?: SealedStage): Promise<SealedScene> {
  const s = await formed(from ?? (await networkHelpers.loadFixture(sealedStage)), options);
  const seats = s.secrets[0]?.length ?? 0;
  for (let seat = 0; seat < seats; seat++) await takeSeat(s, seat);
  await s.committee.freeze(s.house, s.tender);
  return s;
}

/* BIDS */

export interface SealedBid {
  tender: bigint;
  lot: bigint;
  bidder: string;
  parts: SealedPart[];
  price: bigint;
  sealed: string;
  number: bigint;
  time: bigint;
}

export interface BidOptions {
  lot?: bigint;
  lottery?: bigint;
  identity?: string;
  proofs?: string;
  /** The bid's parts by their bytes, whatever they are. */
  raw?: string[];
  /** What the envelope of a part is instead. */
  garble?: (envelope: string, part: number) => string;
}

let salts = 0;

export const newSalt = (): string => id(`sealed salt ${++salts}`);

export async function placeOf(s: SealedScene, bidder: string, lot = 0n, part = 0): Promise<Place> {
  const house = await s.house.getAddress();
  return { chainId: s.chainId, house, tender: s.tender, lot, part: BigInt(part), bidder };
}

/** The bytes of a bid's parts. */
export function bytesOf(s: SealedScene, price: bigint, o: BidOptions = {}): string[] {
  const section = priceBytes(price, id("quotation"), o.lottery ?? 0n);
  const vendor = ethers.concat([vendorBytes(o.identity ?? "0x"), o.proofs ?? "0x"]);
  const bytes =
    s.lengths.length === 1 ? [ethers.concat([section, vendor])] : [ethers.concat([id("technical"), vendor]), section];
  return bytes.map((part, i) => filled(part, s.lengths[i] ?? 0));
}

/** A bid with its envelopes, not handed in. */
export async function prepared(
  s: SealedScene,
  bidder: { address: string },
  price: bigint,
  o: BidOptions = {},
): Promise<SealedBid> {
  const { lot = 0n, garble = (envelope: string) => envelope } = o;
  const parts: SealedPart[] = [];
  for (const [i, bid] of (o.raw ?? bytesOf(s, price, o)).entries()) {
    const place = await placeOf(s, bidder.address, lot, i);
    const salt = newSalt();
    const envelope = envelopeOf(place, (s.secrets[i] ?? []).map(pointOf), s.threshold, salt, bid);
    parts.push({ bid, salt, commitment: commitmentOf(place, bid, salt), envelope: garble(envelope, i) });
  }
  const sealed = ethers.concat(parts.flatMap(({ commitment, envelope }) => [commitment, envelope]));
  return { tender: s.tender, lot, bidder: bidder.address, parts, price, sealed, number: 0n, time: 0n };
}

/** The bid with number and time of its sealing. */
export async function handedIn(s: SealedScene, bid: SealedBid, tx: ContractTransactionResponse): Promise<SealedBid> {
  const receipt = await tx.wait();
  const names = ["BidSealed", "CeilingSealed"];
  const events = receipt?.logs.map((log) => s.house.interface.parseLog(log)) ?? [];
  const event = events.find((one) => one !== null && names.includes(one.name));
  const block = await receipt?.getBlock();
  if (!event || !block) throw new Error("the sealing left no event");
  return { ...bid, number: BigInt(event.args["number"] as bigint), time: BigInt(block.timestamp) };
}

export async function seal(
  s: SealedScene,
  bidder: HardhatEthersSigner,
  price: bigint,
  o: BidOptions = {},
): Promise<SealedBid> {
  const bid = await prepared(s, bidder, price, o);
  return handedIn(s, bid, await s.house.connect(bidder).commitEnvelope(s.tender, bid.lot, bid.sealed));
}

/* AFTER THE DEADLINE */

/** Publishes the scalars of seats, as soon as they are accepted. */
export async function publish(s: SealedScene, seats = [0, 1, 2], part = 0): Promise<void> {
  const { publishFrom } = await s.house.openingTimes(s.tender);
  if (BigInt(await networkHelpers.time.latest()) < publishFrom) await at(publishFrom);
  await s.committee.publish(
    s.house,
    s.tender,
    seats,
    seats.map((seat) => s.secrets[part]?.[seat] ?? 0n),
  );
}

/** What opens a part of a bid; `changes` are its neighbours, and what else is to differ. */
export function openingOf(bid: SealedBid, part = 0, changes: Partial<OpeningStruct> = {}): OpeningStruct {
  const own = bid.parts[part];
  if (!own) throw new Error(`there is no part ${part}`);
  return {
    bid: own.bid,
    salt: own.salt,
    envelope: ethers.keccak256(own.envelope),
    other: partHash(bid.parts[1 - part]),
    number: bid.number,
    time: bid.time,
    before: ZeroAddress,
    next: ZeroAddress,
    ...changes,
  };
}

/** A stranger opens a part of a bid. */
export const open = (
  s: SealedScene,
  bid: SealedBid,
  changes: Partial<OpeningStruct> = {},
  part = 0,
  by: Signer = s.stranger,
): Promise<ContractTransactionResponse> =>
  s.house.connect(by).open(s.tender, bid.lot, bid.bidder, openingOf(bid, part, changes));

const precedes = (x: SealedBid, y: SealedBid): boolean =>
  x.price < y.price || (x.price === y.price && x.number < y.number);
export const ranked = (bids: SealedBid[]): SealedBid[] => [...bids].sort((x, y) => (precedes(x, y) ? -1 : 1));

/** Opens a part of bids in this order, each between its neighbours. */
export async function openAll(s: SealedScene, bids: SealedBid[], part = 0): Promise<void> {
  for (const [i, bid] of bids.entries()) {
    const placed = ranked(bids.slice(0, i));
    const before = placed.filter((other) => precedes(other, bid)).at(-1)?.bidder ?? ZeroAddress;
    const next = placed.find((other) => precedes(bid, other))?.bidder ?? ZeroAddress;
    await open(s, bid, { before, next }, part);
  }
}

export function judgementOf(
  bid: SealedBid,
  seats: number[],
  part = 0,
  changes: Partial<JudgementStruct> = {},
): JudgementStruct {
  const own = bid.parts[part];
  if (!own) throw new Error(`there is no part ${part}`);
  const { envelope, commitment } = own;
  const other = partHash(bid.parts[1 - part]);
  return { ...BY_SEATS, seats, envelope, commitment, other, number: bid.number, time: bid.time, ...changes };
}

/** A stranger judges a part of a bid. */
export const judge = (
  s: SealedScene,
  bid: SealedBid,
  seats = [0, 1, 2],
  changes: Partial<JudgementStruct> = {},
  part = 0,
): Promise<ContractTransactionResponse> =>
  s.house.connect(s.stranger).judge(s.tender, bid.lot, bid.bidder, judgementOf(bid, seats, part, changes));

export const statusOf = async (s: SealedScene, who: { address: string } | string, lot = 0n): Promise<bigint> =>
  (await s.house.bidOf(s.tender, lot, typeof who === "string" ? who : who.address)).status;

/** Reveals the technical scores in the first second in which that is due; the scene then has the price part's times. */
export async function scored(s: SealedScene): Promise<SealedScene> {
  await at(s.judgeDeadline + 1n);
  await s.house.connect(s.scorer).revealScores(s.tender, id("scores"));
  const { scalarsDeadline, revealDeadline, judgeDeadline, awardDeadline } = await s.house.tenderOf(s.tender);
  return { ...s, scalarsDeadline, revealDeadline, judgeDeadline, awardDeadline };
}

/** Lets everything pass but the time of awards. */
export const toAwards = (s: SealedScene): Promise<void> => pass(s.judgeDeadline);

export const MARGIN = 30n * MINUTE;

/** Whether an act fails, for whatever reason. */
export const fails = (act: Promise<unknown>): Promise<boolean> =>
  act.then(
    () => false,
    () => true,
  );

/** An act is refused for this reason. */
export async function refused(
  act: Promise<unknown>,
  contract: BaseContract,
  error: string,
  ...values: unknown[]
): Promise<void> {
  const refusal = expect(act).to.be.revertedWithCustomError(contract, error);
  await (values.length === 0 ? refusal : refusal.withArgs(...values));
}

/** The identity inside a bid: its vendor's signature over the place of the bid, with what is to differ. */
export async function identityOf(
  s: SealedScene,
  vendor: Signer,
  bidder: string,
  changes: { tender?: bigint; lot?: bigint; bidder?: string; chainId?: bigint; verifyingContract?: string } = {},
): Promise<string> {
  const { chainId = s.chainId, verifyingContract = await s.house.getAddress(), ...message } = changes;
  const domain = { name: "Common Seal TenderHouse", version: "1", chainId, verifyingContract };
  const fields = [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "bidder", type: "address" },
  ];
  const value = { tender: s.tender, lot: 0n, bidder, ...message };
  const signature = await vendor.signTypedData(domain, { BidIdentity: fields }, value);
  return ethers.concat(["0x14", await vendor.getAddress(), signature]);
}
