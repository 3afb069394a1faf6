import type { TenderModel } from "../../model.ts";
import { accountId } from "./ids.ts";
import type { Telling } from "./sources.ts";

/** How bids are sealed, judged and awarded, in words. */
export function methodOf(of: Telling): string {
  const { sealing } = of.model;
  const opened = sealing
    ? `opened by a committee of which ${sealing.threshold} of ${sealing.seats.length} are needed`
    : "opened by their bidders";
  return `Sealed bids, ${opened}; ${judgesOf(of)}.`;
}

function judgesOf({ model: { rule }, sources }: Telling): string {
  const { judged } = sources;
  if (!judged) return rule ? `awarded by the contract ${accountId(sources, rule)}` : "the lowest price wins";
  const { stages, winners } = judged.terms;
  const count = stages.length === 1 ? "one stage" : `${stages.length} stages`;
  const judges = stages.length === 0 ? "judged by price" : `judged by a panel in ${count}`;
  return `${judges}; ${winners === 1 ? "one wins" : `up to ${winners} win`} in each lot`;
}

/** By what the winners are chosen. A rule that is not this house's is known by its address alone. */
export function criteriaOf({ model, sources }: Telling) {
  const { judged, notice } = sources;
  const ties = tieOf(model);
  if (!judged) {
    if (model.rule) return { awardCriteriaDetails: `By the contract ${accountId(sources, model.rule)}.` };
    return {
      awardCriteria: "priceOnly",
      awardCriteriaDetails: `Lowest price not rejected; of equal prices ${ties}.`,
    };
  }
  const { stages, priceWeight, winners } = judged.terms;
  const shares = [
    ...stages.map(({ weight }, i) => `${notice.evaluation?.stages[i]?.title ?? `stage ${i + 1}`} ${weight / 100} %`),
    ...(priceWeight > 0 ? [`price ${priceWeight / 100} %`] : []),
  ].join(", ");
  return {
    awardCriteria: stages.length === 0 ? "priceOnly" : "ratedCriteria",
    awardCriteriaDetails: `Highest total, ${winners} in each lot within its budget: ${shares}; of equal totals ${ties}.`,
  };
}

function tieOf({ sealing }: TenderModel): string {
  if (sealing?.ties !== "lottery") return "the one committed first";
  const draw = "one drawn by numbers that the bids sealed";
  return sealing.openByBidders ? `${draw}, or the one committed first where the committee does not open them` : draw;
}
