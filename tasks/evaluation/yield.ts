import { yieldPlace } from "../../sdk/src/tenders/evaluation/acts.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { bidOf } from "./options.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const bid = await bidOf(context, args);
  const done = await yieldPlace(context, bid).send();
  return { text: `The place of ${bid.bidder} in lot ${bid.lot} is free: advance selects the next.`, json: done };
};
export default action;
