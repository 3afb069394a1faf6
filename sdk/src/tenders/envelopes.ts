import { randomInt } from "node:crypto";
import { concat } from "ethers";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { DEVELOPMENT, finalBlock } from "../shared/final.ts";
import { LOTTERY_NUMBERS, type PartPlace } from "./bid.ts";
import { type BidFile, partsOf, placeOf } from "./bidFile.ts";
import { makeEnvelope } from "./committee/envelope.ts";
import { committeeKeys, type CommitteeModel, readCommittee } from "./committee/read.ts";

/** A random number for the lottery of equal bids. */
export const newLottery = (): number => randomInt(LOTTERY_NUMBERS);

/** What a bid file's bid is sealed as: for each part its commitment and its envelope, for the keys of the committee. */
export function sealedBytes(context: Context, file: BidFile): Promise<string> {
  return sealedParts(
    context,
    partsOf(file).map((one, part) => ({ ...one, place: { ...placeOf(file), part } })),
  );
}

/** What parts are sealed as, one behind the other: each one's commitment and its envelope. */
export async function sealedParts(
  context: Context,
  parts: { place: PartPlace; bid: string; salt: string; commitment: string }[],
): Promise<string> {
  const committee = await readCommittee(context, parts[0]?.place.tender ?? 0n);
  await requireFinalKeys(context, committee);
  const sealed = await Promise.all(
    parts.map(async ({ place, bid, salt, commitment }) => {
      const keys = await committeeKeys(context, committee, place.part);
      return concat([commitment, makeEnvelope(place, keys, committee.threshold, { salt, bid })]);
    }),
  );
  return concat(sealed);
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
