import { endKey } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const account = address(args, "account");
  const done = await endKey(await openHouse(args, hre), agency, account).send();
  return { text: `The key ${account} of agency ${agency} is ended.`, json: done };
};
export default action;
