import { ZeroHash } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import { type Act, type Done, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { next, requireTakable, runs } from "./fit.ts";
import { offerStruct, subscriptionStruct } from "./hashes.ts";
import type { DataSetModel, OrderModel, SubscriptionModel } from "./model.ts";
import { numberOf } from "./model.ts";
import { payFor, type PaymentKind, proofsOf, type Purchase } from "./pay.ts";
import { chainTime, offerAt, readDataSet } from "./read.ts";

export interface SubscribeParameters {
  dataSet: number;
  offer: number;
  /** How many are paid now. */
  periods: number;
  payment?: PaymentKind;
  documents?: DocumentFile[];
}

/** What was subscribed to, or is since an earlier run. */
export interface Subscribing {
  nonce: number;
  /** Absent where it was subscribed to before. */
  done?: Done<object>;
}

/** Subscribes to a data set: all periods are paid into escrow. A subscription by the same offer that runs still is kept. */
export async function subscribe(
  context: Context,
  { dataSet, offer: number, periods, payment = "allowance", documents = [] }: SubscribeParameters,
): Promise<Subscribing> {
  const buyer = await actor(context);
  const model = await readDataSet(context, dataSet);
  const offer = offerAt(model, number);
  if (offer.terms.kind !== "subscription") throw new InputError(`Offer ${number} is a ${offer.terms.kind}.`);
  const now = await chainTime(context);
  const mine = model.subscriptions.filter((one) => one.buyer === buyer);
  const running = mine.findLast((one) => one.offer === number && runs(one, offer, now));
  if (running) return { nonce: running.nonce };
  requireTakable(offer, now);
  const nonce = next(mine);
  const bare = { version: 0, seal: ZeroHash, ephemeral: ZeroHash, maskHash: ZeroHash };
  const purchase: Purchase = { buyer, dataSet, offer: number, nonce, periods, ...bare };
  const proofs = await proofsOf(context, offer, documents, buyer);
  const { before, payment: paid } = await payFor(context, payment, purchase, offer.terms, proofs);
  await before?.send();
  const args = [purchase, offerStruct(offer.terms), paid, proofs] as const;
  return { nonce, done: await prepare(context.market.subscribe, [...args], () => ({})).send() };
}

/** Makes the periods that are over due to the seller. Anyone. */
export function releasePeriods(context: Context, model: DataSetModel, one: SubscriptionModel): Act<object> {
  const terms = offerStruct(offerAt(model, one.offer).terms);
  return prepare(context.market.releasePeriods, [subscriptionStruct(one), one.released, terms], () => ({}));
}

/** Ends a subscription: the periods not begun come back. Only the subscriber. */
export function endSubscription(context: Context, model: DataSetModel, one: SubscriptionModel): Act<object> {
  const terms = offerStruct(offerAt(model, one.offer).terms);
  return prepare(context.market.endSubscription, [subscriptionStruct(one), one.released, terms], () => ({}));
}

/**
 * The order for which a subscription can be ended with all that was not released: one refunded, by now or by these
 * refunds, because its key or its version was disproved. Of the orders delivered no others are refunded.
 */
export function groundFor(
  { orders, versions }: DataSetModel,
  { buyer, nonce }: SubscriptionModel,
  refunds: OrderModel[] = [],
): OrderModel | undefined {
  const disproved = versions.filter(({ state }) => state === "disproved").map(({ version }) => version);
  return orders.find((one) => {
    const { order, standing, delivery } = one;
    const ours = order.buyer === buyer && order.subscription === nonce + 1;
    const failed = delivery.time > 0 || disproved.includes(order.version);
    return ours && failed && (standing === "refunded" || refunds.includes(one));
  });
}

/** Ends a subscription under which a version was delivered that was disproved: all that was not released comes back. */
export function failSubscription(
  context: Context,
  model: DataSetModel,
  one: SubscriptionModel,
  { order }: OrderModel,
): Act<object> {
  const terms = offerStruct(offerAt(model, one.offer).terms);
  const args = [subscriptionStruct(one), one.released, terms, numberOf(order.version), order.nonce] as const;
  return prepare(context.market.failSubscription, [...args], () => ({}));
}
