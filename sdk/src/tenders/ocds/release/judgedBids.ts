import { priceScore, type Scale, totalOf } from "../../audit/recount.ts";
import type { JudgingModel, StageModel } from "../../evaluation/judgings.ts";
import type { EvaluationTerms } from "../../evaluation/terms.ts";
import type { BidModel, LotModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { statementText, textDocument } from "./documents.ts";
import { accountId, placeId } from "./ids.ts";
import { failureOf, judgingsOf, reserveOf } from "./judgings.ts";
import type { Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** How a bid was judged, in each generation of the judging of its lot. */
export function judgingsOfBid(of: Telling, lot: LotModel, bid: BidModel) {
  const { terms } = of.sources.judged ?? {};
  if (!terms) return [];
  const listed = judgingsOf(of.sources, lot).filter(({ bidders }) => bidders.includes(bid.bidder));
  return listed.map((judging) => ({
    id: String(judging.generation),
    ...scoresOf(of, judging, bid),
    ...lowPriceOf(of, judging, bid),
    ...totalsOf(judging, terms, bid),
    ...outcomeOf(of, judging, terms, bid),
  }));
}

/** What each evaluator gave for each criterion, and what each stage came to. */
function scoresOf({ sources }: Telling, { stages }: JudgingModel, { bidder }: BidModel) {
  const scores = stages.flatMap(({ bidders, sheets }, i) =>
    [...sheets].flatMap(([evaluator, { points, time }]) =>
      (points[bidders.indexOf(bidder)] ?? []).map((given, k) => ({
        id: `${placeId(i)}-${placeId(k)}-${evaluator}`,
        ...{ stage: placeId(i), criterion: placeId(k), evaluator: accountId(sources, evaluator) },
        ...{ points: given, date: isoTime(time) },
      })),
    ),
  );
  const results = stages.flatMap(({ results: all }, i) => {
    const result = all.get(bidder);
    if (!result) return [];
    return [{ id: placeId(i), score: Number(result.score), passed: result.passed, date: isoTime(result.time) }];
  });
  return { ...(scores.length > 0 ? { scores } : {}), ...(results.length > 0 ? { stages: results } : {}) };
}

function lowPriceOf(of: Telling, { low }: JudgingModel, { bidder }: BidModel) {
  const flagged = low.get(bidder);
  if (!flagged) return {};
  const { limit, until, time, answer } = flagged;
  const explanation = answer && textDocument(of, answer, "lowPriceExplanation", "Explanation of a low price");
  return {
    lowPrice: {
      ...{ limit: valueOf(of.model, limit), flagged: isoTime(time), explainUntil: isoTime(until) },
      ...(explanation ? { explanation } : {}),
    },
  };
}

/** The scores of the stages passed and of the price, once all prices were read, and the place in the ranking. */
function totalsOf({ stages, scale, ranking, step }: JudgingModel, terms: EvaluationTerms, bid: BidModel) {
  const { bidder, price } = bid;
  const rank = ranking.indexOf(bidder);
  if (!scale || price === undefined || rank < 0 || step !== "ranked") return {};
  const quality = qualityOf(stages, terms, bidder);
  const by: Scale = { lowest: scale.lowest, top: scale.top };
  const total = totalOf(terms, by, { bidder, price, number: 0, quality });
  return { priceScore: Number(priceScore(terms, by, price)), total: Number(total), rank: rank + 1 };
}

function qualityOf(stages: StageModel[], terms: EvaluationTerms, bidder: string): bigint {
  return stages.reduce((sum, { results }, i) => {
    const { score = 0n, passed = false } = results.get(bidder) ?? {};
    return passed ? sum + BigInt(terms.stages[i]?.weight ?? 0) * score : sum;
  }, 0n);
}

/** How far a bid has come, and why no further. */
function outcomeOf(of: Telling, judging: JudgingModel, terms: EvaluationTerms, bid: BidModel) {
  const { bidder, rejected } = bid;
  const end = judging.ends.get(bidder);
  if (end?.how === "signed" || end?.how === "yielded") return { outcome: end.how };
  if (end) {
    const why = end.state === "rejected" && rejected ? statementText(rejected, of.sources.texts) : undefined;
    const words = why === undefined ? `the bid was ${end.state}` : `rejected: ${why}`;
    return { outcome: end.how, description: words };
  }
  const failure = failureOf(judging, terms, bidder);
  if (failure) {
    const why = failure.short ? "below the threshold" : "behind those that go on";
    return { outcome: "failed", description: `${why} in stage ${placeId(failure.stage)}` };
  }
  if (judging.selected.has(bidder)) return { outcome: "selected" };
  return { outcome: judging.step === "ranked" && reserveOf(judging).includes(bidder) ? "reserve" : "pending" };
}
