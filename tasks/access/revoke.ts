import { revokeConsent } from "../../sdk/src/access/consent.ts";
import { readSecret } from "../../sdk/src/access/consentFile.ts";
import { placeOf } from "../../sdk/src/access/place.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { required } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const path = required(args, "secret");
  const file = await readSecret(path);
  const context = await openHouse(args, hre);
  const { chainId, accessLog } = placeOf(context);
  if (BigInt(file.chainId) !== chainId || file.accessLog !== accessLog) {
    throw new InputError(`${path} is of another place: ${file.accessLog} on chain ${file.chainId}.`);
  }
  const outcome = await revokeConsent(context, file.secret);
  if ("done" in outcome) {
    return { text: `The consent was revoked before, on ${showTime(outcome.done.time)}.`, json: outcome.done };
  }
  const done = await outcome.act.send();
  return { text: "The consent is revoked. Nothing on chain says whose it was.", json: { ...done, ...done.result } };
};
export default action;
