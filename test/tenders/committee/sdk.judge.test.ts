import { expect } from "chai";
import { dataLength, dataSlice, toBeHex } from "ethers";
import { bytesToHex } from "@noble/hashes/utils.js";
import {
  decryptWith,
  envelopeLength,
  judgeEnvelope,
  type Opening,
  type Scalars,
  type SealedPart,
} from "../../../sdk/src/tenders/committee/envelope.ts";
import { type Products, productsOf } from "../../../sdk/src/tenders/committee/products.ts";
import * as reference from "./reference.ts";
import { committee, only, PLACE, refused, sealed, Seeded, spliced, subsets } from "./scene.ts";

const { commitment, contextOf, derived, G, hexOf, mod, pointFrom, R, sum, times, valueAt } = reference;
const MUTATIONS = 1_000;

describe("judgeEnvelope", function () {
  this.timeout(60_000);

  const random = new Seeded("judging");
  const five = committee(5);
  const held: Opening = { salt: random.bytes(32), bid: random.bytes(86) };
  const part = sealed(five, 3, held);
  const committed = commitment(PLACE, held.bid, held.salt);
  const points = [...five.values()].map((secret) => times(secret, G));
  /** An envelope whose shares the bidder has bent. */
  const bent = (bend: (share: bigint, seat: number) => bigint): SealedPart => ({
    ...part,
    envelope: reference.seal(PLACE, points, 3, held.salt, held.bid, bend),
  });

  const yields = (what: SealedPart, seats: readonly number[], scalars: Scalars, products?: Products) => {
    const got = decryptWith(what, seats, scalars, products);
    return got !== null && commitment(PLACE, got.bid, got.salt) === committed;
  };

  /** Every subset is asked: what the judgement must be. */
  function expectRight(what: SealedPart, scalars: Scalars, products = productsOf()): boolean {
    const judged = judgeEnvelope(what, scalars, committed, products);
    const known = [...scalars.keys()].sort((a, b) => a - b);
    const all = subsets(known.length, what.quorum.threshold).map((places) => places.map((at) => known[at] ?? -1));
    const honest = all.every((seats) => yields(what, seats, scalars, products));
    if (judged.honest) {
      expect(judged).to.deep.equal({ honest: true, ...held });
    } else {
      expect(all.map(String)).to.include(String(judged.seats));
      expect(yields(what, judged.seats, scalars, products), `seats ${judged.seats.join()} show it`).to.equal(false);
    }
    expect(judged.honest).to.equal(honest);
    return honest;
  }

  it("an honest envelope is honest, whichever members published, however the commitment is written", () => {
    const products = productsOf();
    for (const seats of [...subsets(5, 3), ...subsets(5, 4), ...subsets(5, 5)]) {
      expect(judgeEnvelope(part, only(five, seats), committed, products)).to.deep.equal({ honest: true, ...held });
    }
    const capitals = `0x${committed.slice(2).toUpperCase()}`;
    expect(judgeEnvelope(part, five, capitals)).to.deep.equal({ honest: true, ...held });
  });

  it("needs the scalars of three seats", () => {
    refused(() => judgeEnvelope(part, only(five, [1, 3]), committed), "3 seats are needed to open an envelope; 2");
    refused(() => judgeEnvelope(part, new Map(five).set(5, 1n), committed), "There is no seat 5 among 5.");
  });

  it("another commitment, place or bid than the sealed one is dishonest, as the first seats show", () => {
    const scalars = only(five, [1, 2, 4]);
    const first = { honest: false, seats: [1, 2, 4] };
    expect(judgeEnvelope(part, scalars, commitment(PLACE, held.bid, random.bytes(32)))).to.deep.equal(first);
    expect(judgeEnvelope({ ...part, place: { ...PLACE, lot: 4 } }, scalars, committed)).to.deep.equal(first);
    const other = sealed(five, 3, { ...held, bid: random.bytes(86) });
    expect(judgeEnvelope(other, scalars, committed)).to.deep.equal(first);
  });

  it("shares that acquit for one subset and convict for another convict", () => {
    const context = contextOf(PLACE);
    const key = derived(context, held.salt, 1);
    const f = [key, derived(context, held.salt, 2), derived(context, held.salt, 3)];
    // Both polynomials have the key at 0, and meet at seat 2: seats 0 to 2 acquit, 2 to 4 acquit, all others convict.
    const through = [
      [0n, key],
      [3n, valueAt(f, 3n)],
      [9n, random.scalar()],
    ] as const;
    const g = reference.coefficients(through);
    const two = bent((share, seat) => (seat < 2 ? valueAt(g, BigInt(seat + 1)) : share));
    const products = productsOf();
    const acquitting = subsets(5, 3).filter((seats) => yields(two, seats, five, products));
    expect(acquitting).to.deep.equal([
      [0, 1, 2],
      [2, 3, 4],
    ]);
    expect(judgeEnvelope(two, five, committed, products)).to.deep.equal({ honest: false, seats: [1, 2, 3] });
    expect(judgeEnvelope(two, only(five, [0, 1, 2]), committed)).to.deep.equal({ honest: true, ...held });
    expect(judgeEnvelope(two, only(five, [2, 3, 4]), committed)).to.deep.equal({ honest: true, ...held });
    expectRight(two, five, products);
  });

  it("one bad share is shown by its seat, and cannot be where its member does not publish", () => {
    for (const bad of five.keys()) {
      const one = bent((share, seat) => (seat === bad ? share + 1n : share));
      const judged = judgeEnvelope(one, five, committed);
      expect(judged.honest === false && judged.seats.includes(bad)).to.equal(true);
      expect(expectRight(one, five)).to.equal(false);
      const others = only(
        five,
        [0, 1, 2, 3, 4].filter((seat) => seat !== bad),
      );
      expect(judgeEnvelope(one, others, committed)).to.deep.equal({ honest: true, ...held });
    }
  });

  it("one bad share of a seat that keeps silent is shown by the salt, where the keys are given", () => {
    const keys = points.map((point) => hexOf(point, 48));
    for (const bad of [0, 4]) {
      const silent = only(
        five,
        [0, 1, 2, 3, 4].filter((seat) => seat !== bad),
      );
      expect(judgeEnvelope(part, silent, committed, productsOf(), keys)).to.deep.equal({ honest: true, ...held });
      const one = bent((share, seat) => (seat === bad ? share + 1n : share));
      const judged = judgeEnvelope(one, silent, committed, productsOf(), keys);
      expect(judged).to.deep.equal({ honest: false, seats: [bad], made: held });
      expect(judgeEnvelope(one, five, committed, productsOf(), keys)).to.not.have.property("made");
    }
  });

  it("shares written with r added differ from what is made anew, and harm nobody", () => {
    const plus = bent((share) => share + R);
    expect(plus.envelope).to.not.equal(part.envelope);
    expect(expectRight(plus, five)).to.equal(true);
  });

  it("an envelope made with another U or of another polynomial is honest if all subsets open it", () => {
    const ephemeral = random.scalar();
    const [start, context] = [times(ephemeral, G), contextOf(PLACE)];
    const key = random.scalar();
    const shares = points.map((point, seat) => {
      const share = valueAt([key, 5n, 0n], BigInt(seat + 1));
      return toBeHex(share ^ reference.mask(context, seat, start, times(ephemeral, point)), 32).slice(2);
    });
    const body = reference.streamed(context, key, `${held.salt}${held.bid.slice(2)}`);
    const envelope = `${hexOf(start, 48)}${shares.join("")}${body.slice(2)}`;
    expect(expectRight({ ...part, envelope }, five)).to.equal(true);
  });

  it("a U at infinity, with masks that anyone knows, is judged like any other", () => {
    const context = contextOf(PLACE);
    const make = (bend: bigint) => {
      const shares = points.map((_, seat) => {
        const share = valueAt([7n, 8n, 9n], BigInt(seat + 1)) + (seat === 4 ? bend : 0n);
        return toBeHex(share ^ reference.mask(context, seat, null, null), 32).slice(2);
      });
      const body = reference.streamed(context, 7n, `${held.salt}${held.bid.slice(2)}`);
      return { ...part, envelope: `${hexOf(null, 48)}${shares.join("")}${body.slice(2)}` };
    };
    expect(expectRight(make(0n), five)).to.equal(true);
    expect(expectRight(make(1n), five)).to.equal(false);
  });

  it("is right for committees and bent shares at random, by asking every subset", () => {
    const met = { honest: 0, convicted: 0, turned: 0 };
    for (let i = 0; i < 120; i++) {
      const threshold = 2 + random.below(3);
      const secrets = committee(threshold + random.below(4), `random ${random.below(8)}`);
      const one = sealed(secrets, threshold, held);
      const f = [1, 2, 3, 4].slice(0, threshold).map((index) => derived(contextOf(PLACE), held.salt, index));
      // A polynomial with the same key that meets f at some seats, and so acquits where f and it are not mixed.
      const meets = Array.from({ length: threshold - 2 }, () => BigInt(1 + random.below(secrets.size)));
      const by = random.scalar();
      const g = (x: bigint) => mod(valueAt(f, x) + meets.reduce((value, at) => value * (x - at), by * x), R);
      let envelope = one.envelope;
      for (let bends = random.below(4); bends > 0; bends--) {
        const seat = random.below(secrets.size);
        const [at, x] = [96 + 32 * seat, BigInt(seat + 1)];
        const bend = random.below(3) === 0 ? BigInt(1 + random.below(3)) : valueAt(f, x) ^ g(x);
        envelope = spliced(envelope, at, toBeHex(BigInt(dataSlice(envelope, at, at + 32)) ^ bend, 32));
      }
      const published = threshold + random.below(secrets.size - threshold + 1);
      const scalars = only(secrets, random.pick(subsets(secrets.size, published)));
      const products = productsOf();
      const seats = [...scalars.keys()].slice(0, threshold);
      if (expectRight({ ...one, envelope }, scalars, products)) met.honest++;
      else if (yields({ ...one, envelope }, seats, scalars, products)) met.turned++;
      else met.convicted++;
    }
    for (const [kind, count] of Object.entries(met)) expect(count, kind).to.be.greaterThan(5);
  });

  describe(`${MUTATIONS} mutations of each field are shown, or harm nobody`, () => {
    const products = productsOf();
    const fields: [name: string, from: number, to: number][] = [
      ["U", 0, 96],
      ...[0, 1, 2, 3, 4].map((seat): [string, number, number] => [`V_${seat}`, 96 + 32 * seat, 128 + 32 * seat]),
      ["the sealed salt", 256, 288],
      ["the sealed bid", 288, 288 + 86],
    ];

    const mutated = (i: number, from: number, to: number): string => {
      const old = dataSlice(part.envelope, from, to);
      const size = to - from;
      const at = random.below(size);
      const byte = Number(dataSlice(old, at, at + 1));
      if (i % 5 === 0) return random.bytes(size);
      if (i % 5 === 1) return spliced(old, at, toBeHex(byte ^ (1 << random.below(8)), 1));
      if (i % 5 === 2) return spliced(old, at, random.bytes(Math.min(size - at, 1 + random.below(8))));
      if (i % 5 === 3)
        return toBeHex((BigInt(old) + BigInt(random.below(9) - 4)) & (2n ** BigInt(8 * size) - 1n), size);
      return random.pick([`0x${"00".repeat(size)}`, `0x${"ff".repeat(size)}`, spliced(old, at, "0x00")]);
    };
    /** Points that are some: most changes of U leave the curve. */
    const start = reference.pointOf(dataSlice(part.envelope, 0, 96));
    const starts = [
      ...Array.from({ length: 40 }, () => times(random.scalar(), G)),
      ...Array.from({ length: 10 }, () => pointFrom(random.word())),
      ...[sum(start, G), sum(start, [0n, 2n]), reference.negative(start), sum(start, start), null, G],
    ].map((point) => hexOf(point, 48));

    for (const [name, from, to] of fields) {
      it(name, () => {
        let shown = 0;
        for (let i = 0; i < MUTATIONS; i++) {
          const by = (name === "U" ? starts[i] : undefined) ?? mutated(i, from, to);
          const one = { ...part, envelope: spliced(part.envelope, from, by) };
          const scalars = only(five, random.pick([...subsets(5, 3), ...subsets(5, 4), ...subsets(5, 5)]));
          const judged = judgeEnvelope(one, scalars, committed, products);
          if (judged.honest) {
            expect(judged).to.deep.equal({ honest: true, ...held });
            for (const subset of subsets(5, 3).filter((some) => some.every((seat) => scalars.has(seat)))) {
              expect(yields(one, subset, scalars, products)).to.equal(true);
            }
            const unseen = name.startsWith("V_") && !scalars.has(Number(name.slice(2)));
            expect(unseen || one.envelope === part.envelope, `${name} ${i}: a change that is seen`).to.equal(true);
          } else {
            shown++;
            expect(judged.seats.length === 3 && judged.seats.every((seat) => scalars.has(seat))).to.equal(true);
            expect(yields(one, judged.seats, scalars, products)).to.equal(false);
          }
        }
        expect(shown).to.be.greaterThan(name.startsWith("V_") ? 600 : 900);
      });
    }

    it("and what was remembered meanwhile does not harm the envelope itself", () => {
      expect(judgeEnvelope(part, five, committed, products)).to.deep.equal({ honest: true, ...held });
    });

    it("and the reference finds the same of some of them", () => {
      for (const [, from, to] of fields) {
        const by = from === 0 ? (starts[0] ?? "0x") : random.bytes(to - from);
        const one = { ...part, envelope: spliced(part.envelope, from, by) };
        const judged = judgeEnvelope(one, five, committed);
        const seats = judged.honest ? [] : judged.seats;
        const got = reference.open(PLACE, 5, [...only(five, seats)], one.envelope);
        expect(seats.length).to.equal(3);
        expect(commitment(PLACE, got.bid, got.salt)).to.not.equal(committed);
        expect(got).to.deep.equal(decryptWith(one, seats, five));
      }
    });
  });

  it("bytes that are longer or shorter hold another bid", () => {
    expect(dataLength(part.envelope)).to.equal(envelopeLength(5, 86));
    for (const envelope of [`${part.envelope}00`, part.envelope.slice(0, -2)]) {
      expect(judgeEnvelope({ ...part, envelope }, five, committed).honest).to.equal(false);
    }
    const tooShort = `0x${bytesToHex(new Uint8Array(envelopeLength(5, 0) - 1))}`;
    refused(() => judgeEnvelope({ ...part, envelope: tooShort }, five, committed), "An envelope cannot have 287 bytes");
  });

  it("multiplies once for a U and a scalar, when given the same products", () => {
    const counted: string[] = [];
    const products = productsOf();
    const counting: Products = (bytes, scalar) => {
      counted.push(`${bytesToHex(bytes)} ${scalar}`);
      return products(bytes, scalar);
    };
    judgeEnvelope(part, five, committed, counting);
    expect(new Set(counted).size).to.equal(5);
    const start = new Uint8Array(96).fill(255);
    expect([products(start, 1n), products(start, 1n)]).to.deep.equal([null, null]);
    const [scalar = 0n] = five.values();
    const first = products(Buffer.from(part.envelope.slice(2, 194), "hex"), scalar);
    expect(products(Buffer.from(part.envelope.slice(2, 194), "hex"), scalar)).to.equal(first);
  });
});
