import { toBeHex } from "ethers";
import type { Context } from "../shared/context.ts";
import { logsBetween } from "../shared/logs.ts";
import { decodeBid } from "./bid.ts";
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
];

/** A bidder's sealing or replacement. */
export interface Commit {
  commitment: string;
  number: number;
  block: number;
}

/** What a bidder has sealed in a lot, in order: by its own logs, so that what rivals do costs it nothing. */
export async function commitsOf(context: Context, tender: bigint, lot: number, bidder: string): Promise<Commit[]> {
  const logs = await lotLogs(context, ["BidCommitted", "BidReplaced"], tender, lot, bidder);
  return logs.map(({ args, block }) => ({
    commitment: args["commitment"] as string,
    number: Number(args["number"]),
    block,
  }));
}

/** A bid that can win. */
export interface OrderedBid {
  bidder: string;
  /** Minor units. */
  price: bigint;
  number: number;
  /** Whether it has its place in the house's order. */
  placed: boolean;
}

/** The bids of a lot that can win, best first: lowest price, then lowest commit number. */
export async function standingOrder(context: Context, tender: bigint, lot: number): Promise<OrderedBid[]> {
  const order = new Map<string, OrderedBid>();
  for (const { name, args } of await lotLogs(context, ["BidOpened", "BidPlaced", "BidRejected"], tender, lot)) {
    const bidder = args["bidder"] as string;
    const known = order.get(bidder);
    if (name === "BidRejected") order.delete(bidder);
    else if (name === "BidPlaced" && known) known.placed = true;
    else if (name === "BidOpened") {
      const state = BID_STATES[Number(args["status"])];
      const bid = decodeBid(args["bid"] as string, true);
      if (!bid || (state !== "standing" && state !== "unplaced")) continue;
      const { price } = bid;
      order.set(bidder, { bidder, price, number: Number(args["number"]), placed: state === "standing" });
    }
  }
  return [...order.values()].sort((a, b) => (precedes(a, b.price, b.number) ? -1 : 1));
}

/**
 * The bidder of the placed bid directly before one of this price and number, as `reveal`, `place` and `reject` want it;
 * nobody if it is the lowest.
 */
export function predecessorIn(order: OrderedBid[], price: bigint, number: number): string {
  return order.filter((bid) => bid.placed && precedes(bid, price, number)).at(-1)?.bidder ?? NOBODY;
}

function precedes(bid: OrderedBid, price: bigint, number: number): boolean {
  return bid.price < price || (bid.price === price && bid.number < number);
}

type Name = "BidCommitted" | "BidReplaced" | "BidOpened" | "BidPlaced" | "BidRejected";

async function lotLogs(context: Context, names: Name[], tender: bigint, lot: number, bidder?: string) {
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
