import { schnorr, secp256k1 } from "@noble/curves/secp256k1.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { fromHex, toHex, WORD } from "../../documents/hash.ts";
import { type KeySource, type KeyUse, useHash } from "./source.ts";

const hashOf = (text: string): Uint8Array => keccak_256(utf8ToBytes(text));
const KEY_TAG = hashOf("CommonSeal.Market.Key.v1");
const ADDRESS_BITS = 160n;
/** Bytes that are reduced to a scalar without a bias. */
const WIDE = 48;

/** A pair of secp256k1 whose public key is the x of a point with an even y, as BIP-340 has it. */
export interface KeyPair {
  secret: Uint8Array;
  /** `0x` and 64 digits. */
  x: string;
}

/**
 * The nonce of a version's key, from the SHA-256 digest of the data: the same data are sealed with the same key again,
 * so that a stopped run goes on, and others never are: under one key both could be read from each other.
 */
export async function sealNonce(source: KeySource, digest: string): Promise<bigint> {
  const derive = await deriver(source, { purpose: "seal", subject: BigInt(digest), nonce: 0n });
  return BigInt(toHex(derive("nonce", 8)));
}

/** Key and seed with which a version is sealed; its nonce stands in the manifest. */
export async function sealKeys(source: KeySource, nonce: bigint): Promise<{ key: Uint8Array; seed: Uint8Array }> {
  const derive = await deriver(source, { purpose: "seal", subject: 0n, nonce });
  return { key: derive("key", WORD), seed: derive("seed", WORD) };
}

/** The key that an agency sells with. */
export async function sellerKey(source: KeySource, agency: bigint): Promise<KeyPair> {
  const derive = await deriver(source, { purpose: "seller", subject: agency, nonce: 0n });
  return pairOf(derive("secret", WIDE));
}

/** The key of one order of a buyer's: its nonce is used once for a version. */
export async function orderKey(
  source: KeySource,
  { version, buyer, nonce }: { version: bigint; buyer: string; nonce: bigint },
): Promise<KeyPair> {
  const subject = (version << ADDRESS_BITS) | BigInt(buyer);
  const derive = await deriver(source, { purpose: "order", subject, nonce });
  return pairOf(derive("secret", WIDE));
}

/** HKDF-SHA256 of the source's secret; info = tag | EIP-712 hash of the use | hash of the output's name. */
async function deriver(source: KeySource, use: KeyUse): Promise<(output: string, length: number) => Uint8Array> {
  const secret = await source.secretOf(use);
  const context = fromHex(useHash(source.place, use));
  return (output, length) => hkdf(sha256, secret, undefined, concatBytes(KEY_TAG, context, hashOf(output)), length);
}

function pairOf(wide: Uint8Array): KeyPair {
  const { Fn } = schnorr.Point;
  const scalar = Fn.fromBytes(secp256k1.utils.randomSecretKey(wide));
  const { x, y } = schnorr.Point.BASE.multiply(scalar).toAffine();
  const even = y % 2n === 0n ? scalar : Fn.neg(scalar);
  return { secret: Fn.toBytes(even), x: toHex(schnorr.Point.Fp.toBytes(x)) };
}
