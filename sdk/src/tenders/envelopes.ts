import { randomInt } from "node:crypto";
import { concat } from "ethers";
import type { Context } from "../shared/context.ts";
import { LOTTERY_NUMBERS } from "./bid.ts";
import { type BidFile, partsOf, placeOf } from "./bidFile.ts";
import { makeEnvelope } from "./committee/envelope.ts";
import { committeeKeys, readCommittee } from "./committee/read.ts";

/** A random number for the lottery of equal bids. */
export const newLottery = (): number => randomInt(LOTTERY_NUMBERS);

/** What a bid file's bid is sealed as: for each part its commitment and its envelope, for the keys of the committee. */
export async function sealedBytes(context: Context, file: BidFile): Promise<string> {
  const committee = await readCommittee(context, BigInt(file.tender));
  const parts = await Promise.all(
    partsOf(file).map(async ({ bid, salt, commitment }, part) => {
      const keys = await committeeKeys(context, committee, part);
      const envelope = makeEnvelope({ ...placeOf(file), part }, keys, committee.threshold, { salt, bid });
      return concat([commitment, envelope]);
    }),
  );
  return concat(parts);
}
