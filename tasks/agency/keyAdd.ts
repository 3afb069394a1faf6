import { addKey } from "../../sdk/src/agencies/acts.ts";
import { permissionBits, permissionNames } from "../../sdk/src/agencies/permissions.ts";
import { openHouse } from "../shared/house.ts";
import { address, agencyOf, optional, required } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const start = optional(args, "start");
  const key = {
    agency: agencyOf(args),
    account: address(args, "account"),
    permissions: permissionBits(required(args, "may")),
    from: start === undefined ? 0 : parseTime(start, "--start"),
    until: parseTime(required(args, "until"), "--until"),
  };
  const done = await addKey(await openHouse(args, hre), key).send();
  const may = permissionNames(key.permissions).join(", ");
  return {
    text: `Key ${done.result.index} of agency ${key.agency} (${key.account}) may ${may} until ${showTime(key.until)}.`,
    json: { ...done, ...key, permissions: permissionNames(key.permissions) },
  };
};
export default action;
