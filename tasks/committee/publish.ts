import { publishScalars } from "../../sdk/src/tenders/committee/acts.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { passPhrase } from "../shared/passPhrase.ts";
import type { Action } from "../shared/verb.ts";
import { secretStore } from "./seat.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  const outcome = await publishScalars(context, {
    tender,
    secrets: secretStore(hre),
    passPhrase: await passPhrase(hre, "committee's secrets"),
    unfinalized: args["unfinalized"] === true,
  });
  if ("done" in outcome) {
    return { text: `Out already: the scalars of seat ${outcome.done.seats.join(", ")}.`, json: outcome.done };
  }
  const done = await outcome.act.send();
  return { text: `The scalars of seat ${done.result.seats.join(", ")} are out.`, json: { ...done, ...done.result } };
};
export default action;
