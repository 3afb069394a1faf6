import {
  AbiCoder,
  concat,
  dataLength,
  dataSlice,
  getAddress,
  getBytes,
  hexlify,
  id,
  isHexString,
  keccak256,
  randomBytes,
  toBeHex,
  zeroPadBytes,
} from "ethers";
import { InputError } from "../shared/errors.ts";
import { MAX_PRICE } from "./amount.ts";
import { NO_IDENTITY, vendorOf } from "./identity.ts";

const abi = AbiCoder.defaultAbiCoder();
const BID_TAG = id("CommonSeal.Bid.v1");
export const NO_QUOTATION = `0x${"0".repeat(64)}`;
/** How many lottery numbers there are: they have three digits. */
export const LOTTERY_NUMBERS = 1000;
/** The highest of them. */
export const MAX_LOTTERY = LOTTERY_NUMBERS - 1;

const PRICE_BYTES = 8;
const QUOTATION_AT = 10;
const WORD = 32;
/** Bytes of a price section. */
export const PRICE_LENGTH = QUOTATION_AT + WORD;
/** Bytes of an identity's length. */
const SIZE = 2;
const MAX_IDENTITY = 2 ** (8 * SIZE) - 1;

/** Where a bid belongs; a commitment binds all of it. */
export interface BidPlace {
  chainId: bigint;
  /** Address of the tender house. */
  house: string;
  tender: bigint;
  lot: number;
  bidder: string;
}

/** Where a part of a bid belongs: 0 is the only or the technical one, 1 is the price. */
export interface PartPlace extends BidPlace {
  part: number;
}

/** A place as five words of 32 bytes, for keys that are derived for it. */
export function placeWords({ chainId, house, tender, lot, bidder }: BidPlace): Uint8Array {
  return getBytes(concat([chainId, BigInt(house), tender, lot, BigInt(bidder)].map((value) => toBeHex(value, WORD))));
}

/** What a price section says. */
export interface PriceSection {
  /** Minor units of the tender's currency. */
  price: bigint;
  /** The bid's number in the lottery of equal bids, 0 to 999. */
  lottery: number;
  /** SHA-256 digest of the quotation file, or zero. */
  quotation: string;
}

/** What a vendor section says. */
export interface VendorSection {
  /** What `packIdentity` made; absent = the bidder itself is the vendor. */
  identity?: string;
  /** Proofs of the documents that the lot requires, and whatever follows them; absent = none. */
  proofs?: string;
}

/** A bid of one part. */
export type Bid = PriceSection & VendorSection;
/** The technical part of a bid of two. */
export type TechnicalPart = Pick<PriceSection, "quotation"> & VendorSection;
/** Who stands behind a bid that was read: its bidder, or the signer of its identity. */
export interface Vendor {
  vendor: string;
}

/**
 * The bytes of a bid of one part: price section, then vendor section.
 * @param length the length that the tender has fixed, to which zero bytes fill it up; absent in the plain mode
 * @throws InputError if something does not fit
 */
export function encodeBid(bid: Bid, length?: number): string {
  return padded(concat([priceBytes(bid), vendorBytes(bid)]), length);
}

/** The bytes of the technical part of a bid of two. As `encodeBid`. */
export function encodeTechnical(part: TechnicalPart, length?: number): string {
  return padded(concat([quotationBytes(part), vendorBytes(part)]), length);
}

/** The bytes of the price part of a bid of two. As `encodeBid`. */
export function encodePrice(part: PriceSection, length?: number): string {
  return padded(priceBytes(part), length);
}

/**
 * Reads a bid of one part; null where it is malformed, as the house judges it. Zero bytes behind the proofs belong to
 * them: to the house they are documents that are lacking.
 */
export function decodeBid(bytes: string, place: BidPlace): (Bid & Vendor) | null {
  const price = decodePrice(bytes);
  const vendor = price && readVendor(dataSlice(bytes, PRICE_LENGTH), place);
  return vendor && { ...price, ...vendor };
}

/**
 * The proofs of documents behind the identity of a bid of one part, whatever they are; none where it is malformed.
 * @param technical whether the bytes are the technical part of a bid of two
 */
export function bidProofs(bytes: string, technical = false): string {
  const size = technical ? WORD : PRICE_LENGTH;
  if (dataLength(bytes) < size + SIZE) return "0x";
  const from = size + SIZE + Number(dataSlice(bytes, size, size + SIZE));
  return dataLength(bytes) > from ? dataSlice(bytes, from) : "0x";
}

/** Reads the technical part of a bid of two. As `decodeBid`. */
export function decodeTechnical(bytes: string, place: BidPlace): (TechnicalPart & Vendor) | null {
  const vendor = isHexString(bytes, true) ? readVendor(dataSlice(bytes, WORD), place) : null;
  return vendor && { quotation: dataSlice(bytes, 0, WORD), ...vendor };
}

/** Reads the price part of a bid of two, whatever follows it. As `decodeBid`. */
export function decodePrice(bytes: string): PriceSection | null {
  if (!isHexString(bytes, true) || dataLength(bytes) < PRICE_LENGTH) return null;
  const price = BigInt(dataSlice(bytes, 0, PRICE_BYTES));
  const lottery = Number(dataSlice(bytes, PRICE_BYTES, QUOTATION_AT));
  if (price > MAX_PRICE || lottery > MAX_LOTTERY) return null;
  return { price, lottery, quotation: dataSlice(bytes, QUOTATION_AT, PRICE_LENGTH) };
}

function priceBytes({ price, lottery, quotation }: PriceSection): string {
  if (price < 0n || price > MAX_PRICE) throw new InputError(`A price must be 0 to 2^59-1 minor units, not ${price}.`);
  if (!Number.isInteger(lottery) || lottery < 0 || lottery > MAX_LOTTERY) {
    throw new InputError(`A lottery number is 0 to ${MAX_LOTTERY}, not ${lottery}.`);
  }
  return concat([
    toBeHex(price, PRICE_BYTES),
    toBeHex(lottery, QUOTATION_AT - PRICE_BYTES),
    quotationBytes({ quotation }),
  ]);
}

function quotationBytes({ quotation }: Pick<PriceSection, "quotation">): string {
  if (!isHexString(quotation, WORD)) throw new InputError("A quotation's digest has 32 bytes in hex.");
  return quotation;
}

function vendorBytes({ identity = NO_IDENTITY, proofs = "0x" }: VendorSection): string {
  if (!isHexString(identity, true) || !isHexString(proofs, true))
    throw new InputError("Identity and proofs are bytes in hex.");
  const size = dataLength(identity);
  if (size > MAX_IDENTITY) throw new InputError(`An identity has at most ${MAX_IDENTITY} bytes, not ${size}.`);
  return concat([toBeHex(size, SIZE), identity, proofs]);
}

/** The vendor section that bytes are, if they are long enough to be one. */
function readVendor(bytes: string, place: BidPlace): (VendorSection & Vendor) | null {
  if (dataLength(bytes) < SIZE) return null;
  const end = SIZE + Number(dataSlice(bytes, 0, SIZE));
  if (end > dataLength(bytes)) return null;
  const identity = dataSlice(bytes, SIZE, end);
  const vendor = vendorOf(identity, place);
  if (vendor === null) return null;
  const proofs = dataSlice(bytes, end);
  return { vendor, ...(identity === NO_IDENTITY ? {} : { identity }), ...(proofs === "0x" ? {} : { proofs }) };
}

function padded(bytes: string, length = dataLength(bytes)): string {
  if (dataLength(bytes) <= length) return zeroPadBytes(bytes, length);
  throw new InputError(`The bid has ${dataLength(bytes)} bytes, and this tender takes ${length}.`);
}

/** 256 random bits. Each part of a bid and each replacement has a salt of its own. */
export function newSalt(): string {
  return hexlify(randomBytes(WORD));
}

/**
 * The commitment to a part of a bid: it hides the bytes, and binds chain, house, tender, lot, part and bidder, so that a
 * copied one cannot be opened.
 */
export function commitmentOf(place: PartPlace, bidBytes: string, salt: string): string {
  const { chainId, tender, lot, part } = place;
  const [house, bidder] = [getAddress(place.house), getAddress(place.bidder)];
  const types = ["bytes32", "uint256", "address", "uint256", "uint256", "uint256", "address", "bytes32", "bytes32"];
  const values = [BID_TAG, chainId, house, tender, lot, part, bidder, keccak256(bidBytes), salt];
  return keccak256(abi.encode(types, values));
}
