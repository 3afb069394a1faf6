import { concat, dataLength, dataSlice, keccak256, ZeroHash } from "ethers";
import { envelopeLength } from "./committee/envelope.ts";
import type { SealingModel } from "./model.ts";

/** A part of a bid as it was sealed, and as the house wants to be told of it. */
export interface SealedAs {
  commitment: string;
  envelope: string;
  /** Hash of the other part; zero where there is one part. */
  other: string;
}

/** Bytes of each part as it is sealed for a committee: a commitment and its envelope. */
export function partLengths({ seats, bidLengths }: Pick<SealingModel, "seats" | "bidLengths">): number[] {
  return bidLengths.map((length) => 32 + envelopeLength(seats.length, length));
}

/** A part of what was sealed for a committee; undefined where there is none, or the bytes are too few. */
export function sealedPart(
  sealing: Pick<SealingModel, "seats" | "bidLengths">,
  sealed: string,
  part: number,
): SealedAs | undefined {
  const own = cut(partLengths(sealing), sealed, part);
  const second = cut(partLengths(sealing), sealed, 1 - part);
  const other = second ? keccak256(concat([second.commitment, keccak256(second.envelope)])) : ZeroHash;
  return own && { ...own, other };
}

function cut(lengths: number[], sealed: string, part: number): Omit<SealedAs, "other"> | undefined {
  const from = lengths.slice(0, part).reduce((sum, length) => sum + length, 0);
  const to = from + (lengths[part] ?? 0);
  if (to === from || dataLength(sealed) < to) return undefined;
  return { commitment: dataSlice(sealed, from, from + 32), envelope: dataSlice(sealed, from + 32, to) };
}
