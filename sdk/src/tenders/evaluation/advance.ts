import type { Act } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { closeStage } from "./closeStage.ts";
import { listBids } from "./list.ts";
import { loadPrices } from "./loadPrices.ts";
import { rankBids } from "./rank.ts";
import type { LotJudging } from "./read.ts";
import { reserveOf, selectNext } from "./select.ts";

/**
 * What anyone can do to bring a lot to its next step; none where it is ranked and nothing is free. Send the acts in
 * their order; an estimate tells where the time for them has not come.
 */
export async function nextActs(context: Context, judging: LotJudging): Promise<Act<object>[]> {
  switch (judging.step) {
    case "listing":
      return listBids(context, judging);
    case "scoring":
      return closeStage(context, judging);
    case "screening":
    case "pricing":
      return loadPrices(context, judging);
    case "ranking":
      return rankBids(context, judging);
    case "ranked": {
      const [, { chosen, blocked }] = await context.evaluation.progressOf(judging.tender, judging.lot);
      const free = !blocked && chosen < judging.terms.winners && reserveOf(judging).length !== 0;
      return free ? [selectNext(context, judging)] : [];
    }
  }
}
