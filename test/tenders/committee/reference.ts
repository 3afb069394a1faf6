import { AbiCoder, concat, dataLength, dataSlice, id, keccak256, toBeHex } from "ethers";
import type { KeyPlace } from "../../../sdk/src/tenders/committee/key.ts";
import type { PartPlace } from "../../../sdk/src/tenders/bid.ts";

/** The constructions written once more, as plainly as can be: affine points, systems of equations, hex. */

export const P = 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaabn;
export const R = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001n;

/** An affine point; null is infinity. */
export type Affine = readonly [x: bigint, y: bigint] | null;
export const G: Affine = [
  0x17f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bbn,
  0x08b3f481e3aaa0f1a09e30ed741d8ae4fcf5e095d5d00af600db18cb2c04b3edd03cc744a2888ae40caa232946c5e7e1n,
];

export function mod(value: bigint, modulus: bigint): bigint {
  return ((value % modulus) + modulus) % modulus;
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === "1") result = (result * base) % modulus;
  }
  return result;
}

/** Euclid's inverse. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b] = [mod(value, modulus), modulus];
  let [x, y] = [1n, 0n];
  while (a > 1n) {
    const times = b / a;
    [a, b] = [b - times * a, a];
    [x, y] = [y - times * x, x];
  }
  if (a === 0n) throw new Error(`${value} has no inverse`);
  return mod(x, modulus);
}

export function sum(a: Affine, b: Affine): Affine {
  if (!a || !b) return a ?? b;
  if (a[0] === b[0] && mod(a[1] + b[1], P) === 0n) return null;
  const slope = a[0] === b[0] ? 3n * a[0] * a[0] * inverse(2n * a[1], P) : (b[1] - a[1]) * inverse(b[0] - a[0], P);
  const x = mod(slope * slope - a[0] - b[0], P);
  return [x, mod(slope * (a[0] - x) - a[1], P)];
}

export function times(scalar: bigint, point: Affine): Affine {
  let result: Affine = null;
  for (const bit of scalar.toString(2)) {
    result = sum(result, result);
    if (bit === "1") result = sum(result, point);
  }
  return result;
}

export function negative(point: Affine): Affine {
  return point && [point[0], mod(-point[1], P)];
}

/** A point in hex, each coordinate so many bytes wide. */
export function hexOf(point: Affine, width: 48 | 64): string {
  return concat((point ?? [0n, 0n]).map((coordinate) => toBeHex(coordinate, width)));
}

export function pointOf(hex: string): Affine {
  const half = dataLength(hex) / 2;
  const [x, y] = [BigInt(dataSlice(hex, 0, half)), BigInt(dataSlice(hex, half))];
  return x === 0n && y === 0n ? null : [x, y];
}

/** The curve's point with the next x from `x` on. Nearly none of them is in the group. */
export function pointFrom(x: bigint): Affine {
  const square = mod(x * x * x + 4n, P);
  const root = power(square, (P + 1n) / 4n, P);
  return (root * root) % P === square ? [x, root] : pointFrom(x + 1n);
}

/** The coefficients of the polynomial through some points: Gauss and Jordan modulo r. */
export function coefficients(points: readonly (readonly [bigint, bigint])[]): bigint[] {
  const rows = points.map(([x, y]) => [...points.map((_, j) => power(x, BigInt(j), R)), y]);
  for (const i of points.keys()) {
    const at = rows.findIndex((row, j) => j >= i && row[i] !== 0n);
    [rows[i], rows[at]] = [rows[at] ?? [], rows[i] ?? []];
    const factor = inverse(rows[i]?.[i] ?? 0n, R);
    const pivot = (rows[i] ?? []).map((value) => mod(value * factor, R));
    rows[i] = pivot;
    for (const [j, row] of rows.entries()) {
      const over = row[i] ?? 0n;
      if (j !== i) rows[j] = row.map((value, k) => mod(value - over * (pivot[k] ?? 0n), R));
    }
  }
  return rows.map((row) => row[points.length] ?? 0n);
}

export function valueAt(polynomial: readonly bigint[], x: bigint): bigint {
  return mod(
    polynomial.reduce((total, coefficient, i) => total + coefficient * x ** BigInt(i), 0n),
    R,
  );
}

const abi = AbiCoder.defaultAbiCoder();
const words = (...values: (bigint | number | string)[]): string =>
  concat(values.map((value) => toBeHex(BigInt(value), 32)));

export function contextOf({ chainId, house, tender, lot, part, bidder }: PartPlace): string {
  return keccak256(words(id("CommonSeal.Envelope.v1"), chainId, house, tender, lot, part, bidder));
}

export function commitment(place: PartPlace, bid: string, salt: string): string {
  const { chainId, house, tender, lot, part, bidder } = place;
  return keccak256(words(id("CommonSeal.Bid.v1"), chainId, house, tender, lot, part, bidder, keccak256(bid), salt));
}

export function derived(context: string, salt: string, index: number): bigint {
  const half = (j: number) => keccak256(words(id("CommonSeal.Envelope.Derive.v2"), context, salt, index, j));
  return BigInt(concat([half(0), half(1)])) % R;
}

export function mask(context: string, seat: number, start: Affine, product: Affine): bigint {
  return BigInt(keccak256(concat([context, words(seat), hexOf(start, 64), hexOf(product, 64)])));
}

/** Bytes under the key stream. */
export function streamed(context: string, key: bigint, bytes: string): string {
  const length = dataLength(bytes);
  let stream = "0x";
  for (let j = 0; dataLength(stream) < length; j++)
    stream = concat([stream, keccak256(concat([context, words(key, j)]))]);
  if (length === 0) return "0x";
  return toBeHex(BigInt(bytes) ^ BigInt(dataSlice(stream, 0, length)), length);
}

/** What a bidder sends. `bend` changes the shares before they are masked, as a dishonest one may. */
export function seal(
  place: PartPlace,
  keys: readonly Affine[],
  threshold: number,
  salt: string,
  bid: string,
  bend: (share: bigint, seat: number) => bigint = (share) => share,
): string {
  const context = contextOf(place);
  const [key, ephemeral] = [derived(context, salt, 1), derived(context, salt, 0)];
  const polynomial = [key];
  for (let i = 1; i < threshold; i++) polynomial.push(derived(context, salt, i + 1));
  const start = times(ephemeral, G);
  const shares = keys.map((point, seat) => {
    const share = bend(valueAt(polynomial, BigInt(seat + 1)), seat);
    return words(share ^ mask(context, seat, start, times(ephemeral, point)));
  });
  return concat([hexOf(start, 48), ...shares, streamed(context, key, concat([salt, bid]))]);
}

/** What exactly these seats decrypt. */
export function open(
  place: PartPlace,
  size: number,
  scalars: readonly (readonly [seat: number, scalar: bigint])[],
  envelope: string,
): { salt: string; bid: string } {
  const context = contextOf(place);
  const start = pointOf(dataSlice(envelope, 0, 96));
  const points = scalars.map(([seat, scalar]) => {
    const at = 96 + 32 * seat;
    const value = BigInt(dataSlice(envelope, at, at + 32));
    return [BigInt(seat + 1), (value ^ mask(context, seat, start, times(scalar, start))) % R] as const;
  });
  const plain = streamed(context, coefficients(points)[0] ?? 0n, dataSlice(envelope, 96 + 32 * size));
  return { salt: dataSlice(plain, 0, 32), bid: dataSlice(plain, 32) };
}

/** The challenge of a proof of a seat's key. */
export function challenge(place: KeyPlace, key: Affine, nonce: Affine): bigint {
  const { chainId, committee, house, tender, part, seat, member } = place;
  const head = abi.encode(
    ["bytes32", "uint256", "address", "address", "uint256", "uint256", "uint256", "address"],
    [id("CommonSeal.Committee.Key.v1"), chainId, committee, house, tender, part, seat, member],
  );
  return BigInt(keccak256(concat([head, hexOf(key, 64), hexOf(nonce, 64)]))) % R;
}
