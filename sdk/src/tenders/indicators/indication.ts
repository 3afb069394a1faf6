import type { LotModel, TenderModel } from "../model.ts";

/** One basis point is a hundredth of a percent. */
export const BASIS_POINTS = 10_000n;

/** What an indicator found in a lot, or over an agency's lots. It is no proof. */
export interface Indication {
  indicator: string;
  /** Whether the numbers are within the bound. */
  flagged: boolean;
  /** The lots that it looked at. */
  lots: { tender: bigint; lot: number }[];
  /** Whom it concerns, where it is flagged: vendors by their accounts. */
  vendors: string[];
  /** The numbers of its formula. Prices are minor units. */
  numbers: Record<string, string | number | bigint>;
}

/** The bounds of the indicators; docs/rooms/indicators.md tells the formulas. */
export interface Bounds {
  /** Bids of so many vendors at one price. */
  identical: number;
  /** Difference to the winner's price, in basis points of it. */
  close: bigint;
  /** Coefficient of variation of a lot's prices, in basis points, and of how many bids at least. */
  cover: bigint;
  coverBids: number;
  /** Share of the windows in which every winner has its turn, in basis points, and of how many lots at least. */
  rotation: bigint;
  rotationLots: number;
}

export const BOUNDS: Bounds = {
  identical: 2,
  close: 100n,
  cover: 300n,
  coverBids: 3,
  rotation: BASIS_POINTS,
  rotationLots: 4,
};

/** A bid whose price is known and counts. */
export interface PricedBid {
  vendor: string;
  bidder: string;
  /** Minor units. */
  price: bigint;
}

/**
 * The bids of a lot that were opened and are well formed; not those that are void, nor two of one vendor, which are no
 * bids. Rejected ones and those over the ceiling are among them.
 */
export function pricedBids({ bids }: LotModel): PricedBid[] {
  return bids.flatMap(({ bidder, vendor = bidder, price, state }) =>
    price === undefined || state === "void" || state === "duplicate" ? [] : [{ vendor, bidder, price }],
  );
}

/** The awarded bid; absent where there is none. */
export function winnerOf(lot: LotModel): PricedBid | undefined {
  return pricedBids(lot).find(({ bidder }) => bidder === lot.award?.winner);
}

/** An indication of one lot. */
export function ofLot(
  indicator: string,
  { tender }: TenderModel,
  { lot }: LotModel,
  vendors: string[],
  numbers: Indication["numbers"],
  flagged = vendors.length > 0,
): Indication {
  return { indicator, flagged, lots: [{ tender, lot }], vendors: flagged ? [...new Set(vendors)] : [], numbers };
}
