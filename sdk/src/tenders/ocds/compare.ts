import { formatAmount } from "../../shared/amount.ts";
import type { PlayedLot } from "./plan.ts";

/** What a play says about the published award. */
export interface Comparison {
  verdict: "agrees on competing bids" | "no competition published" | "differs";
  detail: string;
}

/**
 * Compare a play with the published award: the same supplier, amount and currency.
 * @param outcome the winner of the play (amount in minor units), null when nobody won
 * @returns the verdict; when it differs the detail names both bidders and their amounts
 */
export function compareOutcome(
  plan: PlayedLot,
  outcome: { key: string; amount: bigint; currency: string } | null,
): Comparison {
  const { expected, decimals } = plan;
  const offer = (name: string, amount: bigint, currency: string) =>
    `${name} (${formatAmount(amount, decimals)} ${currency})`;
  const published = offer(expected.name, expected.amount, expected.currency);
  if (outcome === null) return { verdict: "differs", detail: `played: nobody; published: ${published}` };

  const bid = plan.bids.find((one) => one.key === outcome.key);
  const played = offer(bid?.name ?? outcome.key, outcome.amount, outcome.currency);
  const agrees =
    outcome.key === expected.key && outcome.amount === expected.amount && outcome.currency === expected.currency;
  if (!agrees) return { verdict: "differs", detail: `played: ${played}; published: ${published}` };
  if (plan.kind === "single") {
    return { verdict: "no competition published", detail: `${published}: the awarded value, played as the only bid` };
  }
  return {
    verdict: "agrees on competing bids",
    detail: `${published}: the lowest of ${plan.bids.length} bids not rejected`,
  };
}
