import type { TenderModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { statusOfTender } from "../statuses.ts";
import { amendmentsOf } from "./amendments.ts";
import { reviewOf } from "./complaints.ts";
import { consortiaOf } from "./consortia.ts";
import { criteriaOf, methodOf } from "./criteria.ts";
import { tenderDocuments } from "./documents.ts";
import { enquiriesOf } from "./enquiries.ts";
import { evaluationOf } from "./evaluation.ts";
import { lotId } from "./ids.ts";
import { lotGroupsOf, lotItems, lotsOf } from "./lots.ts";
import { bidderParties, bodyRef } from "./parties.ts";
import type { Telling } from "./sources.ts";

/** The section `tender`. */
export function tenderOf(of: Telling) {
  const { model, sources, now } = of;
  const { notice } = sources;
  const tenderers = bidderParties(of);
  const items = model.lots.flatMap((lot) =>
    lotItems(sources, lot).map((item) => ({ ...item, relatedLot: lotId(sources, lot) })),
  );
  const [groups, enquiries, amendments, consortia] = [
    lotGroupsOf(of),
    enquiriesOf(of),
    amendmentsOf(of),
    consortiaOf(of),
  ];
  const [evaluation, review] = [evaluationOf(of), reviewOf(of)];
  return {
    id: String(model.tender),
    title: notice.title,
    ...(notice.description === undefined ? {} : { description: notice.description }),
    status: statusOfTender(model, now, sources.complaints),
    procuringEntity: bodyRef(sources.agency),
    ...(notice.procurementMethod === undefined ? {} : { procurementMethod: notice.procurementMethod }),
    ...(notice.mainProcurementCategory === undefined
      ? {}
      : { mainProcurementCategory: notice.mainProcurementCategory }),
    procurementMethodDetails: methodOf(of),
    ...criteriaOf(of),
    submissionMethod: ["electronicSubmission"],
    ...periods(model),
    // Questions are asked as long as bids are sealed.
    enquiryPeriod: { startDate: isoTime(model.published.time), endDate: isoTime(model.commitDeadline) },
    hasEnquiries: enquiries.length > 0,
    ...(enquiries.length > 0 ? { enquiries } : {}),
    numberOfTenderers: tenderers.length,
    ...(tenderers.length > 0 ? { tenderers } : {}),
    documents: tenderDocuments(of),
    ...(items.length > 0 ? { items } : {}),
    lots: lotsOf(of),
    ...(groups.length > 0 ? { lotGroups: groups } : {}),
    ...(amendments.length > 0 ? { amendments } : {}),
    ...(consortia.length > 0 ? { csConsortia: consortia } : {}),
    ...(evaluation ? { csEvaluation: evaluation } : {}),
    ...(review ? { csReview: review } : {}),
  };
}

/** When bids can be sealed, and when lots can be awarded. */
function periods({ published, sealing, commitDeadline, revealDeadline, awardDeadline }: TenderModel) {
  const bidding = sealing && (sealing.biddingOpened?.time ?? Math.max(published.time, sealing.bidsFrom));
  const tenderPeriod = { startDate: isoTime(bidding ?? published.time), endDate: isoTime(commitDeadline) };
  // The time of awards is known once the technical scores are revealed.
  if (sealing?.scoresDeadline !== undefined && !sealing.scored) return { tenderPeriod };
  const awardPeriod = {
    startDate: isoTime(sealing?.judgeDeadline ?? revealDeadline),
    endDate: isoTime(awardDeadline),
  };
  return { tenderPeriod, awardPeriod };
}
