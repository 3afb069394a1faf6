import { dataSlice, keccak256, toBeHex, ZeroAddress, zeroPadValue } from "ethers";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { logsBetween } from "../../shared/logs.ts";
import { POINT_LENGTH, point128, readKeyHex } from "./curve.ts";

/** A seat of a committee as logs tell it. */
export interface SeatModel {
  seat: number;
  /** Its body. */
  agency: number;
  /** Who holds it; absent until it is taken. */
  member?: string;
  /** Its public key for each part, 96 bytes in hex; empty until it is taken. */
  points: string[];
  /** For each part its scalar, once published. */
  scalars: (bigint | undefined)[];
  /** For each part whether its scalar was shown while bids were sealed. */
  leaked: boolean[];
}

export interface CommitteeModel {
  tender: bigint;
  threshold: number;
  /** Number of parts of a bid. */
  parts: number;
  /** The block in which seats and keys were frozen; absent until then. */
  frozen?: number;
  seats: SeatModel[];
}

/**
 * Rebuilds a tender's committee from logs alone.
 * @param toBlock the last block that counts; absent = the latest
 * @throws InputError if the tender has none
 */
export async function readCommittee(context: Context, tender: bigint, toBlock?: number): Promise<CommitteeModel> {
  const { addresses, committee } = context;
  const topics = [null, zeroPadValue(addresses.TenderHouse, 32), toBeHex(tender, 32)];
  const filter = { address: addresses.OpeningCommittee, topics };
  const to = toBlock ?? (await context.provider.getBlockNumber());
  const logs = await logsBetween(context.provider, filter, context.block, to);
  let model: CommitteeModel | undefined;
  for (const log of logs) {
    const event = committee.interface.parseLog(log);
    if (!event) continue;
    const args = event.args.toObject() as Record<string, unknown>;
    if (event.name === "CommitteeFormed") model = formed(tender, args);
    else if (model && event.name === "SeatsFrozen") model.frozen = log.blockNumber;
    else if (model) apply(model, event.name, args);
  }
  if (!model) throw new InputError(`Tender ${tender} has no opening committee: its bidders open their own bids.`);
  return model;
}

/**
 * The public keys of a part, one for each seat, compared with what the committee's contract keeps: a node that lies in
 * its logs must not make anyone seal for other keys.
 * @throws InputError unless all seats are taken
 */
export async function committeeKeys(context: Context, model: CommitteeModel, part: number): Promise<string[]> {
  return Promise.all(
    model.seats.map(async ({ seat, points, scalars }) => {
      const point = points[part];
      if (point === undefined) throw new InputError(`Seat ${seat} of tender ${model.tender} is not taken yet.`);
      const kept = await context.committee.keyOf(context.addresses.TenderHouse, model.tender, part, seat);
      const scalar = scalars[part];
      const expected = scalar === undefined ? keccak256(point128(readKeyHex(point))) : toBeHex(scalar, 32);
      if (kept !== expected)
        throw new InputError(`The node tells a key of seat ${seat} that the committee does not keep.`);
      return point;
    }),
  );
}

/** The scalars of a part that are out, by seat. */
export function scalarsOf(model: CommitteeModel, part: number): Map<number, bigint> {
  return new Map(
    model.seats.flatMap(({ seat, scalars }) => {
      const scalar = scalars[part];
      return scalar === undefined ? [] : [[seat, scalar] as const];
    }),
  );
}

function formed(tender: bigint, args: Record<string, unknown>): CommitteeModel {
  const { threshold, parts, agencies } = args as { threshold: bigint; parts: bigint; agencies: bigint[] };
  const seats = [...agencies].map((agency, seat) => ({
    seat,
    agency: Number(agency),
    points: [],
    scalars: Array.from({ length: Number(parts) }, () => undefined),
    leaked: Array.from({ length: Number(parts) }, () => false),
  }));
  return { tender, threshold: Number(threshold), parts: Number(parts), seats };
}

function apply(model: CommitteeModel, name: string, args: Record<string, unknown>): void {
  const seat = model.seats[Number(args["seat"])];
  if (!seat) throw new InputError(`The committee of tender ${model.tender} has no seat ${String(args["seat"])}.`);
  const part = Number(args["part"] ?? 0);
  switch (name) {
    case "SeatTaken": {
      const points = args["points"] as string;
      seat.member = args["member"] as string;
      seat.points = seat.scalars.map((_, i) => dataSlice(points, i * POINT_LENGTH, (i + 1) * POINT_LENGTH));
      return;
    }
    case "SeatVacated":
      delete seat.member;
      seat.points = [];
      return;
    case "ScalarPublished":
      seat.scalars[part] = args["scalar"] as bigint;
      return;
    case "ScalarLeaked":
      seat.leaked[part] = true;
      return;
  }
}

/** Whether an account holds a seat. */
export const holds = (seat: SeatModel, account: string): boolean =>
  (seat.member ?? ZeroAddress).toLowerCase() === account.toLowerCase();
