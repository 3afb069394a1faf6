import { parseAmount, shown } from "../shared/amount.ts";
import { InputError } from "../shared/errors.ts";

/** The highest price and ceiling the tender house holds, in minor units: MAX_PRICE of ITenderHouse. */
export const MAX_PRICE = 2n ** 59n - 1n;

/** As `parseAmount`, for a price or a ceiling. @throws InputError also when it is above MAX_PRICE */
export function parsePrice(text: string, decimals: number): bigint {
  const minor = parseAmount(text, decimals);
  if (minor > MAX_PRICE) throw new InputError(`amount ${shown(text)} is too large`);
  return minor;
}
