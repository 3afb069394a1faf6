import { suspendAgency } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const done = await suspendAgency(await openHouse(args, hre), agency).send();
  return { text: `Agency ${agency} is suspended.`, json: done };
};
export default action;
