import { updateAgency } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { describedBody } from "./register.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const done = await (await updateAgency(await openHouse(args, hre), agency, describedBody(args))).send();
  return { text: `The metadata of agency ${agency} are replaced.`, json: done };
};
export default action;
