import { getAddress, isAddress } from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseSpan } from "./text.ts";

/** Options as they come from the command line: text, flags and what Hardhat adds. */
export type Args = Record<string, unknown>;

/** A text option, or undefined where it is not given. */
export function optional(args: Args, name: string): string | undefined {
  const value = args[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A text option that must be given. */
export function required(args: Args, name: string): string {
  const value = optional(args, name);
  if (value === undefined) throw new InputError(`The option --${dashed(name)} is missing.`);
  return value;
}

/** A whole number from 0 to `most`. */
export function whole(args: Args, name: string, most: bigint): bigint {
  const text = required(args, name);
  if (!/^\d{1,78}$/.test(text) || BigInt(text) > most) {
    throw new InputError(`--${dashed(name)} must be a whole number from 0 to ${most}, not ${text}.`);
  }
  return BigInt(text);
}

export const agencyOf = (args: Args): number => Number(whole(args, "agency", 2n ** 32n - 1n));
export const tenderOf = (args: Args): bigint => whole(args, "tender", 2n ** 64n - 1n);
export const lotOf = (args: Args): number => Number(whole(args, "lot", 65_535n));

/** An account's address. */
export function address(args: Args, name: string): string {
  const text = required(args, name);
  if (isAddress(text)) return getAddress(text);
  throw new InputError(`--${dashed(name)} must be an address, not ${String(text)}.`);
}

/** Whole numbers such as `1,2,5`, each once. */
export function numbers(args: Args, name: string, most: number): number[] {
  const text = required(args, name);
  const all = text.split(",").map((one) => one.trim());
  const wrong = all.find((one) => !/^\d{1,10}$/.test(one) || Number(one) > most);
  if (wrong !== undefined) {
    throw new InputError(`--${dashed(name)} must be whole numbers from 0 to ${most}, as 1,2,5, not ${text}.`);
  }
  return [...new Set(all.map(Number))].sort((a, b) => a - b);
}

/** Seconds of a span such as 3d. */
export function span(args: Args, name: string): number {
  return parseSpan(required(args, name), `--${dashed(name)}`);
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
