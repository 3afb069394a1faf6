import { hkdfSync } from "node:crypto";
import { expect } from "chai";
import { concat, getBytes, hexlify, id, keccak256, toBeHex, toUtf8Bytes } from "ethers";
import { newSecret, proveKey, type ProvenKey, publicPoint, verifyKey } from "../../../sdk/src/tenders/committee/key.ts";
import { challenge, G, hexOf, mod, negative, pointOf, R, sum, times } from "./reference.ts";
import { OTHER_SEATS, refused, SEAT, Seeded } from "./scene.ts";

/** The proof that anyone can make who knows p and draws k. */
function provenBy(p: bigint, k: bigint, place = SEAT): ProvenKey {
  const key = times(p, G);
  const ch = challenge(place, key, times(k, G));
  return { point: hexOf(key, 48), challenge: ch, response: mod(k + ch * p, R) };
}

describe("keys of the committee's seats", () => {
  const random = new Seeded("keys");
  const secret = random.scalar();
  const proven = proveKey(SEAT, secret);

  it("a new secret is another one each time, and its point the reference's", () => {
    const secrets = Array.from({ length: 20 }, newSecret);
    expect(new Set(secrets).size).to.equal(20);
    const [first = 0n] = secrets;
    expect(publicPoint(first)).to.equal(hexOf(times(first, G), 48));
  });

  it("a proof holds by the formulas: z*G - ch*P is R, and ch its hash", () => {
    const key = times(secret, G);
    expect(proven.point).to.equal(hexOf(key, 48));
    const nonce = sum(times(proven.response, G), times(mod(-proven.challenge, R), key));
    expect(challenge(SEAT, key, nonce)).to.equal(proven.challenge);
    expect(verifyKey(SEAT, proven)).to.equal(true);
  });

  it("takes a proof made otherwise by the same formulas, with points in capitals, too", () => {
    const other = provenBy(random.scalar(), random.scalar());
    expect(verifyKey(SEAT, other)).to.equal(true);
    expect(verifyKey(SEAT, { ...other, point: `0x${other.point.slice(2).toUpperCase()}` })).to.equal(true);
  });

  it("is the same again, and has another nonce for each place and secret", () => {
    expect(proveKey(SEAT, secret)).to.deep.equal(proven);
    const nonceOf = ({ challenge: ch, response }: ProvenKey, p: bigint) => mod(response - ch * p, R);
    const nonces = [SEAT, ...OTHER_SEATS].map((place) => nonceOf(proveKey(place, secret), secret));
    nonces.push(nonceOf(proveKey(SEAT, secret + 1n), secret + 1n));
    expect(new Set(nonces).size).to.equal(OTHER_SEATS.length + 2);
    expect(nonces).to.not.include(0n);
  });

  it("has the nonce that HKDF makes of the secret and of all that the proof says", () => {
    const { chainId, committee, house, tender, part, seat, member } = SEAT;
    const numbers = [id("CommonSeal.Committee.Key.v1"), chainId, committee, house, tender, part, seat, member];
    const context = concat(numbers.map((value) => toBeHex(value, 32)));
    const label = toUtf8Bytes("CommonSeal.Committee.Key.Nonce.v1|");
    const info = getBytes(concat([label, context, hexOf(times(secret, G), 64)]));
    const bytes = hkdfSync("sha256", getBytes(toBeHex(secret, 32)), getBytes(keccak256(context)), info, 64);
    const nonce = BigInt(hexlify(new Uint8Array(bytes))) % R;
    expect(proven.response).to.equal((nonce + proven.challenge * secret) % R);
  });

  it("does not hold for another chain, committee, house, tender, part, seat or member", () => {
    for (const [i, place] of OTHER_SEATS.entries()) {
      expect(verifyKey(place, proven), `place ${i}`).to.equal(false);
      expect(verifyKey(place, proveKey(place, secret)), `place ${i}`).to.equal(true);
    }
  });

  it("does not hold with anything in it changed", () => {
    const { challenge: ch, response, point } = proven;
    const changed: Partial<ProvenKey>[] = [
      { challenge: ch + 1n },
      { challenge: 0n },
      { challenge: R - ch },
      { challenge: response, response: ch },
      { response: response + 1n },
      { response: 0n },
      { response: R - response },
      { point: publicPoint(secret + 1n) },
      { point: publicPoint(R - secret) },
    ];
    for (const [i, change] of changed.entries()) {
      expect(verifyKey(SEAT, { ...proven, ...change }), `change ${i}`).to.equal(false);
    }
    for (let i = 0; i < 200; i++) {
      const other = { point, challenge: ch ^ (1n << BigInt(random.below(254))), response };
      expect(
        verifyKey(SEAT, random.below(2) === 0 ? other : { ...other, challenge: ch, response: other.challenge }),
      ).to.equal(false);
    }
  });

  it("takes no second form of challenge and response", () => {
    const { challenge: ch, response } = proven;
    for (const off of [R, 2n * R, -R]) {
      expect(verifyKey(SEAT, { ...proven, challenge: ch + off })).to.equal(false);
      expect(verifyKey(SEAT, { ...proven, response: response + off })).to.equal(false);
    }
  });

  it("takes no key at infinity, for which a proof is easily made", () => {
    const k = random.scalar();
    const point = hexOf(null, 48);
    expect(verifyKey(SEAT, { point, challenge: challenge(SEAT, null, times(k, G)), response: k })).to.equal(false);
  });

  it("takes no key outside the group, though its proof adds up", () => {
    // With a challenge that 3 divides, a part of order 3 in the key goes unseen.
    const key = sum(times(secret, G), [0n, 2n]);
    let k = random.scalar();
    while (challenge(SEAT, key, times(k, G)) % 3n !== 0n) k = random.scalar();
    const ch = challenge(SEAT, key, times(k, G));
    const response = mod(k + ch * secret, R);
    const nonce = sum(times(response, G), negative(times(ch, key)));
    expect(challenge(SEAT, key, nonce), "it adds up").to.equal(ch);
    expect(verifyKey(SEAT, { point: hexOf(key, 48), challenge: ch, response })).to.equal(false);
  });

  it("takes no key of other bytes", () => {
    const short = proven.point.slice(0, -2);
    for (const point of ["", "0x", short, `${proven.point}00`, id("x"), "nonsense", hexOf([1n, 1n], 48)]) {
      expect(verifyKey(SEAT, { ...proven, point }), point).to.equal(false);
    }
    expect(pointOf(proven.point)).to.deep.equal(times(secret, G));
  });

  it("refuses secrets that are no scalars", () => {
    for (const scalar of [0n, R, R + 1n, -1n]) {
      refused(() => publicPoint(scalar), "A secret scalar must be 1 to r-1.");
      refused(() => proveKey(SEAT, scalar), "A secret scalar must be 1 to r-1.");
    }
  });
});
