import { refund } from "../../sdk/src/market/deliver.ts";
import { collect, duesOf } from "../../sdk/src/market/due.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import type { Action } from "../shared/verb.ts";
import { paidText } from "./collect.ts";
import { openMarket } from "./market.ts";
import { closeAll, modelsOf } from "./settling.ts";
import { nameOf } from "./words.ts";

const action: Action = async (args, hre) => {
  const context = await openMarket(args, hre);
  const account = await actor(context);
  const { orders, done } = await closeAll(context, args, "refunded", refund);
  const dues = await duesOf(context, await modelsOf(context, args), account);
  done.push(...(await collect(context, dues, account)));
  const lines = orders.map((order) => `Refunded: ${nameOf(order)}`);
  if (orders.length === 0) lines.push("Nothing is to be refunded now.");
  const paid = await paidText(context, dues, account);
  return { text: [...lines, ...(paid ? [paid] : [])].join("\n"), json: { refunded: orders, paid: dues, done } };
};
export default action;
