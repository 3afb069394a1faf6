import { endSubscription } from "../../sdk/src/market/subscriptions.ts";
import { readDataSet, subscriptionAt } from "../../sdk/src/market/read.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import type { Action } from "../shared/verb.ts";
import { dataSetOf, numberIf, openMarket } from "./market.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const number = numberIf(args, "subscription") ?? 0;
  const context = await openMarket(args, hre);
  const model = await readDataSet(context, dataSet);
  const one = subscriptionAt(model, await actor(context), number);
  if (!one.running)
    return { text: `Subscription ${number} to data set ${dataSet} is over.`, json: { subscription: one } };
  const done = await endSubscription(context, model, one).send();
  const text = `Subscription ${number} to data set ${dataSet} is ended; \`market collect\` pays out the periods not begun.`;
  return { text, json: { ...done, subscription: one } };
};
export default action;
