import type { Consortium } from "../../consortium.ts";
import type { BidModel, LotModel } from "../../model.ts";
import { allAwards } from "./awarded.ts";
import { accountId } from "./ids.ts";
import type { Body, Sources, Telling } from "./sources.ts";

/** How a party is named wherever it is told of. */
export interface Reference {
  id: string;
  name: string;
}

export interface Party extends Reference {
  identifier?: { scheme?: string; id: string };
  roles: string[];
}

export const bodyRef = ({ agency, metadata }: Body): Reference => ({
  id: `agency-${agency}`,
  name: metadata?.name ?? `Agency ${agency}`,
});

/** An account by its CAIP-10 id, with the name that its quotation gives. */
export function accountRef(sources: Sources, account: string): Reference {
  return { id: accountId(sources, account), name: sources.named.get(account)?.name ?? account };
}

/** The vendor that an opened bid names, or else its account. */
export const vendorOf = ({ vendor, bidder }: BidModel): string => vendor ?? bidder;

/** The consortium that bids, if one does: its lead is the bid's account or vendor. */
export function consortiumOf({ consortia }: Sources, { lot }: LotModel, bid: BidModel): Consortium | undefined {
  return consortia.find((one) => one.lot === lot && (one.lead === bid.bidder || one.lead === bid.vendor));
}

/** The accounts of who answers for a bid: its vendor, and the other members of its consortium. */
function accountsOf(sources: Sources, lot: LotModel, bid: BidModel): string[] {
  const consortium = consortiumOf(sources, lot, bid);
  const others = Object.keys(consortium?.shares ?? {}).filter((member) => member !== consortium?.lead);
  return [...new Set([vendorOf(bid), ...others])];
}

/** Who answers for a bid. */
export function tenderersOf(sources: Sources, lot: LotModel, bid: BidModel): Reference[] {
  return accountsOf(sources, lot, bid).map((account) => accountRef(sources, account));
}

/** Everyone who takes part, with their roles. */
export function partiesOf(of: Telling): Party[] {
  const { model, sources } = of;
  const parties = new Map<string, Party>();
  const add = (reference: Reference, role: string, identifier?: Party["identifier"]) => {
    const known = parties.get(reference.id) ?? { ...reference, ...(identifier ? { identifier } : {}), roles: [] };
    if (!known.roles.includes(role)) known.roles.push(role);
    parties.set(reference.id, known);
  };
  const addAccount = (account: string, role: string) =>
    add(accountRef(sources, account), role, sources.named.get(account)?.identifier);

  for (const role of ["buyer", "procuringEntity"]) {
    add(bodyRef(sources.agency), role, sources.agency.metadata?.identifier);
  }
  if (sources.review) add(bodyRef(sources.review), "reviewBody", sources.review.metadata?.identifier);
  for (const lot of model.lots) {
    for (const bid of lot.bids) {
      for (const account of accountsOf(sources, lot, bid)) addAccount(account, "tenderer");
      if (consortiumOf(sources, lot, bid)) addAccount(vendorOf(bid), "leadTenderer");
    }
  }
  for (const { lot, award } of allAwards(model)) {
    const bid = lot.bids.find(({ bidder }) => bidder === award.winner);
    for (const account of bid ? accountsOf(sources, lot, bid) : []) addAccount(account, "supplier");
  }
  for (const { shares } of sources.consortia) {
    for (const member of Object.keys(shares)) addAccount(member, "consortiumMember");
  }
  for (const { by } of sources.questions) addAccount(by, "enquirer");
  for (const { complainant } of sources.complaints) addAccount(complainant, "complainant");
  return [...parties.values()];
}

/** Those who bid. */
export function bidderParties(of: Telling): Reference[] {
  return partiesOf(of).flatMap(({ id, name, roles }) => (roles.includes("tenderer") ? [{ id, name }] : []));
}
