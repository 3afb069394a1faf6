import type { Moment } from "../shared/logs.ts";

/** Where a version or an offer stands: IDataMarket.ListingState. */
export type ListingState = "open" | "withdrawn" | "personal-data" | "disproved";
/** What an offer gives: IDataMarket.OfferKind, in order. */
export const OFFER_KINDS = ["licence", "sale", "subscription"] as const;
export type OfferKind = (typeof OFFER_KINDS)[number];
export type OrderStanding = "ordered" | "delivered" | "licensed" | "refunded";

/** A version as it is listed: IDataMarket.Version. */
export interface VersionTerms {
  /** Zero where the data are not sealed. */
  root: string;
  content: string;
  keyCommit: string;
  sellerKey: string;
  manifest: string;
  /** Bytes. */
  size: bigint;
  count: number;
  words: number;
}

export interface VersionModel {
  /** Number among the versions of the data set, from 1 on. */
  number: number;
  /** The contract's number: 2^32 * data set + number. */
  version: bigint;
  terms: VersionTerms;
  sealed: boolean;
  listed: Moment;
  state: ListingState;
  /** When it was withdrawn or disproved. */
  ended?: Moment;
  /** Code of the reason it was withdrawn for. */
  reason?: number;
}

/** Conditions as the contract keeps them: IDataMarket.Offer. Seconds, and base units of the token. */
export interface OfferTerms {
  kind: OfferKind;
  /** Number of the only version it is for; 0 = any. */
  version: number;
  tier: number;
  token: string;
  price: bigint;
  payee: string;
  period: number;
  window: number;
  delivery: number;
  until: number;
  /** Documents the buyer must hold, in one word (documents/required.ts). */
  required: bigint;
  /** Hash of the licence. */
  terms: string;
}

export interface OfferModel {
  number: number;
  terms: OfferTerms;
  made: Moment;
  state: "open" | "withdrawn";
}

/** What an order pins, as the contract takes it: IDataMarket.Order. */
export interface OrderTerms {
  version: bigint;
  nonce: number;
  buyer: string;
  token: string;
  price: bigint;
  payee: string;
  deliverBy: number;
  window: number;
  until: number;
  tier: number;
  offer: number;
  subscription: number;
}

export interface OrderModel {
  order: OrderTerms;
  /** Hash of the version, and of the mask. */
  pins: { seal: string; maskHash: string };
  /** x of the buyer's public key for this order. */
  ephemeral: string;
  delivery: { time: number; masked: string };
  standing: OrderStanding;
  placed: Moment;
  /** When it was licensed or refunded. */
  closed?: Moment;
}

/** A licence: by an order that was settled, or one that was free. */
export interface LicenceModel {
  version: bigint;
  buyer: string;
  nonce: number;
  tier: number;
  /** First second. */
  from: number;
  /** Last second; 0 = without end. */
  until: number;
}

/** IDataMarket.Subscription, and where it stands. */
export interface SubscriptionModel {
  dataSet: number;
  offer: number;
  nonce: number;
  buyer: string;
  start: number;
  periods: number;
  /** Periods that were made due to the seller. */
  released: number;
  running: boolean;
}

export interface DataSetModel {
  dataSet: number;
  agency: number;
  /** Code of the EU's data themes, such as TRAN. */
  category: string;
  /** SHA-256 digest of the description. */
  metadata: string;
  listed: Moment;
  versions: VersionModel[];
  offers: OfferModel[];
  orders: OrderModel[];
  licences: LicenceModel[];
  subscriptions: SubscriptionModel[];
}

/** Nothing delivered, as the contract takes it. */
export const NOT_DELIVERED = { time: 0, masked: `0x${"0".repeat(64)}` };
/** The reason of a withdrawal that stops orders at once: PERSONAL_DATA. */
export const PERSONAL_DATA = 1;

const NUMBERS = 32n;
export const versionId = (dataSet: number, number: number): bigint => (BigInt(dataSet) << NUMBERS) | BigInt(number);
export const dataSetOf = (version: bigint): number => Number(version >> NUMBERS);
export const numberOf = (version: bigint): number => Number(version & 0xffffffffn);
