import { explainLow } from "../../sdk/src/tenders/evaluation/acts.ts";
import { openHouse } from "../shared/house.ts";
import { required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { bidOf } from "./options.ts";

const action: Action = async (args, hre) => {
  const explanation = required(args, "explanation");
  const context = await openHouse(args, hre);
  const bid = await bidOf(context, args);
  const done = await (await explainLow(context, bid, explanation)).send();
  return { text: `The low price of ${bid.bidder} in lot ${bid.lot} is explained.`, json: done };
};
export default action;
