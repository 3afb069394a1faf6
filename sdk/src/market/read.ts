import { EventFragment, type Log } from "ethers";
import type {
  DataSetListedEvent,
  LicenceGrantedEvent,
  OfferMadeEvent,
  OrderDeliveredEvent,
  OrderPlacedEvent,
  PeriodsReleasedEvent,
  SubscribedEvent,
  VersionListedEvent,
} from "../../../typechain-types/contracts/market/DataMarket.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../shared/logs.ts";
import {
  dataSetOf,
  type DataSetModel,
  type LicenceModel,
  NOT_DELIVERED,
  numberOf,
  OFFER_KINDS,
  type OfferModel,
  type OfferTerms,
  type OrderModel,
  PERSONAL_DATA,
  type SubscriptionModel,
  type VersionModel,
  type VersionTerms,
} from "./model.ts";
import { sealHash } from "./hashes.ts";

type Args = Record<string, unknown>;

/** All data sets of the market, rebuilt from logs alone. */
export async function readMarket(context: Context, toBlock?: number): Promise<DataSetModel[]> {
  const to = toBlock ?? (await context.provider.getBlockNumber());
  const abi = context.market.interface;
  const names = abi.fragments.flatMap((one) =>
    one instanceof EventFragment && ["dataSet", "version"].includes(one.inputs[0]?.name ?? "") ? [one.topicHash] : [],
  );
  const filter = { address: context.addresses.DataMarket, topics: [names] };
  const logs = await logsBetween(context.provider, filter, context.block, to);
  const times = new BlockTimes(context.provider);
  await times.load(logs.map(({ blockNumber }) => blockNumber));
  const market = new Map<number, DataSetModel>();
  for (const log of logs) apply(market, context, log, await momentOf(log, times));
  return [...market.values()];
}

/** Time of the latest block: what the contracts go by. */
export async function chainTime(context: Context): Promise<number> {
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return block.timestamp;
}

/** A data set. @throws InputError if there is none */
export async function readDataSet(context: Context, dataSet: number): Promise<DataSetModel> {
  const found = (await readMarket(context)).find((one) => one.dataSet === dataSet);
  if (!found) throw new InputError(`There is no data set ${dataSet} in the market at ${context.addresses.DataMarket}.`);
  return found;
}

/** A version of a data set; the latest that is open where no number is given. @throws InputError if there is none */
export function versionAt({ dataSet, versions }: DataSetModel, number?: number): VersionModel {
  const found =
    number === undefined
      ? versions.findLast(({ state }) => state === "open")
      : versions.find((one) => one.number === number);
  if (found) return found;
  throw new InputError(
    number === undefined
      ? `Data set ${dataSet} has no version that is open.`
      : `Data set ${dataSet} has no version ${number}.`,
  );
}

/** An offer of a data set. @throws InputError if there is none */
export function offerAt({ dataSet, offers }: DataSetModel, number: number): OfferModel {
  const found = offers.find((one) => one.number === number);
  if (!found) throw new InputError(`Data set ${dataSet} has no offer ${number}.`);
  return found;
}

/** An order of a buyer's. @throws InputError if there is none */
export function orderAt(model: DataSetModel, version: bigint, buyer: string, nonce: number): OrderModel {
  const found = findOrder(model, version, buyer, nonce);
  if (found) return found;
  throw new InputError(
    `${buyer} has no order ${nonce} of version ${numberOf(version)} of data set ${dataSetOf(version)}.`,
  );
}

function findOrder({ orders }: DataSetModel, version: bigint, buyer: string, nonce: number): OrderModel | undefined {
  return orders.find(
    ({ order }) =>
      order.version === version && order.nonce === nonce && order.buyer.toLowerCase() === buyer.toLowerCase(),
  );
}

function apply(market: Map<number, DataSetModel>, context: Context, log: Log, at: Moment): void {
  const event = context.market.interface.parseLog(log);
  if (!event) return;
  const args = event.args.toObject() as Args;
  if (event.name === "DataSetListed") {
    const { dataSet, agency, category, metadata } = args as unknown as DataSetListedEvent.OutputObject;
    const listed = { dataSet: Number(dataSet), agency: Number(agency), metadata, listed: at };
    market.set(listed.dataSet, { ...listed, category: categoryOf(category), ...nothing() });
    return;
  }
  const number = "dataSet" in args ? Number(args["dataSet"]) : dataSetOf(args["version"] as bigint);
  const model = market.get(number);
  if (model) HANDLERS[event.name]?.(model, event.args as never, at);
}

const nothing = () => ({ versions: [], offers: [], orders: [], licences: [], subscriptions: [] });
const categoryOf = (code: string): string => Buffer.from(code.slice(2), "hex").toString("latin1");

type Handler = (model: DataSetModel, args: never, at: Moment) => void;
interface OfOrder {
  version: bigint;
  buyer: string;
  nonce: bigint;
}

/** What each event changes. */
const HANDLERS: Record<string, Handler> = {
  DataSetDescribed(model, { category, metadata }: { category: string; metadata: string }) {
    Object.assign(model, { category: categoryOf(category), metadata });
  },
  VersionListed({ versions }, { version, terms }: VersionListedEvent.OutputObject, listed) {
    const model = versionTerms(terms);
    const sealed = model.words > 0;
    versions.push({ number: numberOf(version), version, terms: model, sealed, listed, state: "open" });
  },
  VersionWithdrawn({ versions }, { version, reason }: { version: bigint; reason: bigint }, ended) {
    const state = Number(reason) === PERSONAL_DATA ? "personal-data" : "withdrawn";
    Object.assign(found(versions, version), { state, ended, reason: Number(reason) });
  },
  VersionDisproved({ versions }, { version }: { version: bigint }, ended) {
    Object.assign(found(versions, version), { state: "disproved", ended });
  },
  OfferMade({ offers }, { offer, terms }: OfferMadeEvent.OutputObject, made) {
    offers.push({ number: Number(offer), terms: offerTerms(terms), made, state: "open" });
  },
  OfferWithdrawn(model, { offer }: { offer: bigint }) {
    offerAt(model, Number(offer)).state = "withdrawn";
  },
  OrderPlaced(model, args: OrderPlacedEvent.OutputObject, placed) {
    model.orders.push(orderModel(model, args, placed));
  },
  OrderDelivered(model, { version, buyer, nonce, masked }: OrderDeliveredEvent.OutputObject, { time }) {
    const order = orderAt(model, version, buyer, Number(nonce));
    Object.assign(order, { delivery: { time, masked }, standing: "delivered" });
  },
  OrderRefunded(model, { version, buyer, nonce }: OfOrder, closed) {
    Object.assign(orderAt(model, version, buyer, Number(nonce)), { standing: "refunded", closed });
  },
  LicenceGranted(model, { version, buyer, nonce, tier, until }: LicenceGrantedEvent.OutputObject, closed) {
    const order = findOrder(model, version, buyer, Number(nonce));
    if (order) Object.assign(order, { standing: "licensed", closed });
    const licence = { version, buyer, nonce: Number(nonce), tier: Number(tier), until: Number(until) };
    const whole = { ...licence, from: order?.delivery.time ?? closed.time };
    model.licences.push(whole);
    capLicence(model, whole);
  },
  Subscribed({ dataSet, subscriptions }, args: SubscribedEvent.OutputObject, { time }) {
    const { buyer, nonce, offer, periods } = args;
    const terms = { dataSet, offer: Number(offer), nonce: Number(nonce), buyer, start: time, periods: Number(periods) };
    subscriptions.push({ ...terms, released: 0, running: true });
  },
  PeriodsReleased(model, { buyer, nonce, released }: PeriodsReleasedEvent.OutputObject) {
    const one = subscriptionAt(model, buyer, Number(nonce));
    Object.assign(one, { released: Number(released), running: Number(released) < one.periods });
  },
  SubscriptionEnded(model, { buyer, nonce, released }: PeriodsReleasedEvent.OutputObject) {
    const one = subscriptionAt(model, buyer, Number(nonce));
    Object.assign(one, { released: Number(released), running: false });
    model.licences.forEach((licence) => capLicence(model, licence));
  },
};

/** A licence under a subscription that is over lasts as long as was paid. */
function capLicence(model: DataSetModel, licence: LicenceModel): void {
  const number = findOrder(model, licence.version, licence.buyer, licence.nonce)?.order.subscription ?? 0;
  const one = model.subscriptions.find(({ buyer, nonce }) => buyer === licence.buyer && nonce === number - 1);
  if (!one || one.running) return;
  const { period } = offerAt(model, one.offer).terms;
  licence.until = Math.min(licence.until, one.start + one.released * period - 1);
}

/** A subscription of a buyer's. @throws InputError if there is none */
export function subscriptionAt({ dataSet, subscriptions }: DataSetModel, buyer: string, nonce: number) {
  const same = (one: SubscriptionModel) => one.nonce === nonce && one.buyer.toLowerCase() === buyer.toLowerCase();
  const one = subscriptions.find(same);
  if (!one) throw new InputError(`${buyer} has no subscription ${nonce} to data set ${dataSet}.`);
  return one;
}

function found(versions: VersionModel[], version: bigint): VersionModel {
  const one = versions.find((known) => known.version === version);
  if (!one) throw new InputError(`The log tells of version ${numberOf(version)}, which was never listed.`);
  return one;
}

function orderModel(model: DataSetModel, args: OrderPlacedEvent.OutputObject, placed: Moment): OrderModel {
  const { version, buyer, nonce, offer, deliverBy, until, subscription, ephemeral, maskHash } = args;
  const { terms } = offerAt(model, Number(offer));
  return {
    order: {
      version,
      nonce: Number(nonce),
      buyer,
      token: terms.token,
      price: subscription > 0n ? 0n : terms.price,
      payee: terms.payee,
      deliverBy: Number(deliverBy),
      window: terms.window,
      until: Number(until),
      tier: terms.tier,
      offer: Number(offer),
      subscription: Number(subscription),
    },
    pins: { seal: sealHash(found(model.versions, version).terms), maskHash },
    ephemeral,
    delivery: NOT_DELIVERED,
    standing: "ordered",
    placed,
  };
}

function versionTerms(terms: VersionListedEvent.OutputObject["terms"]): VersionTerms {
  const { root, content, keyCommit, sellerKey, manifest, size, count, words } = terms;
  return { root, content, keyCommit, sellerKey, manifest, size, count: Number(count), words: Number(words) };
}

function offerTerms(terms: OfferMadeEvent.OutputObject["terms"]): OfferTerms {
  return {
    kind: OFFER_KINDS[Number(terms.kind)] ?? "licence",
    version: Number(terms.version),
    tier: Number(terms.tier),
    token: terms.token,
    price: terms.price,
    payee: terms.payee,
    period: Number(terms.period),
    window: Number(terms.window),
    delivery: Number(terms.delivery),
    until: Number(terms.until),
    required: terms.required,
    terms: terms.terms,
  };
}
