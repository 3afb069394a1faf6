import { draftConsent, signConsent } from "../../sdk/src/access/consent.ts";
import { keepConsent, keepSecrets } from "../../sdk/src/access/consentFile.ts";
import { chainTime, placeOf } from "../../sdk/src/access/place.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { optional, required, whole } from "../shared/options.ts";
import { list, parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { scopeOf } from "./bodies.ts";

const action: Action = async (args, hre) => {
  const terms = {
    provider: Number(whole(args, "provider", 2n ** 32n - 1n)),
    consumer: Number(whole(args, "consumer", 2n ** 32n - 1n)),
    scope: scopeOf(args),
    purpose: required(args, "purpose"),
    expires: parseTime(required(args, "until"), "--until"),
  };
  const guardians = optional(args, "guardians") === undefined ? 0 : Number(whole(args, "guardians", 15n));
  const folder = required(args, "out");
  const context = await openHouse(args, hre);
  if (!context.signer) throw new InputError("A consent needs an account to sign it.");
  if (terms.expires <= (await chainTime(context))) throw new InputError("--until lies in the past.");
  for (const agency of [terms.provider, terms.consumer]) await context.registry.agencyOf(agency);
  const draft = draftConsent(placeOf(context), await actor(context), terms, guardians);
  const [own = "", ...others] = await keepSecrets(folder, draft);
  const consent = await keepConsent(folder, await signConsent(draft.consent, context.signer));
  const text = list({
    "for both bodies": consent,
    "yours alone": own,
    ...Object.fromEntries(others.map((path, i) => [`guardian ${i + 1}`, path])),
    "holds until": showTime(terms.expires),
  });
  return { text, json: { consent, secret: own, guardians: others } };
};
export default action;
