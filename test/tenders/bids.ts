import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BytesLike, ContractTransactionResponse } from "ethers";
import type { TenderHouse } from "../../typechain-types/index.ts";
import type { OpeningStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers } from "../shared/house.ts";
import { id, MAX_PRICE, Status, ZeroAddress, ZeroHash } from "./values.ts";

/** A bid of one part without documents. Proofs may follow it. */
export const bidBytes = (price: bigint, quotation: string = ZeroHash, lottery = 0n, identity = "0x"): string =>
  ethers.concat([priceBytes(price, quotation, lottery), vendorBytes(identity)]);

/** The section of the price, by itself the price part of a bid of two. */
export const priceBytes = (price: bigint, quotation: string = ZeroHash, lottery = 0n): string =>
  ethers.solidityPacked(["uint64", "uint16", "bytes32"], [price, lottery, quotation]);

/** The section of the vendor, without documents. */
export const vendorBytes = (identity = "0x"): string =>
  ethers.solidityPacked(["uint16", "bytes"], [ethers.dataLength(identity), identity]);

export interface CommitmentParameters {
  chainId: bigint;
  house: string;
  tender: bigint;
  lot: bigint;
  part: bigint;
  bidder: string;
  bid: string;
  salt: BytesLike;
}

export function commitmentOf(p: CommitmentParameters): string {
  const types = ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address", "bytes32", "bytes32"];
  const bidHash = ethers.keccak256(p.bid);
  const values = [id("CommonSeal.Bid.v1"), p.chainId, p.house, p.tender, p.lot, p.part, p.bidder, bidHash, p.salt];
  return ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values));
}

/** What malformed bids have for a price. */
const NO_PRICE = 2n ** 64n;

function priceIn(bid: string): bigint {
  if (ethers.dataLength(bid) < ethers.dataLength(bidBytes(0n))) return NO_PRICE;
  const price = BigInt(ethers.dataSlice(bid, 0, 8));
  return price > MAX_PRICE || BigInt(ethers.dataSlice(bid, 8, 10)) > 999n ? NO_PRICE : price;
}

/** A bid as its bidder keeps it. */
export interface Bid {
  tender: bigint;
  lot: bigint;
  bidder: HardhatEthersSigner;
  bid: string;
  price: bigint;
  salt: string;
  commitment: string;
  number: bigint;
  time: bigint;
}

let salts = 0;

/** A bid not yet committed. `content` is a price or the bid's bytes; `changes` go into the commitment only. */
export async function prepare(
  s: { house: TenderHouse },
  tender: bigint,
  bidder: HardhatEthersSigner,
  content: bigint | string,
  lot = 0n,
  changes: Partial<CommitmentParameters> = {},
): Promise<Bid> {
  const bid = typeof content === "string" ? content : bidBytes(content, id("quotation"));
  const salt = id(`salt ${++salts}`);
  const { chainId } = await ethers.provider.getNetwork();
  const house = await s.house.getAddress();
  const own = { chainId, house, tender, lot, part: 0n, bidder: bidder.address, bid, salt };
  const commitment = commitmentOf({ ...own, ...changes });
  return { tender, lot, bidder, bid, price: priceIn(bid), salt, commitment, number: 0n, time: 0n };
}

/** The bid with the number and the time of its sealing, read from the event. */
export async function sealedBy(s: { house: TenderHouse }, bid: Bid, tx: ContractTransactionResponse): Promise<Bid> {
  const receipt = await tx.wait();
  const sealings = ["BidCommitted", "BidReplaced", "BidSealed"];
  const logs = receipt?.logs.map((entry) => s.house.interface.parseLog(entry));
  const log = logs?.find((parsed) => parsed !== null && sealings.includes(parsed.name));
  const block = await receipt?.getBlock();
  if (!log || !block) throw new Error("the sealing left no event");
  return { ...bid, number: BigInt(log.args["number"] as bigint), time: BigInt(block.timestamp) };
}

/** Commits to a bid. */
export async function seal(...parameters: Parameters<typeof prepare>): Promise<Bid> {
  const bid = await prepare(...parameters);
  const { house } = parameters[0];
  return sealedBy({ house }, bid, await house.connect(bid.bidder).commitBid(bid.tender, bid.lot, bid.commitment));
}

/** The bidders between whose bids one belongs; zero = there is none. */
export interface Neighbours {
  before: string;
  next: string;
}

/** What opens a bid sealed without a committee; `changes` are its neighbours, and what else is to differ. */
export const openingOf = (bid: Bid, changes: Partial<OpeningStruct> = {}): OpeningStruct => ({
  bid: bid.bid,
  salt: bid.salt,
  envelope: ZeroHash,
  other: ZeroHash,
  number: bid.number,
  time: bid.time,
  before: ZeroAddress,
  next: ZeroAddress,
  ...changes,
});

/** Opens a bid, put between neighbours. */
export const open = (
  s: { house: TenderHouse },
  bid: Bid,
  changes: Partial<OpeningStruct> = {},
): Promise<ContractTransactionResponse> =>
  s.house.connect(bid.bidder).open(bid.tender, bid.lot, bid.bidder, openingOf(bid, changes));

const precedes = (x: Bid, y: Bid): boolean => x.price < y.price || (x.price === y.price && x.number < y.number);

/** Bids in the order in which they win. */
export const ranked = (bids: Bid[]): Bid[] => [...bids].sort((x, y) => (precedes(x, y) ? -1 : 1));

/** The bidders of the bids directly before and behind one among those that have a place in the order. */
export function neighboursOf(bid: Bid, placed: Bid[]): Neighbours {
  const before = ranked(placed.filter((other) => precedes(other, bid))).at(-1);
  const next = ranked(placed.filter((other) => precedes(bid, other))).at(0);
  return { before: before?.bidder.address ?? ZeroAddress, next: next?.bidder.address ?? ZeroAddress };
}

/** Opens bids of a lot in this order, each in its right place. */
export async function openAll(s: { house: TenderHouse }, bids: Bid[]): Promise<void> {
  const placed: Bid[] = [];
  for (const bid of bids) {
    await open(s, bid, neighboursOf(bid, placed));
    const { status } = await s.house.bidOf(bid.tender, bid.lot, bid.bidder);
    if (status === Status.Standing) placed.push(bid);
  }
}

/** The numbers of the bids that have a place in the order of a lot, as the house lists them. */
export async function listOf(s: { house: TenderHouse }, tender: bigint, lot: bigint, bids: Bid[]): Promise<bigint[]> {
  const numbers: bigint[] = [];
  let number = (await s.house.lotOf(tender, lot)).lowest;
  while (number !== 0n) {
    const bid = bids.find((other) => other.lot === lot && other.number === number);
    if (!bid) throw new Error(`the list holds the unknown bid ${number}`);
    if (numbers.includes(number)) throw new Error(`the list turns back to bid ${number}`);
    numbers.push(number);
    number = (await s.house.bidOf(tender, lot, bid.bidder)).next;
  }
  return numbers;
}

/** A bid as the house shows it; what is not given is zero. */
export interface BidFields {
  status: bigint;
  number?: bigint;
  price?: bigint;
  lottery?: bigint;
  next?: bigint;
  settled?: boolean;
  marks?: bigint;
  payer?: string;
  vendor?: string;
  awardedAt?: bigint;
}

/** What `bidOf` returns, to be compared as a whole. */
export const viewOf = (b: BidFields): unknown[] => [
  ...[b.status, b.number ?? 0n, b.price ?? 0n, b.lottery ?? 0n, b.next ?? 0n],
  ...[b.settled ?? false, b.marks ?? 0n, b.payer ?? ZeroAddress, b.vendor ?? ZeroAddress, b.awardedAt ?? 0n],
];
