import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { pieces, requireStep } from "./pieces.ts";
import type { LotJudging } from "./read.ts";

const PIECE = 1_000;
const ASKED_AT_ONCE = 50;

/** Ranks the bids, and selects those that win. Send the acts in their order: the end of the ranking comes first. */
export async function rankBids(context: Context, judging: LotJudging): Promise<Act<object>[]> {
  requireStep(judging, "ranking");
  const { tender, lot, left } = judging;
  const keys = new Map<string, bigint>();
  const ask = async (bidder: string): Promise<void> => {
    keys.set(bidder, (await context.evaluation.candidateOf(tender, lot, bidder)).key);
  };
  for (const some of pieces(left, ASKED_AT_ONCE)) await Promise.all(some.map(ask));
  const worstFirst = [...left].sort((x, y) => ((keys.get(x) ?? 0n) < (keys.get(y) ?? 0n) ? -1 : 1));
  const ordered = pieces(worstFirst, PIECE).map((piece) => piece.reverse());
  return ordered.map((piece) => prepare(context.evaluation.rank, [tender, lot, piece], () => ({})));
}
