import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { numberOf } from "../../sdk/src/market/model.ts";
import { dispute, openOrder } from "../../sdk/src/market/open.ts";
import { chainTime, readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { barOf, dataSetOf, keysOf, openForBuyer, orderOf } from "./market.ts";
import { nameOf } from "./words.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const context = await openForBuyer(args, hre);
  const model = await readDataSet(context, dataSet);
  const order = orderOf(args, model, await actor(context));
  if (order.standing === "refunded") return { text: `${sentence(nameOf(order))}: refunded already.`, json: { order } };
  const last = order.delivery.time + order.order.window;
  const isOver = order.standing === "licensed" || (order.delivery.time > 0 && (await chainTime(context)) >= last);
  if (isOver) throw new InputError(`${sentence(nameOf(order))} could be disputed until ${showTime(last)}.`);
  const version = versionAt(model, numberOf(order.order.version));
  const keys = await keysOf(args, hre, context);
  const folder = await mkdtemp(join(tmpdir(), "market-dispute-"));
  try {
    const bar = barOf(version.terms.size, "opened");
    const out = join(folder, "data");
    const outcome = await openOrder(context, { keys, order, version, out, ...bar });
    if (outcome.outcome === "opened") {
      throw new InputError("What was delivered is what was listed: there is nothing to dispute.");
    }
    const done = await dispute(context, { model, order, version }, outcome).send();
    const proven =
      outcome.outcome === "wrong-key" ? "the key was wrong" : `chunk ${outcome.fault.index} is not as listed`;
    const text = `Proven: ${proven}. The price is due to you again; \`market collect\` pays it out.`;
    return { text, json: { ...done, outcome: outcome.outcome, order } };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
export default action;

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
