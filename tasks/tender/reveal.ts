import { readTender } from "../../sdk/src/tenders/read.ts";
import { revealBid } from "../../sdk/src/tenders/reveal.ts";
import { bidStore, openHouse } from "../shared/house.ts";
import { lotOf, optional, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { showPrice } from "./amounts.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const path = optional(args, "file");
  const context = await openHouse(args, hre);
  const outcome = await revealBid(context, {
    tender,
    lot,
    bids: bidStore(hre),
    unfinalized: args["unfinalized"] === true,
    ...(path ? { path } : {}),
  });
  const model = await readTender(context, tender);
  if ("done" in outcome) {
    const { state, price } = outcome.done;
    return { text: `Your bid is open already: ${state}, ${showPrice(model, price)}.`, json: outcome.done };
  }
  const done = await outcome.act.send();
  const { state, price } = done.result;
  return { text: `Your bid is open: ${state}, ${showPrice(model, price)}.`, json: { ...done, ...done.result } };
};
export default action;
