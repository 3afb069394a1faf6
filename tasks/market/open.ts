import { resolve } from "node:path";
import { exists } from "../../sdk/src/documents/json.ts";
import { numberOf } from "../../sdk/src/market/model.ts";
import { openOrder } from "../../sdk/src/market/open.ts";
import { readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { manifestFrom } from "../../sdk/src/market/seal/manifest.ts";
import { fetchPlain } from "../../sdk/src/market/seal/plainData.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { optional, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { barOf, dataSetOf, keysOf, numberIf, openForBuyer, orderOf } from "./market.ts";
import { wrongText } from "./words.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const out = resolve(required(args, "out"));
  const number = numberIf(args, "versionNumber");
  if (await exists(out)) throw new InputError(`${out} is there already, and is not written over.`);
  const context = await openForBuyer(args, hre);
  const model = await readDataSet(context, dataSet);
  const version = number === undefined ? model.versions.at(-1) : versionAt(model, number);
  if (version && !version.sealed && optional(args, "nonce") === undefined) {
    const { terms } = version;
    if (version.state !== "open") throw new InputError(`Version ${version.number} is ${version.state}.`);
    const manifest = await manifestFrom(context.files, terms.manifest);
    const { length } = await fetchPlain(manifest, context.files, out, barOf(terms.size, "fetched"));
    return { text: `Fetched ${length} bytes, as listed: ${out}`, json: { outcome: "opened", path: out, length } };
  }
  const order = orderOf(args, model, await actor(context));
  const bought = versionAt(model, numberOf(order.order.version));
  const keys = await keysOf(args, hre, context);
  const bar = barOf(bought.terms.size, "opened");
  const outcome = await openOrder(context, { keys, order, version: bought, out, ...bar });
  if (outcome.outcome === "opened") {
    const odd = outcome.strangePadding ? " The unused end of the last chunk is not empty." : "";
    return { text: `Opened ${outcome.length} bytes, as listed: ${out}${odd}`, json: outcome };
  }
  process.exitCode = 2;
  const index = outcome.outcome === "bad-chunk" ? { index: outcome.fault.index } : {};
  return { text: wrongText(outcome), json: { outcome: outcome.outcome, ...index } };
};
export default action;
