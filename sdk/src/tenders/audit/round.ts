import type { LotClosedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { lotAt } from "../model.ts";
import { type AuditCase, named, readCase } from "./case.ts";
import { Comparison } from "./comparison.ts";

/** ITenderHouse.LotOutcome of a lot in which every bid was over the ceiling. */
const OVER_CEILING = 3;

/** Of a tender that repeats a lot: that all its bids had been over the ceiling, and that only its bidders bid again. */
export async function round(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  const { rebidOf, rebidLot, agency } = of.terms;
  if (rebidOf === 0n) return found;
  const earlier = await readCase(of.context, rebidOf);
  const lot = lotAt(earlier.model, Number(rebidLot));
  const closed = named<LotClosedEvent.OutputObject>(earlier.acts, "LotClosed").find(
    ({ args }) => Number(args.lot) === lot.lot,
  );
  const due = Number(closed?.args.outcome) === OVER_CEILING && BigInt(earlier.model.agency) === agency;
  const detail = `lot ${rebidLot} of tender ${rebidOf} cannot be repeated: not every bid in it was over the ceiling`;
  found.expect(due, of.model.published, detail);
  for (const { lot: number, bids } of of.model.lots) {
    for (const { bidder } of bids) {
      const state = lot.bids.find((bid) => bid.bidder === bidder)?.state;
      const invited = state === "standing" || state === "over the ceiling";
      found.expect(invited, { lot: number, bidder }, `the bidder was ${state ?? "no bidder"} in the round before`);
    }
  }
  return found;
}
