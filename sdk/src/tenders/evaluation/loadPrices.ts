import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { pieces, requireStep } from "./pieces.ts";
import type { LotJudging } from "./read.ts";

const ASKED_AT_ONCE = 50;

/** Reads the prices of the bids that are not read yet. */
export async function loadPrices(context: Context, judging: LotJudging): Promise<Act<object>[]> {
  requireStep(judging, "screening", "pricing");
  const { tender, lot, visited } = judging;
  const left = visited === 0 ? judging.left : await unread(context, judging);
  return pieces(left).map((piece) => prepare(context.evaluation.loadPrices, [tender, lot, piece], () => ({})));
}

/** Which bids the evaluation would read now: after a cut no log tells it. */
async function unread({ evaluation }: Context, { tender, lot, left }: LotJudging): Promise<string[]> {
  const bids: string[] = [];
  const readable = (bidder: string): Promise<boolean> =>
    evaluation.loadPrices.staticCall(tender, lot, [bidder]).then(
      () => true,
      () => false,
    );
  for (const some of pieces(left, ASKED_AT_ONCE)) {
    const found = await Promise.all(some.map(readable));
    bids.push(...some.filter((_, i) => found[i]));
  }
  return bids;
}
