import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { Quorum, Scalars } from "./committee/envelope.ts";
import { readCommittee, scalarsOf } from "./committee/read.ts";
import type { TenderModel } from "./model.ts";
import { readTender } from "./read.ts";

/** What opens and judges envelopes of a tender now. */
export interface OpeningModel {
  model: TenderModel;
  /** The current part. */
  part: number;
  quorum: Quorum;
  scalars: Scalars;
  /** Time of the latest block. */
  now: number;
}

/**
 * Reads what opens envelopes of a tender now.
 * @throws InputError if too few scalars are out, or it is too late to open and to judge
 */
export async function readOpening(context: Context, tender: bigint): Promise<OpeningModel> {
  const model = await readTender(context, tender);
  const committee = await readCommittee(context, tender);
  const part = model.sealing?.scored ? 1 : 0;
  const scalars = scalarsOf(committee, part);
  if (scalars.size < committee.threshold) {
    throw new InputError(`${scalars.size} scalars are out, and ${committee.threshold} open a bid of tender ${tender}.`);
  }
  if (model.cancelled) throw new InputError(`Tender ${tender} was cancelled: nothing is opened any more.`);
  const now = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  if (now > (model.sealing?.judgeDeadline ?? 0)) {
    throw new InputError(
      `The bids of tender ${tender} could be opened and judged until ${iso(model.sealing?.judgeDeadline)}.`,
    );
  }
  const quorum = { seats: committee.seats.length, threshold: committee.threshold };
  return { model, part, quorum, scalars, now };
}

/** Seconds as an ISO time, UTC. */
export function iso(seconds = 0): string {
  return new Date(seconds * 1000).toISOString();
}
