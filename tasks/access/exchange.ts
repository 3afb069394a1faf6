import { lstat } from "node:fs/promises";
import { keepPrivate, readConsent } from "../../sdk/src/access/consentFile.ts";
import { policyOf, readPolicyFile } from "../../sdk/src/access/policyFile.ts";
import { Provider } from "../../sdk/src/access/provide.ts";
import {
  type AskedGround,
  askProvider,
  type Outcome,
  type Resolved,
  resolvePending,
} from "../../sdk/src/access/request.ts";
import { serve } from "../../sdk/src/access/server.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, type Args, optional, required, whole } from "../shared/options.ts";
import { list, toJson } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { bodyOf, scopeOf } from "./bodies.ts";

const action: Action = (args, hre) => (args["serve"] === true ? run(args, hre) : ask(args, hre));
export default action;

/** Serves a body until Ctrl+C. */
const run: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const path = required(args, "body");
  const file = await readPolicyFile(path);
  if (file.agency !== agency) throw new InputError(`${path} is of body ${file.agency}, not ${agency}.`);
  const port = optional(args, "port") === undefined ? 0 : Number(whole(args, "port", 65_535n));
  const body = await bodyOf(await openHouse(args, hre), agency, args, hre);
  const provider = new Provider(body, policyOf(file, path));
  provider.onFault = (error) => process.stderr.write(`${describeError(error)}\n`);
  const server = await serve(provider, port);
  process.stderr.write(`Body ${agency} answers at ${server.url}; Ctrl+C ends it.\n`);
  await new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
  await server.close();
  const { length } = body.log.file.lines;
  return { text: `The body's server is closed; its log has ${length} records.`, json: { records: length } };
};

/** Asks again what is pending; then asks a provider, unless nothing more is to be asked. */
const ask: Action = async (args, hre) => {
  const asked = args["pending"] === true ? undefined : await askedBy(args);
  const out = optional(args, "out");
  if (out !== undefined && (await isThere(out))) throw new InputError(`${out} is there already; give a new file.`);
  const body = await bodyOf(await openHouse(args, hre), agencyOf(args), args, hre);
  const resolved = await resolvePending(body);
  const pending = resolved.map((one) => `Pending ${one.request}: ${describe(one)}`);
  if (!asked) return { text: pending.length > 0 ? pending.join("\n") : "Nothing is pending.", json: { resolved } };
  const outcome = await askProvider(body, asked);
  const content = outcome.content === undefined ? undefined : toJson(outcome.content);
  if (out !== undefined && outcome.content !== undefined) await keepPrivate(out, outcome.content as object);
  const text = list({
    request: outcome.request,
    outcome: outcomeText(outcome),
    receipt: outcome.receipted ? "handed in" : "signed; the next run hands it in",
    content: content === undefined ? undefined : (out ?? content),
  });
  return { text: [...pending, text].join("\n"), json: { ...outcome, resolved } };
};

async function askedBy(args: Args) {
  const detail = optional(args, "detail");
  return {
    url: required(args, "url"),
    provider: Number(whole(args, "provider", 2n ** 32n - 1n)),
    scope: scopeOf(args),
    ground: await groundOf(args),
    query: { reference: required(args, "reference"), ...(detail === undefined ? {} : { detail }) },
  };
}

async function groundOf(args: Args): Promise<AskedGround> {
  const [consent, statute] = [optional(args, "consent"), optional(args, "statute")];
  const given = [consent, statute, optional(args, "emergency")].filter((value) => value !== undefined);
  if (given.length !== 1) throw new InputError("Give one ground: --consent, --statute or --emergency.");
  if (consent !== undefined) return { consent: await readConsent(consent) };
  if (statute !== undefined) return { statute };
  const emergency = Number(whole(args, "emergency", 255n));
  if (emergency === 0) throw new InputError("--emergency must be a reason's code from 1 on.");
  return { emergency };
}

/** Also a link that leads nowhere. */
const isThere = (path: string) =>
  lstat(path).then(
    () => true,
    () => false,
  );

const outcomeText = ({ outcome, refusal }: Outcome) => (refusal === undefined ? outcome : `${outcome}: ${refusal}`);
const describe = (resolved: Resolved) => ("error" in resolved ? resolved.error : outcomeText(resolved.outcome));
