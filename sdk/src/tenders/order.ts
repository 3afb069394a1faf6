import { dataSlice, toBeHex } from "ethers";
import type { Context } from "../shared/context.ts";
import { logsBetween } from "../shared/logs.ts";
import { decodePrice } from "./bid.ts";
import { type BidState, NOBODY } from "./model.ts";

/** ITenderHouse.BidStatus, in order. */
export const BID_STATES: readonly (BidState | "none")[] = [
  "none",
  "sealed",
  "withdrawn",
  "standing",
  "unplaced",
  "over the ceiling",
  "malformed",
  "rejected",
  "forfeited",
  "part opened",
  "under the minimum",
  "duplicate",
  "void",
];

/** A bidder's sealing or replacement. */
export interface Commit {
  /** Of the only or the technical part. */
  commitment: string;
  /** All parts with their envelopes, where they were sealed for a committee. */
  sealed?: string;
  number: number;
  block: number;
}

/** What a bidder has sealed in a lot, in order: by its own logs, so that what rivals do costs it nothing. */
export async function commitsOf(context: Context, tender: bigint, lot: number, bidder: string): Promise<Commit[]> {
  const logs = await lotLogs(context, ["BidCommitted", "BidReplaced", "BidSealed"], tender, lot, bidder);
  return logs.map(({ args, block }) => {
    const { commitment, sealed_: sealed, number } = args as { commitment?: string; sealed_?: string; number: bigint };
    const first = commitment ?? dataSlice(sealed ?? "0x", 0, 32);
    return { commitment: first, ...(sealed === undefined ? {} : { sealed }), number: Number(number), block };
  });
}

/** A bid in a lot's order, or one that has yet to take its place there. */
export interface OrderedBid {
  bidder: string;
  /** Minor units. */
  price: bigint;
  number: number;
  /** Whether it has its place in the house's order. One that was rejected or is void keeps it. */
  placed: boolean;
  /** Whether it can still win. */
  stands: boolean;
}

/** The opened bids of a lot in their order: lowest price, then lowest commit number. */
export async function orderOf(context: Context, tender: bigint, lot: number): Promise<OrderedBid[]> {
  const order = new Map<string, OrderedBid>();
  const out = (bidder: string) => {
    const known = order.get(bidder);
    if (known?.placed === false) order.delete(bidder);
    else if (known) known.stands = false;
  };
  for (const { name, args } of await lotLogs(context, ORDER_EVENTS, tender, lot)) {
    const bidder = args["bidder"] as string;
    const known = order.get(bidder);
    if (name === "BidRejected" || name === "BidVoided") out(bidder);
    else if (name === "BidsDuplicate") [bidder, args["other"] as string].forEach(out);
    else if (name === "BidPlaced" && known) known.placed = true;
    else if (name === "BidReinstated" && known) {
      const placed = BID_STATES[Number(args["status"])] === "standing";
      order.set(bidder, { ...known, placed, stands: true });
    } else if (name === "BidOpened") {
      const state = BID_STATES[Number(args["status"])];
      const section = decodePrice(args["bid"] as string);
      if (!section || (state !== "standing" && state !== "unplaced")) continue;
      const { price } = section;
      order.set(bidder, { bidder, price, number: Number(args["number"]), placed: state === "standing", stands: true });
    }
  }
  return [...order.values()].sort((a, b) => (precedes(a, b.price, b.number) ? -1 : 1));
}

/** The bids of a lot that can win, best first. */
export async function standingOrder(context: Context, tender: bigint, lot: number): Promise<OrderedBid[]> {
  return (await orderOf(context, tender, lot)).filter(({ stands }) => stands);
}

/** The bidders between whose placed bids one of this price and number belongs; nobody at either end. */
export function neighboursIn(order: OrderedBid[], price: bigint, number: number): { before: string; next: string } {
  const placed = order.filter((bid) => bid.placed && bid.number !== number);
  const before = placed.filter((bid) => precedes(bid, price, number)).at(-1);
  const next = placed.find((bid) => !precedes(bid, price, number));
  return { before: before?.bidder ?? NOBODY, next: next?.bidder ?? NOBODY };
}

function precedes(bid: OrderedBid, price: bigint, number: number): boolean {
  return bid.price < price || (bid.price === price && bid.number < number);
}

const ORDER_EVENTS = ["BidOpened", "BidPlaced", "BidReinstated", "BidRejected", "BidVoided", "BidsDuplicate"] as const;
type Name = "BidCommitted" | "BidReplaced" | "BidSealed" | (typeof ORDER_EVENTS)[number];

async function lotLogs(context: Context, names: readonly Name[], tender: bigint, lot: number, bidder?: string) {
  const { interface: abi } = context.house;
  const filter = {
    address: context.addresses.TenderHouse,
    topics: [
      names.map((name) => abi.getEvent(name).topicHash),
      toBeHex(tender, 32),
      toBeHex(lot, 32),
      ...(bidder === undefined ? [] : [toBeHex(bidder, 32)]),
    ],
  };
  const logs = await logsBetween(context.provider, filter, context.block, await context.provider.getBlockNumber());
  return logs.flatMap((log) => {
    const event = abi.parseLog(log);
    return event
      ? [{ name: event.name, args: event.args.toObject() as Record<string, unknown>, block: log.blockNumber }]
      : [];
  });
}
