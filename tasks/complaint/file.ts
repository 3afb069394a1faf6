import { approveFee, fileComplaint } from "../../sdk/src/tenders/complaints/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, optional, required, tenderOf } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const named = (name: "bidder" | "winner") =>
    optional(args, name) === undefined ? {} : { [name]: address(args, name) };
  const own = { tender: tenderOf(args), lot: lotOf(args), grounds: required(args, "grounds") };
  const context = await openHouse(args, hre);
  await (await approveFee(context, own.tender))?.send();
  const done = await (await fileComplaint(context, { ...own, ...named("bidder"), ...named("winner") })).send();
  const { complaint, deadline } = done.result;
  return {
    text: `Complaint ${complaint} stops lot ${own.lot} until it is decided, by ${showTime(deadline)}.`,
    json: done,
  };
};
export default action;
