import type { BidIdentifiedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { BidModel, LotModel } from "../model.ts";
import { type AuditCase, named, readPart } from "./case.ts";
import { Comparison } from "./comparison.ts";

/** The vendor behind each opened bid, by the signature inside it; and which bids of a lot are of the same vendor. */
export function vendors(of: AuditCase): Comparison {
  const found = new Comparison();
  const told = named<BidIdentifiedEvent.OutputObject>(of.acts, "BidIdentified");
  for (const lot of of.model.lots) {
    const byVendor = new Map<string, BidModel[]>();
    const add = (vendor: string, bid: BidModel) => byVendor.set(vendor, [...(byVendor.get(vendor) ?? []), bid]);
    for (const bid of lot.bids) {
      const vendor = vendorIn(of, bid);
      const named = told.filter(({ args }) => Number(args.lot) === lot.lot && args.bidder === bid.bidder);
      const wanted = vendor === undefined || vendor === bid.bidder ? [] : [vendor];
      const same = named.map(({ args }) => args.vendor).join() === wanted.join();
      const where = { lot: lot.lot, bidder: bid.bidder };
      found.expect(same, where, `the bid names ${vendor ?? "nobody"} as its vendor, which is not what was told`);
      // A void bid of a vendor's own account is one of its bids, whether it was opened or not.
      if (vendor !== undefined) add(vendor, bid);
      else if (bid.state === "void") add(bid.bidder, bid);
    }
    for (const [vendor, bids] of byVendor) duplicates(found, lot, vendor, bids);
  }
  return found;
}

/** Whom a bid's opening names; undefined where it is malformed or was not opened. */
function vendorIn(of: AuditCase, bid: BidModel): string | undefined {
  const opening = of.openings.find((one) => one.bid === bid && one.part === 0);
  return (opening && readPart(of, opening))?.vendor;
}

function duplicates(found: Comparison, { lot }: LotModel, vendor: string, bids: BidModel[]): void {
  const others = bids.length > 1;
  for (const { bidder, state } of bids.filter((bid) => bid.state !== "void")) {
    const detail = others
      ? `the bid is one of ${bids.length} of ${vendor}, and is told to be ${state}`
      : `the bid is told to be a duplicate, and is the only one of ${vendor}`;
    found.expect((state === "duplicate") === others, { lot, bidder }, detail);
  }
}
