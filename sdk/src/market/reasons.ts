import { InputError } from "../shared/errors.ts";

/** Why a version or an offer is withdrawn; the first one stops orders that are not delivered. */
export const WITHDRAWALS = { 1: "personal-data", 2: "superseded", 3: "error", 4: "legal" } as const;

/** The code of a reason given by its word or its code. @throws InputError for another word */
export function reasonCode(text: string): number {
  if (/^\d{1,3}$/.test(text) && Number(text) > 0 && Number(text) < 256) return Number(text);
  const found = Object.entries(WITHDRAWALS).find(([, word]) => word === text);
  if (found) return Number(found[0]);
  throw new InputError(`No such reason: ${text}. There are ${Object.values(WITHDRAWALS).join(", ")}.`);
}

/** What a reason's code says; the code itself where it is none of ours. */
export function withdrawalText(code: number): string {
  return (WITHDRAWALS as Record<number, string>)[code] ?? `reason ${code}`;
}
