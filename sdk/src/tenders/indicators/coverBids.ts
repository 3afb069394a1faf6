import type { LotModel, TenderModel } from "../model.ts";
import { BASIS_POINTS, type Bounds, type Indication, ofLot, pricedBids } from "./indication.ts";

/**
 * The prices of a lot lie close together, as those of bids made to lose do. With n prices, their sum S and the sum of
 * their squares Q, the coefficient of variation is the root of (n*Q - S^2) / S^2; flagged where
 * (n*Q - S^2) * 10,000^2 < bound^2 * S^2.
 */
export function coverBids(tender: TenderModel, lot: LotModel, { cover, coverBids: least }: Bounds): Indication[] {
  const bids = pricedBids(lot);
  const sum = bids.reduce((all, { price }) => all + price, 0n);
  if (bids.length < least || sum === 0n) return [];
  const squares = bids.reduce((all, { price }) => all + price * price, 0n);
  const spread = (BigInt(bids.length) * squares - sum * sum) * BASIS_POINTS * BASIS_POINTS;
  const flagged = spread < cover * cover * sum * sum;
  const variation = `${root(spread / (sum * sum))} bp`;
  const numbers = { bids: bids.length, sum, squares, variation, bound: `${cover} bp` };
  const vendors = bids.map(({ vendor }) => vendor);
  return [ofLot("cover bids", tender, lot, vendors, numbers, flagged)];
}

/** The whole part of a square root. */
function root(square: bigint): bigint {
  if (square < 2n) return square;
  let [low, high] = [1n, square];
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    if (middle * middle <= square) low = middle;
    else high = middle;
  }
  return low;
}
