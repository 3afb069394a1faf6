import { stat } from "node:fs/promises";
import { join } from "node:path";
import { actor, type Context } from "../shared/context.ts";
import { describeError } from "../shared/decode.ts";
import type { FileStore } from "../shared/files.ts";
import { closable, refund } from "./deliver.ts";
import type { KeySource } from "./keys/source.ts";
import { dataSetOf, type DataSetModel, numberOf, type OrderModel } from "./model.ts";
import { deliveredKey, dispute, openOrder, type Outcome } from "./open.ts";
import { readMarket, versionAt } from "./read.ts";
import type { OnProgress } from "./seal/pieces.ts";

export interface WatchParameters {
  keys: KeySource;
  /** Where the sealed data are, besides the house's files. */
  source?: FileStore;
  /** Folder into which data are opened. */
  folder: string;
  progress?: OnProgress;
}

/** What a round did with an order; what failed is tried again in the next one. */
export interface Watched {
  order: OrderModel;
  did: "opened" | "disputed" | "refunded" | "late" | "failed";
  path?: string;
  outcome?: Outcome["outcome"];
  /** Why it failed. */
  error?: string;
}

/** An order of the buyer's that was delivered. */
interface Delivered {
  model: DataSetModel;
  order: OrderModel;
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
 * data and disputes what is not as listed, those first whose time is over first. It knows its orders from the chain, so
 * it can be started anywhere. What fails with one order does not hinder the others.
 */
export async function watchOnce(context: Context, parameters: WatchParameters): Promise<Watched[]> {
  const buyer = await actor(context);
  const now = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const did: Watched[] = [];
  const open: Delivered[] = [];
  for (const model of await readMarket(context)) {
    const mine = (one: OrderModel) => one.order.buyer === buyer;
    const overdue = closable(model, now).refunded.filter(mine);
    for (const order of overdue) did.push(await attempt(order, () => refunded(context, order)));
    const isOpen = (one: OrderModel) => mine(one) && one.delivery.time > 0 && one.standing !== "refunded";
    const delivered = model.orders.filter((one) => isOpen(one) && !overdue.includes(one));
    open.push(...delivered.map((order) => ({ model, order })));
  }
  open.sort((a, b) => endOf(a.order) - endOf(b.order));
  const wrong = new Set<Delivered>();
  for (const [step, act] of [checked, opened].entries()) {
    for (const one of open.filter((other) => !wrong.has(other))) {
      const watched = await attempt(one.order, () => act(context, parameters, one, now));
      if (watched) did.push(watched);
      if (watched && step === 0) wrong.add(one);
    }
  }
  return did;
}

const endOf = ({ order, delivery }: OrderModel): number => delivery.time + order.window;

async function attempt<T extends Watched | null>(order: OrderModel, act: () => Promise<T>): Promise<T | Watched> {
  try {
    return await act();
  } catch (error) {
    return { order, did: "failed", error: describeError(error) };
  }
}

async function refunded(context: Context, order: OrderModel): Promise<Watched> {
  await refund(context, [order]).send();
  return { order, did: "refunded" };
}

/** Disputes a wrong key: known at once, whatever the size of the data. */
async function checked(
  context: Context,
  { keys }: WatchParameters,
  { model, order }: Delivered,
  now: number,
): Promise<Watched | null> {
  const version = versionAt(model, numberOf(order.order.version));
  const { m, right } = await deliveredKey({ keys, order, version });
  return right ? null : disputed(context, { model, order }, { outcome: "wrong-key", m }, now);
}

async function opened(
  context: Context,
  { keys, source, folder, progress }: WatchParameters,
  { model, order }: Delivered,
  now: number,
): Promise<Watched | null> {
  const path = pathOf(context, folder, order);
  if (await stat(path).catch(() => null)) return null;
  const version = versionAt(model, numberOf(order.order.version));
  const more = { ...(source ? { source } : {}), ...(progress ? { progress } : {}) };
  const outcome = await openOrder(context, { keys, order, version, out: path, ...more });
  if (outcome.outcome === "opened") return { order, did: "opened", path, outcome: outcome.outcome };
  return disputed(context, { model, order }, outcome, now);
}

async function disputed(
  context: Context,
  { model, order }: Delivered,
  wrong: Exclude<Outcome, { outcome: "opened" }>,
  now: number,
): Promise<Watched> {
  // The chain would refuse it, and the mask would be public for nothing.
  if (order.standing !== "delivered" || now > endOf(order)) return { order, did: "late", outcome: wrong.outcome };
  const version = versionAt(model, numberOf(order.order.version));
  await dispute(context, { model, order, version }, wrong).send();
  return { order, did: "disputed", outcome: wrong.outcome };
}
