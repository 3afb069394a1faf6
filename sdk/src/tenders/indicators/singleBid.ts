import type { LotModel, TenderModel } from "../model.ts";
import { type Indication, ofLot, pricedBids } from "./indication.ts";

/** A lot was decided, and one vendor alone had asked a price for it. */
export function singleBid(tender: TenderModel, lot: LotModel): Indication[] {
  const bids = pricedBids(lot);
  if (bids.length === 0 || !(lot.award ?? lot.closed)) return [];
  const vendors = bids.length === 1 ? bids.map(({ vendor }) => vendor) : [];
  return [ofLot("single bid", tender, lot, vendors, { bids: bids.length, sealed: lot.bids.length })];
}
