import { stoppedUntil } from "../../model.ts";
import { isoTime } from "../format.ts";
import { allAwards, type Awarded, endOf } from "./awarded.ts";
import { fileDocument } from "./documents.ts";
import { bidId, lotId } from "./ids.ts";
import { lotItems } from "./lots.ts";
import { tenderersOf } from "./parties.ts";
import type { Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** The sections `awards` and `contracts`; each is empty while there is none. */
export function awardSections(of: Telling) {
  const all = allAwards(of.model);
  return { awards: all.map((one) => awardOf(of, one)), contracts: all.flatMap((one) => contractOf(of, one)) };
}

function awardOf(of: Telling, awarded: Awarded) {
  const { model, sources } = of;
  const { id, lot, award } = awarded;
  const bid = lot.bids.find(({ bidder }) => bidder === award.winner);
  const items = lotItems(sources, lot);
  return {
    id,
    ...statusOfAward(of, awarded),
    date: isoTime(award.time),
    value: valueOf(model, award.price),
    suppliers: bid ? tenderersOf(sources, lot, bid) : [],
    ...(items.length > 0 ? { items } : {}),
    relatedLots: [lotId(sources, lot)],
    ...(bid ? { relatedBid: bidId(lot, bid) } : {}),
    ...(model.standstill > 0
      ? { csStandstillPeriod: { startDate: isoTime(award.time), endDate: isoTime(award.standstillEnd) } }
      : {}),
  };
}

/** A pending award is not final: its standstill runs, or a complaint stops its lot. */
function statusOfAward({ model, sources, now }: Telling, awarded: Awarded): { status: string; description?: string } {
  const { lot, award } = awarded;
  if (award.ended) return { status: "cancelled", description: "A review ended the award." };
  const how = endOf(sources, awarded)?.how;
  if (how === "yielded") {
    return { status: "cancelled", description: "The winner did not sign in time and yielded its place." };
  }
  // A complaint about another award of the lot takes no contract back.
  const stopped = now <= award.standstillEnd || stoppedUntil(model, lot, now, sources.complaints) !== undefined;
  const final = how === "signed" || !stopped;
  return { status: final ? "active" : "pending" };
}

/** The contract of an award, once it is signed. */
function contractOf({ model, sources }: Telling, awarded: Awarded) {
  const { document, time } = endOf(sources, awarded) ?? {};
  if (document === undefined || time === undefined) return [];
  const { id, award } = awarded;
  const signed = {
    id: id.replace("award", "contract"),
    awardID: id,
    status: award.ended ? "cancelled" : "active",
    ...{ dateSigned: isoTime(time), value: valueOf(model, award.price) },
    documents: [{ ...fileDocument(document, "contractSigned", "Contract"), datePublished: isoTime(time) }],
  };
  return [signed];
}
