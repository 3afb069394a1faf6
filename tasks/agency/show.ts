import { readAgency, readKeys } from "../../sdk/src/agencies/read.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf } from "../shared/options.ts";
import { list, showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const agency = await readAgency(context, agencyOf(args));
  const keys = await readKeys(context, agency.agency);
  const rows = keys.map((key) => [
    String(key.index),
    key.account,
    key.active ? "active" : key.compromisedSince === undefined ? "not active" : "compromised",
    showTime(key.from),
    showTime(key.until),
    key.permissions.join(", "),
  ]);
  const { identifier, ...rest } = agency;
  const named = { ...rest, identifier: identifier && [identifier.scheme, identifier.id].filter(Boolean).join(" ") };
  return {
    text: `${list(named)}\n\n${table(["key", "account", "state", "from", "until", "may"], rows)}`,
    json: { ...agency, keys },
  };
};
export default action;
