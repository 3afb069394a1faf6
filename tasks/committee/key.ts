import { renewKeys } from "../../sdk/src/tenders/committee/acts.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { seatOf } from "./seat.ts";

const action: Action = async (args, hre) => {
  const parameters = await seatOf(args, hre);
  const context = await openHouse(args, hre);
  const done = await (await renewKeys(context, parameters)).send();
  const { seat, files } = done.result;
  return {
    text: `Seat ${seat} has other keys now. Keep a copy of their secrets: ${files.join(", ")}`,
    json: { ...done, ...done.result },
  };
};
export default action;
