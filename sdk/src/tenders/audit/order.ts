import type { LotAwardedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { decodePrice, type PriceSection } from "../bid.ts";
import { type BidModel, type LotModel, numberOf, type TenderModel } from "../model.ts";
import { type AuditCase, named, replay, scalarsOut } from "./case.ts";
import { Comparison } from "./comparison.ts";

/** A bid in a lot's order, with what its bytes say. */
export interface Ranked extends PriceSection {
  bid: BidModel;
  number: number;
}

/** Bids that have a place in the order; those that are void or duplicates count no more. */
const PLACED: BidModel["state"][] = ["standing", "unplaced", "rejected"];
/** Bids that were opened but count neither in the order nor in the lottery. */
const OUT: BidModel["state"][] = ["void", "duplicate", "malformed"];

/** The opened bids of a lot by their own bytes: lowest price, then lowest commit number; rejected ones among them. */
export function orderOf(lot: LotModel): Ranked[] {
  return pricedBids(lot)
    .filter(({ bid }) => PLACED.includes(bid.state))
    .sort((a, b) => (a.price === b.price ? a.number - b.number : a.price < b.price ? -1 : 1));
}

/** The bids of a lot whose price is opened and that count in the lottery. */
function pricedBids({ bids }: LotModel): Ranked[] {
  return bids.flatMap((bid) => {
    const section = bid.opened && !OUT.includes(bid.state) ? decodePrice(bid.opened.bytes) : null;
    return section ? [{ ...section, bid, number: numberOf(bid) }] : [];
  });
}

/** The sum of the lottery numbers of all bids opened and neither void nor duplicate. */
export function lotterySum(lot: LotModel): number {
  return pricedBids(lot).reduce((sum, { lottery }) => sum + lottery, 0);
}

/** Whether ties are drawn: by the terms, and unless bidders opened themselves. */
export function byLottery(of: AuditCase): boolean {
  return of.model.sealing?.ties === "lottery" && scalarsOut(of, of.parts - 1);
}

/** The order in which bids win, the tied ones turned as the lottery draws them. */
export function ranking(of: AuditCase, lot: LotModel): Ranked[] {
  const order = orderOf(lot);
  if (!byLottery(of)) return order;
  const sum = lotterySum(lot);
  const prices = [...new Set(order.map(({ price }) => price))];
  return prices.flatMap((price) => {
    const tied = order.filter((one) => one.price === price);
    const first = sum % tied.length;
    return [...tied.slice(first), ...tied.slice(0, first)];
  });
}

/** When a lot is decided every opened bid has its place, and an award tells the winner's own price and number. */
export function order(of: AuditCase): Comparison {
  const found = new Comparison();
  replay(of, (before: TenderModel, { name, args, moment }) => {
    if (name !== "LotAwarded" && name !== "LotClosed") return;
    const lot = before.lots[Number((args as { lot: bigint }).lot)];
    const unplaced = lot?.bids.filter(({ state }) => state === "unplaced").length ?? 0;
    const where = { lot: lot?.lot ?? 0, tx: moment.tx };
    found.expect(unplaced === 0, where, `${unplaced} bids had yet to take their place when the lot was decided`);
  });
  for (const { args, moment } of named<LotAwardedEvent.OutputObject>(of.acts, "LotAwarded")) {
    const lot = of.model.lots[Number(args.lot)];
    const own = lot && pricedBids(lot).find(({ bid }) => bid.bidder === args.winner);
    const where = { lot: Number(args.lot), bidder: args.winner, tx: moment.tx };
    const told = `awarded as bid ${args.number} at ${args.price}`;
    const right = own?.price === args.price && own.number === Number(args.number);
    found.expect(right, where, `${told}, and is bid ${own?.number} at ${own?.price}`);
  }
  return found;
}
