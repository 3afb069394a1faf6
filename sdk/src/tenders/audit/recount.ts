import { concat, keccak256, toBeHex } from "ethers";
import { meanScores } from "../evaluation/score.ts";
import type { EvaluationTerms } from "../evaluation/terms.ts";

/** A score of 100 %. */
const FULL = 10n ** 8n;
const WHOLE = 10_000n;

/** What the prices of a lot are scored by, and ties parted. */
export interface Scale {
  lowest: bigint;
  top: bigint;
  /** Sum of the lottery numbers; absent = ties go to the earlier bid. */
  lottery?: bigint;
}

/** A bid that is ranked. */
export interface RankedBid {
  bidder: string;
  price: bigint;
  number: number;
  /** Sum of weight and score of all stages. */
  quality: bigint;
}

/** The scores of a stage by the revealed sheets, and who goes on: all at the threshold, or as many as the stage keeps. */
export function stageOutcome(
  terms: EvaluationTerms,
  stage: number,
  staged: string[],
  sheets: Map<string, string[]>,
  out: Set<string>,
): { scores: Map<string, bigint>; passed: Set<string> } {
  const { threshold = 0, keep = 0 } = terms.stages[stage] ?? {};
  const scores = meanScores({ terms, stage, staged, sheets });
  const scoreOf = (bidder: string): bigint => scores.get(bidder) ?? 0n;
  const able = staged.filter((bidder) => !out.has(bidder) && scoreOf(bidder) >= BigInt(threshold) * WHOLE);
  const sorted = able.map(scoreOf).sort((x, y) => (x > y ? -1 : 1));
  const cut = keep === 0 ? 0n : (sorted[Math.min(keep, sorted.length) - 1] ?? 0n);
  return { scores, passed: new Set(able.filter((bidder) => scoreOf(bidder) >= cut)) };
}

/** The score of a price, rounded down. */
export function priceScore({ formula }: EvaluationTerms, { lowest, top }: Scale, price: bigint): bigint {
  if (formula === "none") return 0n;
  if (price === lowest) return FULL;
  return formula === "proportional" ? (FULL * lowest) / price : (FULL * (top - price)) / (top - lowest);
}

/** A bid's total: that of the stages passed and of its price. */
export const totalOf = (terms: EvaluationTerms, scale: Scale, { quality, price }: RankedBid): bigint =>
  quality + BigInt(terms.priceWeight) * priceScore(terms, scale, price);

/** What parts bids of the same total; the higher one is better. */
function tieOf({ lottery }: Scale, { number }: RankedBid): bigint {
  if (lottery === undefined) return -BigInt(number);
  return BigInt(keccak256(concat([toBeHex(lottery, 32), toBeHex(number, 32)]))) >> 40n;
}

/** The bids in their order, best first. */
export function rankingOf(terms: EvaluationTerms, scale: Scale, bids: RankedBid[]): string[] {
  const keyed = bids.map((bid) => ({ ...bid, total: totalOf(terms, scale, bid), tie: tieOf(scale, bid) }));
  keyed.sort((x, y) => (x.total === y.total ? (x.tie > y.tie ? -1 : 1) : x.total > y.total ? -1 : 1));
  return keyed.map(({ bidder }) => bidder);
}

/** The share of the mean price below which a price is abnormally low, rounded up. */
export function lowLimit({ lowBp }: EvaluationTerms, prices: bigint[]): bigint {
  const count = BigInt(prices.length) * WHOLE;
  const sum = prices.reduce((total, price) => total + price, 0n);
  return count === 0n ? 0n : (sum * BigInt(lowBp) + count - 1n) / count;
}
