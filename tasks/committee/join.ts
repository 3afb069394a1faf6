import { takeSeat } from "../../sdk/src/tenders/committee/acts.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { seatOf } from "./seat.ts";

const action: Action = async (args, hre) => {
  const parameters = await seatOf(args, hre);
  const context = await openHouse(args, hre);
  const outcome = await takeSeat(context, parameters);
  if ("done" in outcome) {
    const { seat, files } = outcome.done;
    return { text: `Seat ${seat} is yours already. Its secrets: ${files.join(", ")}`, json: outcome.done };
  }
  const done = await outcome.act.send();
  const { seat, files } = done.result;
  return {
    text: `Seat ${seat} is yours. Keep a copy of its secrets: ${files.join(", ")}`,
    json: { ...done, ...done.result },
  };
};
export default action;
