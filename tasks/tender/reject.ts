import { rejectBid } from "../../sdk/src/tenders/decide.ts";
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
  const done = await (await rejectBid(await openHouse(args, hre), parameters)).send();
  return { text: `The bid of ${parameters.bidder} is rejected.`, json: done };
};
export default action;
