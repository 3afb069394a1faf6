import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { NOBODY } from "../model.ts";
import { orderOf } from "../order.ts";

/**
 * The bids that a decision reinstates in this order, each with the bidder at the head of the order then, as the house asks
 * for it: one struck from the head comes back there.
 * @throws InputError if one of them is not rejected in its place
 */
export async function reinstatementsOf(
  context: Context,
  complaint: bigint,
  bidders: string[],
): Promise<{ bidder: string; head: string }[]> {
  if (bidders.length === 0) return [];
  const { tender, lot } = await context.complaints.complaintOf(complaint);
  const { lowest } = await context.house.lotOf(tender, lot);
  const order = await orderOf(context, tender, Number(lot));
  let head = order.find(({ number }) => BigInt(number) === lowest);
  const all: { bidder: string; head: string }[] = [];
  for (const bidder of bidders) {
    const own = order.find((one) => one.bidder === bidder && one.placed && !one.stands);
    if (!own) throw new InputError(`No bid of ${bidder} is rejected in lot ${lot} of tender ${tender}.`);
    all.push({ bidder, head: head?.bidder ?? NOBODY });
    const { number, next } = await context.house.bidOf(tender, lot, bidder);
    if (number === next && (!head || own.price <= head.price)) head = own;
  }
  return all;
}
