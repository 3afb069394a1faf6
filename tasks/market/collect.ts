import { collect, type Due, duesOf } from "../../sdk/src/market/due.ts";
import { readMarket } from "../../sdk/src/market/read.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { address, optional } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { Money, openMarket } from "./market.ts";

const action: Action = async (args, hre) => {
  const token = optional(args, "token") === undefined ? undefined : address(args, "token");
  const named = optional(args, "account") === undefined ? undefined : address(args, "account");
  const context = await openMarket(args, hre);
  const account = named ?? (await actor(context));
  const all = await duesOf(context, await readMarket(context), account);
  const dues = all.filter((one) => token === undefined || one.token === token);
  const done = await collect(context, dues, account);
  const paid = await paidText(context, dues, account);
  return { text: paid ?? `Nothing is due to ${account}.`, json: { account, paid: dues, done } };
};
export default action;

/** What was paid out, in one line; undefined where it was nothing. */
export async function paidText(context: Context, dues: readonly Due[], account: string): Promise<string | undefined> {
  const money = new Money(context);
  const amounts: string[] = [];
  for (const { token, amount } of dues) amounts.push(await money.show(token, amount));
  return amounts.length === 0 ? undefined : `Paid out ${amounts.join(" and ")} to ${account}.`;
}
