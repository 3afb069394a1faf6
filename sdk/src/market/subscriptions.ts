import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { subscriptionStruct } from "./buy.ts";
import { offerStruct } from "./hashes.ts";
import type { DataSetModel, OrderModel, SubscriptionModel } from "./model.ts";
import { numberOf } from "./model.ts";
import { offerAt } from "./read.ts";

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
