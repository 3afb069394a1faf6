import { formatAmount } from "../../shared/amount.ts";
import type { Won } from "../play.ts";
import type { ExpectedWinner, PlayedLot } from "./plan.ts";

/** What a play says about the published award. */
export interface Comparison {
  verdict: "agrees on competing bids" | "no competition published" | "differs";
  detail: string;
}

/** Of so many winners each is named. */
const NAMED = 3;

/**
 * Compare a play with the published awards: the same winners, each with its consortium and, where the record tells it,
 * its amount.
 * @param won the winners of the play
 * @returns the verdict; when it differs the detail names those of either side whom the other does not have so
 */
export function compareOutcome(plan: PlayedLot, won: readonly Won[]): Comparison {
  const { expected, bids, currency } = plan;
  const agreed = (one: ExpectedWinner) => won.some((other) => isSame(one, other, currency));
  const missing = expected.filter((one) => !agreed(one));
  const surplus = won.filter((other) => !expected.some((one) => isSame(one, other, currency)));
  if (missing.length > 0 || surplus.length > 0) {
    const played = surplus.map((one) => offer(plan, bids.find(({ key }) => key === one.key) ?? one, one));
    const published = missing.map((one) => offer(plan, one, one));
    const nobody = won.length === 0 ? "nobody" : "no other";
    return {
      verdict: "differs",
      detail: `played: ${played.join(", ") || nobody}; published: ${published.join(", ") || "no other"}`,
    };
  }
  const awarded =
    expected.length > NAMED ? `${expected.length} winners` : expected.map((one) => offer(plan, one, one)).join(", ");
  return plan.kind === "uncontested"
    ? { verdict: "no competition published", detail: `${awarded}: ${aloneOf(plan)}` }
    : { verdict: "agrees on competing bids", detail: `${awarded}: ${lowestOf(plan)}` };
}

function isSame({ key, amount, members = [] }: ExpectedWinner, won: Won, currency: string): boolean {
  const [, ...partners] = members;
  const registered = new Set(won.partners);
  return (
    won.key === key &&
    (amount === undefined || won.amount === amount) &&
    won.currency === currency &&
    registered.size === partners.length &&
    partners.every((partner) => registered.has(partner.key))
  );
}

function offer(
  { decimals, currency }: PlayedLot,
  who: { key: string; name?: string },
  price: { amount?: bigint; currency?: string },
): string {
  const name = who.name ?? who.key;
  if (price.amount === undefined) return name;
  return `${name} (${formatAmount(price.amount, decimals)} ${price.currency ?? currency})`;
}

function aloneOf({ expected, bids }: PlayedLot): string {
  if (expected.length === 1) return "the awarded value, played as the only bid";
  const told = expected.every(({ amount }) => amount !== undefined);
  return `played as the only ${bids.length} bids${told ? "" : "; the record tells no amount of each, none was compared"}`;
}

function lowestOf({ expected, bids }: PlayedLot): string {
  if (expected.length === 1) return `the lowest of ${bids.length} bids not rejected`;
  const told = expected.every(({ amount }) => amount !== undefined);
  return `the ${expected.length} lowest of ${bids.length} bids not rejected${told ? "" : "; not every award tells an amount to compare"}`;
}
