import { concat, dataLength, dataSlice, keccak256, ZeroHash } from "ethers";
import { envelopeLength } from "./committee/envelope.ts";

/** A part of a bid as it was sealed, and as the house wants to be told of it. */
export interface SealedAs {
  commitment: string;
  envelope: string;
  /** Hash of the other part; zero where there is one part. */
  other: string;
}

/** How many seats there are, and the bytes of each part of a bid. */
interface Sizes {
  seats: { length: number };
  bidLengths: number[];
}

/** Bytes of each part as it is sealed for a committee: a commitment and its envelope. */
export function partLengths({ seats, bidLengths }: Sizes): number[] {
  return bidLengths.map((length) => 32 + envelopeLength(seats.length, length));
}

/** A part of what was sealed for a committee; undefined where there is none, or the bytes are too few. */
export function sealedPart(sizes: Sizes, sealed: string, part: number): SealedAs | undefined {
  const own = cut(partLengths(sizes), sealed, part);
  const second = cut(partLengths(sizes), sealed, 1 - part);
  const other = second ? keccak256(concat([second.commitment, keccak256(second.envelope)])) : ZeroHash;
  return own && { ...own, other };
}

function cut(lengths: number[], sealed: string, part: number): Omit<SealedAs, "other"> | undefined {
  const from = lengths.slice(0, part).reduce((sum, length) => sum + length, 0);
  const to = from + (lengths[part] ?? 0);
  if (to === from || dataLength(sealed) < to) return undefined;
  return { commitment: dataSlice(sealed, from, from + 32), envelope: dataSlice(sealed, from + 32, to) };
}
