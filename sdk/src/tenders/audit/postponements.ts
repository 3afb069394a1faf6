import type { LotPostponedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { ComplaintModel } from "../complaints/read.ts";
import { awardDeadlineOf, lotAt } from "../model.ts";
import { type AuditCase, type AuditReview, isBefore, replay } from "./case.ts";
import { type Comparison, iso } from "./comparison.ts";

/** Complaints move an award deadline by so many seconds at the most. */
const MAX_POSTPONED = 365 * 86_400;

/** Each complaint about a lot that is not decided moves its award deadline by the time that it takes, and nothing else. */
export function postponements(found: Comparison, of: AuditCase, review: AuditReview): void {
  let due: ComplaintModel | undefined;
  const close = (): void => {
    if (!due) return;
    const detail = `complaint ${due.complaint} took time of the lot, and its award deadline was not moved`;
    found.expect(false, { lot: due.lot, tx: due.filed.tx }, detail);
    due = undefined;
  };
  replay(of, (before, { name, args, moment }) => {
    if (name === "ComplaintFiled") {
      close();
      const { complaint, lot } = args as { complaint: bigint; lot: bigint };
      const { award, closed, annulled } = lotAt(before, Number(lot));
      due = (award ?? closed ?? annulled) ? undefined : review.complaints.find((one) => one.complaint === complaint);
    }
    if (name !== "LotPostponed") return;
    const told = args as LotPostponedEvent.OutputObject;
    const lot = lotAt(before, Number(told.lot));
    const where = { lot: lot.lot, tx: moment.tx };
    const own = due?.lot === lot.lot && due.filed.tx === moment.tx ? due : undefined;
    found.expect(own !== undefined, where, "the award deadline was moved, and no complaint took time of the lot");
    if (!own) return;
    due = undefined;
    const { postponed = 0 } = lot;
    const wanted = Math.min(postponed + timeTaken(review, own), MAX_POSTPONED);
    const deadline = awardDeadlineOf(before, lot) + wanted - postponed;
    const right = Number(told.postponed) === wanted && Number(told.awardDeadline) === deadline;
    const so = `by ${told.postponed} s to ${iso(Number(told.awardDeadline))}`;
    found.expect(right, where, `the award deadline was moved ${so}, and it is by ${wanted} s to ${iso(deadline)}`);
  });
  close();
}

/** The seconds in which a complaint alone stops its lot, as far as was known when it was filed. */
function timeTaken({ complaints }: AuditReview, { lot, filed, deadline }: ComplaintModel): number {
  const open = complaints.filter((one) => {
    const ended = one.ended !== undefined && isBefore(one.ended, filed);
    return one.lot === lot && isBefore(one.filed, filed) && !ended;
  });
  return deadline - Math.max(filed.time, ...open.map((one) => one.deadline));
}
