import { compromiseKey } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, agencyOf, optional, required, whole } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const since = parseTime(required(args, "since"), "--since");
  const index = optional(args, "index") === undefined ? undefined : Number(whole(args, "index", 65_535n));
  const account = index === undefined ? address(args, "account") : "";
  const context = await openHouse(args, hre);
  const key = index ?? Number((await context.registry.keyOf(agency, account)).index);
  const done = await compromiseKey(context, agency, key, since).send();
  return { text: `Key ${key} of agency ${agency} counts as compromised since ${showTime(since)}.`, json: done };
};
export default action;
