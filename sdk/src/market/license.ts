import type { DocumentFile } from "../documents/documentFile.ts";
import { type Done, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { lasts, nextNonce, requireFit } from "./fit.ts";
import { offerStruct } from "./hashes.ts";
import type { DataSetModel, LicenceModel, VersionModel } from "./model.ts";
import { proofsOf } from "./pay.ts";
import { chainTime, offerAt, readDataSet, versionAt } from "./read.ts";

export interface LicenseParameters {
  dataSet: number;
  offer: number;
  /** Absent = the latest that is open. */
  version?: number;
  documents?: DocumentFile[];
}

/** Takes a free licence of data that anyone can fetch; one of the same tier that lasts is kept. */
export async function takeLicence(
  context: Context,
  { dataSet, offer: number, version: wanted, documents = [] }: LicenseParameters,
): Promise<{ licence: LicenceModel; done?: Done<object> }> {
  const account = await actor(context);
  const model = await readDataSet(context, dataSet);
  const offer = offerAt(model, number);
  const version = versionAt(model, wanted ?? (offer.terms.version || undefined));
  const now = await chainTime(context);
  const held = licenceOf(model, version, account, (one) => one.tier === offer.terms.tier && lasts(one.until, now));
  if (held) return { licence: held };
  requireFit(offer, version, "licence", now);
  if (version.sealed) throw new InputError(`Version ${version.number} is sealed: it is bought by an offer of its key.`);
  const nonce = nextNonce(model, version, account);
  const proofs = await proofsOf(context, offer, documents, account);
  const args = [dataSet, number, version.number, nonce, offerStruct(offer.terms), proofs] as const;
  const done = await prepare(context.market.license, [...args], () => ({})).send();
  const licence = licenceOf(await readDataSet(context, dataSet), version, account, (one) => one.nonce === nonce);
  if (!licence) throw new InputError(`The node does not tell of the licence that ${done.tx} granted yet.`);
  return { licence, done };
}

function licenceOf(
  { licences }: DataSetModel,
  { version }: VersionModel,
  account: string,
  fits: (one: LicenceModel) => boolean,
): LicenceModel | undefined {
  return licences.find((one) => one.version === version && one.buyer === account && fits(one));
}
