import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { publicPoint } from "./key.ts";
import { readCommittee } from "./read.ts";

export interface LeakParameters {
  tender: bigint;
  seat: number;
  /** The secret that leaked. */
  scalar: bigint;
}

/** Whose secret leaked, and the part of the bids that it opens. */
export interface Leak {
  seat: number;
  part: number;
}

/**
 * Proves that a seat's secret leaked while bids were sealed: before bidding is open the seat is vacated, afterwards t-1
 * of them stop the sealing. Anyone. Run again it says that the leak is proven.
 * @throws InputError if it is no secret of the seat, or bids are sealed no more: then nothing is shown to anyone
 */
export async function proveLeak(
  context: Context,
  { tender, seat: number, scalar }: LeakParameters,
): Promise<{ act: Act<Leak> } | { done: Leak }> {
  const { seats } = await readCommittee(context, tender);
  const seat = seats[number];
  if (!seat) throw new InputError(`The committee has ${seats.length} seats, from 0 on; there is no ${number}.`);
  const part = seat.points.indexOf(publicPoint(scalar));
  if (part < 0) throw new InputError(`This is not the secret of a key of seat ${number} in tender ${tender}.`);
  if (seat.leaked[part] === true) return { done: { seat: number, part } };
  const sealedUntil = Number((await context.house.openingTimes(tender)).sealedUntil);
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  if (latest > sealedUntil) {
    const until = new Date(sealedUntil * 1000).toISOString();
    throw new InputError(`Bids were sealed until ${until}: a secret shown now is no leak, and was shown to nobody.`);
  }
  const { TenderHouse } = context.addresses;
  const result = () => ({ seat: number, part });
  return { act: prepare(context.committee.proveLeak, [TenderHouse, tender, part, number, scalar], result) };
}
