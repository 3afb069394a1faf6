import { concatBytes } from "@noble/curves/utils.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { utf8ToBytes } from "@noble/hashes/utils.js";
import { AbiCoder, getBytes, hexlify, id } from "ethers";
import { InputError } from "../../shared/errors.ts";
import {
  hkdfScalar,
  GENERATOR,
  nonZero,
  ORDER,
  point128,
  point96,
  randomScalar,
  readKeyHex,
  scalarOf,
  word,
} from "./curve.ts";

const abi = AbiCoder.defaultAbiCoder();
const KEY_TAG = id("CommonSeal.Committee.Key.v1");
const NONCE_LABEL = utf8ToBytes("CommonSeal.Committee.Key.Nonce.v1|");

/** A seat, for one part of a tender's bids. */
export interface SeatPlace {
  chainId: bigint;
  /** Address of the tender house. */
  house: string;
  tender: bigint;
  /** 0 or 1. */
  part: number;
  /** From 0. */
  seat: number;
}

/** What the key of a seat is for; its proof binds all of it. */
export interface KeyPlace extends SeatPlace {
  /** Address of the opening committee's contract. */
  committee: string;
  /** Address of the member in the seat. */
  member: string;
}

/** A seat's public key with the proof that its maker has the secret. */
export interface ProvenKey {
  /** 96 bytes in hex. */
  point: string;
  challenge: bigint;
  response: bigint;
}

/** A fresh secret scalar, for one tender, part and seat only. */
export function newSecret(): bigint {
  return randomScalar();
}

/** The public key of a secret scalar: 96 bytes in hex. */
export function publicPoint(secret: bigint): string {
  return hexlify(point96(GENERATOR.multiply(nonZero(secret))));
}

/**
 * Proves the possession of a seat's secret (Schnorr). The proof's nonce derives from the secret and from all that the
 * proof says, so that it is the same again for the same, and never the same for another.
 */
export function proveKey(place: KeyPlace, secret: bigint): ProvenKey {
  const key = GENERATOR.multiply(nonZero(secret));
  const context = contextOf(place);
  const info = concatBytes(NONCE_LABEL, context, point128(key));
  const nonce = hkdfScalar(word(secret), keccak_256(context), info);
  const challenge = challengeOf(context, point128(key), point128(GENERATOR.multiply(nonce)));
  return { point: hexlify(point96(key)), challenge, response: (nonce + challenge * secret) % ORDER };
}

/** Whether a key is a point of the group, and its proof that of this very seat. */
export function verifyKey(place: KeyPlace, { point, challenge, response }: ProvenKey): boolean {
  if ([challenge, response].some((scalar) => scalar < 0n || scalar >= ORDER)) return false;
  const key = keyOf(point);
  if (!key) return false;
  const nonce = GENERATOR.multiplyUnsafe(response).subtract(key.multiplyUnsafe(challenge));
  return challengeOf(contextOf(place), point128(key), point128(nonce)) === challenge;
}

function keyOf(point: string) {
  try {
    return readKeyHex(point);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

function contextOf({ chainId, committee, house, tender, part, seat, member }: KeyPlace): Uint8Array {
  const types = ["bytes32", "uint256", "address", "address", "uint256", "uint256", "uint256", "address"];
  return getBytes(abi.encode(types, [KEY_TAG, chainId, committee, house, tender, part, seat, member]));
}

function challengeOf(context: Uint8Array, key: Uint8Array, nonce: Uint8Array): bigint {
  return scalarOf(keccak_256(concatBytes(context, key, nonce)));
}
