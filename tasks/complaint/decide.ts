import { getAddress, isAddress } from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { decideComplaint } from "../../sdk/src/tenders/complaints/acts.ts";
import { reinstatementsOf } from "../../sdk/src/tenders/complaints/reinstate.ts";
import { type Decision, decisions } from "../../sdk/src/tenders/complaints/status.ts";
import { openHouse } from "../shared/house.ts";
import { optional, required } from "../shared/options.ts";
import { parseTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { complaintOf } from "./options.ts";

const action: Action = async (args, hre) => {
  const complaint = complaintOf(args);
  const decision = required(args, "decision");
  if (!(decision in decisions)) throw new InputError(`--decision must be ${Object.keys(decisions).join(", ")}.`);
  const until = optional(args, "until");
  const bidders = (optional(args, "reinstate") ?? "").split(",").filter((text) => text !== "");
  const wrong = bidders.find((text): boolean => !isAddress(text));
  if (wrong !== undefined) throw new InputError(`--reinstate must be addresses, not ${wrong}.`);
  const context = await openHouse(args, hre);
  const act = await decideComplaint(context, {
    complaint,
    decision: decision as Decision,
    statement: required(args, "statement"),
    ...(until === undefined ? {} : { awardDeadline: parseTime(until, "--until") }),
    reinstated: await reinstatementsOf(
      context,
      complaint,
      bidders.map((bidder) => getAddress(bidder)),
    ),
  });
  return { text: `Complaint ${complaint} is decided: ${decision}.`, json: await act.send() };
};
export default action;
