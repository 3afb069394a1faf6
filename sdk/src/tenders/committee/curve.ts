import { bls12_381 } from "@noble/curves/bls12-381.js";
import type { WeierstrassPoint } from "@noble/curves/abstract/weierstrass.js";
import { bytesToNumberBE, concatBytes, numberToBytesBE } from "@noble/curves/utils.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { randomBytes } from "@noble/hashes/utils.js";
import { getBytes, id, isHexString } from "ethers";
import { InputError } from "../../shared/errors.ts";

/** A point of the group G1 of BLS12-381. */
export type G1 = WeierstrassPoint<bigint>;

const { Point } = bls12_381.G1;
const { Fn } = Point;

/** The order of the group, r. Scalars are below it. */
export const ORDER = Fn.ORDER;
/** The generator of the group. */
export const GENERATOR: G1 = Point.BASE;

/** Bytes of a point in envelopes, events and call data: x then y, big-endian. */
export const POINT_LENGTH = 96;
/** Bytes of a point in hashes and for the precompiles: each coordinate has 16 zero bytes before it. */
const POINT128_LENGTH = 128;
const COORDINATE = 48;
const WORD = 32;
/** Bytes that are reduced to a scalar without a bias. */
const WIDE = 64;

/**
 * Reads a point of 96 or 128 bytes. All of its bytes are zero where it is infinity.
 * @throws InputError unless it is on the curve and in the group
 */
export function readPoint(bytes: Uint8Array): G1 {
  const [x, y] = coordinates(bytes);
  try {
    const point = Point.fromAffine({ x: bytesToNumberBE(x), y: bytesToNumberBE(y) });
    point.assertValidity();
    return point;
  } catch {
    throw new InputError("This is no point of BLS12-381's group G1.");
  }
}

/** As `readPoint`, for a public key. @throws InputError also for infinity */
export function readKey(bytes: Uint8Array): G1 {
  const point = readPoint(bytes);
  if (point.is0()) throw new InputError("A public key cannot be the point at infinity.");
  return point;
}

/** As `readKey`, of hex. */
export function readKeyHex(hex: string): G1 {
  if (!isHexString(hex, true)) throw new InputError("A public key is written in hex.");
  return readKey(getBytes(hex));
}

function coordinates(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const half = bytes.length / 2;
  if (bytes.length !== POINT_LENGTH && bytes.length !== POINT128_LENGTH) {
    throw new InputError(`A point has ${POINT_LENGTH} or ${POINT128_LENGTH} bytes, not ${bytes.length}.`);
  }
  // Two numbers that are too large fail later, as coordinates beyond the field.
  return [bytes.subarray(0, half), bytes.subarray(half)];
}

/** A point in 96 bytes. */
export function point96(point: G1): Uint8Array {
  return encoded(point, COORDINATE);
}

/** A point in the 128 bytes of EIP-2537. */
export function point128(point: G1): Uint8Array {
  return encoded(point, POINT128_LENGTH / 2);
}

function encoded(point: G1, width: number): Uint8Array {
  const { x, y } = point.toAffine();
  return concatBytes(numberToBytesBE(x, width), numberToBytesBE(y, width));
}

/** A number below 2^256 as 32 bytes. */
export function word(value: bigint | number): Uint8Array {
  return numberToBytesBE(value, WORD);
}

/** The number of bytes, modulo r. */
export function scalarOf(bytes: Uint8Array): bigint {
  return Fn.create(bytesToNumberBE(bytes));
}

/** The scalar itself. @throws InputError unless it is 1 to r-1 */
export function nonZero(scalar: bigint): bigint {
  if (!Fn.isValidNot0(scalar)) throw new InputError("A secret scalar must be 1 to r-1.");
  return scalar;
}

/** A random scalar from 1 to r-1. */
export function randomScalar(): bigint {
  return nonZero(scalarOf(randomBytes(WIDE)));
}

const DERIVE_TAG = getBytes(id("CommonSeal.Envelope.Derive.v2"));

/**
 * A scalar that an envelope's salt makes (IOpeningCommittee): of 512 bits, so that each is as likely as any other.
 * @throws InputError if it is zero, which no one will see
 */
export function derivedScalar(context: Uint8Array, salt: Uint8Array, index: number): bigint {
  const half = (j: number) => keccak_256(concatBytes(DERIVE_TAG, context, salt, word(index), word(j)));
  return nonZero(scalarOf(concatBytes(half(0), half(1))));
}

/** HKDF-SHA256, as a scalar. @throws InputError if it is zero, which no one will see */
export function hkdfScalar(secret: Uint8Array, salt: Uint8Array, info: Uint8Array): bigint {
  return nonZero(scalarOf(hkdf(sha256, secret, salt, info, WIDE)));
}

/** The value of a polynomial at x, its coefficients from the constant one up. */
export function evaluate(coefficients: readonly bigint[], x: bigint): bigint {
  return coefficients.reduceRight((value, coefficient) => Fn.add(Fn.mul(value, x), coefficient), 0n);
}

/** The value at x of the polynomial of least degree through some points, all of another x: Lagrange. */
export function interpolate(points: readonly (readonly [x: bigint, y: bigint])[], x = 0n): bigint {
  return points.reduce((sum, [xi, yi], i) => {
    const others = points.filter((_, j) => j !== i);
    const above = others.reduce((product, [xj]) => Fn.mul(product, Fn.sub(x, xj)), yi);
    const below = others.reduce((product, [xj]) => Fn.mul(product, Fn.sub(xi, xj)), 1n);
    return Fn.add(sum, Fn.div(above, below));
  }, 0n);
}
