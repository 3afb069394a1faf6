import type { EndModel } from "../../evaluation/judgings.ts";
import type { AwardModel, LotModel, TenderModel } from "../../model.ts";
import type { Sources } from "./sources.ts";

/** An award by its id. */
export interface Awarded {
  id: string;
  lot: LotModel;
  award: AwardModel;
}

/** All awards of a lot in order, those that a review ended too. The first one's id tells no number. */
export function awardsOf(lot: LotModel): Awarded[] {
  const { award, furtherAwards = [], endedAwards = [] } = lot;
  const all = [...endedAwards, ...(award ? [award, ...furtherAwards] : [])];
  return all.map((one, i) => ({ id: `award-${lot.lot}${i === 0 ? "" : `-${i + 1}`}`, lot, award: one }));
}

export const allAwards = ({ lots }: TenderModel): Awarded[] => lots.flatMap(awardsOf);

/** What became of an award after it was final: its operator signed, or yielded its place. */
export function endOf({ judged }: Sources, { lot, award }: Awarded): EndModel | undefined {
  const { winner, time, ended } = award;
  return judged?.judgings
    .filter((one) => one.lot === lot.lot)
    .map(({ ends }) => ends.get(winner))
    .find((end) => {
      const after = end !== undefined && (end.how === "signed" || end.how === "yielded");
      return after && end.time >= time && (!ended || end.time <= ended.time);
    });
}
