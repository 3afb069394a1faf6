import { withdrawBid } from "../../sdk/src/tenders/seal.ts";
import { signWithdrawal } from "../../sdk/src/tenders/relay.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { relayOf, writeRelay } from "./relaying.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const relay = relayOf(args);
  const context = await openHouse(args, hre);
  if (relay) return writeRelay(relay.out, await signWithdrawal(context, { tender, lot, ...relay.until }));
  const done = await withdrawBid(context, tender, lot).send();
  return { text: `Your bid in lot ${lot} of tender ${tender} is withdrawn.`, json: done };
};
export default action;
