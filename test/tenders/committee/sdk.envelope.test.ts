import { expect } from "chai";
import { concat, dataLength, id, keccak256 } from "ethers";
import {
  decryptWith,
  envelopeLength,
  makeEnvelope,
  type Opening,
  openEnvelope,
  type SealedPart,
} from "../../../sdk/src/tenders/committee/envelope.ts";
import { newSalt } from "../../../sdk/src/tenders/bid.ts";
import {
  commitment,
  contextOf,
  derived,
  G,
  hexOf,
  mod,
  open,
  pointFrom,
  R,
  seal,
  streamed,
  times,
  valueAt,
} from "./reference.ts";
import { committee, ELSEWHERE, keysOf, only, PLACE, refused, sealed, Seeded, spliced, subsets } from "./scene.ts";

const random = new Seeded("envelopes");
const opening = (length = 86): Opening => ({ salt: random.bytes(32), bid: random.bytes(length) });

describe("envelopes", () => {
  const five = committee(5);
  const held = opening();
  const part = sealed(five, 3, held);

  describe("making", () => {
    it("is the construction to the byte, for committees and bids of many sizes", () => {
      for (const [size, threshold, length] of [
        [1, 1, 0],
        [3, 2, 1],
        [3, 2, 32],
        [5, 3, 86],
        [5, 3, 33],
        [7, 4, 200],
        [5, 5, 31],
      ] as const) {
        const secrets = committee(size, `${size} of ${threshold}`);
        const what = opening(length);
        const keys = [...secrets.values()].map((secret) => times(secret, G));
        const { envelope } = sealed(secrets, threshold, what);
        expect(envelope).to.equal(seal(PLACE, keys, threshold, what.salt, what.bid));
        expect(dataLength(envelope)).to.equal(envelopeLength(size, length));
      }
    });

    it("gives the envelope that stands written here", () => {
      const secrets = new Map([3n, 5n, 7n].map((secret, seat) => [seat, secret]));
      const { envelope } = sealed(secrets, 2, { salt: id("salt"), bid: "0x0102030405" });
      expect(dataLength(envelope)).to.equal(96 + 3 * 32 + 32 + 5);
      expect(keccak256(envelope)).to.equal("0xf5e6418fa9daa17d0c0a8f9a6a913f2ce584e503a2a8659f273f76363d882228");
    });

    it("is the same again for a salt, and shares no block with that of another salt or place", () => {
      expect(makeEnvelope(PLACE, keysOf(five), 3, held)).to.equal(part.envelope);
      const others = [
        sealed(five, 3, { ...held, salt: newSalt() }),
        ...ELSEWHERE.map((place) => sealed(five, 3, held, place)),
      ];
      const blocks = [part, ...others].map(({ envelope }) => envelope.slice(2, 2 + 11 * 64).match(/.{64}/g) ?? []);
      expect(new Set(blocks.flat()).size).to.equal(11 * (ELSEWHERE.length + 2));
    });

    it("of another bid with the same salt differs in the body alone: hence a salt is used once", () => {
      const { envelope } = sealed(five, 3, { ...held, bid: random.bytes(86) });
      const same = 2 * (1 + envelopeLength(5, 0));
      expect(envelope.slice(0, same)).to.equal(part.envelope.slice(0, same));
      expect(envelope).to.not.equal(part.envelope);
    });

    it("is read by whoever knows its salt: of two parts with one salt, opening the first opens the second", () => {
      const price = { ...PLACE, part: 1 };
      const { envelope } = sealed(five, 3, held, price);
      const key = derived(contextOf(price), held.salt, 1);
      const plain = streamed(contextOf(price), key, `0x${envelope.slice(-2 * (32 + 86))}`);
      expect(plain).to.equal(concat([held.salt, held.bid]));
    });

    it("refuses keys that are none, thresholds that do not fit, and salts of other lengths", () => {
      const keys = keysOf(five);
      for (const bad of [hexOf(null, 48), hexOf([0n, 2n], 48), hexOf([1n, 1n], 48), hexOf(pointFrom(5n), 48), "0x"]) {
        for (const seat of [0, 4]) {
          const changed = keys.map((key, i) => (i === seat ? bad : key));
          refused(() => makeEnvelope(PLACE, changed, 3, held), bad === hexOf(null, 48) ? "infinity" : "point");
        }
      }
      for (const threshold of [0, -1, 6, 1.5, Number.NaN]) {
        refused(() => makeEnvelope(PLACE, keys, threshold, held), `Of 5 seats, ${threshold} cannot be the threshold.`);
      }
      refused(() => makeEnvelope(PLACE, [], 1, held), "Of 0 seats");
      for (const salt of ["0x", `${held.salt}00`, held.salt.slice(0, -2), held.salt.slice(2)]) {
        refused(() => makeEnvelope(PLACE, keys, 3, { ...held, salt }), "A salt has 32 bytes in hex.");
      }
    });
  });

  describe("opening", () => {
    it("any three of five open it, as the reference does; so do four and all", () => {
      for (const seats of subsets(5, 3)) {
        const scalars = only(five, seats);
        expect(openEnvelope(part, scalars)).to.deep.equal(held);
        expect(decryptWith(part, seats, five)).to.deep.equal(held);
        expect(open(PLACE, 5, [...scalars], part.envelope)).to.deep.equal(held);
      }
      for (const seats of [...subsets(5, 4), ...subsets(5, 5)]) {
        expect(openEnvelope(part, only(five, seats))).to.deep.equal(held);
      }
    });

    it("takes scalars in whatever order they were published", () => {
      expect(openEnvelope(part, new Map([...five].reverse()))).to.deep.equal(held);
    });

    it("with fewer than three nothing opens: neither are they taken, nor do they decrypt as if they were enough", () => {
      const committed = commitment(PLACE, held.bid, held.salt);
      for (const seats of [...subsets(5, 2), ...subsets(5, 1), []]) {
        const scalars = only(five, seats);
        refused(
          () => openEnvelope(part, scalars),
          `The scalars of 3 seats are needed to open an envelope; ${seats.length} are known.`,
        );
        refused(() => decryptWith(part, seats, scalars), "An envelope is opened by 3 seats of 0 to 4");
        if (seats.length === 0) continue;
        const lax: SealedPart = { ...part, quorum: { seats: 5, threshold: seats.length } };
        const got = openEnvelope(lax, scalars);
        expect(got && commitment(PLACE, got.bid, got.salt)).to.not.be.oneOf([null, committed]);
        expect(got?.salt).to.not.equal(held.salt);
      }
    });

    it("two seats' shares fit every key: they tell nothing of the one that was used", () => {
      const context = contextOf(PLACE);
      const f = [1, 2, 3].map((index) => derived(context, held.salt, index));
      for (const seats of subsets(5, 2)) {
        // (x - a)(x - b) vanishes at both seats, so adding a multiple of it changes the key and neither share.
        const [a = 0n, b = 0n] = seats.map((seat) => BigInt(seat + 1));
        const by = random.scalar();
        const vanishing = [by * a * b, -by * (a + b), by];
        const g = f.map((coefficient, i) => mod(coefficient + (vanishing[i] ?? 0n), R));
        for (const x of [a, b]) expect(valueAt(g, x)).to.equal(valueAt(f, x));
        expect(g[0]).to.not.equal(f[0]);
        const plain = streamed(context, g[0] ?? 0n, `0x${part.envelope.slice(-2 * (32 + 86))}`);
        expect(plain).to.not.include(held.salt.slice(2));
      }
    });

    it("a scalar of another seat or tender, and an envelope moved elsewhere, yield something else", () => {
      const swapped = new Map(five).set(0, five.get(1) ?? 0n).set(1, five.get(0) ?? 0n);
      expect(openEnvelope(part, swapped)).to.not.deep.equal(held);
      const foreign = committee(5, "another tender");
      for (const seat of five.keys()) {
        const mixed = new Map(five).set(seat, foreign.get(seat) ?? 0n);
        const seats = [seat, (seat + 1) % 5, (seat + 2) % 5].sort();
        expect(decryptWith(part, seats, mixed)).to.not.deep.equal(held);
      }
      for (const place of ELSEWHERE) {
        const got = openEnvelope({ ...part, place }, five);
        expect([got?.salt, got?.bid]).to.not.include.oneOf([held.salt, held.bid]);
      }
    });

    it("is nothing where U is no point of the group", () => {
      const stray = [hexOf([0n, 2n], 48), hexOf(pointFrom(9n), 48), hexOf([1n, 1n], 48), `0x${"ff".repeat(96)}`];
      for (const start of stray) {
        const envelope = spliced(part.envelope, 0, start);
        expect(openEnvelope({ ...part, envelope }, five)).to.equal(null);
        expect(decryptWith({ ...part, envelope }, [0, 2, 4], five)).to.equal(null);
      }
    });

    it("computes with a U at infinity as with any other", () => {
      const envelope = spliced(part.envelope, 0, hexOf(null, 48));
      const scalars = [...five].slice(0, 3);
      const got = openEnvelope({ ...part, envelope }, five);
      expect(got)
        .to.deep.equal(open(PLACE, 5, scalars, envelope))
        .and.not.deep.equal(held);
    });

    it("decrypts garbage to what the reference decrypts it to", () => {
      for (const seats of subsets(5, 3).slice(0, 3)) {
        const garbage = `${hexOf(times(random.scalar(), G), 48)}${random.bytes(5 * 32 + 32 + 50).slice(2)}`;
        const got = decryptWith({ ...part, envelope: garbage }, seats, five);
        expect(got).to.deep.equal(open(PLACE, 5, [...only(five, seats)], garbage));
      }
    });

    it("refuses seats repeated, unordered, unknown, too many or beyond the committee", () => {
      for (const seats of [[0, 0, 1], [0, 2, 1], [2, 1, 0], [0, 1], [0, 1, 2, 3], [0, 1, 5], [-1, 0, 1], []]) {
        refused(
          () => decryptWith(part, seats, five),
          "An envelope is opened by 3 seats of 0 to 4, in increasing order.",
        );
      }
      refused(() => decryptWith(part, [0, 1, 4], only(five, [0, 1, 2])), "The scalar of seat 4 is not known.");
      for (const seat of [5, -1, 0.5]) {
        refused(() => openEnvelope(part, new Map(five).set(seat, 1n)), `There is no seat ${seat} among 5.`);
      }
      for (const scalar of [0n, R, -1n]) {
        refused(() => openEnvelope(part, new Map(five).set(1, scalar)), "A secret scalar must be 1 to r-1.");
      }
    });

    it("refuses bytes that are shorter than an envelope, and thresholds that do not fit", () => {
      const empty = sealed(five, 3, { salt: held.salt, bid: "0x" });
      expect(dataLength(empty.envelope)).to.equal(envelopeLength(5, 0));
      expect(openEnvelope(empty, five)).to.deep.equal({ salt: held.salt, bid: "0x" });
      for (const envelope of [empty.envelope.slice(0, -2), "0x"]) {
        refused(() => openEnvelope({ ...part, envelope }, five), "An envelope cannot have");
      }
      for (const threshold of [0, 6]) {
        const quorum = { seats: 5, threshold };
        refused(() => openEnvelope({ ...part, quorum }, new Map(five).set(0, 1n)), threshold === 0 ? "Of 5" : "needed");
      }
    });

    it("holds for committees, bids and quorums at random", () => {
      for (let i = 0; i < 12; i++) {
        const threshold = random.below(4) + 1;
        const secrets = committee(threshold + random.below(4), `property ${i}`);
        const what = opening(random.below(120));
        const one = sealed(secrets, threshold, what, { ...PLACE, lot: i, part: random.below(2) });
        const seats = random.pick(subsets(secrets.size, threshold));
        expect(openEnvelope(one, only(secrets, seats))).to.deep.equal(what);
      }
    });
  });

  it("have the length that their seats and bids give", () => {
    expect([envelopeLength(3, 42), envelopeLength(5, 86), envelopeLength(9, 0)]).to.deep.equal([266, 374, 416]);
  });
});
