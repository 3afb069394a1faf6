import { signConsortium, parseConsortium } from "../../sdk/src/tenders/consortium.ts";
import { openHouse } from "../shared/house.ts";
import { required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { readJson } from "./jsonFile.ts";

const action: Action = async (args, hre) => {
  const { consortium } = parseConsortium(tenderOf(args), await readJson(required(args, "file")));
  const { member, signature } = await signConsortium(await openHouse(args, hre), consortium);
  return { text: `"${member}": "${signature}"`, json: { member, signature } };
};
export default action;
