import { join } from "node:path";
import { stat } from "node:fs/promises";
import { actor, type Context } from "../shared/context.ts";
import type { FileStore } from "../shared/files.ts";
import { closable, refund } from "./deliver.ts";
import type { KeySource } from "./keys/source.ts";
import { dataSetOf, type DataSetModel, numberOf, type OrderModel } from "./model.ts";
import { dispute, openOrder, type Outcome } from "./open.ts";
import { readMarket, versionAt } from "./read.ts";
import type { OnProgress } from "./seal/pieces.ts";

export interface WatchParameters {
  keys: KeySource;
  /** Where the sealed data are. */
  source: FileStore;
  /** Folder into which data are opened. */
  folder: string;
  progress?: OnProgress;
}

/** What a round did with an order. */
export interface Watched {
  order: OrderModel;
  did: "opened" | "disputed" | "refunded" | "late";
  path?: string;
  outcome?: Outcome["outcome"];
}

/** The file into which an order's data are opened. */
export function pathOf(folder: string, { order }: OrderModel): string {
  return join(folder, `data-${dataSetOf(order.version)}-${numberOf(order.version)}-${order.nonce}`);
}

/**
 * One round of a buyer's watcher: opens what was delivered, disputes what is not as listed while there is time, and
 * has orders refunded that were not delivered. It knows its orders from the chain, so it can be started anywhere.
 */
export async function watchOnce(context: Context, parameters: WatchParameters): Promise<Watched[]> {
  const buyer = await actor(context);
  const now = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const did: Watched[] = [];
  for (const model of await readMarket(context)) {
    const mine = (one: OrderModel) => one.order.buyer === buyer;
    const refunded = closable(model, now).refunded.filter(mine);
    if (refunded.length > 0) await refund(context, refunded).send();
    did.push(...refunded.map((order) => ({ order, did: "refunded" as const })));
    const delivered = model.orders.filter((one) => mine(one) && one.delivery.time > 0 && one.standing !== "refunded");
    for (const order of delivered.filter((one) => !refunded.includes(one))) {
      const one = await watched(context, parameters, model, order);
      if (one) did.push(one);
    }
  }
  return did;
}

async function watched(
  context: Context,
  { keys, source, folder, progress }: WatchParameters,
  model: DataSetModel,
  order: OrderModel,
): Promise<Watched | null> {
  const path = pathOf(folder, order);
  if (await stat(path).catch(() => null)) return null;
  const version = versionAt(model, numberOf(order.order.version));
  const outcome = await openOrder({ keys, order, version, source, out: path, ...(progress ? { progress } : {}) });
  if (outcome.outcome === "opened") return { order, did: "opened", path, outcome: outcome.outcome };
  if (order.standing !== "delivered") return { order, did: "late", outcome: outcome.outcome };
  await dispute(context, { order, version }, outcome).send();
  return { order, did: "disputed", outcome: outcome.outcome };
}
