import { withdrawComplaint } from "../../sdk/src/tenders/complaints/acts.ts";
import { openHouse } from "../shared/house.ts";
import { complaintOf } from "./options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const complaint = complaintOf(args);
  const done = await withdrawComplaint(await openHouse(args, hre), complaint).send();
  return { text: `Complaint ${complaint} is withdrawn; its fee goes to the treasury.`, json: done };
};
export default action;
