import { parseAmount } from "../../sdk/src/shared/amount.ts";
import { withdrawBond } from "../../sdk/src/tenders/bonds.ts";
import { tokenDecimals } from "../../sdk/src/shared/token.ts";
import { openHouse } from "../shared/house.ts";
import { address, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const token = address(args, "token");
  const text = required(args, "amount");
  const context = await openHouse(args, hre);
  const done = await withdrawBond(context, token, parseAmount(text, await tokenDecimals(context, token))).send();
  return { text: `Took out ${text}.`, json: done };
};
export default action;
