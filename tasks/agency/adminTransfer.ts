import { transferAgency } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const admin = address(args, "admin");
  const done = await transferAgency(await openHouse(args, hre), agency, admin).send();
  return { text: `The admin of agency ${agency} is now ${admin}.`, json: done };
};
export default action;
