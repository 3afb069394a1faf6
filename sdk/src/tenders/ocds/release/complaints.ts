import { isBefore } from "../../audit/case.ts";
import type { ComplaintModel } from "../../complaints/read.ts";
import type { LotModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { awardsOf } from "./awarded.ts";
import { textDocument } from "./documents.ts";
import { bidId, lotId } from "./ids.ts";
import { accountRef, bodyRef } from "./parties.ts";
import type { Telling } from "./sources.ts";

/** Who hears complaints, and how long a decision can take; undefined where nobody does. */
export function reviewOf({ sources: { review } }: Telling) {
  return review && { reviewBody: bodyRef(review), decisionDays: review.decisionPeriod / 86_400 };
}

/** The complaints about a tender, in the order in which they were filed. */
export function complaintsOf(of: Telling) {
  return of.sources.complaints.map((complaint) => complaintOf(of, complaint));
}

function complaintOf(of: Telling, complaint: ComplaintModel) {
  const { model, sources } = of;
  const { lot: index, bidder, complainant, state, filed, deadline, grounds, ended } = complaint;
  const lot = model.lots[index];
  const award = lot && awardOf(lot, complaint);
  const { statement } = ended ?? {};
  const decision = ended && statement !== undefined ? [{ digest: statement, time: ended.time }] : [];
  return {
    id: String(complaint.complaint),
    status: state,
    date: isoTime(filed.time),
    decisionDue: isoTime(deadline),
    ...(ended ? { dateEnded: isoTime(ended.time) } : {}),
    complainant: accountRef(sources, complainant),
    relatedLot: lotId(sources, { lot: index }),
    ...(lot ? { relatedBid: bidId(lot, { bidder }) } : {}),
    ...(award === undefined ? {} : { relatedAward: award }),
    // Who acts chooses what the files are: both can be one.
    documents: [
      {
        ...textDocument(of, { digest: grounds, time: filed.time }, "complaints", "Grounds of the complaint"),
        id: "grounds",
      },
      ...decision.map((one) => ({
        ...textDocument(of, one, "complaints", "Decision of the review body"),
        id: "decision",
      })),
    ],
  };
}

/** The award that a complaint is about: the one that it names, else the first that stood when it was filed. */
function awardOf(lot: LotModel, { winner, filed }: ComplaintModel): string | undefined {
  const stood = awardsOf(lot).filter(
    ({ award }) => isBefore(award, filed) && (!award.ended || isBefore(filed, award.ended)),
  );
  return stood.find(({ award }) => winner === undefined || award.winner === winner)?.id;
}
