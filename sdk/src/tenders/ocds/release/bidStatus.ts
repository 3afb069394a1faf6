import { presentJudging } from "../../evaluation/judgings.ts";
import type { BidModel, LotModel } from "../../model.ts";
import { statusOfBid } from "../statuses.ts";
import { failureOf } from "./judgings.ts";
import type { Telling } from "./sources.ts";

/** What has become of a bid: what the house says, and one that fell short of a stage's threshold is disqualified too. */
export function bidStatus({ model, sources: { judged }, now }: Telling, lot: LotModel, bid: BidModel): string {
  const status = statusOfBid(model, lot, bid, now);
  const judging = judged && presentJudging(judged, lot.lot);
  const short = judging && failureOf(judging, judged.terms, bid.bidder)?.short;
  return short === true && status !== "withdrawn" ? "disqualified" : status;
}
