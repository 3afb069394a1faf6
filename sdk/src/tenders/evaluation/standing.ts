import type { Context } from "../../shared/context.ts";
import type { LotJudging } from "./read.ts";

/** Where a bid stands in the judging of its lot. */
export interface Standing {
  bidder: string;
  /** From 1; absent until the lot is ranked. */
  rank?: number;
  /** Minor units; 0 until it is read. */
  price: bigint;
  /** Of 10^12: of the stages passed, and once prices are read of these too. */
  total: bigint;
  state: "judged" | "selected" | "signed" | "reserve" | "out";
}

/** Where the bids of a lot stand that are judged yet: best first, once they are ranked. */
export async function standingOf(context: Context, judging: LotJudging): Promise<Standing[]> {
  const { tender, lot, step, ranking, bidders } = judging;
  const ranked = step === "ranked";
  const all = ranked ? ranking : bidders;
  const views = await Promise.all(all.map((bidder) => context.evaluation.candidateOf(tender, lot, bidder)));
  return views.map(({ price, total, quality, out, selected, signed }, i) => {
    const waiting = ranked ? "reserve" : "judged";
    const state = signed ? "signed" : selected ? "selected" : out ? "out" : waiting;
    const own = { bidder: all[i] ?? "", price, total: total === 0n ? quality : total, state } as const;
    return ranked ? { ...own, rank: i + 1 } : own;
  });
}
