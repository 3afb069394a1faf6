import { actor } from "../../sdk/src/shared/context.ts";
import { formatAmount } from "../../sdk/src/shared/amount.ts";
import { readBonds } from "../../sdk/src/tenders/bonds.ts";
import { openHouse } from "../shared/house.ts";
import { address, optional } from "../shared/options.ts";
import { list } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const token = address(args, "token");
  const named = optional(args, "account") === undefined ? undefined : address(args, "account");
  const context = await openHouse(args, hre);
  const bonds = await readBonds(context, token, named ?? (await actor(context)));
  const show = (amount: bigint) => `${formatAmount(amount, bonds.decimals)} ${bonds.symbol}`;
  const { account, free, locked, due } = bonds;
  return { text: list({ account, free: show(free), locked: show(locked), due: show(due) }), json: bonds };
};
export default action;
