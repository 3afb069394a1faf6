import { listAgencies } from "../../sdk/src/agencies/read.ts";
import { openHouse } from "../shared/house.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agencies = await listAgencies(await openHouse(args, hre));
  const rows = agencies.map(({ agency, name, admin, suspended }) => [
    String(agency),
    name ?? "(no metadata file)",
    suspended ? "suspended" : "acting",
    admin,
  ]);
  return { text: table(["agency", "name", "state", "admin"], rows), json: agencies };
};
export default action;
