import { rejectBid } from "../../sdk/src/tenders/decide.ts";
import { placeBids } from "../../sdk/src/tenders/head.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, required, tenderOf, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const parameters = {
    tender: tenderOf(args),
    lot: lotOf(args),
    bidder: address(args, "bidder"),
    reason: Number(whole(args, "reason", 65_535n)),
    statement: required(args, "statement"),
  };
  const context = await openHouse(args, hre);
  const act = await rejectBid(context, parameters);
  // Only a bid in its place can be rejected.
  await placeBids(context, parameters.tender, parameters.lot);
  const done = await act.send();
  return { text: `The bid of ${parameters.bidder} is rejected.`, json: done };
};
export default action;
