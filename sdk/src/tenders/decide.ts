import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putJson } from "../shared/files.ts";
import { NOBODY } from "./model.ts";
import { type OrderedBid, predecessorIn, standingOrder } from "./order.ts";

/** Reason codes of rejections and cancellations. Codes are never renumbered; docs/rooms/tenders.md lists them. */
export const reasons = {
  1: "does not meet the specification",
  2: "does not meet the qualification requirements",
  3: "required document missing or invalid",
  4: "ground for exclusion",
  5: "abnormally low price not explained",
  6: "bidder refused to sign",
  7: "collusion or false statement",
  20: "no longer needed",
  21: "error in the notice",
  22: "insufficient funds",
  23: "order of a court or review body",
  99: "other, see the statement",
} as const;

/** A public statement of reasons; its digest goes on chain. No personal data. */
export interface Statement {
  reason: number;
  /** What the agency states. */
  statement: string;
}

/** Keeps a statement in the store. @throws InputError if the code is not one of `reasons` */
async function putStatement(context: Context, { reason, statement }: Statement): Promise<string> {
  if (!(reason in reasons)) throw new InputError(`No such reason: ${reason}. The codes are in docs/rooms/tenders.md.`);
  return putJson(context.files, { format: "common-seal/statement/1", reason, statement });
}

/** Rejects an opened bid. A key of the agency with `tender.reject`. */
export async function rejectBid(
  context: Context,
  parameters: Statement & { tender: bigint; lot: number; bidder: string },
): Promise<Act<object>> {
  const { tender, lot, bidder, reason } = parameters;
  const order = await standingOrder(context, tender, lot);
  const bid = order.find((one) => one.placed && one.bidder.toLowerCase() === bidder.toLowerCase());
  const predecessor = bid ? predecessorIn(order, bid.price, bid.number) : NOBODY;
  const evidence = await putStatement(context, parameters);
  return prepare(context.house.reject, [tender, lot, bidder, predecessor, reason, evidence], () => ({}));
}

/** Gives every opened bid of a lot that has yet to take its place the right one. Anyone. Returns how many. */
export async function placeBids(context: Context, tender: bigint, lot: number): Promise<number> {
  const order = await standingOrder(context, tender, lot);
  const unplaced = order.filter(({ placed }) => !placed);
  for (const bid of unplaced) {
    const predecessor = predecessorIn(order, bid.price, bid.number);
    await prepare(context.house.place, [tender, lot, bid.bidder, predecessor], () => ({})).send();
    bid.placed = true;
  }
  return unplaced.length;
}

/** Who must win a lot: the lowest bid not rejected. */
export async function lowestBid(context: Context, tender: bigint, lot: number): Promise<OrderedBid | undefined> {
  return (await standingOrder(context, tender, lot))[0];
}

/** Awards a lot to a bidder; the house refuses all but the lowest standing bid. A key with `tender.award`. */
export function awardLot(context: Context, tender: bigint, lot: number, bidder: string): Act<{ winner: string }> {
  return prepare(context.house.award, [tender, lot, bidder], () => ({ winner: bidder }));
}

/** Closes a lot in which no bid stands. A key with `tender.award`. */
export function closeLot(context: Context, tender: bigint, lot: number): Act<object> {
  return prepare(context.house.closeLot, [tender, lot], () => ({}));
}

/** Cancels the undecided lots of a tender. A key with `tender.cancel`. */
export async function cancelTender(context: Context, parameters: Statement & { tender: bigint }): Promise<Act<object>> {
  const evidence = await putStatement(context, parameters);
  return prepare(context.house.cancel, [parameters.tender, parameters.reason, evidence], () => ({}));
}
