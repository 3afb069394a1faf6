import { parseAmount } from "../../sdk/src/shared/amount.ts";
import { approveBond, depositBond, depositBondWithPermit } from "../../sdk/src/tenders/bonds.ts";
import { tokenDecimals } from "../../sdk/src/shared/token.ts";
import { openHouse } from "../shared/house.ts";
import { address, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const token = address(args, "token");
  const text = required(args, "amount");
  const context = await openHouse(args, hre);
  const amount = parseAmount(text, await tokenDecimals(context, token));
  if (args["permit"] === true) {
    const done = await (await depositBondWithPermit(context, token, amount)).send();
    return { text: `Paid in ${text}.`, json: done };
  }
  await (await approveBond(context, token, amount))?.send();
  const done = await depositBond(context, token, amount).send();
  return { text: `Paid in ${text}.`, json: done };
};
export default action;
