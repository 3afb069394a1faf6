import { isoTime } from "../format.ts";
import { awardSections } from "./awards.ts";
import { bidsOf } from "./bids.ts";
import { complaintsOf } from "./complaints.ts";
import { bodyRef, partiesOf } from "./parties.ts";
import type { Telling } from "./sources.ts";
import { tenderOf } from "./tender.ts";

/** Everything an OCDS release tells of a tender at a moment; the caller adds the tag. */
export function releaseState(of: Telling) {
  const { model, sources } = of;
  const bids = bidsOf(of);
  const { awards, contracts } = awardSections(of);
  const complaints = complaintsOf(of);
  return {
    ocid: sources.ocid,
    id: `${sources.ocid}-${model.published.time}`,
    date: isoTime(model.published.time),
    language: "en",
    initiationType: "tender",
    parties: partiesOf(of),
    buyer: bodyRef(sources.agency),
    tender: tenderOf(of),
    ...(bids ? { bids } : {}),
    ...(awards.length > 0 ? { awards } : {}),
    ...(contracts.length > 0 ? { contracts } : {}),
    ...(complaints.length > 0 ? { csComplaints: complaints } : {}),
  };
}
