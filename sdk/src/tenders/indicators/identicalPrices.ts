import type { LotModel, TenderModel } from "../model.ts";
import { type Bounds, type Indication, ofLot, pricedBids } from "./indication.ts";

/** Several vendors ask the very same price: one indication for each such price, or one that says that there is none. */
export function identicalPrices(tender: TenderModel, lot: LotModel, { identical }: Bounds): Indication[] {
  const bids = pricedBids(lot);
  if (bids.length < 2) return [];
  const prices = [...new Set(bids.map(({ price }) => price))];
  const shared = prices.flatMap((price) => {
    const vendors = bids.filter((bid) => bid.price === price).map(({ vendor }) => vendor);
    const numbers = { price, vendors: vendors.length, bids: bids.length };
    return vendors.length >= identical ? [ofLot("identical prices", tender, lot, vendors, numbers)] : [];
  });
  const none = { prices: prices.length, bids: bids.length };
  return shared.length > 0 ? shared : [ofLot("identical prices", tender, lot, [], none)];
}
