import { prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BID_STATES, neighboursIn, orderOf } from "./order.ts";

/** The rule of ITenderHouse by which ties go by lottery, and the phases in which the current part's scalars are out. */
const LOTTERY = 8n;
export const KEYS_OUT = [3n, 5n];
/** Bidders given to one transaction: far from the most that a transaction can do. */
const PIECE = 500;

/** Gives every opened bid of a lot that has yet to take its place the right one. Anyone. Returns how many. */
export async function placeBids(context: Context, tender: bigint, lot: number): Promise<number> {
  const order = await orderOf(context, tender, lot);
  const unplaced = order.filter(({ placed }) => !placed);
  for (const bid of unplaced) {
    const { before, next } = neighboursIn(order, bid.price, bid.number);
    await prepare(context.house.place, [tender, lot, bid.bidder, before, next], () => ({})).send();
    bid.placed = true;
  }
  return unplaced.length;
}

/** A bid in the order as it stands on chain, which a draw turns. */
interface Linked {
  bidder: string;
  state: string;
  price: bigint;
  number: number;
  next: number;
}

/**
 * Readies a lot for its award, in the time of awards: places what has no place, takes away what stands at the head of
 * the order and can win no more, and draws among tied bids. Anyone; run again, it goes on where it was.
 * @returns who stands at the head then: the one who must win, unless its price is over the ceiling; absent = nobody
 */
export async function clearHead(context: Context, tender: bigint, lot: number): Promise<string | undefined> {
  await placeBids(context, tender, lot);
  const names = new Map((await orderOf(context, tender, lot)).map(({ number, bidder }) => [number, bidder]));
  const { rules, phase } = await context.house.tenderOf(tender);
  const lottery = (rules & LOTTERY) !== 0n && KEYS_OUT.includes(phase);
  const read = async (number: bigint | number): Promise<Linked | undefined> => {
    if (Number(number) === 0) return undefined;
    const bidder = names.get(Number(number));
    if (bidder === undefined) throw new InputError(`The node gives no log of bid ${number} of tender ${tender}.`);
    const bid = await context.house.bidOf(tender, lot, bidder);
    const { price } = bid;
    return {
      bidder,
      state: BID_STATES[Number(bid.status)] ?? "none",
      price,
      number: Number(number),
      next: Number(bid.next),
    };
  };

  for (;;) {
    const { lowest, drawn, minimum } = await context.house.lotOf(tender, lot);
    const out: string[] = [];
    let head = await read(lowest);
    let next = await read(head?.next ?? 0);
    const undrawn = () => lottery && head !== undefined && next?.price === head.price && drawn !== head.price + 1n;
    const isOut = ({ state, price }: Linked) =>
      state === "void" || state === "duplicate" || price < minimum || (state === "rejected" && !undrawn());
    while (head && isOut(head) && out.length < PIECE) {
      out.push(head.bidder);
      head = next;
      next = await read(head?.next ?? 0);
    }
    if (out.length > 0) {
      await prepare(context.house.strike, [tender, lot, out], () => ({})).send();
    } else if (head && undrawn()) {
      await drawTies(context, tender, lot, head, read);
    } else {
      return head?.bidder;
    }
  }
}

/** Draws among the bids of the head's price: all of them are given, then again up to the one drawn. */
async function drawTies(
  context: Context,
  tender: bigint,
  lot: number,
  head: Linked,
  read: (number: number) => Promise<Linked | undefined>,
): Promise<void> {
  const tied: string[] = [];
  for (let bid: Linked | undefined = head; bid?.price === head.price; bid = await read(bid.next)) tied.push(bid.bidder);
  const given = [...tied, ...tied];
  for (let from = 0; from < given.length; from += PIECE) {
    await prepare(context.house.draw, [tender, lot, given.slice(from, from + PIECE)], () => ({})).send();
    if ((await context.house.lotOf(tender, lot)).drawn === head.price + 1n) return;
  }
}
