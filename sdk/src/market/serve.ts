import type { Context } from "../shared/context.ts";
import type { FileStore } from "../shared/files.ts";
import { BATCH, closable, deliver, deliverable, type Refused, settle } from "./deliver.ts";
import type { KeySource } from "./keys/source.ts";
import type { OrderModel, SubscriptionModel } from "./model.ts";
import { chainTime, offerAt, readMarket } from "./read.ts";
import { releasePeriods } from "./subscriptions.ts";

export interface ServeParameters {
  agency: number;
  keys: KeySource;
  /** Where the manifests are. */
  store?: FileStore;
}

/** What one round of a seller's service did. */
export interface Round {
  delivered: OrderModel[];
  settled: OrderModel[];
  released: SubscriptionModel[];
  refused: Refused[];
}

/**
 * One round of a seller's service: delivers what is ordered, settles what can be disputed no more, and releases periods
 * that are over. Everything it has to know stands on chain and in the store, so it can be stopped and started anywhere.
 */
export async function serveOnce(context: Context, parameters: ServeParameters): Promise<Round> {
  const { due, refused } = await deliverable(context, parameters);
  const delivered: OrderModel[] = [];
  for (let i = 0; i < due.length; i += BATCH) {
    delivered.push(...(await deliver(context, parameters.agency, due.slice(i, i + BATCH))));
  }
  const settled: OrderModel[] = [];
  const released: SubscriptionModel[] = [];
  const now = await chainTime(context);
  for (const model of (await readMarket(context)).filter(({ agency }) => agency === parameters.agency)) {
    const ready = closable(model, now).settled;
    for (let i = 0; i < ready.length; i += BATCH) await settle(context, ready.slice(i, i + BATCH)).send();
    settled.push(...ready);
    for (const one of model.subscriptions.filter(({ running }) => running)) {
      const { period, delivery, window } = offerAt(model, one.offer).terms;
      if (now <= one.start + period * (one.released + 1) + delivery + window) continue;
      await releasePeriods(context, model, one).send();
      released.push(one);
    }
  }
  return { delivered, settled, released, refused };
}
