import { collectFees, lapseComplaint } from "../../sdk/src/tenders/complaints/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, optional } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { complaintOf } from "./options.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  if (optional(args, "complaint") === undefined) {
    const account = address(args, "account");
    const done = await collectFees(context, address(args, "token"), account).send();
    return { text: `Paid out the fees that were due to ${account}.`, json: done };
  }
  const complaint = complaintOf(args);
  const { complainant, tender } = await context.complaints.complaintOf(complaint);
  const lapsed = await lapseComplaint(context, complaint).send();
  const { feeToken, feeAmount } = await context.complaints.reviewOf(tender);
  if (feeAmount === 0n) return { text: `Complaint ${complaint} has lapsed.`, json: lapsed };
  const done = await collectFees(context, feeToken, complainant).send();
  return { text: `Complaint ${complaint} has lapsed; paid out the fees due to ${complainant}.`, json: done };
};
export default action;
