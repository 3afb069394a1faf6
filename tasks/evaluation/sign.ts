import { signContract } from "../../sdk/src/tenders/evaluation/acts.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { bidOf, fileDigest } from "./options.ts";

const action: Action = async (args, hre) => {
  const digest = await fileDigest(args);
  const context = await openHouse(args, hre);
  const bid = await bidOf(context, args);
  const done = await (await signContract(context, bid, digest)).send();
  return { text: `The contract of lot ${bid.lot} is signed: ${digest}`, json: { ...done, digest } };
};
export default action;
