import type { BidModel, LotModel } from "../../model.ts";
import { bidStatus } from "./bidStatus.ts";
import { lotId } from "./ids.ts";
import { vendorOf } from "./parties.ts";
import type { Telling } from "./sources.ts";

/** The reason code of a price abnormally low and not explained. */
const LOW = 5;

type Placed = { lot: LotModel; bid: BidModel };

/** Counts of bids: of the tender, and of each lot. Nobody asks to take part, so requests are not counted. */
export function statisticsOf(of: Telling) {
  const { model, sources } = of;
  const all = model.lots.map((lot) => lot.bids.map((bid) => ({ lot, bid })));
  const ofLots = model.lots.flatMap((lot, i) => {
    const relatedLot = lotId(sources, lot);
    return countsOf(of, all[i] ?? []).map((one) => ({ ...one, id: `${one.id}-${relatedLot}`, relatedLot }));
  });
  return [...countsOf(of, all.flat()), ...ofLots];
}

function countsOf(of: Telling, placed: Placed[]) {
  const made = placed.filter(({ bid }) => bid.state !== "withdrawn");
  const statusCount = (status: string) => made.filter(({ lot, bid }) => bidStatus(of, lot, bid) === status).length;
  const low = made.filter(({ bid }) => bid.rejected?.reason === LOW).length;
  const counts = {
    bids: made.length,
    validBids: statusCount("valid"),
    disqualifiedBids: statusCount("disqualified"),
    bidders: new Set(placed.map(({ bid }) => vendorOf(bid))).size,
    ...(low > 0 ? { tendersAbnormallyLow: low } : {}),
  };
  return Object.entries(counts).map(([measure, value]) => ({ id: measure, measure, value }));
}
