import { minorUnits } from "../currency.ts";
import { type LotBid, bidsOfAward, bidsOfLot, lastBids, markRejected } from "./bids.ts";
import type { Process } from "./import.ts";
import { type JsonObject, field, objects, textField } from "./json.ts";
import { type Lot, lotsFor, lotsOf } from "./lots.ts";
import { type Party, indexParties } from "./parties.ts";
import { oneLine } from "./text.ts";
import { type TaxBasis, commonBasis, readValue, tryAmount } from "./values.ts";

/** Why a lot is not played, in the order in which the reasons are tested. */
export type LeftOutReason =
  | "no active award"
  | "several active awards"
  | "several suppliers"
  | "no value"
  | "contradicting currency"
  | "contradicting tax basis"
  | "above the ceiling"
  | "not awarded by price"
  | "winner not among the bids";

/** A bid to play. Amounts are minor units; `key` tells bidders of the lot apart. */
export interface PlannedBid {
  key: string;
  name: string;
  amount: bigint;
  identifier?: { scheme?: string; id: string };
  /** The record turned this bid down: reject it in the play. */
  rejected?: { reason: string };
}

interface PlanBase {
  ocid: string;
  lotId: string;
  lotTitle?: string;
}

/** A lot that cannot be judged. */
export interface LeftOutLot extends PlanBase {
  kind: "left out";
  reason: LeftOutReason;
  detail?: string;
}

/** A lot to play: "competing" has two or more priced bids, "single" only the awarded value. */
export interface PlayedLot extends PlanBase {
  kind: "competing" | "single";
  /** Minor units; absent means none. */
  ceiling?: bigint;
  currency: string;
  decimals: number;
  taxBasis: TaxBasis;
  /** In published order. */
  bids: PlannedBid[];
  expected: { key: string; name: string; amount: bigint; currency: string };
  /** Published bids that are not played, and why. */
  notes?: string[];
}

export type LotPlan = LeftOutLot | PlayedLot;

/** OCDS award criteria that mean the price; a tender that states none is taken at its award. */
const BY_PRICE: ReadonlySet<string> = new Set(["priceonly", "lowestcost", "lowestprice", "singlebidonly"]);

/** What to play for each lot of a process, one row per lot. Pure; bad data leaves lots out and never throws. */
export function planReplay(process: Process): LotPlan[] {
  const resolve = indexParties(process.release);
  const lots = lotsOf(process.release);
  return lots.map((lot) => planLot(process, lot, lots, resolve));
}

/** Ends the planning of a lot. */
class LeaveOut extends Error {
  readonly reason: LeftOutReason;
  readonly detail: string | undefined;

  constructor(reason: LeftOutReason, detail?: string) {
    super(reason);
    this.reason = reason;
    this.detail = detail;
  }
}

type Resolve = (reference: JsonObject) => Party;

function planLot({ ocid, release }: Process, lot: Lot, lots: Lot[], resolve: Resolve): LotPlan {
  const base: PlanBase = { ocid, lotId: lot.id, ...(lot.title === undefined ? {} : { lotTitle: oneLine(lot.title) }) };
  try {
    const awards = objects(field(release, "awards")).filter((award) => lotsFor(award, lots).includes(lot.id));
    const { award, supplier } = soleAward(awards, resolve);
    const published = bidsOfLot(release, lot, lots, resolve);
    const money = moneyOf(award, lot, published, lotsFor(award, lots).length);
    if (lot.awardCriteria !== undefined && !BY_PRICE.has(lot.awardCriteria.toLowerCase())) {
      throw new LeaveOut("not awarded by price", oneLine(lot.awardCriteria));
    }
    markRejected(awards, published, resolve, money.decimals);
    return { ...base, ...playOf(award, supplier, published, money, resolve) };
  } catch (error) {
    if (!(error instanceof LeaveOut)) throw error;
    const { reason, detail } = error;
    return { ...base, kind: "left out", reason, ...(detail === undefined ? {} : { detail }) };
  }
}

/** The lot's one active award, and its one supplier if it names any. */
function soleAward(awards: JsonObject[], resolve: Resolve): { award: JsonObject; supplier: Party | undefined } {
  const active = awards.filter((award) => textField(award, "status")?.toLowerCase() === "active");
  const [award] = active;
  if (award === undefined) throw new LeaveOut("no active award");
  if (active.length > 1) throw new LeaveOut("several active awards", `${active.length}`);
  const suppliers = objects(field(award, "suppliers")).map(resolve);
  const distinct = new Set(suppliers.map((supplier) => supplier.key ?? `name ${supplier.name}`));
  if (distinct.size > 1) throw new LeaveOut("several suppliers", `${distinct.size}`);
  return { award, supplier: suppliers[0] };
}

interface Money {
  currency: string;
  decimals: number;
  taxBasis: TaxBasis;
  /** Minor units; 0 means none. */
  ceiling: bigint;
  awarded: bigint;
}

/** In what money the lot is judged: one currency and tax basis over ceiling, award and priced bids. */
function moneyOf(award: JsonObject, lot: Lot, published: LotBid[], covered: number): Money {
  const value = readValue(field(award, "value"));
  const priced = published.filter((bid) => bid.value.amount !== undefined);
  const values = [lot.value, value, ...priced.map((bid) => bid.value)];
  const currencies = new Set(values.map((one) => one.currency).filter((currency) => currency !== undefined));
  const currency = value.currency ?? [...currencies][0];
  if (value.amount === undefined) throw new LeaveOut("no value");
  if (currency === undefined) throw new LeaveOut("no value", "no currency is stated");
  if (covered > 1) throw new LeaveOut("no value", `one value for ${covered} lots`);
  const decimals = minorUnits(currency);
  const awarded = tryAmount(value.amount, decimals);
  if ("problem" in awarded) throw new LeaveOut("no value", awarded.problem);
  if (currencies.size > 1) throw new LeaveOut("contradicting currency", [...currencies].join(", "));
  const taxBasis = commonBasis(values);
  if (taxBasis === undefined) throw new LeaveOut("contradicting tax basis");
  const ceiling = tryAmount(lot.value.amount ?? "0", decimals);
  if ("problem" in ceiling) throw new LeaveOut("above the ceiling", `the ceiling cannot be read: ${ceiling.problem}`);
  if (ceiling.minor > 0n && awarded.minor > ceiling.minor) throw new LeaveOut("above the ceiling");
  return { currency, decimals, taxBasis, ceiling: ceiling.minor, awarded: awarded.minor };
}

/** What to play, and who must win: the published bids where two or more have a price, else the awarded value. */
function playOf(
  award: JsonObject,
  supplier: Party | undefined,
  published: LotBid[],
  { currency, decimals, taxBasis, ceiling, awarded }: Money,
  resolve: Resolve,
): Omit<PlayedLot, keyof PlanBase> {
  const { priced, notes } = priceBids(published, award, decimals);
  const winner = bidsOfAward(award, published, resolve)[0];
  if (published.length > 0 && winner === undefined) throw new LeaveOut("winner not among the bids");
  if (priced.length > 0 && !priced.some((bid) => bid.key === winner?.key)) {
    throw new LeaveOut("winner not among the bids", "its bid has no usable price");
  }
  const bidder = winner ?? (supplier && { ...supplier, key: supplier.key ?? `name ${supplier.name}` });
  if (bidder === undefined) throw new LeaveOut("winner not among the bids", "the award names no supplier");

  const single: PlannedBid = { key: bidder.key, name: bidder.name, amount: awarded };
  if (bidder.identifier !== undefined) single.identifier = bidder.identifier;
  if (winner?.rejected !== undefined) single.rejected = { reason: winner.rejected };
  return {
    kind: priced.length > 1 ? "competing" : "single",
    ...(ceiling > 0n ? { ceiling } : {}),
    currency,
    decimals,
    taxBasis,
    bids: priced.length > 1 ? priced : [single],
    expected: { key: bidder.key, name: supplier?.name ?? bidder.name, amount: awarded, currency },
    ...(notes.length > 0 ? { notes } : {}),
  };
}

/** The bids that can be played, one per bidder. */
function priceBids(
  published: LotBid[],
  award: JsonObject,
  decimals: number,
): { priced: PlannedBid[]; notes: string[] } {
  const notes: string[] = [];
  const amounts = new Map<LotBid, bigint>();
  for (const bid of published) {
    const amount = bid.value.amount === undefined ? { problem: "no price" } : tryAmount(bid.value.amount, decimals);
    if ("problem" in amount) notes.push(`bid of ${bid.name} not played: ${amount.problem}`);
    else amounts.set(bid, amount.minor);
  }
  const chosen = lastBids([...amounts.keys()], award);
  for (const bid of amounts.keys()) {
    if (!chosen.includes(bid)) notes.push(`bid of ${bid.name} not played: another bid of theirs counts`);
  }
  const priced = chosen.map((bid): PlannedBid => {
    const planned: PlannedBid = { key: bid.key, name: bid.name, amount: amounts.get(bid) ?? 0n };
    if (bid.identifier !== undefined) planned.identifier = bid.identifier;
    if (bid.rejected !== undefined) planned.rejected = { reason: bid.rejected };
    return planned;
  });
  return { priced, notes };
}
