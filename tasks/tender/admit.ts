import { admitBid } from "../../sdk/src/tenders/decide.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, required, tenderOf, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const bidder = address(args, "bidder");
  const reason = Number(whole(args, "reason", 65_535n));
  const statement = required(args, "statement");
  const context = await openHouse(args, hre);
  const done = await (await admitBid(context, { tender, lot, bidder, reason, statement })).send();
  return { text: `The bid of ${bidder} in lot ${lot} of tender ${tender} is admitted: ${statement}`, json: done };
};
export default action;
