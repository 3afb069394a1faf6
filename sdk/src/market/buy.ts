import { hexlify, keccak256, ZeroHash } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import { bestFirst, proofsFor, unpackRequired } from "../documents/required.ts";
import { type Act, type Done, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, MirrorStore } from "../shared/files.ts";
import { offerStruct, sealHash } from "./hashes.ts";
import { orderKey } from "./keys/derive.ts";
import { maskOf } from "./keys/mask.ts";
import type { KeySource } from "./keys/source.ts";
import type { DataSetModel, OfferModel, OrderModel, SubscriptionModel, VersionModel } from "./model.ts";
import { type PaymentKind, payFor, type Purchase } from "./pay.ts";
import { offerAt, orderAt, readDataSet, versionAt } from "./read.ts";
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
 * licensed, of the same version and offer is not ordered twice: a command run again goes on with it.
 * @throws InputError in one line, before anything is paid
 */
export async function buy(context: Context, parameters: BuyParameters): Promise<Bought> {
  const buyer = await actor(context);
  const model = await readDataSet(context, parameters.dataSet);
  const offer = offerAt(model, parameters.offer);
  const version = versionAt(model, parameters.version ?? (offer.terms.version || undefined));
  requireFit(offer, version, parameters.subscription ? "subscription" : "sale");
  requirePlace(context, parameters.keys);
  const now = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const before = model.orders.findLast((one) => isHeld(one, buyer, version, offer, now));
  if (before && (before.standing !== "licensed" || !parameters.again)) return { order: onItsWay(before, now) };
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
  const done = await placed(context, parameters, purchase, offer);
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
  { subscription, payment = "allowance", documents = [] }: BuyParameters,
  purchase: Purchase,
  offer: OfferModel,
): Promise<Done<object>> {
  const terms = offerStruct(offer.terms);
  if (subscription) {
    const args = [subscriptionStruct(subscription), subscription.released, purchase, terms] as const;
    return prepare(context.market.orderSubscribed, [...args], () => ({})).send();
  }
  const proofs = await proofsOf(context, offer, documents, purchase.buyer);
  const paying = await payFor(context, payment, purchase, offer.terms, proofs);
  await paying.before?.send();
  return prepare(context.market.placeOrder, [purchase, terms, paying.payment, proofs], () => ({})).send();
}

export interface SubscribeParameters {
  dataSet: number;
  offer: number;
  /** How many are paid now. */
  periods: number;
  payment?: PaymentKind;
  documents?: DocumentFile[];
}

/** Subscribes to a data set: all periods are paid into escrow. */
export async function subscribe(
  context: Context,
  { dataSet, offer: number, periods, payment = "allowance", documents = [] }: SubscribeParameters,
): Promise<Done<{ nonce: number }>> {
  const buyer = await actor(context);
  const model = await readDataSet(context, dataSet);
  const offer = offerAt(model, number);
  if (offer.terms.kind !== "subscription") throw new InputError(`Offer ${number} is a ${offer.terms.kind}.`);
  const nonce = next(model.subscriptions.filter((one) => one.buyer === buyer));
  const bare = { version: 0, seal: ZeroHash, ephemeral: ZeroHash, maskHash: ZeroHash };
  const purchase: Purchase = { buyer, dataSet, offer: number, nonce, periods, ...bare };
  const proofs = await proofsOf(context, offer, documents, buyer);
  const { before, payment: paid } = await payFor(context, payment, purchase, offer.terms, proofs);
  await before?.send();
  const args = [purchase, offerStruct(offer.terms), paid, proofs] as const;
  return prepare(context.market.subscribe, [...args], () => ({ nonce })).send();
}

/** Takes a free licence of data that anyone can fetch. */
export async function takeLicence(
  context: Context,
  { dataSet, offer: number, version: wanted, documents = [] }: Omit<BuyParameters, "keys">,
): Promise<Act<{ nonce: number }>> {
  const account = await actor(context);
  const model = await readDataSet(context, dataSet);
  const offer = offerAt(model, number);
  const version = versionAt(model, wanted ?? (offer.terms.version || undefined));
  requireFit(offer, version, "licence");
  const nonce = nextNonce(model, version, account);
  const proofs = await proofsOf(context, offer, documents, account);
  const args = [dataSet, number, version.number, nonce, offerStruct(offer.terms), proofs] as const;
  return prepare(context.market.license, [...args], () => ({ nonce }));
}

/** The subscription as the contract takes it. */
export function subscriptionStruct({ dataSet, offer, nonce, buyer, start, periods }: SubscriptionModel) {
  return { dataSet, offer, nonce, buyer, start, periods };
}

function requireFit(offer: OfferModel, version: VersionModel, kind: OfferModel["terms"]["kind"]): void {
  if (offer.terms.kind !== kind) throw new InputError(`Offer ${offer.number} is a ${offer.terms.kind}, not a ${kind}.`);
  if (offer.state !== "open" && kind !== "subscription") throw new InputError(`Offer ${offer.number} is withdrawn.`);
  if (version.state !== "open") throw new InputError(`Version ${version.number} is ${version.state}.`);
}

/** Whether an order is open, or licensed until some time to come. */
function isHeld(one: OrderModel, buyer: string, version: VersionModel, offer: OfferModel, now: number): boolean {
  const { order, standing } = one;
  const same = order.version === version.version && order.offer === offer.number && order.buyer === buyer;
  const licensed = standing === "licensed" && (order.until === 0 || order.until >= now);
  return same && (standing === "ordered" || standing === "delivered" || licensed);
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

/** A number that the buyer has not used for the version. */
function nextNonce({ orders, licences }: DataSetModel, { version }: VersionModel, buyer: string): number {
  const used = [...orders.map(({ order }) => order), ...licences];
  return next(used.filter((one) => one.version === version && one.buyer === buyer));
}

const next = (used: { nonce: number }[]): number => used.reduce((most, { nonce }) => Math.max(most, nonce + 1), 0);

async function proofsOf(context: Context, offer: OfferModel, documents: DocumentFile[], buyer: string) {
  const required = unpackRequired(offer.terms.required);
  const { proofs, lacking } = proofsFor(required, await bestFirst(context, required, documents, buyer));
  const [first] = lacking;
  if (!first) return proofs;
  throw new InputError(`Offer ${offer.number} requires a document of schema ${first.schema} that is not given.`);
}
