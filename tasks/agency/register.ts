import { registerAgency } from "../../sdk/src/agencies/acts.ts";
import { openHouse } from "../shared/house.ts";
import { address, type Args, optional, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

/** Name, identifier and website of a body, as options give them. */
export function describedBody(args: Args) {
  const id = optional(args, "id");
  const scheme = optional(args, "scheme");
  const url = optional(args, "url");
  return {
    name: required(args, "name"),
    ...(id === undefined ? {} : { identifier: { ...(scheme === undefined ? {} : { scheme }), id } }),
    ...(url === undefined ? {} : { url }),
  };
}

const action: Action = async (args, hre) => {
  const body = describedBody(args);
  const admin = address(args, "admin");
  const context = await openHouse(args, hre);
  const done = await (await registerAgency(context, { ...body, admin })).send();
  return { text: `Agency ${done.result.agency} is registered: ${body.name}.`, json: { ...done, ...done.result } };
};
export default action;
