import { resolve } from "node:path";
import { writePrivate } from "../../sdk/src/documents/json.ts";
import { signIdentity } from "../../sdk/src/tenders/identityFile.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const parameters = { tender: tenderOf(args), lot: lotOf(args), bidder: address(args, "bidder") };
  const out = resolve(required(args, "out"));
  const file = await signIdentity(await openHouse(args, hre), parameters);
  await writePrivate(out, file);
  return {
    text: `${file.vendor} stands behind the bid of ${file.bidder} in lot ${file.lot}. Give it ${out}`,
    json: { out, ...file },
  };
};
export default action;
