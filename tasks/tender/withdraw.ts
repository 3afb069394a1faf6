import { withdrawBid } from "../../sdk/src/tenders/seal.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const done = await withdrawBid(await openHouse(args, hre), tender, lot).send();
  return { text: `Your bid in lot ${lot} of tender ${tender} is withdrawn.`, json: done };
};
export default action;
