import { compareInstants, parseInstant } from "./dates.ts";
import { type JsonObject, field, objects, textField } from "./json.ts";
import { type Lot, lotsFor } from "./lots.ts";
import { type Party, bidDetails } from "./parties.ts";
import { oneLine } from "./text.ts";
import { type Value, readValue, tryAmount } from "./values.ts";

/** A party of a lot, told apart at least by its name. */
export type KeyedParty = Party & { key: string };

/** The parties of references, each once. */
export function keyedParties(references: JsonObject[], resolve: (ref: JsonObject) => Party): KeyedParty[] {
  const parties = new Map<string, KeyedParty>();
  for (const party of references.map(resolve)) {
    const key = party.key ?? `name ${party.name}`;
    if (!parties.has(key)) parties.set(key, { ...party, key });
  }
  return [...parties.values()];
}

/** A published bid for one lot. */
export interface LotBid {
  id?: string;
  /** The bidder: one party, several joined by "+", or the bid itself where none is named. */
  key: string;
  name: string;
  identifier?: Party["identifier"];
  /** Keys of the parties that bid together; a party whose references are not told apart has none. */
  members: string[];
  names: string[];
  /** All of these parties, the first named first. */
  parties: KeyedParty[];
  value: Value;
  date?: string;
  rejected?: string;
}

/** Statuses (OCDS and Prozorro) of what never was, or is no longer, a bid. These are not played. */
const NOT_BID: ReadonlySet<string> = new Set(["invited", "draft", "withdrawn", "deleted", "cancelled", "canceled"]);
/** Statuses of a bid that was turned down. Such a bid is played and rejected; "invalid" has variants with a suffix. */
const TURNED_DOWN = /^(disqualified|unsuccessful|rejected|invalid(\..*)?)$/;

/** The bids for a lot in published order. A bid for several lots has one price for all: none for this lot. */
export function bidsOfLot(release: JsonObject, lot: Lot, lots: Lot[], resolve: (ref: JsonObject) => Party): LotBid[] {
  return bidDetails(release).flatMap((bid, index) => {
    const covered = lotsFor(bid, lots);
    const status = textField(bid, "status")?.toLowerCase() ?? "";
    if (!covered.includes(lot.id) || NOT_BID.has(status)) return [];
    const parties = objects(field(bid, "tenderers")).map(resolve);
    const members = [...new Set(parties.map((party) => party.key).filter((key) => key !== undefined))];
    const id = textField(bid, "id");
    const date = textField(bid, "date");
    const value = readValue(field(bid, "value"));
    if (covered.length > 1) delete value.amount;
    const distinct = keyedParties(objects(field(bid, "tenderers")), resolve);
    const keys = distinct.map(({ key }) => key).sort();
    const read: LotBid = {
      key: members.length > 0 ? keys.join("+") : `bid ${oneLine(id ?? `#${index + 1}`)}`,
      name: oneLine(parties.map((party) => party.name).join(" + ")) || `bid ${oneLine(id ?? `#${index + 1}`)}`,
      members,
      names: parties.map((party) => party.name),
      parties: distinct,
      value,
    };
    if (id !== undefined) read.id = id;
    if (date !== undefined) read.date = date;
    const identifier = parties.length === 1 ? parties[0]?.identifier : undefined;
    if (identifier !== undefined) read.identifier = identifier;
    if (TURNED_DOWN.test(status)) read.rejected = `published with status ${oneLine(status)}`;
    return [read];
  });
}

/**
 * The bids that belong to an award. Its suppliers say who: a bid they are named in; among several bids of theirs the
 * one in relatedBid, else those made alone. Where no bid names a supplier, relatedBid alone links the award to a bid,
 * unless that bid names someone else. So a relatedBid that contradicts the suppliers never speaks for them.
 */
export function bidsOfAward(award: JsonObject, bids: LotBid[], resolve: (ref: JsonObject) => Party): LotBid[] {
  const suppliers = objects(field(award, "suppliers")).map(resolve);
  const keys = new Set(suppliers.map((supplier) => supplier.key).filter((key) => key !== undefined));
  const theirs = bids.filter((bid) => bid.members.some((member) => keys.has(member)));
  const related = bids.filter((bid) => bid.id !== undefined && bid.id === relatedBid(award));
  if (theirs.length > 0) {
    const both = theirs.filter((bid) => related.includes(bid));
    const alone = theirs.filter((bid) => bid.parties.length === 1);
    return [both, alone].find((some) => some.length > 0) ?? theirs;
  }
  const named = new Set(suppliers.map((supplier) => supplier.name));
  return related.filter(
    (bid) => bid.names.length === 0 || named.size === 0 || bid.names.some((name) => named.has(name)),
  );
}

/**
 * Mark as rejected the bids of unsuccessful awards; of several bids of one bidder those with the award's amount, if
 * any. Cancelled awards were superseded and say nothing.
 */
export function markRejected(
  awards: JsonObject[],
  bids: LotBid[],
  resolve: (ref: JsonObject) => Party,
  decimals: number,
): void {
  const minor = (value: Value): bigint | undefined => {
    const amount = tryAmount(value.amount ?? "", decimals);
    return "minor" in amount ? amount.minor : undefined;
  };
  for (const award of awards) {
    if (textField(award, "status")?.toLowerCase() !== "unsuccessful") continue;
    const matches = bidsOfAward(award, bids, resolve);
    const amount = minor(readValue(field(award, "value")));
    const exact = matches.filter((bid) => amount !== undefined && minor(bid.value) === amount);
    for (const bid of exact.length > 0 ? exact : matches) {
      bid.rejected ??= `award ${oneLine(textField(award, "id") ?? "without an id")} is unsuccessful`;
    }
  }
}

/**
 * One bid of each bidder: the one that an active award names in relatedBid, else one that was not rejected, else the
 * latest by date, else the last published.
 */
export function lastBids(bids: LotBid[], awards: JsonObject[]): LotBid[] {
  const named = awards.map(relatedBid).filter((id) => id !== undefined);
  const chosen = new Map<string, LotBid>();
  for (const bid of bids) {
    const other = chosen.get(bid.key);
    if (other === undefined || !isBetter(other, bid, named)) chosen.set(bid.key, bid);
  }
  return bids.filter((bid) => chosen.get(bid.key) === bid);
}

function isBetter(a: LotBid, b: LotBid, named: string[]): boolean {
  const rank = (bid: LotBid) =>
    bid.id !== undefined && named.includes(bid.id) ? 2 : bid.rejected === undefined ? 1 : 0;
  return rank(a) !== rank(b) ? rank(a) > rank(b) : compareInstants(parseInstant(a.date), parseInstant(b.date)) > 0;
}

/** The id of the bid that an award says it is about. */
export function relatedBid(award: JsonObject): string | undefined {
  return textField(award, "relatedBid") ?? textField(award, "bidID") ?? textField(award, "bid_id");
}
