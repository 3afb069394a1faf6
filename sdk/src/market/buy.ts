import { hexlify, keccak256 } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import { type Done, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, MirrorStore } from "../shared/files.ts";
import { lasts, nextNonce, requireFit } from "./fit.ts";
import { offerStruct, sealHash, subscriptionStruct } from "./hashes.ts";
import { orderKey } from "./keys/derive.ts";
import { maskOf } from "./keys/mask.ts";
import type { KeySource } from "./keys/source.ts";
import type { DataSetModel, OfferModel, OrderModel, SubscriptionModel, VersionModel } from "./model.ts";
import { type PaymentKind, payFor, proofsOf, type Purchase } from "./pay.ts";
import { chainTime, offerAt, orderAt, readDataSet, versionAt } from "./read.ts";
import { manifestFrom } from "./seal/manifest.ts";
import type { OnProgress } from "./seal/pieces.ts";
import { verifySealed } from "./seal/verifySealed.ts";

export interface BuyParameters {
  dataSet: number;
  offer: number;
  /** Absent = the latest that is open. */
  version?: number;
  /** Where the buyer's secrets come from. */
  keys: KeySource;
  payment?: PaymentKind;
  /** Of these the proofs are taken that the offer requires. */
  documents?: DocumentFile[];
  /** A subscription of the buyer's under which it is ordered, instead of paying. */
  subscription?: SubscriptionModel;
  /** Where the sealed data are; they are checked, every byte, and kept in the house's files before anything is paid. */
  source?: FileStore;
  /** Orders once more what is licensed already. */
  again?: boolean;
  progress?: OnProgress;
}

/** What was bought, or is on its way since an earlier run. */
export interface Bought {
  order: OrderModel;
  /** Absent where it was ordered before. */
  done?: Done<object>;
}

/**
 * Orders the key of a sealed version, after checking all the sealed data against the listing. What is ordered, or
 * licensed still, by the same offer is not bought twice: a command run again goes on with it.
 * @throws InputError in one line, before anything is paid
 */
export async function buy(context: Context, parameters: BuyParameters): Promise<Bought> {
  const buyer = await actor(context);
  const model = await readDataSet(context, parameters.dataSet);
  const offer = offerAt(model, parameters.offer);
  const version = versionAt(model, parameters.version ?? (offer.terms.version || undefined));
  const now = await chainTime(context);
  const before = model.orders.findLast((one) => isOf(one, buyer, version, offer) && isHeld(model, one, now));
  if (before && (before.standing !== "licensed" || !parameters.again)) return { order: onItsWay(before, now) };
  requireFit(offer, version, parameters.subscription ? "subscription" : "sale", now);
  requirePlace(context, parameters.keys);
  const proofs = await proofsOf(context, offer, parameters.documents ?? [], buyer);
  const began = Date.now();
  await verifyBeforePay(context, version, parameters.source, parameters.progress);
  requireTime(offer, (Date.now() - began) / 1000);

  const nonce = nextNonce(model, version, buyer);
  const { secret, x } = await orderKey(parameters.keys, { version: version.version, buyer, nonce: BigInt(nonce) });
  const place = { ...parameters.keys.place, version: version.version, buyer, nonce: BigInt(nonce), ephemeral: x };
  const purchase: Purchase = {
    buyer,
    dataSet: model.dataSet,
    offer: offer.number,
    version: version.number,
    nonce,
    periods: 0,
    seal: sealHash(version.terms),
    ephemeral: x,
    maskHash: keccak256(hexlify(maskOf(secret, version.terms.sellerKey, place))),
  };
  const done = await placed(context, parameters, purchase, offer, proofs);
  return { order: orderAt(await readDataSet(context, model.dataSet), version.version, buyer, nonce), done };
}

/**
 * All that can be wrong with sealed data but their key. The pieces are kept in the house's files, so that a seller
 * cannot withhold them once it is paid. @throws InputError in one line
 */
export async function verifyBeforePay(
  context: Context,
  { terms, sealed }: VersionModel,
  from: FileStore = context.files,
  progress?: OnProgress,
): Promise<void> {
  const source = new MirrorStore(context.files, from);
  if (!sealed) throw new InputError("The version is not sealed: fetch it, and take a licence.");
  const { root, content, count, size, words, keyCommit } = terms;
  const manifest = await manifestFrom(source, terms.manifest);
  const listing = { root, content, count, length: Number(size), words, keyCommit };
  await verifySealed(manifest, source, listing, progress ? { progress } : {});
}

async function placed(
  context: Context,
  { subscription, payment = "allowance" }: BuyParameters,
  purchase: Purchase,
  offer: OfferModel,
  proofs: string,
): Promise<Done<object>> {
  const terms = offerStruct(offer.terms);
  if (subscription) {
    const args = [subscriptionStruct(subscription), subscription.released, purchase, terms] as const;
    return prepare(context.market.orderSubscribed, [...args], () => ({})).send();
  }
  const paying = await payFor(context, payment, purchase, offer.terms, proofs);
  await paying.before?.send();
  return prepare(context.market.placeOrder, [purchase, terms, paying.payment, proofs], () => ({})).send();
}

function isOf({ order }: OrderModel, buyer: string, version: VersionModel, offer: OfferModel): boolean {
  return order.version === version.version && order.offer === offer.number && order.buyer === buyer;
}

/** Whether an order is under way, or gave a licence that lasts: of a subscription ended early as long as was paid. */
function isHeld({ licences, versions }: DataSetModel, { order, standing }: OrderModel, now: number): boolean {
  const { version, buyer, nonce } = order;
  if (standing === "licensed") {
    const same = licences.filter((one) => one.version === version && one.buyer === buyer && one.nonce === nonce);
    return same.some(({ until }) => lasts(until, now));
  }
  const disproved = versions.some((one) => one.version === version && one.state === "disproved");
  return standing !== "refunded" && !disproved;
}

function onItsWay(one: OrderModel, now: number): OrderModel {
  if (one.standing !== "ordered" || now <= one.order.deliverBy) return one;
  throw new InputError(
    `Your order ${one.order.nonce} was not delivered in time: have it refunded before you order again.`,
  );
}

/** @throws InputError where the secrets would be those of another market: what they open would never be delivered */
function requirePlace({ chainId, addresses }: Context, { place }: KeySource): void {
  const same = place.chainId === chainId && place.market.toLowerCase() === addresses.DataMarket.toLowerCase();
  if (!same) throw new InputError("These keys are for another market.");
}

/** Opening takes about as long as checking, and finding what is false twice as long; the rest is for the transaction. */
const TIMES = 4;

function requireTime({ number, terms }: OfferModel, seconds: number): void {
  if (seconds * TIMES <= terms.window) return;
  throw new InputError(
    `Checking the data took ${Math.ceil(seconds)} s: the ${terms.window} s that offer ${number} leaves for a dispute are ` +
      "too few. Fetch the data to a faster store first.",
  );
}
