import { relayAct, type Relayed } from "../../sdk/src/tenders/relay.ts";
import { readRelayFile } from "../../sdk/src/tenders/relayFile.ts";
import { openHouse } from "../shared/house.ts";
import { required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const file = await readRelayFile(required(args, "file"));
  const outcome = await relayAct(await openHouse(args, hre), file);
  if ("done" in outcome) return { text: `Done before. ${told(outcome.done)}`, json: outcome.done };
  const done = await outcome.act.send();
  return { text: told(done.result), json: { ...done, ...done.result } };
};
export default action;

function told({ act, bidder, number }: Relayed): string {
  return act === "withdraw"
    ? `The bid of ${bidder} is withdrawn.`
    : `The bid of ${bidder} is sealed as number ${number}.`;
}
