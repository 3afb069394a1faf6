/** Keys, proofs and envelopes as IOpeningCommittee describes them, written plainly: what the contracts are tested with. */
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { ethers } from "../shared/house.ts";

const { concat, dataLength, dataSlice, getBytes, hexlify, id, keccak256, toBeHex, ZeroHash } = ethers;
const { Point } = bls12_381.G1;
type Point = InstanceType<typeof Point>;

/** The order of the group. */
export const ORDER = Point.Fn.ORDER;
/** The modulus of the coordinates. */
export const FIELD = Point.Fp.ORDER;
export const POINT_LENGTH = 96;
export const INFINITY = hexlify(new Uint8Array(POINT_LENGTH));

export const word = (value: bigint | number): string => toBeHex(value, 32);
const mod = (value: bigint): bigint => Point.Fn.create(value);
const encode = (types: string[], values: unknown[]): string => ethers.AbiCoder.defaultAbiCoder().encode(types, values);

/* POINTS */

const travelling = (point: Point): string => (point.is0() ? INFINITY : hexlify(point.toBytes(false)));
const multiples = new Map<bigint, string>();
const points = new Map<string, Point>();

const times = (point: Point, scalar: bigint): Point => (mod(scalar) === 0n ? Point.ZERO : point.multiply(mod(scalar)));

/** scalar * generator, 96 bytes. */
export function pointOf(scalar: bigint): string {
  const known = multiples.get(scalar);
  if (known !== undefined) return known;
  const point = times(Point.BASE, scalar);
  const bytes = travelling(point);
  multiples.set(scalar, bytes);
  points.set(bytes, point);
  return bytes;
}

/** scalar * point, 96 bytes. */
export function multiply(point: string, scalar: bigint): string {
  const known = points.get(point) ?? Point.fromBytes(getBytes(point));
  points.set(point, known);
  return travelling(times(known, scalar));
}

/** A point in the form of EIP-2537, in which it is hashed. */
export const padded = (point: string): string =>
  concat([new Uint8Array(16), dataSlice(point, 0, 48), new Uint8Array(16), dataSlice(point, 48)]);

/** A point by its coordinates, whether there is one or not. */
export const coordinates = (x: bigint, y: bigint): string => concat([toBeHex(x, 48), toBeHex(y, 48)]);

/** A point of the curve that is not in the subgroup. */
export function outsideSubgroup(): string {
  for (let x = 1n; ; x++) {
    const square = Point.Fp.create(x ** 3n + 4n);
    if (!Point.Fp.eql(Point.Fp.pow(square, (FIELD - 1n) / 2n), Point.Fp.ONE)) continue;
    const y = Point.Fp.sqrt(square);
    if (!Point.fromAffine({ x, y }).isTorsionFree()) return coordinates(x, y);
  }
}

/* KEYS */

/** What a proof of a key is bound to. */
export interface KeyPlace {
  chainId: bigint;
  committee: string;
  house: string;
  tender: bigint;
  part: bigint;
  seat: bigint;
  member: string;
}

/** Challenge and response that prove knowledge of a secret in this place. */
export function proofOf(place: KeyPlace, secret: bigint): [bigint, bigint] {
  const types = ["bytes32", "uint256", "address", "address", "uint64", "uint256", "uint256", "address"];
  const { chainId, committee, house, tender, part, seat, member } = place;
  const tag = id("CommonSeal.Committee.Key.v1");
  const message = encode(types, [tag, chainId, committee, house, tender, part, seat, member]);
  const point = padded(pointOf(secret));
  const nonce = mod(BigInt(keccak256(concat([word(secret), message]))));
  const challenge = mod(BigInt(keccak256(concat([message, point, padded(pointOf(nonce))]))));
  return [challenge, mod(nonce + challenge * secret)];
}

/* ENVELOPES */

/** What a commitment and an envelope are bound to. */
export interface Place {
  chainId: bigint;
  house: string;
  tender: bigint;
  lot: bigint;
  part: bigint;
  bidder: string;
}

const placeTypes = ["bytes32", "uint256", "address", "uint64", "uint256", "uint256", "address"];
const placeValues = (tag: string, p: Place) => [id(tag), p.chainId, p.house, p.tender, p.lot, p.part, p.bidder];

export const commitmentOf = (place: Place, bid: string, salt: string): string => {
  const values = [...placeValues("CommonSeal.Bid.v1", place), keccak256(bid), salt];
  return keccak256(encode([...placeTypes, "bytes32", "bytes32"], values));
};

export const contextOf = (place: Place): string =>
  keccak256(encode(placeTypes, placeValues("CommonSeal.Envelope.v1", place)));

/** A scalar that the salt makes: 0 is that of U, 1 the key, then the other coefficients. */
export const derived = (context: string, salt: string, index: number): bigint => {
  const words = ["bytes32", "bytes32", "bytes32", "uint256", "uint256"];
  const half = (j: number) => keccak256(encode(words, [id("CommonSeal.Envelope.Derive.v2"), context, salt, index, j]));
  return mod((BigInt(half(0)) << 256n) | BigInt(half(1)));
};

const xor = (a: string, b: string): string => {
  const other = getBytes(b);
  return hexlify(getBytes(a).map((byte, i) => byte ^ (other[i] ?? 0)));
};

/** Salt and bid, or their cipher. */
function crypt(context: string, key: bigint, text: string): string {
  const blocks = Array.from({ length: Math.ceil(dataLength(text) / 32) }, (_, j) =>
    keccak256(concat([context, word(key), word(j)])),
  );
  return xor(text, concat(blocks));
}

const maskOf = (context: string, seat: number, u: string, shared: string): string =>
  keccak256(concat([context, word(seat), padded(u), padded(shared)]));

/** The envelope of a part: of `keys`, the seats' points, as many as `threshold` open it. U is `ephemeral` * G. */
export function envelopeOf(
  place: Place,
  keys: string[],
  threshold: number,
  salt: string,
  bid: string,
  ephemeral = derived(contextOf(place), salt, 0),
): string {
  const context = contextOf(place);
  const coefficients = Array.from({ length: threshold }, (_, i) => derived(context, salt, i + 1));
  const u = pointOf(ephemeral);
  const masked = keys.map((key, seat) => {
    const share = coefficients.reduceRight((sum, coefficient) => mod(sum * BigInt(seat + 1) + coefficient), 0n);
    return xor(word(share), maskOf(context, seat, u, multiply(key, ephemeral)));
  });
  return concat([u, ...masked, crypt(context, coefficients[0] ?? 0n, concat([salt, bid]))]);
}

/** Salt and bid as these seats' scalars open an envelope of `count` seats. */
export function openedWith(place: Place, count: number, scalars: Map<number, bigint>, envelope: string): string {
  const context = contextOf(place);
  const u = dataSlice(envelope, 0, POINT_LENGTH);
  let key = 0n;
  for (const [seat, scalar] of scalars) {
    const at = POINT_LENGTH + 32 * seat;
    const share = xor(dataSlice(envelope, at, at + 32), maskOf(context, seat, u, multiply(u, scalar)));
    let weight = 1n;
    for (const other of scalars.keys()) {
      if (other !== seat) weight = mod(weight * BigInt(other + 1) * Point.Fn.inv(mod(BigInt(other - seat))));
    }
    key = mod(key + mod(BigInt(share)) * weight);
  }
  return crypt(context, key, dataSlice(envelope, POINT_LENGTH + 32 * count));
}

/* PARTS */

/** A part of a bid as it is sealed. */
export interface SealedPart {
  bid: string;
  salt: string;
  commitment: string;
  envelope: string;
}

/** What a slot keeps of the other part. */
export const partHash = (part: SealedPart | undefined): string =>
  part ? keccak256(concat([part.commitment, keccak256(part.envelope)])) : ZeroHash;

/** Bytes filled up with zeros. */
export const filled = (bytes: string, length: number): string => ethers.zeroPadBytes(bytes, length);

/** All subsets of this size of the first `count` numbers. */
export function subsets(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  const firsts = Array.from({ length: Math.max(0, count - from) }, (_, i) => from + i);
  return firsts.flatMap((first) => subsets(count, size - 1, first + 1).map((rest) => [first, ...rest]));
}

/** Bytes with one bit at `place` changed. */
export function flipped(bytes: string, place: number): string {
  const copy = getBytes(bytes);
  copy[place] = (copy[place] ?? 0) ^ 1;
  return hexlify(copy);
}
