import { readAgency } from "../agencies/read.ts";
import { unpackRequired } from "../documents/required.ts";
import type { Context } from "../shared/context.ts";
import type { Listing } from "./catalogue/catalogue.ts";
import { told } from "./catalogue/dataset.ts";
import type { OfferFacts, VersionFacts } from "./catalogue/facts.ts";
import type { Policy } from "./licences/policy.ts";
import type { DataSetModel, OfferModel, VersionModel } from "./model.ts";
import { manifestFrom } from "./seal/manifest.ts";
import { readDescription, readPolicies } from "./terms.ts";

/** Data sets with all that a catalogue tells of them. */
export async function listingsOf(context: Context, models: readonly DataSetModel[]): Promise<Listing[]> {
  const names = new Map<number, string>();
  const listings: Listing[] = [];
  for (const model of models) {
    const { agency } = model;
    const name = names.get(agency) ?? (await readAgency(context, agency)).name ?? `Agency ${agency}`;
    names.set(agency, name);
    listings.push(await listingOf(context, model, name));
  }
  return listings;
}

async function listingOf(context: Context, model: DataSetModel, name: string): Promise<Listing> {
  const metadata = await readDescription(context, model);
  const policies = await readPolicies(context, model, metadata);
  const open = model.offers.filter(({ state }) => state === "open");
  const versions: VersionFacts[] = [];
  for (const version of model.versions) versions.push(await versionFacts(context, version));
  return {
    facts: {
      market: context.addresses.DataMarket,
      chainId: context.chainId,
      dataset: model.dataSet,
      agency: { number: model.agency, name },
      category: model.category,
      metadata: model.metadata,
      versions,
      offers: open.map(offerFacts),
    },
    metadata,
    tiers: tiersOf(open, policies),
  };
}

async function versionFacts(context: Context, { number, terms, listed, state }: VersionModel): Promise<VersionFacts> {
  const { manifest, root, content, count } = terms;
  const said = await manifestFrom(context.files, manifest).catch(() => null);
  const facts = {
    version: number,
    manifest,
    root,
    content,
    count,
    length: Number(terms.size),
    listed: listed.time,
    state,
  };
  return told({ ...facts, mediaType: said?.mediaType });
}

function offerFacts({ number, terms }: OfferModel): OfferFacts {
  const { kind, tier, token, price, period, required } = terms;
  const buyers = unpackRequired(required);
  return {
    offer: number,
    kind: kind === "subscription" ? "subscription" : price === 0n ? "free" : "fixed",
    tier,
    token,
    price,
    period,
    buyers: buyers.length === 0 ? "all" : buyers,
  };
}

/** The policies of tiers 0, 1, and so on, as far as all of them are known. */
function tiersOf(offers: readonly OfferModel[], policies: Map<string, Policy>): Policy[] {
  const tiers: Policy[] = [];
  for (;;) {
    const offer = offers.find(({ terms }) => terms.tier === tiers.length && policies.has(terms.terms));
    const policy = policies.get(offer?.terms.terms ?? "");
    if (!policy) return tiers;
    tiers.push(policy);
  }
}
