import { openBidding } from "../../sdk/src/tenders/committee/acts.ts";
import { readCommittee } from "../../sdk/src/tenders/committee/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  if ((await readCommittee(context, tender)).frozen !== undefined) {
    return { text: `Bidding in tender ${tender} is open already.`, json: { tender } };
  }
  const done = await openBidding(context, tender).send();
  return { text: `Seats and keys are frozen: bidding in tender ${tender} is open.`, json: done };
};
export default action;
