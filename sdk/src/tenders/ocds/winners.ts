import { bidsOfAward, type KeyedParty, keyedParties, type LotBid, relatedBid } from "./bids.ts";
import { field, type JsonObject, objects, textField } from "./json.ts";
import { LeaveOut } from "./leaveOut.ts";
import type { Party } from "./parties.ts";

/** Members that a consortium can have on chain. */
const MOST_MEMBERS = 20;

type Resolve = (reference: JsonObject) => Party;

/** Who made a bid: one party, or several together. */
export interface Bidder {
  key: string;
  name: string;
  identifier?: Party["identifier"];
  /** Of those who bid together, the lead first. */
  members?: { key: string; name: string }[];
  /** The record turned the bid down all the same. */
  rejected?: string;
}

/** The suppliers of an award, each once. */
export function suppliersOf(award: JsonObject, resolve: Resolve): KeyedParty[] {
  return keyedParties(objects(field(award, "suppliers")), resolve);
}

/** The bidders who won by an award: those of the published bids, or where none is published its suppliers. */
export function winnersOf(award: JsonObject, published: LotBid[], release: JsonObject, resolve: Resolve): Bidder[] {
  const suppliers = suppliersOf(award, resolve);
  if (published.length > 0) return bidsWon(award, suppliers, published, resolve).map(bidderOf);
  if (suppliers.length === 0) throw new LeaveOut("winner not among the bids", "the award names no supplier");
  if (suppliers.length === 1 || tenderedApart(suppliers, release, resolve)) return suppliers;
  return [together(suppliers.map(({ key }) => key).join("+"), suppliers)];
}

/** A bid's bidder. */
export function bidderOf({ key, name, identifier, parties, rejected }: LotBid): Bidder {
  const base = parties.length > 1 ? together(key, parties) : { key, name, ...(identifier ? { identifier } : {}) };
  return { ...base, ...(rejected === undefined ? {} : { rejected }) };
}

/** The published bids by which an award was won. */
function bidsWon(award: JsonObject, suppliers: KeyedParty[], published: LotBid[], resolve: Resolve): LotBid[] {
  const linked = bidsOfAward(award, published, resolve);
  const [first] = linked;
  if (first === undefined) throw new LeaveOut("winner not among the bids");
  if (suppliers.length < 2) return [first];
  const keys = suppliers.map(({ key }) => key);
  const theirs = oneOfEach(published.filter((bid) => bid.members.some((member) => keys.includes(member))));
  // Tenderers that no reference tells apart: the award's relatedBid says whose bid it is.
  if (theirs.length === 0) return namedBid(first, suppliers);

  const names = (bid: LotBid, key: string) => bid.parties.some((party) => party.key === key);
  const isJoint = (bid: LotBid) => keys.every((key) => names(bid, key));
  const related = published.find((bid) => bid.id !== undefined && bid.id === relatedBid(award));
  if (related && isJoint(related)) return [related];
  const joint = theirs.filter(isJoint);
  const missing = suppliers.find(({ key }) => !theirs.some((bid) => names(bid, key)));
  if (missing) throw new LeaveOut("winner not among the bids", `no bid names ${missing.name}`);
  const own = theirs.filter((bid) => !joint.includes(bid) && bid.parties.every(({ key }) => keys.includes(key)));
  if (joint.length === 1 && own.length === 0) return joint;
  const apart = keys.every((key) => own.filter((bid) => names(bid, key)).length === 1);
  if (joint.length === 0 && apart) return own;
  throw new LeaveOut("suppliers not told apart", `${theirs.length} bids for ${suppliers.length} suppliers`);
}

function namedBid(bid: LotBid, suppliers: KeyedParty[]): LotBid[] {
  const missing = suppliers.find(({ name }) => !bid.names.includes(name));
  if (missing) throw new LeaveOut("winner not among the bids", `no bid names ${missing.name}`);
  return [bid];
}

/** The last of the bids of each bidder; which one counts is decided when prices are read. */
function oneOfEach(bids: LotBid[]): LotBid[] {
  return [...new Map(bids.map((bid) => [bid.key, bid])).values()];
}

/** Whether the record lists each supplier as a tenderer of its own, and does not count fewer tenderers. */
function tenderedApart(suppliers: KeyedParty[], release: JsonObject, resolve: Resolve): boolean {
  const listed = keyedParties(objects(field(release, "tender", "tenderers")), resolve);
  const tenderers = new Set(listed.map(({ key }) => key));
  const count = Number(textField(release, "tender", "numberOfTenderers") ?? suppliers.length);
  return count >= suppliers.length && suppliers.every(({ key }) => tenderers.has(key));
}

function together(key: string, parties: KeyedParty[]): Bidder {
  const name = parties.map((party) => party.name).join(" + ");
  if (parties.length > MOST_MEMBERS) {
    throw new LeaveOut("too many in one bid", `${parties.length}, where a consortium has ${MOST_MEMBERS} at most`);
  }
  return { key, name, members: parties.map((party) => ({ key: party.key, name: party.name })) };
}
