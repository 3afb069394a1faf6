import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { readTender } from "../read.ts";
import { pieces, requireStep } from "./pieces.ts";
import { byAddress, type LotJudging } from "./read.ts";

/** Lists the bids that stand in the house and are not listed yet. Send the acts in their order. */
export async function listBids(context: Context, judging: LotJudging): Promise<Act<object>[]> {
  requireStep(judging, "listing");
  const { tender, lot, bidders } = judging;
  const { technicalLength, scoredAt } = await context.house.tenderOf(tender);
  const states = technicalLength !== 0n && scoredAt === 0n ? ["part opened"] : ["standing", "unplaced"];
  const bids = (await readTender(context, tender)).lots[lot]?.bids ?? [];
  const standing = byAddress(bids.filter(({ state }) => states.includes(state)).map(({ bidder }) => bidder));
  const last = BigInt(bidders.at(-1) ?? 0);
  const left = standing.filter((bidder) => BigInt(bidder) > last);
  return pieces(left).map((piece) => prepare(context.evaluation.list, [tender, lot, piece], () => ({})));
}
