import { unpackWord } from "./terms.ts";
import type { LotJudging } from "./read.ts";

/** The mean score of each bid of the present stage by the evaluators who revealed, as the contract computes it. */
export function meanScores({
  terms,
  stage,
  staged,
  sheets,
}: Pick<LotJudging, "terms" | "stage" | "staged" | "sheets">): Map<string, bigint> {
  const weights = terms.stages[stage]?.weights ?? [];
  const scoreOf = (word: string): bigint =>
    unpackWord(BigInt(word)).reduce((sum, points, i) => sum + BigInt(points) * BigInt(weights[i] ?? 0), 0n);
  const means = new Map<string, bigint>();
  for (const [i, bidder] of staged.entries()) {
    const scores = [...sheets.values()].map((words) => scoreOf(words[i] ?? "0x00"));
    means.set(bidder, meanDown(scores, terms.dropExtremes));
  }
  return means;
}

function meanDown(scores: bigint[], dropExtremes: boolean): bigint {
  const sorted = [...scores].sort((x, y) => (x < y ? -1 : 1));
  const counted = dropExtremes && sorted.length > 2 ? sorted.slice(1, -1) : sorted;
  return counted.length === 0 ? 0n : counted.reduce((sum, score) => sum + score, 0n) / BigInt(counted.length);
}
