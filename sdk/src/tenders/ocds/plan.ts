import { type LotBid, bidsOfLot, lastBids, markRejected } from "./bids.ts";
import type { Process } from "./import.ts";
import { type JsonObject, field, objects, textField } from "./json.ts";
import { LeaveOut, type LeftOutReason } from "./leaveOut.ts";
import { type Lot, lotsFor, lotsOf } from "./lots.ts";
import { type Money, moneyOf } from "./money.ts";
import { type Party, indexParties } from "./parties.ts";
import { oneLine } from "./text.ts";
import { type TaxBasis, tryAmount } from "./values.ts";
import { type Bidder, bidderOf, suppliersOf, winnersOf } from "./winners.ts";

/** A bid to play. Amounts are minor units; `key` tells bidders of the lot apart. */
export interface PlannedBid {
  key: string;
  name: string;
  amount: bigint;
  identifier?: { scheme?: string; id: string };
  /** Of those who bid together, the lead first. */
  members?: { key: string; name: string }[];
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

/** Who must win. */
export interface ExpectedWinner {
  key: string;
  name: string;
  /** Absent where the record tells one value for several winners, or none. */
  amount?: bigint;
  members?: { key: string; name: string }[];
}

/** A lot to play: "competing" has more priced bids than winners, "uncontested" plays the winners alone. */
export interface PlayedLot extends PlanBase {
  kind: "competing" | "uncontested";
  /** Minor units; absent means none. */
  ceiling?: bigint;
  currency: string;
  decimals: number;
  taxBasis: TaxBasis;
  /** In published order. */
  bids: PlannedBid[];
  /** One or more. */
  expected: ExpectedWinner[];
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

type Resolve = (reference: JsonObject) => Party;

function planLot({ ocid, release }: Process, lot: Lot, lots: Lot[], resolve: Resolve): LotPlan {
  const base: PlanBase = { ocid, lotId: lot.id, ...(lot.title === undefined ? {} : { lotTitle: oneLine(lot.title) }) };
  try {
    const awards = objects(field(release, "awards")).filter((award) => lotsFor(award, lots).includes(lot.id));
    const active = activeOf(awards);
    const published = bidsOfLot(release, lot, lots, resolve);
    const single = active.length === 1 && active.every((award) => suppliersOf(award, resolve).length < 2);
    const money = moneyOf(active, lot, lots, published, single);
    if (lot.awardCriteria !== undefined && !BY_PRICE.has(lot.awardCriteria.toLowerCase())) {
      throw new LeaveOut("not awarded by price", oneLine(lot.awardCriteria));
    }
    markRejected(awards, published, resolve, money.decimals);
    const won = active.map((award) => winnersOf(award, published, release, resolve));
    return { ...base, ...playOf(active, won, published, money) };
  } catch (error) {
    if (!(error instanceof LeaveOut)) throw error;
    const { reason, detail } = error;
    return { ...base, kind: "left out", reason, ...(detail === undefined ? {} : { detail }) };
  }
}

/** The active awards of a lot, which are all for the same items. */
function activeOf(awards: JsonObject[]): JsonObject[] {
  const active = awards.filter((award) => textField(award, "status")?.toLowerCase() === "active");
  if (active.length === 0) throw new LeaveOut("no active award");
  const items = active.map((award) => objects(field(award, "items")).map((item) => textField(item, "id") ?? ""));
  const named = new Set(items.filter((ids) => ids.length > 0).map((ids) => JSON.stringify(ids.sort())));
  if (named.size > 1) throw new LeaveOut("awarded item by item", `${active.length} awards`);
  return active;
}

/** What to play, and who must win: the priced bids where they are more than the winners, else the winners alone. */
function playOf(
  active: JsonObject[],
  won: Bidder[][],
  published: LotBid[],
  { currency, decimals, taxBasis, ceiling, awarded }: Money,
): Omit<PlayedLot, keyof PlanBase> {
  const winners = won.flat();
  const twice = winners.find(({ key }, i) => winners.findIndex((one) => one.key === key) !== i);
  if (twice) throw new LeaveOut("one bidder awarded twice", twice.name);
  const { priced, notes } = priceBids(published, active, decimals);
  if (priced.length > 0 && winners.some(({ key }) => !priced.some((bid) => bid.key === key))) {
    throw new LeaveOut("winner not among the bids", "its bid has no usable price");
  }
  const expected = won.flatMap((some, i) =>
    some.map(({ key, name, members }): ExpectedWinner => {
      const amount = some.length > 1 ? undefined : awarded[i];
      return { key, name, ...(amount === undefined ? {} : { amount }), ...(members ? { members } : {}) };
    }),
  );
  // Without amounts it can still be compared who the several winners are; of one winner that is too little.
  if (expected.length === 1 && expected[0]?.amount === undefined) throw new LeaveOut("no value");
  const alone = (): PlannedBid[] =>
    won.flatMap((some, i) =>
      some.map((bidder) => {
        // Where several win, the prices of their bids can be compared with what was awarded.
        const own = winners.length > 1 ? priced.find(({ key }) => key === bidder.key) : undefined;
        const amount = own?.amount ?? awarded[i];
        if (amount === undefined)
          throw new LeaveOut("no value", `neither an award nor a bid of ${bidder.name} has one`);
        return planned(bidder, amount);
      }),
    );
  const competing = priced.length > winners.length;
  return {
    kind: competing ? "competing" : "uncontested",
    ...(ceiling > 0n ? { ceiling } : {}),
    ...{ currency, decimals, taxBasis, expected },
    bids: competing ? priced : alone(),
    ...(notes.length > 0 ? { notes } : {}),
  };
}

function planned({ rejected, ...bidder }: Bidder, amount: bigint): PlannedBid {
  return { ...bidder, amount, ...(rejected === undefined ? {} : { rejected: { reason: rejected } }) };
}

/** The bids that can be played, one per bidder. */
function priceBids(
  published: LotBid[],
  awards: JsonObject[],
  decimals: number,
): { priced: PlannedBid[]; notes: string[] } {
  const notes: string[] = [];
  const amounts = new Map<LotBid, bigint>();
  for (const bid of published) {
    const amount = bid.value.amount === undefined ? { problem: "no price" } : tryAmount(bid.value.amount, decimals);
    if ("problem" in amount) notes.push(`bid of ${bid.name} not played: ${amount.problem}`);
    else amounts.set(bid, amount.minor);
  }
  const chosen = lastBids([...amounts.keys()], awards);
  for (const bid of amounts.keys()) {
    if (!chosen.includes(bid)) notes.push(`bid of ${bid.name} not played: another bid of theirs counts`);
  }
  return { priced: chosen.map((bid) => planned(bidderOf(bid), amounts.get(bid) ?? 0n)), notes };
}
