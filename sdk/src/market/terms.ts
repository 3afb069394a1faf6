import { CID } from "multiformats/cid";
import { toHex } from "../documents/hash.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { getJson } from "../shared/files.ts";
import type { Dataset } from "./catalogue/dataset.ts";
import { agencyIri, ipfsIri } from "./catalogue/facts.ts";
import { datasetFrom } from "./catalogue/read.ts";
import { licence } from "./licences/licence.ts";
import { type Policy, readPolicy, termsHash } from "./licences/policy.ts";
import { type LicenceTerms, type TemplateName, templateNames } from "./licences/templates.ts";
import type { DataSetModel, OfferModel } from "./model.ts";

/** A licence as a seller gives it: by its name, in terms of its own, or as a whole policy. */
export type GivenLicence = TemplateName | LicenceTerms | Policy;

/** Whose data are licensed, by the manifest of the first version, as which tier. */
export interface LicensedData {
  agency: number;
  /** Digest of the manifest. */
  manifest: string;
  tier: number;
}

/** A licence as the policy that offers pin; one that is a policy stays as it is. */
export function policyFor(context: Context, given: GivenLicence, { agency, manifest, tier }: LicensedData): Policy {
  if (typeof given === "object" && "@context" in given) return given;
  const target = ipfsIri(manifest);
  const place = { chainId: context.chainId, market: context.addresses.DataMarket };
  return licence(given, { uid: `${target}/tier/${tier}`, assigner: agencyIri(place, agency), target });
}

/** The policy of a licence for one more offer of a data set: of the tier that has it, else of the next one. */
export function policyOfTier(
  context: Context,
  { agency, versions, offers }: DataSetModel,
  given: GivenLicence,
): { policy: Policy; tier: number } {
  const manifest = versions[0]?.terms.manifest ?? "";
  const known = [...new Set(offers.map(({ terms }) => terms.tier))].sort((a, b) => a - b);
  for (const tier of known) {
    const policy = policyFor(context, given, { agency, manifest, tier });
    if (offers.some(({ terms }) => terms.tier === tier && terms.terms === termsHash(policy))) return { policy, tier };
  }
  const tier = (known.at(-1) ?? -1) + 1;
  return { policy: policyFor(context, given, { agency, manifest, tier }), tier };
}

/** A description that also names policies, by where the store has them. */
export function withPolicies(dataset: Dataset, digests: readonly string[]): Dataset {
  return { ...dataset, policies: [...new Set([...dataset.policies, ...digests.map(ipfsIri)])] };
}

/** A data set's description, or null where the store does not have it, or it is none. */
export async function readDescription(context: Context, { metadata }: DataSetModel): Promise<Dataset | null> {
  try {
    return datasetFrom(await getJson(context.files, metadata));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/**
 * The policies of a data set's offers, by their hash: those known by name are made again, others stand in the store
 * under the addresses that the description gives.
 */
export async function readPolicies(
  context: Context,
  model: DataSetModel,
  description: Dataset | null,
): Promise<Map<string, Policy>> {
  const wanted = new Set(model.offers.map(({ terms }) => terms.terms));
  const found = new Map<string, Policy>();
  const keep = (policy: Policy) => {
    const hash = termsHash(policy);
    if (wanted.has(hash)) found.set(hash, policy);
  };
  for (const offer of model.offers) byName(context, model, offer).forEach(keep);
  for (const address of found.size < wanted.size ? (description?.policies ?? []) : []) {
    const policy = await policyAt(context, address);
    if (policy) keep(policy);
  }
  return found;
}

function byName(context: Context, { agency, versions }: DataSetModel, { terms }: OfferModel): Policy[] {
  const manifest = versions[0]?.terms.manifest ?? "";
  return templateNames.map((name) => policyFor(context, name, { agency, manifest, tier: terms.tier }));
}

async function policyAt(context: Context, address: string): Promise<Policy | null> {
  try {
    const { digest } = CID.parse(/^ipfs:\/\/(\w+)$/.exec(address)?.[1] ?? "").multihash;
    return readPolicy(await getJson(context.files, toHex(digest)));
  } catch {
    return null; // the description is its seller's word: it may name anything
  }
}
