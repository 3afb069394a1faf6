import { collectBonds } from "../../sdk/src/tenders/bonds.ts";
import { openHouse } from "../shared/house.ts";
import { address } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const token = address(args, "token");
  const treasury = address(args, "treasury");
  const done = await collectBonds(await openHouse(args, hre), token, treasury).send();
  return { text: `Paid out what was due to ${treasury}.`, json: done };
};
export default action;
