import { AbiCoder, getAddress, hexlify, id, isHexString, keccak256, randomBytes } from "ethers";
import { InputError } from "../shared/errors.ts";
import { MAX_PRICE } from "./amount.ts";

const abi = AbiCoder.defaultAbiCoder();
const BID_TAG = id("CommonSeal.Bid.v1");
export const NO_QUOTATION = `0x${"0".repeat(64)}`;

/** What a bid says. */
export interface Bid {
  /** Minor units of the tender's currency. */
  price: bigint;
  /** SHA-256 digest of the quotation file, or zero. */
  quotation: string;
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

/** A bid's 64 bytes: abi.encode(uint256 price, bytes32 quotation). */
export function encodeBid({ price, quotation }: Bid): string {
  if (price < 0n || price > MAX_PRICE) throw new InputError(`A price must be 0 to 2^59-1 minor units, not ${price}.`);
  return abi.encode(["uint256", "bytes32"], [price, quotation]);
}

/** Reads a bid's bytes; null where they are malformed, as the house judges it. */
export function decodeBid(bytes: string): Bid | null {
  if (!isHexString(bytes, 64)) return null;
  const price = BigInt(bytes.slice(0, 66));
  return price > MAX_PRICE ? null : { price, quotation: `0x${bytes.slice(66)}` };
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
