import type { AwardModel, LotModel } from "../../model.ts";

export const awardsOf = ({ award, furtherAwards = [] }: LotModel): AwardModel[] =>
  award ? [award, ...furtherAwards] : [];

/** By a rule a lot has several awards; the first one's id tells no number. */
export const awardId = ({ lot }: LotModel, i: number): string => `award-${lot}${i === 0 ? "" : `-${i + 1}`}`;
