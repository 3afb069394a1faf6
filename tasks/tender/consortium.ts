import { formConsortium, parseConsortium } from "../../sdk/src/tenders/consortium.ts";
import { openHouse } from "../shared/house.ts";
import { required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { readJson } from "./jsonFile.ts";

const action: Action = async (args, hre) => {
  const { consortium, consents } = parseConsortium(tenderOf(args), await readJson(required(args, "file")));
  const done = await formConsortium(await openHouse(args, hre), consortium, consents).send();
  const { lot, lead } = consortium;
  return { text: `${lead} leads ${done.result.members.length} members in lot ${lot}.`, json: done };
};
export default action;
