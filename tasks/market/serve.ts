import type { Refused } from "../../sdk/src/market/deliver.ts";
import { serveOnce } from "../../sdk/src/market/serve.ts";
import { agencyOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { keysOf, openMarket } from "./market.ts";
import { rounds, tell } from "./rounds.ts";
import { nameOf, refusalText } from "./words.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const context = await openMarket(args, hre);
  const keys = await keysOf(args, hre, context);
  const told = new Set<string>();
  const count = await rounds(args, async () => {
    const { delivered, settled, released, refused } = await serveOnce(context, { agency, keys });
    for (const order of delivered) tell(args, `Delivered: ${nameOf(order)}`, { did: "delivered", order });
    for (const order of settled) tell(args, `Settled: ${nameOf(order)}`, { did: "settled", order });
    for (const one of released) {
      const text = `Released: periods of subscription ${one.nonce} of ${one.buyer} to data set ${one.dataSet}`;
      tell(args, text, { did: "released", subscription: one });
    }
    for (const one of refused.filter((each) => isNew(told, each))) {
      tell(args, `Not delivered: ${nameOf(one.order)}, as ${refusalText(one)}`, { did: "refused", ...one });
    }
  });
  return {
    text: `The service of agency ${agency} ended after ${roundsText(count)}.`,
    json: { did: "ended", rounds: count },
  };
};
export default action;

const roundsText = (count: number) => (count === 1 ? "1 round" : `${count} rounds`);

/** Whether an order was not told of before for this reason. */
function isNew(told: Set<string>, { order: { order }, reason }: Refused): boolean {
  const name = `${order.version} ${order.buyer} ${order.nonce} ${reason}`;
  if (told.has(name)) return false;
  told.add(name);
  return true;
}
