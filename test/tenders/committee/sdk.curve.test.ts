import { expect } from "chai";
import { concat, getBytes, hexlify, toBeHex } from "ethers";
import { network } from "hardhat";
import {
  evaluate,
  GENERATOR,
  interpolate,
  nonZero,
  ORDER,
  point128,
  point96,
  randomScalar,
  readKey,
  readKeyHex,
  readPoint,
  scalarOf,
} from "../../../sdk/src/tenders/committee/curve.ts";
import { type Affine, coefficients, G, hexOf, P, pointFrom, pointOf, R, sum, times, valueAt } from "./reference.ts";
import { refused, Seeded, spliced } from "./scene.ts";

/** 2G, as in the test vectors of EIP-2537. */
const TWICE =
  "0x0572cbea904d67468808c8eb50a9450c9721db309128012543902d0ac358a62ae28f75bb8f1c7c42c39a8c5529bf0f4e" +
  "166a9d8cabc673a322fda673779d8e3822ba3ecb8670e461f73bb9021d5fd76a4c56d9d4cd16bd1bba86881979749d28";
const INFINITY = `0x${"00".repeat(96)}`;
const IN_GROUP = "This is no point of BLS12-381's group G1.";

const random = new Seeded("curve");
const inGroup: Affine[] = [G, pointOf(TWICE), times(R - 1n, G), times(random.scalar(), G)];
const stray = pointFrom(random.word());
const key = times(random.scalar(), G);
const notInGroup: [string, Affine][] = [
  ["of order 3", [0n, 2n]],
  ["of the other sign", [0n, P - 2n]],
  ["somewhere on the curve", stray],
  ["a key plus a point of order 3", sum(key, [0n, 2n])],
  ["off the curve", [1n, 1n]],
  ["with one coordinate changed", [key?.[0] ?? 0n, (key?.[1] ?? 0n) + 1n]],
  ["half zero", [0n, 1n]],
  ["with x beyond the field", [P + (key?.[0] ?? 0n), key?.[1] ?? 0n]],
  ["with y beyond the field", [key?.[0] ?? 0n, P + (key?.[1] ?? 0n)]],
  ["infinity with coordinates of the field's order", [P, P]],
  ["as large as can be", [2n ** 384n - 1n, 2n ** 384n - 1n]],
];

describe("points and scalars of the committee", () => {
  it("knows the group, and its first points", () => {
    expect(ORDER).to.equal(R);
    expect(hexlify(point96(GENERATOR))).to.equal(hexOf(G, 48));
    expect(hexlify(point96(GENERATOR.multiply(2n)))).to.equal(TWICE);
    expect(hexOf(sum(G, G), 48), "the reference, too").to.equal(TWICE);
    expect(times(R, G)).to.equal(null);
  });

  it("multiplies as the reference does", () => {
    for (let i = 0; i < 6; i++) {
      const scalar = random.scalar();
      const product = times(scalar, G);
      expect(hexlify(point96(GENERATOR.multiply(scalar)))).to.equal(hexOf(product, 48));
      expect(hexlify(point128(GENERATOR.multiplyUnsafe(scalar)))).to.equal(hexOf(product, 64));
    }
  });

  it("reads points of 96 and of 128 bytes, and writes both", () => {
    for (const point of inGroup) {
      for (const width of [48, 64] as const) {
        const read = readPoint(getBytes(hexOf(point, width)));
        expect(hexlify(point96(read))).to.equal(hexOf(point, 48));
        expect(hexlify(point128(read))).to.equal(hexOf(point, 64));
        expect(readKey(getBytes(hexOf(point, width))).equals(read)).to.equal(true);
      }
    }
  });

  for (const [what, point] of notInGroup) {
    it(`refuses a point ${what}`, () => {
      for (const width of [48, 64] as const) {
        refused(() => readPoint(getBytes(hexOf(point, width))), IN_GROUP);
        refused(() => readKeyHex(hexOf(point, width)), IN_GROUP);
      }
    });
  }

  it("reads infinity as a point, and refuses it as a key", () => {
    for (const bytes of [getBytes(INFINITY), new Uint8Array(128)]) {
      const point = readPoint(bytes);
      expect(point.is0()).to.equal(true);
      expect(hexlify(point96(point))).to.equal(INFINITY);
      expect(point128(point)).to.deep.equal(new Uint8Array(128));
      refused(() => readKey(bytes), "A public key cannot be the point at infinity.");
      refused(() => readKeyHex(hexlify(bytes)), "A public key cannot be the point at infinity.");
    }
  });

  it("refuses points of other lengths, and of 128 bytes whose padding is not zero", () => {
    for (const length of [0, 1, 48, 95, 97, 127, 129, 192]) {
      refused(() => readPoint(new Uint8Array(length)), `A point has 96 or 128 bytes, not ${length}.`);
    }
    for (const at of [0, 15, 64, 79]) {
      refused(() => readPoint(getBytes(spliced(hexOf(G, 64), at, "0x01"))), IN_GROUP);
    }
    for (const text of ["", "0x1", "no hex", hexOf(G, 48).slice(2)]) {
      refused(() => readKeyHex(text), "A public key is written in hex.");
    }
  });

  it("takes and refuses the points that the chain's precompile takes and refuses, with the same products", async () => {
    const { ethers } = await network.create();
    const multiplied = (point: string, scalar: bigint): Promise<string | null> =>
      ethers.provider
        .call({ to: toBeHex(12, 20), data: concat([point, toBeHex(scalar, 32)]), gasLimit: 1_000_000n })
        .catch(() => null);
    const scalar = random.scalar();
    for (const point of [...inGroup, null]) {
      const hex = hexOf(point, 64);
      const product = readPoint(getBytes(hex)).multiplyUnsafe(scalar);
      expect(await multiplied(hex, scalar)).to.equal(hexlify(point128(product)));
    }
    for (const [what, point] of notInGroup) {
      const answer = await multiplied(hexOf(point, 64), scalar);
      expect([null, "0x"], what).to.include(answer);
    }
  });

  it("takes scalars of 1 to r-1 only, and reduces what is larger", () => {
    for (const scalar of [1n, R - 1n]) expect(nonZero(scalar)).to.equal(scalar);
    for (const scalar of [0n, R, R + 1n, -1n, 2n ** 256n]) refused(() => nonZero(scalar), "must be 1 to r-1");
    for (const value of [0n, 1n, R - 1n, R, R + 5n, 2n ** 512n - 1n]) {
      expect(scalarOf(getBytes(toBeHex(value, 64)))).to.equal(value % R);
    }
  });

  it("draws scalars that differ and fill the range", () => {
    const drawn = Array.from({ length: 300 }, randomScalar);
    expect(new Set(drawn).size).to.equal(300);
    for (const scalar of drawn) expect(scalar > 0n && scalar < R).to.equal(true);
    for (let eighth = 0n; eighth < 8n; eighth++) {
      expect(drawn.filter((scalar) => (scalar * 8n) / R === eighth).length).to.be.greaterThan(5);
    }
  });

  it("evaluates and interpolates polynomials as equations do, at 0 and elsewhere", () => {
    for (let degree = 0; degree < 9; degree++) {
      const polynomial = Array.from({ length: degree + 1 }, () => random.scalar());
      const xs = Array.from({ length: degree + 1 }, (_, i) => BigInt(3 * i + random.below(3) + 1));
      const points = xs.map((x) => [x, evaluate(polynomial, x)] as const);
      for (const [x, y] of points) expect(y).to.equal(valueAt(polynomial, x));
      expect(coefficients(points)).to.deep.equal(polynomial);
      expect(interpolate(points)).to.equal(polynomial[0]);
      const at = random.scalar();
      expect(interpolate(points, at)).to.equal(evaluate(polynomial, at));
      expect(interpolate([...points].reverse(), at)).to.equal(evaluate(polynomial, at));
    }
  });
});
