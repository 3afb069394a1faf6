import type { LotModel, TenderModel } from "../model.ts";
import type { EarlierBid } from "./earlierBids.ts";
import { type Indication, ofLot, pricedBids, winnerOf } from "./indication.ts";

/**
 * A bid lower than the winner's was withdrawn, or replaced by a higher one: earlier < winner, and the bidder's later
 * price is higher than the earlier, or there is none.
 * @param earlier what became readable of the tender's replaced and withdrawn bids
 */
export function withdrawnLow(tender: TenderModel, lot: LotModel, earlier: EarlierBid[]): Indication[] {
  const winner = winnerOf(lot);
  const own = earlier.filter((one) => one.lot === lot.lot);
  if (!winner || own.length === 0) return [];
  const later = (bidder: string) => pricedBids(lot).find((bid) => bid.bidder === bidder)?.price;
  const low = own.filter(({ bidder, price }) => price < winner.price && (later(bidder) ?? winner.price) > price);
  const lowest = own.reduce((least, { price }) => (price < least ? price : least), own[0]?.price ?? 0n);
  const numbers = {
    winner: winner.price,
    earlier: own.length,
    lowest,
    lower: low.map(({ price, fate }) => `${price} ${fate}`).join(", "),
  };
  const vendors = low.length > 0 ? [winner.vendor, ...low.map(({ vendor }) => vendor)] : [];
  return [ofLot("withdrawn low bid", tender, lot, vendors, numbers)];
}
