import { InputError } from "./errors.ts";

/** The largest amount the contracts hold, in minor units. */
export const MAX_MINOR = 2n ** 128n - 1n;

/** More characters than this are refused before any work is done on them. */
const MAX_TEXT = 1000;

const DECIMAL = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Decimal text (as JSON writes numbers, exponents included) to minor units.
 * @param text for example "129150", "129150.50" or "1.5E3", in major units
 * @param decimals decimal places of the currency's minor unit, 0 to 18
 * @returns minor units, 0 to 2^128-1
 * @throws InputError when it is not a number, negative, finer than the minor unit, or too large
 */
export function parseAmount(text: string, decimals: number): bigint {
  if (text.length > MAX_TEXT) throw new InputError(`an amount of ${text.length} characters is too long`);
  if (text.startsWith("-")) throw new InputError(`amount ${shown(text)} is negative`);
  const match = DECIMAL.exec(text);
  if (match === null) throw new InputError(`amount ${shown(text)} is not a decimal number`);
  const [, whole = "", fraction = "", exponent = "0"] = match;

  const digits = (whole + fraction).replace(/^0+/, "");
  const significant = withoutTrailingZeros(digits);
  if (significant === "") return 0n;
  const zeros = digits.length - significant.length - fraction.length + Number(exponent) + decimals;
  if (zeros < 0) throw new InputError(`amount ${shown(text)} has more than ${decimals} decimals`);
  if (significant.length + zeros > 39) throw new InputError(`amount ${shown(text)} is too large`);
  const minor = BigInt(significant) * 10n ** BigInt(zeros);
  if (minor > MAX_MINOR) throw new InputError(`amount ${shown(text)} is too large`);
  return minor;
}

/**
 * Minor units to the shortest exact decimal text in major units, e.g. (12950n, 2) to "129.5".
 * @throws InputError when `minor` is negative
 */
export function formatAmount(minor: bigint, decimals: number): string {
  if (minor < 0n) throw new InputError("a negative amount has no text");
  const digits = minor.toString().padStart(decimals + 1, "0");
  const split = digits.length - decimals;
  const fraction = withoutTrailingZeros(digits.slice(split));
  return fraction === "" ? digits.slice(0, split) : `${digits.slice(0, split)}.${fraction}`;
}

function withoutTrailingZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

/** Text that somebody gave, as an error shows it. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
