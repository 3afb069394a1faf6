import { hexlify, ZeroAddress, ZeroHash } from "ethers";
import { packRequired, type RequiredDocument } from "../documents/required.ts";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putJson } from "../shared/files.ts";
import { offerStruct } from "./hashes.ts";
import { type OfferKind, type OfferTerms, numberOf, type VersionTerms } from "./model.ts";
import type { PlainManifest, SealedManifest } from "./seal/manifest.ts";

/** Seconds: what an offer has where nothing else is said. */
const DAY = 86_400;
export const DEFAULT_WINDOW = 3 * DAY;
export const DEFAULT_DELIVERY = 2 * DAY;

/** What a body asks for a licence, in people's terms. */
export interface OfferParameters {
  kind: OfferKind;
  /** Hash of the licence (licences/policy.ts). */
  terms: string;
  tier?: number;
  /** Number of the only version it is for. */
  version?: number;
  /** Absent = free. Base units. */
  price?: { token: string; amount: bigint; payee: string };
  /** Seconds the licence lasts, or one period of a subscription; absent = without end. */
  period?: number;
  /** Seconds after the delivery for disputes. */
  window?: number;
  /** Seconds after the order for the delivery. */
  delivery?: number;
  /** Last second in which it can be taken. */
  until?: number;
  /** What the buyer must hold; absent = open to all. */
  required?: RequiredDocument[];
}

/** The offer as the contract keeps it. @throws InputError where its parts do not fit together */
export function offerOf(parameters: OfferParameters): OfferTerms {
  const { kind, terms, tier = 0, version = 0, price, period = 0, until = 0, required = [] } = parameters;
  const { window = DEFAULT_WINDOW, delivery = DEFAULT_DELIVERY } = parameters;
  const timed = kind === "licence" ? { window: 0, delivery: 0 } : { window, delivery };
  if (kind === "licence" && price)
    throw new InputError("A licence alone is free: what is paid for is delivered sealed.");
  if (kind === "subscription" && period < DAY) throw new InputError("A period of a subscription is a day at least.");
  if (kind === "sale" && period !== 0 && period <= timed.window) {
    throw new InputError("The licence would be over before its sale is settled.");
  }
  const { token, amount, payee } = price ?? { token: ZeroAddress, amount: 0n, payee: ZeroAddress };
  const money = { token, price: amount, payee };
  return { kind, version, tier, ...money, period, ...timed, until, required: packRequired(required), terms };
}

/** A version as it is listed, of a manifest and its digest. */
export function versionOf(manifest: SealedManifest | PlainManifest, digest: string, sellerKey: string): VersionTerms {
  const size = BigInt(manifest.length);
  if (manifest.format === "common-seal/plain-data/1") {
    const none = { root: ZeroHash, keyCommit: ZeroHash, sellerKey: ZeroHash, count: 0, words: 0 };
    return { ...none, content: manifest.sha256, manifest: digest, size };
  }
  const { root, content, keyCommit, count, words } = manifest;
  return { root, content, keyCommit, sellerKey, manifest: digest, size, count, words };
}

export interface ListParameters {
  agency: number;
  /** Code of the EU's data themes. */
  category: string;
  /** The description (DCAT-AP 3 as JSON-LD); it goes into the store. */
  metadata: object;
  version: VersionTerms;
  offers: OfferTerms[];
}

/** Lists a data set with its first version and offers. A key of the body with `market.list`. */
export async function listDataSet(context: Context, parameters: ListParameters): Promise<Act<{ dataSet: number }>> {
  const { agency, category, metadata, version, offers } = parameters;
  const args = [agency, categoryCode(category), await putJson(context.files, metadata)] as const;
  return prepare(context.market.list, [...args, version, offers.map(offerStruct)], (receipt) => ({
    dataSet: Number(eventOf<{ dataSet: bigint }>(receipt, context.market, "DataSetListed").dataSet),
  }));
}

/** Replaces a data set's description. A key of the body with `market.list`, as for the acts below. */
export async function describeDataSet(
  context: Context,
  { dataSet, category, metadata }: { dataSet: number; category: string; metadata: object },
): Promise<Act<object>> {
  const digest = await putJson(context.files, metadata);
  return prepare(context.market.describe, [dataSet, categoryCode(category), digest], () => ({}));
}

/** Lists a version more. */
export function listVersion(context: Context, dataSet: number, version: VersionTerms): Act<{ number: number }> {
  return prepare(context.market.listVersion, [dataSet, version], (receipt) => ({
    number: numberOf(eventOf<{ version: bigint }>(receipt, context.market, "VersionListed").version),
  }));
}

/** Makes an offer more. */
export function makeOffer(context: Context, dataSet: number, offer: OfferTerms): Act<{ offer: number }> {
  return prepare(context.market.makeOffer, [dataSet, offerStruct(offer)], (receipt) => ({
    offer: Number(eventOf<{ offer: bigint }>(receipt, context.market, "OfferMade").offer),
  }));
}

/** Ends the sale of versions. */
export function withdrawVersions(context: Context, dataSet: number, numbers: number[], reason: number): Act<object> {
  return prepare(context.market.withdrawVersions, [dataSet, numbers, reason], () => ({}));
}

/** Withdraws offers. */
export function withdrawOffers(context: Context, dataSet: number, numbers: number[], reason: number): Act<object> {
  return prepare(context.market.withdrawOffers, [dataSet, numbers, reason], () => ({}));
}

function categoryCode(category: string): string {
  if (/^[A-Z]{4}$/.test(category)) return hexlify(Buffer.from(category, "latin1"));
  throw new InputError(`A category is a code of four capital letters, such as TRAN, not ${category}.`);
}
