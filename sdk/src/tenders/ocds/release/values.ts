import { formatAmount } from "../../../shared/amount.ts";
import type { TenderModel } from "../../model.ts";
import { jsonNumber } from "../format.ts";

/** A value; without an amount it still tells the currency and the tax basis. */
export function valueOf(model: TenderModel, minor: bigint | undefined) {
  return {
    ...(minor === undefined ? {} : { amount: jsonNumber(formatAmount(minor, model.decimals)) }),
    currency: model.currency,
    ...(model.tax === "unstated" ? {} : { valueAddedTaxIncluded: model.tax === "gross" }),
  };
}
