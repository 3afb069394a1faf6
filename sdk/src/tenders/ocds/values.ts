import { InputError } from "../../shared/errors.ts";
import { parsePrice } from "../amount.ts";
import { isCurrency } from "../currency.ts";
import { type Json, field, textField } from "./json.ts";

/** "net": without value added tax, "gross": with it. */
export type TaxBasis = "net" | "gross" | "unstated";

/** A value as published. */
export interface Value {
  /** Decimal text, not yet checked; undefined when there is none. */
  amount?: string;
  /** Three capital letters; undefined when there are none. */
  currency?: string;
  taxBasis: TaxBasis;
}

/** Read an OCDS value; anything that is no object has no amount. */
export function readValue(value: Json | undefined): Value {
  const amount = textField(value, "amount");
  const currency = textField(value, "currency")?.toUpperCase();
  const withTax = field(value, "valueAddedTaxIncluded");
  return {
    ...(amount === undefined ? {} : { amount }),
    ...(currency !== undefined && isCurrency(currency) ? { currency } : {}),
    taxBasis: withTax === true ? "gross" : withTax === false ? "net" : "unstated",
  };
}

/** Minor units, or why the amount cannot be used. */
export function tryAmount(text: string, decimals: number): { minor: bigint } | { problem: string } {
  try {
    return { minor: parsePrice(text, decimals) };
  } catch (error) {
    if (error instanceof InputError) return { problem: error.message };
    throw error;
  }
}

/** The single basis stated, "unstated" when none is, undefined when they contradict each other. */
export function commonBasis(values: Value[]): TaxBasis | undefined {
  const stated = new Set(values.map((value) => value.taxBasis).filter((basis) => basis !== "unstated"));
  return stated.size > 1 ? undefined : ([...stated][0] ?? "unstated");
}
