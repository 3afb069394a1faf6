import { callToSign } from "../../sdk/src/tenders/evaluation/acts.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { bidOf } from "./options.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const bid = await bidOf(context, args);
  return { text: `${bid.bidder} is called to sign for lot ${bid.lot}.`, json: await callToSign(context, bid).send() };
};
export default action;
