import { declareNoConflict } from "../../sdk/src/tenders/evaluation/scores.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { fileDigest } from "./options.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const digest = await fileDigest(args);
  const done = await declareNoConflict(await openHouse(args, hre), tender, digest).send();
  return { text: `Declared for tender ${tender}: ${digest}`, json: { ...done, digest } };
};
export default action;
