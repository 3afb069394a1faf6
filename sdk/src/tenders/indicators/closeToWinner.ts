import type { LotModel, TenderModel } from "../model.ts";
import { BASIS_POINTS, type Bounds, type Indication, ofLot, pricedBids, winnerOf } from "./indication.ts";

/** Another price is all but the winner's: |price - winner| * 10,000 <= bound * winner, and not the same. */
export function closeToWinner(tender: TenderModel, lot: LotModel, { close }: Bounds): Indication[] {
  const winner = winnerOf(lot);
  if (!winner) return [];
  const others = pricedBids(lot)
    .filter(({ price }) => price !== winner.price)
    .map((bid) => ({ ...bid, difference: distance(bid.price, winner.price) }))
    .sort((a, b) => (a.difference < b.difference ? -1 : a.difference > b.difference ? 1 : 0));
  const [closest] = others;
  if (!closest) return [];
  const within = others.filter(({ difference }) => difference * BASIS_POINTS <= close * winner.price);
  const vendors = within.length > 0 ? [winner.vendor, ...within.map(({ vendor }) => vendor)] : [];
  const numbers = {
    winner: winner.price,
    closest: closest.price,
    difference: closest.difference,
    bound: `${close} bp`,
  };
  return [ofLot("close to the winner", tender, lot, vendors, numbers)];
}

const distance = (a: bigint, b: bigint): bigint => (a > b ? a - b : b - a);
