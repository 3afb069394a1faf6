import { BATCH, deliver, deliverable } from "../../sdk/src/market/deliver.ts";
import type { OrderModel } from "../../sdk/src/market/model.ts";
import { agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { keysOf, openMarket } from "./market.ts";
import { nameOf, refusalText } from "./words.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const context = await openMarket(args, hre);
  const { due, refused } = await deliverable(context, { agency, keys: await keysOf(args, hre, context) });
  const delivered: OrderModel[] = [];
  for (let i = 0; i < due.length; i += BATCH) {
    delivered.push(...(await deliver(context, agency, due.slice(i, i + BATCH))));
  }
  const lines = [
    ...delivered.map((one) => `Delivered: ${nameOf(one)}`),
    ...refused.map((one) => `Not delivered: ${nameOf(one.order)}, as ${refusalText(one)}`),
  ];
  return { text: lines.join("\n") || "Nothing is ordered.", json: { delivered, refused } };
};
export default action;
