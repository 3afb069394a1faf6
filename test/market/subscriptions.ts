import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import {
  type Listed,
  listed,
  NO_PAYMENT,
  now,
  type Offer,
  orderOf,
  type Purchase,
  purchaseOf,
  type Sale,
  saleFrom,
  type Stage,
  subscriptionOf,
  ZeroHash,
} from "./helpers.ts";

export interface Subscription {
  dataSet: bigint;
  offer: bigint;
  nonce: bigint;
  buyer: string;
  start: bigint;
  periods: bigint;
}

/** A subscription, with what its acts name again. */
export interface Subscribed {
  by: HardhatEthersSigner;
  listed: Listed;
  offer: Offer;
  subscription: Subscription;
  released: bigint;
}

export const subscribing = (of: Listed, by: { address: string }, changes: Partial<Purchase> = {}): Purchase =>
  purchaseOf(of, by, {
    ...{ version: 0n, periods: 12n, seal: ZeroHash, ephemeral: ZeroHash, maskHash: ZeroHash },
    ...changes,
  });

/** A data set to which one can subscribe. */
export async function onSubscription(
  s: Stage,
  changes: Partial<Offer> = {},
  options?: Parameters<typeof listed>[2],
): Promise<Listed & { offer: Offer }> {
  const offer = subscriptionOf(s, changes);
  return { ...(await listed(s, [offer], options)), offer };
}

/** Subscribes, out of an allowance. */
export async function subscribe(
  s: Stage,
  of: Listed & { offer: Offer },
  by: HardhatEthersSigner,
  changes: Partial<Purchase> = {},
): Promise<Subscribed> {
  const purchase = subscribing(of, by, changes);
  await s.market.connect(by).subscribe(purchase, of.offer, NO_PAYMENT, "0x");
  const { dataSet, offer, nonce, buyer, periods } = purchase;
  const subscription = { dataSet, offer, nonce, buyer, start: await now(), periods };
  return { by, listed: of, offer: of.offer, subscription, released: 0n };
}

/** The last second of a subscription. */
export const lastOf = ({ subscription, offer }: Subscribed): bigint =>
  subscription.start + offer.period * subscription.periods - 1n;

/** The last second in which the first periods cannot be released yet. */
export const heldUntil = ({ subscription, offer }: Subscribed, periods = 1n): bigint =>
  subscription.start + periods * offer.period + offer.delivery + offer.window;

/** Orders a version under a subscription. */
export async function order(
  s: Stage,
  x: Subscribed,
  of: Listed = x.listed,
  changes: Partial<Purchase> = {},
): Promise<Sale> {
  const purchase = purchaseOf(of, x.by, { offer: x.subscription.offer, ...changes });
  await s.market.connect(x.by).orderSubscribed(x.subscription, x.released, purchase, x.offer);
  const plain = orderOf(purchase, x.offer, await now());
  return saleFrom(of, x.by, purchase, {
    ...plain,
    price: 0n,
    until: lastOf(x),
    subscription: x.subscription.nonce + 1n,
  });
}

export const release = (s: Stage, x: Subscribed) =>
  s.market.connect(s.stranger).releasePeriods(x.subscription, x.released, x.offer);
export const end = (s: Stage, x: Subscribed, by = x.by) =>
  s.market.connect(by).endSubscription(x.subscription, x.released, x.offer);
export const fail = (s: Stage, x: Subscribed, sale: Sale, by = x.by) =>
  s.market
    .connect(by)
    .failSubscription(x.subscription, x.released, x.offer, sale.order.version & 0xffff_ffffn, sale.order.nonce);
/** The arguments of the error about a subscription. */
export const theSubscription = ({ subscription: x }: Subscribed) => [x.dataSet, x.buyer, x.nonce] as const;
