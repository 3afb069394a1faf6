import { randomInt } from "node:crypto";
import { concat, dataSlice, keccak256, ZeroHash } from "ethers";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { DEVELOPMENT, finalBlock } from "../shared/final.ts";
import { LOTTERY_NUMBERS } from "./bid.ts";
import { type BidFile, partsOf, placeOf } from "./bidFile.ts";
import { envelopeLength, makeEnvelope } from "./committee/envelope.ts";
import { committeeKeys, type CommitteeModel, readCommittee } from "./committee/read.ts";

/** A random number for the lottery of equal bids. */
export const newLottery = (): number => randomInt(LOTTERY_NUMBERS);

/** What a bid file's bid is sealed as: for each part its commitment and its envelope, for the keys of the committee. */
export async function sealedBytes(context: Context, file: BidFile): Promise<string> {
  const committee = await readCommittee(context, BigInt(file.tender));
  await requireFinalKeys(context, committee);
  const parts = await Promise.all(
    partsOf(file).map(async ({ bid, salt, commitment }, part) => {
      const keys = await committeeKeys(context, committee, part);
      const envelope = makeEnvelope({ ...placeOf(file), part }, keys, committee.threshold, { salt, bid });
      return concat([commitment, envelope]);
    }),
  );
  return concat(parts);
}

/** A part of what was sealed, as the house wants to be told of it. */
export interface SealedAs {
  commitment: string;
  envelope: string;
  /** Hash of the other part; zero where there is one part. */
  other: string;
}

/** A part of what was sealed for a committee of so many seats, with bids of these lengths; undefined where there is none. */
export function sealedPart(sealed: string, part: number, seats: number, bidLengths: number[]): SealedAs | undefined {
  let from = 0;
  const parts = bidLengths.map((length) => {
    const [start, end] = [from + 32, from + 32 + envelopeLength(seats, length)];
    const one = { commitment: dataSlice(sealed, from, start), envelope: dataSlice(sealed, start, end) };
    from = end;
    return one;
  });
  const [own, second] = [parts[part], parts[1 - part]];
  const other = second ? keccak256(concat([second.commitment, keccak256(second.envelope)])) : ZeroHash;
  return own && { ...own, other };
}

/**
 * @throws InputError unless the keys are frozen, in a way that no reorganisation undoes: an envelope for a key that was
 * replaced afterwards does not open, and would cost its bidder the bond
 */
async function requireFinalKeys(context: Context, { tender, frozen }: CommitteeModel): Promise<void> {
  if (frozen === undefined) {
    throw new InputError(`The committee of tender ${tender} is not frozen yet: bids can be sealed when it is.`);
  }
  if (DEVELOPMENT.includes(context.chainId)) return;
  const final = (await finalBlock(context))?.number ?? 0;
  if (final >= frozen) return;
  throw new InputError(
    `The committee of tender ${tender} was frozen in a block that is not final yet; repeat in minutes.`,
  );
}
