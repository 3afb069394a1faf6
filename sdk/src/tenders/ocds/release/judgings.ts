import type { JudgingModel, StageModel } from "../../evaluation/judgings.ts";
import type { EvaluationTerms } from "../../evaluation/terms.ts";
import type { LotModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { bidId, placeId } from "./ids.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** Points of 100 %. */
const FULL = 10_000n;

/** The judgings of a lot, one for each generation. */
export function judgingsOf({ judged }: Sources, { lot }: LotModel): JudgingModel[] {
  return (judged?.judgings ?? []).filter((one) => one.lot === lot);
}

/** How far the judging of a lot has come, and what it came to. */
export function judgingsOfLot({ model, sources }: Telling, lot: LotModel) {
  const idOf = (bidder: string) => bidId(lot, { bidder });
  return judgingsOf(sources, lot).map((judging) => {
    const { generation, step, bidders, stages, scale, ranking, selected } = judging;
    const limit = [...judging.low.values()][0]?.limit;
    return {
      id: String(generation),
      step,
      bids: bidders.map(idOf),
      ...(stages.length > 0 ? { stages: stages.map((stage, i) => stageOf(lot, stage, i)) } : {}),
      ...(limit === undefined ? {} : { lowPriceLimit: valueOf(model, limit) }),
      ...(scale
        ? {
            ...{ lowestPrice: valueOf(model, scale.lowest), topPrice: valueOf(model, scale.top) },
            ties: scale.lottery ? "lottery" : "earliest",
          }
        : {}),
      ...(step === "ranked"
        ? {
            ranking: ranking.map(idOf),
            selected: [...selected].map(idOf),
            reserve: reserveOf(judging).map(idOf),
          }
        : {}),
    };
  });
}

function stageOf(lot: LotModel, { bidders, rounds, sheets, results }: StageModel, i: number) {
  const passed = [...results].filter(([, result]) => result.passed).map(([bidder]) => bidder);
  return {
    id: placeId(i),
    bids: bidders.map((bidder) => bidId(lot, { bidder })),
    rounds: rounds.map(({ commitUntil, revealUntil }, round) => ({
      id: placeId(round),
      ...{ commitUntil: isoTime(commitUntil), revealUntil: isoTime(revealUntil) },
    })),
    evaluators: sheets.size,
    ...(results.size > 0 ? { passed: passed.map((bidder) => bidId(lot, { bidder })) } : {}),
  };
}

/** Those of the ranking who were not selected, and can be. */
export function reserveOf({ ranking, selected, ends }: JudgingModel): string[] {
  return ranking.filter((bidder) => !selected.has(bidder) && !ends.has(bidder));
}

/** The stage from which a bid does not go on, and whether it fell short of the threshold; undefined where it does. */
export function failureOf(
  { stages }: JudgingModel,
  terms: EvaluationTerms,
  bidder: string,
): { stage: number; short: boolean } | undefined {
  const stage = stages.findIndex(({ results }) => results.get(bidder)?.passed === false);
  if (stage < 0) return undefined;
  const score = stages[stage]?.results.get(bidder)?.score ?? 0n;
  return { stage, short: score < BigInt(terms.stages[stage]?.threshold ?? 0) * FULL };
}
