import { settle } from "../../sdk/src/market/deliver.ts";
import type { Action } from "../shared/verb.ts";
import { openMarket } from "./market.ts";
import { closeAll } from "./settling.ts";
import { nameOf } from "./words.ts";

const action: Action = async (args, hre) => {
  const { orders, done } = await closeAll(await openMarket(args, hre), args, "settled", settle);
  const lines = orders.map((order) => `Settled: ${nameOf(order)}`);
  return { text: lines.join("\n") || "Nothing is to be settled now.", json: { settled: orders, done } };
};
export default action;
