import {
  AbiCoder,
  concat,
  dataLength,
  dataSlice,
  getAddress,
  hexlify,
  id,
  isHexString,
  keccak256,
  randomBytes,
} from "ethers";
import { InputError } from "../shared/errors.ts";
import { MAX_PRICE } from "./amount.ts";

const abi = AbiCoder.defaultAbiCoder();
const BID_TAG = id("CommonSeal.Bid.v1");
export const NO_QUOTATION = `0x${"0".repeat(64)}`;

/** Length of a bid without proofs of documents. */
export const BID_LENGTH = 64;

/** What a bid says. */
export interface Bid {
  /** Minor units of the tender's currency. */
  price: bigint;
  /** SHA-256 digest of the quotation file, or zero. */
  quotation: string;
  /** Proofs of the documents that the lot requires; absent = it requires none. */
  proofs?: string;
}

/** Where a bid belongs; a commitment binds all of it. */
export interface BidPlace {
  chainId: bigint;
  /** Address of the tender house. */
  house: string;
  tender: bigint;
  lot: number;
  bidder: string;
}

/** What stands in a bid's bytes behind price and quotation, whatever it is. */
export function bidProofs(bytes: string): string {
  return dataLength(bytes) > BID_LENGTH ? dataSlice(bytes, BID_LENGTH) : "0x";
}

/** A bid's bytes: abi.encode(uint256 price, bytes32 quotation), then the proofs of required documents. */
export function encodeBid({ price, quotation, proofs = "0x" }: Bid): string {
  if (price < 0n || price > MAX_PRICE) throw new InputError(`A price must be 0 to 2^59-1 minor units, not ${price}.`);
  return concat([abi.encode(["uint256", "bytes32"], [price, quotation]), proofs]);
}

/**
 * Reads a bid's bytes; null where they are malformed, as the house judges it.
 * @param documented whether the lot requires documents, so that their proofs may follow
 */
export function decodeBid(bytes: string, documented: boolean): Bid | null {
  if (!isHexString(bytes) || dataLength(bytes) < BID_LENGTH) return null;
  const price = BigInt(dataSlice(bytes, 0, 32));
  const proofs = dataSlice(bytes, BID_LENGTH);
  if (price > MAX_PRICE || (proofs !== "0x" && !documented)) return null;
  return { price, quotation: dataSlice(bytes, 32, BID_LENGTH), ...(proofs === "0x" ? {} : { proofs }) };
}

/** 256 random bits. */
export function newSalt(): string {
  return hexlify(randomBytes(32));
}

/**
 * The commitment to a bid: it hides the price, and binds chain, house, tender, lot, part (0: the only one) and bidder,
 * so that a copied one cannot be opened. The same hash as `ITenderHouse.commitmentOf`.
 */
export function commitmentOf(place: BidPlace, bidBytes: string, salt: string): string {
  return keccak256(
    abi.encode(
      ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address", "bytes32", "bytes32"],
      [
        BID_TAG,
        place.chainId,
        getAddress(place.house),
        place.tender,
        place.lot,
        0,
        getAddress(place.bidder),
        keccak256(bidBytes),
        salt,
      ],
    ),
  );
}
