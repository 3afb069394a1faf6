import type { Context } from "../../shared/context.ts";
import { readCommittee } from "../committee/read.ts";
import type { TenderModel } from "../model.ts";
import { listTenders, readTender } from "../read.ts";
import { closeToWinner } from "./closeToWinner.ts";
import { coverBids } from "./coverBids.ts";
import { type EarlierBid, earlierBids } from "./earlierBids.ts";
import { identicalPrices } from "./identicalPrices.ts";
import { type Bounds, BOUNDS, type Indication } from "./indication.ts";
import { rotatingWinners } from "./rotatingWinners.ts";
import { singleBid } from "./singleBid.ts";
import { withdrawnLow } from "./withdrawnLow.ts";

/** What all indicators say of a tender's lots. */
export function indicationsOf(tender: TenderModel, earlier: EarlierBid[] = [], bounds = BOUNDS): Indication[] {
  return tender.lots.flatMap((lot) => [
    ...identicalPrices(tender, lot, bounds),
    ...closeToWinner(tender, lot, bounds),
    ...coverBids(tender, lot, bounds),
    ...withdrawnLow(tender, lot, earlier),
    ...singleBid(tender, lot),
  ]);
}

/** How often each indicator concerns a vendor. */
export function byVendor(indications: Indication[]): Map<string, Map<string, number>> {
  const vendors = new Map<string, Map<string, number>>();
  for (const { indicator, vendors: concerned } of indications) {
    for (const vendor of concerned) {
      const own = vendors.get(vendor) ?? new Map<string, number>();
      vendors.set(vendor, own.set(indicator, (own.get(indicator) ?? 0) + 1));
    }
  }
  return vendors;
}

export interface IndicatorParameters {
  /** One tender; without it also what its agency's tenders show together. */
  tender?: bigint;
  /** The tenders of one agency; absent = of all. */
  agency?: number;
  /** Instead of the defaults. */
  bounds?: Partial<Bounds>;
}

/** Looks for signs of collusion in tenders, from their logs alone. None of them is a proof. */
export async function readIndications(context: Context, parameters: IndicatorParameters): Promise<Indication[]> {
  const { tender, agency } = parameters;
  const bounds = { ...BOUNDS, ...parameters.bounds };
  const read = tender === undefined ? await listTenders(context) : [await readTender(context, tender)];
  const tenders = read.filter((one) => agency === undefined || one.agency === agency);
  const found: Indication[] = [];
  for (const one of tenders) found.push(...indicationsOf(one, await earlierOf(context, one), bounds));
  if (tender !== undefined) return found;
  const agencies = [...new Set(tenders.map((one) => one.agency))];
  const together = agencies.flatMap((own) =>
    rotatingWinners(
      tenders.filter((one) => one.agency === own),
      bounds,
    ),
  );
  return [...found, ...together];
}

async function earlierOf(context: Context, model: TenderModel): Promise<EarlierBid[]> {
  if (!model.sealing) return [];
  const place = { chainId: context.chainId, house: context.addresses.TenderHouse };
  return earlierBids(place, model, await readCommittee(context, model.tender));
}
