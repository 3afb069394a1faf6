import { join } from "node:path";
import { exists } from "../documents/json.ts";
import { actor, type Context } from "../shared/context.ts";
import type { FileStore } from "../shared/files.ts";
import { BATCH, closable, refund } from "./deliver.ts";
import type { KeySource } from "./keys/source.ts";
import { dataSetOf, type DataSetModel, numberOf, type OrderModel, type SubscriptionModel } from "./model.ts";
import { deliveredKey, dispute, openOrder, type Outcome } from "./open.ts";
import { chainTime, readMarket, versionAt } from "./read.ts";
import type { OnProgress } from "./seal/pieces.ts";
import { failSubscription, groundFor } from "./subscriptions.ts";

export interface WatchParameters {
  keys: KeySource;
  /** Where the sealed data are, besides the house's files, in which they were kept when they were checked. */
  source?: FileStore;
  /** Folder into which data are opened. */
  folder: string;
  progress?: OnProgress;
  /** Ends the round; what is half opened is gone on with by the next one. */
  signal?: AbortSignal;
  /** Of earlier rounds, which this one adds to: orders for which it is too late, and which are not looked at again. */
  late?: Set<string>;
}

/** What a round did with an order. */
export interface Watched {
  order: OrderModel;
  /** `ended`: the subscription that the order was of, because its key or its version was disproved. */
  did: "opened" | "disputed" | "refunded" | "ended" | "late" | "failed";
  path?: string;
  outcome?: Outcome["outcome"];
  /** Why it failed; the next round tries again. */
  error?: unknown;
}

/** The file into which an order's data are opened: of one chain, market, buyer and order. */
export function pathOf(context: Context, folder: string, { order }: OrderModel): string {
  const { chainId, addresses } = context;
  const place = [chainId, short(addresses.DataMarket), short(order.buyer)].join("-");
  return join(folder, `data-${place}-${dataSetOf(order.version)}-${numberOf(order.version)}-${order.nonce}`);
}

const short = (address: string): string => address.slice(2, 14).toLowerCase();

/**
 * One round of a buyer's watcher: has orders refunded that were not delivered, checks the keys that were, then opens the
 * data, and disputes what is not as listed while there is time. It knows its orders from the chain, so it can be started
 * anywhere. What fails for one order stops none of the others; those whose time for disputes ends first come first.
 */
export async function watchOnce(context: Context, parameters: WatchParameters): Promise<Watched[]> {
  const buyer = await actor(context);
  const now = await chainTime(context);
  const { signal, late = new Set() } = parameters;
  const did: Watched[] = [];
  const attempt = async (orders: OrderModel[], act: () => Promise<Watched[]>) => {
    signal?.throwIfAborted();
    try {
      did.push(...(await act()));
    } catch (error) {
      signal?.throwIfAborted();
      did.push(...orders.map((order) => ({ order, did: "failed" as const, error })));
    }
  };
  const mine = ({ order }: OrderModel) => order.buyer === buyer;
  const models = await readMarket(context);
  const refunds = models.flatMap((model) => closable(model, now).refunded.filter(mine));
  for (let i = 0; i < refunds.length; i += BATCH) {
    const batch = refunds.slice(i, i + BATCH);
    await attempt(batch, async () => {
      await refund(context, batch).send();
      return batch.map((order) => ({ order, did: "refunded" }));
    });
  }
  for (const model of models) {
    for (const one of model.subscriptions.filter(({ buyer: who, running }) => who === buyer && running)) {
      const ground = groundFor(model, one, refunds);
      if (ground) await attempt([ground], () => failed(context, model, one, ground));
    }
  }
  const open = models
    .flatMap((model) => model.orders.filter(mine).map((order) => ({ model, order })))
    .filter(({ order }) => isDelivered(order) && !refunds.includes(order) && !late.has(nameOf(order)))
    .sort((a, b) => endOf(a.order, now) - endOf(b.order, now));
  const looked = new Set<OrderModel>();
  for (const look of [checked, opened]) {
    for (const { model, order } of open.filter((one) => !looked.has(one.order))) {
      await attempt([order], async () => {
        const one = await look(context, parameters, model, order);
        if (one) looked.add(order);
        if (one?.did === "late") late.add(nameOf(order));
        return one ? [one] : [];
      });
      if (did.at(-1)?.order === order) looked.add(order);
    }
  }
  return did;
}

const nameOf = ({ order }: OrderModel): string => `${order.version} ${order.nonce}`;
const isDelivered = ({ delivery, standing }: OrderModel): boolean => delivery.time > 0 && standing !== "refunded";

/** When the time for disputes ends; those for which it is over come last. */
function endOf({ order, delivery, standing }: OrderModel, now: number): number {
  const end = delivery.time + order.window;
  return standing === "delivered" && end >= now ? end : Number.MAX_SAFE_INTEGER;
}

async function failed(
  context: Context,
  model: DataSetModel,
  one: SubscriptionModel,
  order: OrderModel,
): Promise<Watched[]> {
  await failSubscription(context, model, one, order).send();
  return [{ order, did: "ended" }];
}

/** Disputes a wrong key, which is known at once, whatever the size of the data. */
async function checked(context: Context, { keys }: WatchParameters, model: DataSetModel, order: OrderModel) {
  if (order.standing !== "delivered") return null;
  const version = versionAt(model, numberOf(order.order.version));
  const { m, right } = await deliveredKey({ keys, order, version });
  return right ? null : disputed(context, model, order, { outcome: "wrong-key", m });
}

async function opened(
  context: Context,
  { keys, source, folder, progress, signal }: WatchParameters,
  model: DataSetModel,
  order: OrderModel,
): Promise<Watched | null> {
  const path = pathOf(context, folder, order);
  if (await exists(path)) return null;
  const version = versionAt(model, numberOf(order.order.version));
  const onProgress = (bytes: number) => {
    signal?.throwIfAborted();
    progress?.(bytes);
  };
  const from = source ? { source } : {};
  const outcome = await openOrder(context, { keys, order, version, ...from, out: path, progress: onProgress });
  if (outcome.outcome === "opened") return { order, did: "opened", path, outcome: outcome.outcome };
  return disputed(context, model, order, outcome);
}

async function disputed(
  context: Context,
  model: DataSetModel,
  order: OrderModel,
  wrong: Exclude<Outcome, { outcome: "opened" }>,
): Promise<Watched> {
  // Too late the chain would refuse it, and the mask would be public for nothing.
  const inTime = (await chainTime(context)) < order.delivery.time + order.order.window;
  if (order.standing !== "delivered" || !inTime) return { order, did: "late", outcome: wrong.outcome };
  await dispute(context, { model, order, version: versionAt(model, numberOf(order.order.version)) }, wrong).send();
  return { order, did: "disputed", outcome: wrong.outcome };
}
