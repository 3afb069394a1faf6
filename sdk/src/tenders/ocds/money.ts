import { minorUnits } from "../currency.ts";
import type { LotBid } from "./bids.ts";
import { field, type JsonObject } from "./json.ts";
import { LeaveOut } from "./leaveOut.ts";
import { type Lot, lotsFor } from "./lots.ts";
import { commonBasis, readValue, type TaxBasis, tryAmount } from "./values.ts";

/** In what money a lot is judged. Amounts are minor units. */
export interface Money {
  currency: string;
  decimals: number;
  taxBasis: TaxBasis;
  /** 0 means none. */
  ceiling: bigint;
  /** Of each award what it was awarded at in this lot; undefined where the record does not tell. */
  awarded: (bigint | undefined)[];
}

/**
 * In what money a lot is judged: one currency and tax basis over ceiling, awards and priced bids.
 * @param needed whether the lot has one award, to one supplier, which says nothing without a value
 */
export function moneyOf(awards: JsonObject[], lot: Lot, lots: Lot[], published: LotBid[], needed: boolean): Money {
  const awardValues = awards.map((award) => readValue(field(award, "value")));
  const priced = published.filter((bid) => bid.value.amount !== undefined);
  const values = [lot.value, ...awardValues, ...priced.map((bid) => bid.value)];
  const currencies = new Set(values.map((one) => one.currency).filter((currency) => currency !== undefined));
  const currency = awardValues.find((value) => value.currency !== undefined)?.currency ?? [...currencies][0];
  if (needed && awardValues.some(({ amount }) => amount === undefined)) throw new LeaveOut("no value");
  if (currency === undefined) throw new LeaveOut("no value", "no currency is stated");
  const decimals = minorUnits(currency);
  const awarded = awards.map((award, i) => {
    const covered = lotsFor(award, lots).length;
    if (needed && covered > 1) throw new LeaveOut("no value", `one value for ${covered} lots`);
    const amount = covered > 1 ? undefined : awardValues[i]?.amount;
    if (amount === undefined) return undefined;
    const read = tryAmount(amount, decimals);
    if ("problem" in read) throw new LeaveOut("no value", read.problem);
    return read.minor;
  });
  if (currencies.size > 1) throw new LeaveOut("contradicting currency", [...currencies].join(", "));
  const taxBasis = commonBasis(values);
  if (taxBasis === undefined) throw new LeaveOut("contradicting tax basis");
  const ceiling = tryAmount(lot.value.amount ?? "0", decimals);
  if ("problem" in ceiling) throw new LeaveOut("above the ceiling", `the ceiling cannot be read: ${ceiling.problem}`);
  if (ceiling.minor > 0n && awarded.some((amount) => amount !== undefined && amount > ceiling.minor)) {
    throw new LeaveOut("above the ceiling");
  }
  return { currency, decimals, taxBasis, ceiling: ceiling.minor, awarded };
}
