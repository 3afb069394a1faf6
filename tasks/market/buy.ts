import { buy } from "../../sdk/src/market/buy.ts";
import { takeLicence } from "../../sdk/src/market/license.ts";
import { subscribe } from "../../sdk/src/market/subscriptions.ts";
import { type PaymentKind, PAYMENTS } from "../../sdk/src/market/pay.ts";
import { chainTime, offerAt, readDataSet, subscriptionAt, versionAt } from "../../sdk/src/market/read.ts";
import type { Context } from "../../sdk/src/shared/context.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { type Args, optional, whole } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action, Output } from "../shared/verb.ts";
import { documentsOf } from "../tender/documents.ts";
import { barOf, dataSetOf, keysOf, numberIf, openForBuyer } from "./market.ts";
import { nameOf, standingOf, untilText } from "./words.ts";

const action: Action = async (args, hre) => {
  const dataSet = dataSetOf(args);
  const offer = Number(whole(args, "offer", 2n ** 32n - 1n));
  const version = numberIf(args, "versionNumber");
  const number = numberIf(args, "subscription");
  const context = await openForBuyer(args, hre);
  const common = { dataSet, offer, payment: paymentOf(args), documents: await documentsOf(args) };
  const model = await readDataSet(context, dataSet);
  const { kind } = offerAt(model, offer).terms;
  if (optional(args, "periods") !== undefined && (kind !== "subscription" || number !== undefined)) {
    throw new InputError("--periods are of a new subscription.");
  }
  if (kind === "licence") return license(context, { ...common, ...(version === undefined ? {} : { version }) });
  if (kind === "subscription" && number === undefined) return subscribing(context, common, args);
  const buyer = await actor(context);
  const subscription = number === undefined ? undefined : subscriptionAt(model, buyer, number);
  const wanted = versionAt(model, version ?? (offerAt(model, offer).terms.version || undefined));
  const { order, done } = await buy(context, {
    ...common,
    version: wanted.number,
    keys: await keysOf(args, hre, context),
    again: args["again"] === true,
    ...(subscription ? { subscription } : {}),
    ...barOf(wanted.terms.size, "checked"),
  });
  const what = done ? "Ordered" : "Ordered before";
  const next = standingOf(order, await chainTime(context));
  return { text: `${what}: ${nameOf(order)}; ${next}.`, json: { ...(done ?? { orderedBefore: true }), order } };
};
export default action;

function paymentOf(args: Args): PaymentKind {
  const given = optional(args, "payment") ?? "allowance";
  const found = PAYMENTS.find((one) => one === given);
  if (!found) throw new InputError(`--payment must be one of ${PAYMENTS.join(", ")}, not ${given}.`);
  return found;
}

async function license(context: Context, parameters: Parameters<typeof takeLicence>[1]): Promise<Output> {
  const { licence, done } = await takeLicence(context, parameters);
  const what = done ? "Licensed" : "Licensed before";
  const text = `${what}: number ${licence.nonce}, ${untilText(licence.until)}; \`market open\` fetches the data.`;
  return { text, json: { ...(done ?? { licensedBefore: true }), licence } };
}

async function subscribing(
  context: Context,
  common: Omit<Parameters<typeof subscribe>[1], "periods">,
  args: Args,
): Promise<Output> {
  const periods = Number(whole(args, "periods", 65_535n));
  if (periods === 0) throw new InputError("--periods must be a whole number from 1 on.");
  const { nonce, done } = await subscribe(context, { ...common, periods });
  const model = await readDataSet(context, common.dataSet);
  const one = subscriptionAt(model, await actor(context), nonce);
  const end = one.start + offerAt(model, one.offer).terms.period * one.periods - 1;
  const order = `market buy --data-set ${one.dataSet} --offer ${one.offer} --subscription ${nonce}`;
  return {
    text: `${done ? "Subscribed" : "Subscribed before"}: number ${nonce}, until ${showTime(end)}; order versions by \`${order}\`.`,
    json: { ...(done ?? { subscribedBefore: true }), subscription: one, until: end },
  };
}
