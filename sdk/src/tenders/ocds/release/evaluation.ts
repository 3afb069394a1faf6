import { NO_BUDGET } from "../../evaluation/terms.ts";
import { isoTime } from "../format.ts";
import { fileDocument } from "./documents.ts";
import { accountId, lotId, placeId } from "./ids.ts";
import type { Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** How a panel judges; undefined where none does. Names are the notice's, all else is the chain's. */
export function evaluationOf({ model, sources }: Telling) {
  const { judged, notice } = sources;
  if (!judged) return undefined;
  const { terms, declared } = judged;
  const panel = terms.panel.map((evaluator) => {
    const declaration = declared.get(evaluator);
    const told = declaration && {
      declared: isoTime(declaration.time),
      declaration: fileDocument(declaration.digest, "conflictOfInterest", "Declaration of no conflict"),
    };
    return { id: accountId(sources, evaluator), ...told };
  });
  const stages = terms.stages.map((stage, i) => {
    const named = notice.evaluation?.stages[i];
    return {
      id: placeId(i),
      ...(named?.title === undefined ? {} : { title: named.title }),
      criteria: stage.weights.map((weight, k) => {
        const name = named?.criteria[k]?.name;
        return { id: placeId(k), ...(name === undefined ? {} : { name }), weight };
      }),
      passFail: stage.passFail,
      threshold: stage.threshold,
      ...(stage.keep > 0 ? { keep: stage.keep } : {}),
      weight: stage.weight,
      ...{ commitSeconds: stage.commitPeriod, revealSeconds: stage.revealPeriod },
    };
  });
  const budgets = terms.budgets.flatMap((budget, lot) => {
    const id = lotId(sources, { lot });
    return budget === NO_BUDGET ? [] : [{ id, relatedLot: id, value: valueOf(model, budget) }];
  });
  return {
    ...(panel.length > 0 ? { panel } : {}),
    ...{ quorum: terms.quorum, dropExtremes: terms.dropExtremes },
    ...(stages.length > 0 ? { stages } : {}),
    price: { weight: terms.priceWeight, formula: terms.formula },
    winners: terms.winners,
    ...(budgets.length > 0 ? { budgets } : {}),
    ...(terms.signPeriod > 0 ? { signSeconds: terms.signPeriod } : {}),
    ...(terms.lowBp > 0 ? { lowPrice: { share: terms.lowBp, answerSeconds: terms.answerPeriod } } : {}),
  };
}
