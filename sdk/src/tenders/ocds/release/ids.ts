import type { BidModel, LotModel } from "../../model.ts";
import type { Sources } from "./sources.ts";

export function lotId({ lotIds }: Pick<Sources, "lotIds">, { lot }: Pick<LotModel, "lot">): string {
  return lotIds[lot] ?? String(lot);
}

/** Stable through a replacement: a bidder has one bid in a lot. */
export function bidId({ lot }: Pick<LotModel, "lot">, { bidder }: Pick<BidModel, "bidder">): string {
  return `${lot}-${bidder}`;
}

/** An account by its CAIP-10 id. */
export const accountId = ({ chainId }: Pick<Sources, "chainId">, account: string): string =>
  `eip155:${chainId}:${account}`;

/** The id of a stage, a criterion or a round: its place, from 1. */
export const placeId = (i: number): string => String(i + 1);
