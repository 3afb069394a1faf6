import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { formatAmount } from "../../sdk/src/shared/amount.ts";
import type { TenderModel } from "../../sdk/src/tenders/model.ts";

/** A price with its currency. */
export function showPrice(model: Pick<TenderModel, "currency" | "decimals">, minor: bigint | undefined): string {
  return minor === undefined ? "" : `${formatAmount(minor, model.decimals)} ${model.currency}`;
}

/** Time of the latest block: what the contracts go by. */
export async function chainTime(context: Context): Promise<number> {
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return block.timestamp;
}
