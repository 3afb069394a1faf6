import type { BidModel } from "../../model.ts";
import type { Quotation } from "../../quotation.ts";
import { awardsOf } from "./awarded.ts";
import type { Sources, Telling } from "./sources.ts";

/** The buying body. */
export function agencyOf({ model, sources }: Telling): { id: string; name: string } {
  return { id: `agency-${model.agency}`, name: sources.agency?.name ?? `Agency ${model.agency}` };
}

/** Everyone who takes part, with their roles. */
export function partiesOf(of: Telling) {
  const { agency } = of.sources;
  return [
    {
      ...agencyOf(of),
      ...(agency?.identifier ? { identifier: agency.identifier } : {}),
      roles: ["buyer", "procuringEntity"],
    },
    ...bidderParties(of),
  ];
}

export function bidderParties({ model, sources }: Telling) {
  const winners = new Set(model.lots.flatMap((lot) => awardsOf(lot).map(({ winner }) => winner)));
  const byBidder = new Map<string, BidModel>();
  for (const bid of model.lots.flatMap((lot) => lot.bids)) {
    const known = byBidder.get(bid.bidder);
    if (!known || !quotationOf(sources, known)) byBidder.set(bid.bidder, bid);
  }
  return [...byBidder.values()].map((bid) => {
    const identifier = quotationOf(sources, bid)?.tenderer.identifier;
    return {
      ...nameOf(sources, bid),
      ...(identifier ? { identifier } : {}),
      roles: winners.has(bid.bidder) ? ["tenderer", "supplier"] : ["tenderer"],
    };
  });
}

/** A bidder by its account (CAIP-10), with the name its quotation gives. */
export function nameOf(sources: Sources, bid: BidModel): { id: string; name: string } {
  return {
    id: `eip155:${sources.chainId}:${bid.bidder}`,
    name: quotationOf(sources, bid)?.tenderer.name ?? bid.bidder,
  };
}

function quotationOf({ quotations }: Sources, bid: BidModel): Quotation | undefined {
  const found = quotations.get(bid);
  return found && "quotation" in found ? found.quotation : undefined;
}
