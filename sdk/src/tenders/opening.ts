import { keccak256, ZeroHash } from "ethers";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { Judgement, Quorum, Scalars } from "./committee/envelope.ts";
import { type CommitteeModel, readCommittee, scalarsOf } from "./committee/read.ts";
import type { TenderModel } from "./model.ts";
import { readTender } from "./read.ts";

/** What opens and judges envelopes of a tender now. */
export interface OpeningModel {
  model: TenderModel;
  /** The current part. */
  part: number;
  committee: CommitteeModel;
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
  return { model, part, committee, quorum, scalars, now };
}

/** The points of a part's seats. */
export function keysOf({ seats }: CommitteeModel, part: number): string[] {
  return seats.map(({ points }) => points[part] ?? "");
}

/** What convicts a dishonest envelope at the house (ITenderHouse.Judgement). */
export function chargeOf(
  judgement: Extract<Judgement, { honest: false }>,
  sealed: { envelope: string; commitment: string; other: string; number: number; time: number },
  keys: readonly string[],
) {
  const { envelope, commitment, other, number, time } = sealed;
  const charge = { seats: [...judgement.seats], envelope, commitment, other, number, time };
  if (!("made" in judgement)) return { ...charge, salt: ZeroHash, bidHash: ZeroHash, point: "0x" };
  const { seats, made } = judgement;
  return { ...charge, salt: made.salt, bidHash: keccak256(made.bid), point: keys[seats[0]] ?? "0x" };
}

/** Seconds as an ISO time, UTC. */
export function iso(seconds = 0): string {
  return new Date(seconds * 1000).toISOString();
}
