import { cancelTender } from "../../sdk/src/tenders/decide.ts";
import { openHouse } from "../shared/house.ts";
import { required, tenderOf, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const parameters = {
    tender: tenderOf(args),
    reason: Number(whole(args, "reason", 65_535n)),
    statement: required(args, "statement"),
  };
  const done = await (await cancelTender(await openHouse(args, hre), parameters)).send();
  return { text: `Tender ${parameters.tender} is cancelled.`, json: done };
};
export default action;
