import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { toBeArray, zeroPadValue } from "ethers";
import { fromHex, toHex, WORD } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { MarketPlace } from "./source.ts";

const MASK_TAG = keccak_256(utf8ToBytes("CommonSeal.Market.Mask.v1"));

/** The one order that a mask is for. */
export interface MaskContext extends MarketPlace {
  version: bigint;
  buyer: string;
  /** The buyer's, used once for a version. */
  nonce: bigint;
  /** The x of the order's key. */
  ephemeral: string;
}

/**
 * The 32 bytes that hide a version's key on its way to a buyer: seller and buyer come to the same ones, each with the
 * own secret and the other's public key.
 * @throws InputError where the other's key is no point of the curve
 */
export function maskOf(secret: Uint8Array, peerX: string, context: MaskContext): Uint8Array {
  const shared = secp256k1.getSharedSecret(secret, evenPoint(peerX), true).subarray(1);
  const { chainId, market, version, buyer, nonce, ephemeral } = context;
  const words = [chainId, BigInt(market), version, BigInt(buyer), nonce].map(word);
  return hkdf(sha256, shared, undefined, concatBytes(MASK_TAG, ...words, fromHex(ephemeral)), WORD);
}

/** `0x…` of an x-only public key as a compressed point. */
function evenPoint(x: string): Uint8Array {
  const value = BigInt(toHex(fromHex(x)));
  try {
    return schnorr.utils.lift_x(value).toBytes(true);
  } catch {
    throw new InputError(`This is not a public key: ${x} is the x of no point of secp256k1.`);
  }
}

/** Hides a key with a mask, and shows it again. */
export function xor(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length !== WORD || b.length !== WORD) throw new InputError(`A key and its mask are ${WORD} bytes each.`);
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

function word(value: bigint): Uint8Array {
  return fromHex(zeroPadValue(toBeArray(value), WORD));
}
