import {
  concat,
  dataLength,
  dataSlice,
  getAddress,
  isHexString,
  recoverAddress,
  Signature,
  type TypedDataDomain,
  TypedDataEncoder,
  type TypedDataField,
} from "ethers";
import { InputError } from "../shared/errors.ts";
import type { BidPlace } from "./bid.ts";
import { KEY_LENGTH, keySigned, keyVendor, SIGNATURE_LENGTH } from "./p256.ts";

/** The bidder itself is the vendor. */
export const NO_IDENTITY = "0x";

const ADDRESS = 20;
const SIGNER_AT = 1;
const SIGNATURE_AT = SIGNER_AT + ADDRESS;
const WORD = 32;
/** Bytes of an identity. */
export const IDENTITY_LENGTH = SIGNATURE_AT + 2 * WORD + 1;
/** The signer is the house's verifier with a P-256 key. */
const KEY_SIGNER = ADDRESS + KEY_LENGTH;
/** Bytes of an identity by such a key. */
export const KEY_IDENTITY_LENGTH = SIGNER_AT + KEY_SIGNER + SIGNATURE_LENGTH;
/** Half the order of secp256k1: of the two forms of a signature, the one with the lower s counts. */
const MAX_S = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0n;

/** What a vendor signs for a bid in a lot that another account, fresh or a relayer's, sends. */
export interface IdentityMessage {
  domain: TypedDataDomain;
  types: Record<string, TypedDataField[]>;
  value: { tender: bigint; lot: number; bidder: string };
}

/** The EIP-712 domain of a tender house. */
export function houseDomain({ chainId, house }: Pick<BidPlace, "chainId" | "house">): TypedDataDomain {
  return { name: "Common Seal TenderHouse", version: "1", chainId, verifyingContract: getAddress(house) };
}

/** The EIP-712 message by which a vendor says that a bidder's bid in a lot is its own. */
export function identityMessage(place: BidPlace): IdentityMessage {
  const { tender, lot, bidder } = place;
  return {
    domain: houseDomain(place),
    types: {
      BidIdentity: [
        { name: "tender", type: "uint64" },
        { name: "lot", type: "uint16" },
        { name: "bidder", type: "address" },
      ],
    },
    value: { tender, lot, bidder: getAddress(bidder) },
  };
}

/**
 * The identity in a bid: length of the signer, signer, signature.
 * @throws InputError unless the signature is the vendor's for this very place
 */
export function packIdentity(place: BidPlace, vendor: string, signature: string): string {
  const identity = concat([new Uint8Array([ADDRESS]), vendor, serialized(signature)]);
  if (vendorOf(identity, place) === getAddress(vendor)) return identity;
  throw new InputError(`This is not ${vendor}'s signature for a bid of ${place.bidder} in lot ${place.lot}.`);
}

/**
 * The identity of a vendor that signs with a P-256 key.
 * @param verifier the house's, see `TenderHouse.VERIFIER`
 * @param key the coordinates of the key's point, 64 bytes
 * @param signature r and s over the digest of `identityMessage`, 64 bytes, s in the lower half
 * @throws InputError unless the signature is the key's for this very place
 */
export function packKeyIdentity(place: BidPlace, verifier: string, key: string, signature: string): string {
  const identity = concat([new Uint8Array([KEY_SIGNER]), verifier, key, signature]);
  const whole = dataLength(identity) === KEY_IDENTITY_LENGTH;
  if (whole && vendorOf(identity, place, verifier) === keyVendor(verifier, key)) return identity;
  throw new InputError(`This is not the key's signature for a bid of ${place.bidder} in lot ${place.lot}.`);
}

/** The digest that a vendor signs. */
export function identityDigest(place: BidPlace): string {
  const { domain, types, value } = identityMessage(place);
  return TypedDataEncoder.hash(domain, types, value);
}

/** A signature in its one form of 65 bytes, whichever a wallet gives. */
function serialized(signature: string): string {
  try {
    return Signature.from(signature).serialized;
  } catch {
    throw new InputError("A vendor signs with an account of its own: this is no ECDSA signature.");
  }
}

/**
 * The vendor behind a bid; null where its identity does not verify, by which the bid is malformed. Signatures of accounts
 * count in the form that OpenZeppelin's ECDSA takes: v is 27 or 28, and s is in the lower half; and those of P-256 keys.
 * @param verifier the house's; absent = what the identity names is taken for it
 */
export function vendorOf(identity: string, place: BidPlace, verifier?: string): string | null {
  if (identity === NO_IDENTITY) return getAddress(place.bidder);
  if (namesKey(identity)) return keyVendorOf(identity, place, verifier);
  if (!isHexString(identity, IDENTITY_LENGTH) || Number(dataSlice(identity, 0, SIGNER_AT)) !== ADDRESS) return null;
  const part = (from: number, to = dataLength(identity)) => dataSlice(identity, from, to);
  const r = part(SIGNATURE_AT, SIGNATURE_AT + WORD);
  const s = part(SIGNATURE_AT + WORD, SIGNATURE_AT + 2 * WORD);
  const v = Number(part(SIGNATURE_AT + 2 * WORD));
  if (BigInt(s) > MAX_S || (v !== 27 && v !== 28)) return null;
  const signer = getAddress(part(SIGNER_AT, SIGNATURE_AT));
  return recovered(identityDigest(place), { r, s, v }) === signer ? signer : null;
}

function namesKey(identity: string): boolean {
  if (!isHexString(identity) || dataLength(identity) < KEY_IDENTITY_LENGTH) return false;
  return Number(dataSlice(identity, 0, SIGNER_AT)) === KEY_SIGNER;
}

/** The vendor that signed with a P-256 key. */
function keyVendorOf(identity: string, place: BidPlace, verifier?: string): string | null {
  const named = getAddress(dataSlice(identity, SIGNER_AT, SIGNATURE_AT));
  const end = SIGNER_AT + KEY_SIGNER;
  const key = dataSlice(identity, SIGNATURE_AT, end);
  const signed = keySigned(key, identityDigest(place), dataSlice(identity, end));
  return signed && named === getAddress(verifier ?? named) ? keyVendor(named, key) : null;
}

function recovered(digest: string, signature: { r: string; s: string; v: number }): string | null {
  try {
    return recoverAddress(digest, signature);
  } catch {
    return null;
  }
}
