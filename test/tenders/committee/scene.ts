import { expect } from "chai";
import { concat, dataSlice, getAddress, getBytes, hexlify, id, keccak256 } from "ethers";
import {
  type Opening,
  type Quorum,
  type Scalars,
  type SealedPart,
  makeEnvelope,
} from "../../../sdk/src/tenders/committee/envelope.ts";
import { type KeyPlace, publicPoint } from "../../../sdk/src/tenders/committee/key.ts";
import { InputError } from "../../../sdk/src/shared/errors.ts";
import type { PartPlace } from "../../../sdk/src/tenders/bid.ts";
import { R } from "./reference.ts";

/** Numbers that look random, the same in each run. */
export class Seeded {
  #state: string;

  constructor(name: string) {
    this.#state = id(name);
  }

  word(): bigint {
    this.#state = keccak256(this.#state);
    return BigInt(keccak256(concat([this.#state, "0x01"])));
  }

  /** Below `limit`. */
  below(limit: number): number {
    return Number(this.word() % BigInt(limit));
  }

  scalar(): bigint {
    return (this.word() % (R - 1n)) + 1n;
  }

  bytes(length: number): string {
    let bytes = "0x";
    for (let at = 0; at < length; at += 32) bytes = concat([bytes, `0x${this.word().toString(16).padStart(64, "0")}`]);
    return dataSlice(bytes, 0, length);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }
}

const account = (name: string): string => getAddress(dataSlice(id(name), 12));
export const HOUSE = account("house");

export const PLACE: PartPlace = {
  chainId: 31_337n,
  house: HOUSE,
  tender: 7n,
  lot: 3,
  part: 0,
  bidder: account("bidder"),
};

/** Places that differ from `PLACE` in one thing each. */
export const ELSEWHERE: PartPlace[] = [
  { ...PLACE, chainId: 1n },
  { ...PLACE, house: account("other house") },
  { ...PLACE, tender: 8n },
  { ...PLACE, lot: 4 },
  { ...PLACE, part: 1 },
  { ...PLACE, bidder: account("other bidder") },
];

export const SEAT: KeyPlace = {
  chainId: 31_337n,
  committee: account("committee"),
  house: HOUSE,
  tender: 7n,
  part: 0,
  seat: 2,
  member: account("member"),
};

/** Seats that differ from `SEAT` in one thing each. */
export const OTHER_SEATS: KeyPlace[] = [
  { ...SEAT, chainId: 1n },
  { ...SEAT, committee: account("other committee") },
  { ...SEAT, house: account("other house") },
  { ...SEAT, tender: 8n },
  { ...SEAT, part: 1 },
  { ...SEAT, seat: 3 },
  { ...SEAT, member: account("other member") },
];

/** The secrets of a committee. */
export function committee(size: number, name = "committee"): Map<number, bigint> {
  const random = new Seeded(name);
  return new Map(Array.from({ length: size }, (_, seat) => [seat, random.scalar()]));
}

export const keysOf = (secrets: Scalars): string[] => [...secrets.values()].map(publicPoint);

/** The scalars of some seats. */
export function only(secrets: Scalars, seats: readonly number[]): Map<number, bigint> {
  return new Map([...secrets].filter(([seat]) => seats.includes(seat)));
}

/** All subsets of 0 to size-1 with so many members. */
export function subsets(size: number, count: number, from = 0): number[][] {
  if (count === 0) return [[]];
  return Array.from({ length: Math.max(size - from, 0) }, (_, i) => from + i).flatMap((first) =>
    subsets(size, count - 1, first + 1).map((rest) => [first, ...rest]),
  );
}

export function sealed(secrets: Scalars, threshold: number, opening: Opening, place = PLACE): SealedPart {
  const quorum: Quorum = { seats: secrets.size, threshold };
  return { place, quorum, envelope: makeEnvelope(place, keysOf(secrets), threshold, opening) };
}

/** The bytes with some of them replaced. */
export function spliced(bytes: string, at: number, by: string): string {
  const result = getBytes(bytes);
  result.set(getBytes(by), at);
  return hexlify(result);
}

/** Expects an InputError of one line. */
export function refused(act: () => unknown, words: string): void {
  let error: unknown = new Error("nothing was thrown");
  try {
    act();
  } catch (thrown) {
    error = thrown;
  }
  expect(error, String(error)).to.be.instanceOf(InputError);
  expect((error as Error).message)
    .to.include(words)
    .and.not.include("\n");
}

/** As `refused`, of what is done later. */
export async function refusedLater(act: Promise<unknown>, words: string): Promise<void> {
  const error: unknown = await act.then(
    () => new Error("nothing was thrown"),
    (thrown: unknown) => thrown,
  );
  refused(() => {
    throw error;
  }, words);
}
