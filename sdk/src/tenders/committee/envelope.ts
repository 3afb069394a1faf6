import { concatBytes } from "@noble/curves/utils.js";
import { keccak_256 } from "@noble/hashes/sha3.js";
import { AbiCoder, getBytes, hexlify, id, isHexString, keccak256 } from "ethers";
import { InputError } from "../../shared/errors.ts";
import { commitmentOf, type PartPlace } from "../bid.ts";
import {
  derivedScalar,
  evaluate,
  GENERATOR,
  interpolate,
  point128,
  point96,
  POINT_LENGTH,
  readKeyHex,
  scalarOf,
  word,
} from "./curve.ts";
import { type Products, productsOf } from "./products.ts";

const abi = AbiCoder.defaultAbiCoder();
const ENVELOPE_TAG = id("CommonSeal.Envelope.v1");
const WORD = 32;

/** How many seats a committee has, and how many of them open an envelope. */
export interface Quorum {
  seats: number;
  threshold: number;
}

/** An envelope as it was committed: the bytes `U ‖ V_0 … V_{n-1} ‖ body` in hex, where and for whom. */
export interface SealedPart {
  place: PartPlace;
  quorum: Quorum;
  envelope: string;
}

/** What an envelope holds. */
export interface Opening {
  salt: string;
  bid: string;
}

/** Secret scalars by seat, as the members have published them and the house has checked them. */
export type Scalars = ReadonlyMap<number, bigint>;

/**
 * What `judge` on chain would do with an envelope, whoever calls it: seats of a dishonest one decrypt to another bid; or
 * it opens to the bid that was committed to, and is not what the salt makes of it for one seat, which keeps silent.
 */
export type Judgement =
  ({ honest: true } & Opening) | { honest: false; seats: number[] } | { honest: false; seats: [number]; made: Opening };

/** Bytes of an envelope. */
export function envelopeLength(seats: number, bidLength: number): number {
  return bodyAt(seats) + WORD + bidLength;
}

/** Where an envelope's body begins. */
function bodyAt(seats: number): number {
  return POINT_LENGTH + WORD * seats;
}

/**
 * Seals the salt and the bytes of one part of a bid to a committee. The same again for the same salt: everything derives
 * from it. Therefore no salt may be used twice, not in two parts of one bid either: whoever opens one opens the other.
 * @param keys the public key of each seat, in hex
 * @throws InputError if a key is none, or the threshold does not fit
 */
export function makeEnvelope(
  place: PartPlace,
  keys: readonly string[],
  threshold: number,
  { salt, bid }: Opening,
): string {
  checkQuorum({ seats: keys.length, threshold });
  if (!isHexString(salt, WORD)) throw new InputError(`A salt has ${WORD} bytes in hex.`);
  const made = madeOf(place, threshold, salt);
  const shares = keys.map((key, seat) => made.share(seat, key));
  const body = xor(concatBytes(getBytes(salt), getBytes(bid)), keystream(contextOf(place), made.key));
  return hexlify(concatBytes(made.start, ...shares, body));
}

/** What the salt makes of an envelope: U, the key, and the masked share of each seat. */
function madeOf(place: PartPlace, threshold: number, salt: string) {
  const context = contextOf(place);
  const derive = (index: number) => derivedScalar(context, getBytes(salt), index);
  const ephemeral = derive(0);
  const polynomial = Array.from({ length: threshold }, (_, i) => derive(i + 1));
  const start = GENERATOR.multiply(ephemeral);
  return {
    start: point96(start),
    key: polynomial[0] ?? 0n,
    share(seat: number, key: string): Uint8Array {
      const mask = maskOf(context, seat, point128(start), point128(readKeyHex(key).multiply(ephemeral)));
      return xor(word(evaluate(polynomial, BigInt(seat + 1))), mask);
    },
  };
}

/**
 * Opens an envelope with the scalars of the first seats that are enough. What comes out is what the bidder sealed only
 * if it yields the commitment: `judgeEnvelope` tells.
 * @returns null where U is no point of the group, so that nothing can be decrypted
 * @throws InputError if there are too few scalars
 */
export function openEnvelope(sealed: SealedPart, scalars: Scalars, products = productsOf()): Opening | null {
  return decryptWith(sealed, seatsOf(sealed, scalars).slice(0, sealed.quorum.threshold), scalars, products);
}

/** As `openEnvelope`, with exactly these seats: strictly increasing, as many as the threshold, as `judge` asks it. */
export function decryptWith(
  sealed: SealedPart,
  seats: readonly number[],
  scalars: Scalars,
  products = productsOf(),
): Opening | null {
  const { seats: size, threshold } = sealed.quorum;
  if (seats.length !== threshold || seats.some((seat, i) => seat <= (seats[i - 1] ?? -1) || seat >= size)) {
    throw new InputError(`An envelope is opened by ${threshold} seats of 0 to ${size - 1}, in increasing order.`);
  }
  const shares = sharesOf(sealed, seats, scalars, products);
  if (!shares) return null;
  const body = getBytes(sealed.envelope).subarray(bodyAt(size));
  const plain = xor(body, keystream(contextOf(sealed.place), interpolate(shares)));
  return { salt: hexlify(plain.subarray(0, WORD)), bid: hexlify(plain.subarray(WORD)) };
}

/**
 * Decides whether any seats that could be given to `judge` show that an envelope does not hold what was committed.
 *
 * All subsets yield the same bid exactly if all shares lie on one polynomial of a degree below the threshold. If the
 * first seats yield the commitment, with the polynomial f, and another seat's share is not on f, then f and the
 * polynomial through that share and all but one of the first differ; they meet at the others, so not at 0 as well. That
 * subset hence decrypts to something else. One look at each share is enough, and there is no need to go through subsets.
 *
 * What the salt makes of the envelope tells the rest: the shares of seats that keep silent, whose members could decide
 * later whether it opens to the same for all.
 * @param scalars all that were published, which must be enough
 * @param keys the point of each seat; absent = seats that keep silent are not looked at
 */
export function judgeEnvelope(
  sealed: SealedPart,
  scalars: Scalars,
  commitment: string,
  products = productsOf(),
  keys: readonly string[] = [],
): Judgement {
  const seats = seatsOf(sealed, scalars);
  const { threshold } = sealed.quorum;
  const first = seats.slice(0, threshold);
  const opening = decryptWith(sealed, first, scalars, products);
  const shares = sharesOf(sealed, seats, scalars, products);
  if (!opening || !shares || commitmentOf(sealed.place, opening.bid, opening.salt) !== commitment.toLowerCase()) {
    return { honest: false, seats: first };
  }
  const line = shares.slice(0, threshold);
  const odd = shares.findIndex(([x, share]) => interpolate(line, x) !== share);
  const seat = seats[odd];
  if (seat !== undefined) return { honest: false, seats: [...first.slice(1), seat] };
  const silent = unlikeMade(sealed, scalars, keys, opening.salt);
  return silent === undefined ? { honest: true, ...opening } : { honest: false, seats: [silent], made: opening };
}

/** A seat without a scalar whose share, or whose point U, is not what the salt makes. */
function unlikeMade(
  { place, quorum, envelope }: SealedPart,
  scalars: Scalars,
  keys: readonly string[],
  salt: string,
): number | undefined {
  const bytes = getBytes(envelope);
  const made = madeOf(place, quorum.threshold, salt);
  const same = (from: number, expected: Uint8Array) => expected.every((byte, i) => bytes[from + i] === byte);
  const honest = same(0, made.start);
  const unlike = keys.findIndex(
    (key, seat) => !scalars.has(seat) && !(honest && same(POINT_LENGTH + WORD * seat, made.share(seat, key))),
  );
  return unlike < 0 ? undefined : unlike;
}

/** The seats whose scalars are known, in order. */
function seatsOf({ quorum }: SealedPart, scalars: Scalars): number[] {
  const { threshold } = quorum;
  const seats = [...scalars.keys()].sort((a, b) => a - b);
  const strange = seats.find((seat) => !Number.isInteger(seat) || seat < 0 || seat >= quorum.seats);
  if (strange !== undefined) throw new InputError(`There is no seat ${strange} among ${quorum.seats}.`);
  if (seats.length >= threshold) return seats;
  throw new InputError(`The scalars of ${threshold} seats are needed to open an envelope; ${seats.length} are known.`);
}

/** The shares of some seats as points of the polynomial; null where U is no point of the group. */
function sharesOf({ place, quorum, envelope }: SealedPart, seats: readonly number[], scalars: Scalars, of: Products) {
  checkQuorum(quorum);
  const bytes = getBytes(envelope);
  if (bytes.length < envelopeLength(quorum.seats, 0)) {
    throw new InputError(`An envelope cannot have ${bytes.length} bytes only.`);
  }
  const context = contextOf(place);
  const shares: [x: bigint, share: bigint][] = [];
  for (const seat of seats) {
    const scalar = scalars.get(seat);
    if (scalar === undefined) throw new InputError(`The scalar of seat ${seat} is not known.`);
    const both = of(bytes.subarray(0, POINT_LENGTH), scalar);
    if (!both) return null;
    const at = POINT_LENGTH + WORD * seat;
    const share = xor(bytes.subarray(at, at + WORD), maskOf(context, seat, both.start, both.product));
    shares.push([BigInt(seat + 1), scalarOf(share)]);
  }
  return shares;
}

function checkQuorum({ seats, threshold }: Quorum): void {
  if (Number.isInteger(threshold) && threshold >= 1 && threshold <= seats) return;
  throw new InputError(`Of ${seats} seats, ${threshold} cannot be the threshold.`);
}

function contextOf({ chainId, house, tender, lot, part, bidder }: PartPlace): Uint8Array {
  const types = ["bytes32", "uint256", "address", "uint256", "uint256", "uint256", "address"];
  return getBytes(keccak256(abi.encode(types, [ENVELOPE_TAG, chainId, house, tender, lot, part, bidder])));
}

function maskOf(context: Uint8Array, seat: number, start: Uint8Array, product: Uint8Array): Uint8Array {
  return keccak_256(concatBytes(context, word(seat), start, product));
}

/** The block j of the key stream of a body. */
function keystream(context: Uint8Array, key: bigint): (block: number) => Uint8Array {
  const head = concatBytes(context, word(key));
  return (block) => keccak_256(concatBytes(head, word(block)));
}

/** Bytes under a mask of the same length, or under blocks of 32. */
function xor(bytes: Uint8Array, mask: Uint8Array | ((block: number) => Uint8Array)): Uint8Array {
  const result = new Uint8Array(bytes.length);
  for (let at = 0; at < bytes.length; at += WORD) {
    const block = typeof mask === "function" ? mask(at / WORD) : mask;
    for (let i = at; i < Math.min(at + WORD, bytes.length); i++) result[i] = (bytes[i] ?? 0) ^ (block[i - at] ?? 0);
  }
  return result;
}
