import { hexlify, keccak256 } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { FileStore } from "../shared/files.ts";
import { DEVELOPMENT, finalBlock } from "../shared/final.ts";
import { sealKeys, sellerKey } from "./keys/derive.ts";
import { maskOf, xor } from "./keys/mask.ts";
import type { KeySource } from "./keys/source.ts";
import type { DataSetModel, OrderModel, VersionModel } from "./model.ts";
import { dataSetOf, NOT_DELIVERED } from "./model.ts";
import { readMarket } from "./read.ts";
import { manifestFrom } from "./seal/manifest.ts";

/** Seconds before its end in which an order is not delivered any more: a late delivery would give the key for nothing. */
export const DELIVERY_MARGIN = 3600;
/** IDataMarket.OrderState. */
const ORDERED = 1n;
/** Orders in one transaction: well under its most gas. */
export const BATCH = 100;

/** An order that is not delivered, and why. */
export interface Refused {
  order: OrderModel;
  reason: "late" | "mask" | "manifest" | "key" | "withdrawn" | "not final";
}

export interface Deliverable {
  order: OrderModel;
  masked: string;
}

/**
 * What an agency has to deliver now: its orders with the masked keys, and those that it must not deliver. A mask that
 * the buyer computed otherwise than the seller is one of these: its key could be read by nobody, and the price goes back.
 */
export async function deliverable(
  context: Context,
  { agency, keys, store = context.files }: { agency: number; keys: KeySource; store?: FileStore },
): Promise<{ due: Deliverable[]; refused: Refused[] }> {
  const now = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const final = DEVELOPMENT.includes(context.chainId) ? Infinity : ((await finalBlock(context))?.number ?? 0);
  const { secret } = await sellerKey(keys, BigInt(agency));
  const due: Deliverable[] = [];
  const refused: Refused[] = [];
  for (const model of (await readMarket(context)).filter((one) => one.agency === agency)) {
    const known = new Map<bigint, Uint8Array | Refused["reason"]>();
    for (const order of model.orders.filter(({ standing }) => standing === "ordered")) {
      const { version } = order.order;
      const key = known.get(version) ?? (await keyOf(model, version, keys, store));
      known.set(version, key);
      const reason = typeof key === "string" ? key : refusal(order, now, final);
      const m = reason ? null : maskFor(context, order, secret);
      if (m && typeof key !== "string") due.push({ order, masked: hexlify(xor(key, m)) });
      else refused.push({ order, reason: reason ?? "mask" });
    }
  }
  return { due, refused };
}

/**
 * Delivers orders together: those that by the latest block are this body's, open, and not too close to their end. A
 * delivery that does not count would give the key away, so each is asked for before it is sent.
 * @throws InputError if the chain skipped one nevertheless
 */
export async function deliver(context: Context, agency: number, due: Deliverable[]): Promise<OrderModel[]> {
  const { market, provider } = context;
  const now = (await provider.getBlock("latest"))?.timestamp ?? Infinity;
  const counts = await Promise.all(
    due.map(async ({ order: { order, pins } }) => {
      if (now > order.deliverBy - DELIVERY_MARGIN) return false;
      const { agency: seller } = await market.dataSetOf(dataSetOf(order.version));
      return Number(seller) === agency && (await market.orderState(order, pins, NOT_DELIVERED)) === ORDERED;
    }),
  );
  const sent = due.filter((_, i) => counts[i]);
  if (sent.length === 0) return [];
  const orders = sent.map(({ order }) => order.order);
  const pins = sent.map(({ order }) => order.pins);
  const masked = sent.map((one) => one.masked);
  const { result } = await prepare(market.deliver, [agency, orders, pins, masked], (receipt) =>
    receipt.logs.filter((log) => market.interface.parseLog(log)?.name === "OrderDelivered"),
  ).send();
  if (result.length === sent.length) return sent.map(({ order }) => order);
  throw new InputError(
    `${sent.length - result.length} of ${sent.length} deliveries did not count: see DeliverySkipped.`,
  );
}

/** The key of a version, or why there is none to deliver. */
async function keyOf(
  model: DataSetModel,
  version: bigint,
  keys: KeySource,
  store: FileStore,
): Promise<Uint8Array | Refused["reason"]> {
  const listed = model.versions.find((one) => one.version === version) as VersionModel;
  if (listed.state === "personal-data" || listed.state === "disproved") return "withdrawn";
  const manifest = await manifestFrom(store, listed.terms.manifest).catch(() => null);
  if (manifest?.format !== "common-seal/sealed-data/1") return "manifest";
  const { key } = await sealKeys(keys, BigInt(manifest.keyNonce));
  return keccak256(key) === listed.terms.keyCommit ? key : "key";
}

/** A reorganisation could undo an order that is not final, and its key would be out. */
function refusal({ order, placed }: OrderModel, now: number, final: number): Refused["reason"] | null {
  if (now > order.deliverBy - DELIVERY_MARGIN) return "late";
  return placed.block > final ? "not final" : null;
}

/** The mask of an order where the buyer means the same one; null else. */
function maskFor(context: Context, { order, ephemeral, pins }: OrderModel, secret: Uint8Array): Uint8Array | null {
  const { version, buyer, nonce } = order;
  const place = { chainId: context.chainId, market: context.addresses.DataMarket, version, buyer, ephemeral };
  try {
    const m = maskOf(secret, ephemeral, { ...place, nonce: BigInt(nonce) });
    return keccak256(m) === pins.maskHash ? m : null;
  } catch {
    return null;
  }
}

/** Orders as the contract's batches take them. */
export function batchOf(orders: OrderModel[]) {
  return [
    orders.map(({ order }) => order),
    orders.map(({ pins }) => pins),
    orders.map(({ standing, delivery }) => (standing === "ordered" ? NOT_DELIVERED : delivery)),
  ] as const;
}

/** Makes the prices of orders due to their payees, and records the licences. Anyone, after the window. */
export function settle(context: Context, orders: OrderModel[]): Act<object> {
  return prepare(context.market.settle, [...batchOf(orders)], () => ({}));
}

/** Makes the prices of orders due to their buyers. Anyone. */
export function refund(context: Context, orders: OrderModel[]): Act<object> {
  return prepare(context.market.refund, [...batchOf(orders)], () => ({}));
}

/** Pays what is due to an account. Anyone. */
export function withdraw(context: Context, token: string, account: string): Act<object> {
  return prepare(context.market.withdraw, [token, account], () => ({}));
}

/** The orders whose window is over, and those that can be refunded, as of a second. */
export function closable(model: DataSetModel, now: number): { settled: OrderModel[]; refunded: OrderModel[] } {
  const stateOf = ({ order }: OrderModel) => model.versions.find(({ version }) => version === order.version)?.state;
  const settled = model.orders.filter(
    (one) => one.standing === "delivered" && stateOf(one) !== "disproved" && now > one.delivery.time + one.order.window,
  );
  const refunded = model.orders.filter((one) => {
    const state = stateOf(one);
    if (state === "disproved") return one.standing === "ordered" || one.standing === "delivered";
    return one.standing === "ordered" && (state === "personal-data" || now > one.order.deliverBy);
  });
  return { settled, refunded };
}
