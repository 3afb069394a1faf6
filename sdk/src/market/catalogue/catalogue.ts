import { InputError } from "../../shared/errors.ts";
import type { Policy } from "../licences/policy.ts";
import { type Agent, type Dataset, dataset, type Distribution, told, type Texts, UNTOLD } from "./dataset.ts";
import { accountIri, agencyIri, current, datasetIri, ipfsIri, isSealed, type ListingFacts, timeOf } from "./facts.ts";
import { type VersionFacts, versionIri } from "./facts.ts";
import { readJsonLd, type Thing } from "./jsonld.ts";
import { offerNode, policyNode } from "./offers.ts";
import { agentOf, datasetOf, plainAt, textsAt, thingsAt } from "./read.ts";
import { checkShape } from "./shape.ts";
import { AUTHORITY, CONTEXT, NS, type AccessRights } from "./vocabulary.ts";
import {
  agentNode,
  datasetNode,
  dateOf,
  distributionNode,
  type JsonLd,
  link,
  saying,
  textsOf,
  typed,
} from "./write.ts";

/** A data set with all that is known of it. */
export interface Listing {
  facts: ListingFacts;
  /** Its metadata document; null where it is not to be had, or is none. */
  metadata: Dataset | null;
  /** The licences of the newest version, by tier. */
  tiers?: readonly Policy[];
}

/** What a catalogue says of itself. */
export interface CatalogueTerms {
  iri?: string;
  title: Texts;
  description: Texts;
  publisher: Agent;
  /** Seconds, UTC. */
  modified?: number;
}

/** The catalogue of a market in DCAT-AP 3. What the chain says goes before what the metadata say. */
export function catalogueOf(listings: readonly Listing[], terms: CatalogueTerms): JsonLd {
  const document = {
    "@context": CONTEXT,
    ...saying({
      "@id": terms.iri,
      "@type": "dcat:Catalog",
      "dct:title": textsOf(terms.title),
      "dct:description": textsOf(terms.description),
      "dct:publisher": agentNode(terms.publisher),
      "dct:modified": terms.modified === undefined ? undefined : dateOf(timeOf(terms.modified)),
      "dcat:themeTaxonomy": link(`${AUTHORITY}data-theme`),
      "dcat:dataset": listings.map(listingNode),
    }),
  };
  for (const thing of catalogueThings(document)) checkShape("catalogue", thing);
  return document;
}

/** What a catalogue says, with its data sets. @throws InputError in one line, also where DCAT-AP's properties lack */
export function catalogueFrom(document: unknown): CatalogueTerms & { datasets: Dataset[] } {
  const found = catalogueThings(document);
  const [thing] = found;
  if (!thing || found.length > 1) {
    throw new InputError(`The JSON-LD describes ${found.length === 0 ? "no catalogue" : "several catalogues"}.`);
  }
  checkShape("catalogue", thing);
  const [publisher] = thingsAt(thing, `${NS.dct}publisher`);
  const modified = plainAt(thing, `${NS.dct}modified`)[0];
  return told({
    iri: thing.id,
    title: textsAt(thing, `${NS.dct}title`),
    description: textsAt(thing, `${NS.dct}description`),
    publisher: publisher ? agentOf(publisher) : { name: {} },
    modified: modified === undefined ? undefined : Date.parse(modified) / 1000,
    datasets: thingsAt(thing, `${NS.dcat}dataset`).map(datasetOf),
  });
}

function catalogueThings(document: unknown): Thing[] {
  return readJsonLd(document).all.filter(({ types }) => types.includes(`${NS.dcat}Catalog`));
}

/**
 * The data set of a listing as the catalogue tells it. Metadata are their seller's word: what they describe gets no name
 * under which a catalogue describes something of another's.
 */
export function listedDataset({ facts, metadata, tiers = [] }: Listing): Dataset {
  const own = metadata ?? unavailable(facts);
  const market = accountIri(facts.chainId, facts.market);
  const newest = current(facts);
  const times = facts.versions.map(({ listed }) => listed);
  const iri = datasetIri(facts);
  return told({
    ...own,
    iri,
    identifier: [...new Set([...own.identifier, iri])],
    publisher: { iri: agencyIri(facts, facts.agency.number), name: { [UNTOLD]: facts.agency.name } },
    themes: [...new Set([facts.category, ...own.themes])],
    accessRights: own.accessRights ?? accessOf(facts),
    issued: own.issued ?? (times.length > 0 ? timeOf(Math.min(...times)) : undefined),
    modified: newest ? timeOf(newest.listed) : own.modified,
    version: newest ? String(newest.version) : own.version,
    spatial: own.spatial.map(({ iri, ...place }) =>
      iri === undefined || within(market, iri) ? place : { iri, ...place },
    ),
    distributions: [
      ...(newest ? [distributionOf(facts, newest, tiers)] : []),
      ...own.distributions.map(({ iri: _, ...one }) => one),
    ],
  });
}

function listingNode(listing: Listing): JsonLd {
  const { facts, metadata, tiers = [] } = listing;
  const joined = listedDataset(listing);
  const newest = current(facts);
  const node = datasetNode(joined);
  const hasPolicy = [
    ...joined.policies.map(link),
    ...tiers.map(policyNode),
    ...facts.offers.map((offer) => offerNode(facts, offer, tiers)),
  ];
  return saying({
    ...node,
    "dct:creator": metadata?.publisher && agentNode({ ...metadata.publisher, iri: undefined }),
    "odrl:hasPolicy": hasPolicy,
    "market:metadata": link(ipfsIri(facts.metadata)),
    "dcat:hasVersion": facts.versions
      .filter((version) => version !== newest)
      .map((version) => olderNode(facts, joined, version)),
    "dcat:distribution": joined.distributions.map((one, i) =>
      newest && i === 0 ? { ...distributionNode(one), ...chainSays(newest) } : distributionNode(one),
    ),
  });
}

/** An older version, or one that cannot be had: then its state is told, and no way to it. */
function olderNode(facts: ListingFacts, { title, description }: Dataset, version: VersionFacts): JsonLd {
  const open = version.state === "open";
  const older = dataset({
    iri: versionIri(facts, version.version),
    title,
    description,
    version: String(version.version),
    issued: timeOf(version.listed),
    distributions: open ? [{ ...distributionOf(facts, version, []), iri: undefined }] : [],
  });
  return {
    ...datasetNode(told({ ...older, distributions: older.distributions.map(told) })),
    "dcat:isVersionOf": link(datasetIri(facts)),
    ...chainSays(version),
  };
}

function chainSays(version: VersionFacts): JsonLd {
  return saying({
    "market:state": version.state,
    "market:root": isSealed(version) ? typed(bare(version.root), "hexBinary") : undefined,
    "market:content": isSealed(version) ? typed(bare(version.content), "hexBinary") : undefined,
    "market:chunks": typed(String(version.count), "nonNegativeInteger"),
  });
}

function distributionOf(facts: ListingFacts, version: VersionFacts, tiers: readonly Policy[]): Distribution {
  const pages = new Set(tiers.map((policy) => policy["dct:source"]?.["@id"]));
  const [page] = pages.size === 1 ? pages : [];
  return told({
    iri: versionIri(facts, version.version),
    title: {},
    description: {},
    accessURL: [ipfsIri(version.manifest)],
    downloadURL: [],
    mediaType: version.mediaType,
    byteSize: version.length,
    sha256: isSealed(version) ? undefined : bare(version.content),
    licence: page,
    policies: tiers.map(({ uid }) => uid),
    issued: timeOf(version.listed),
  });
}

/** Public is what anyone can have for nothing. */
function accessOf({ offers, versions }: ListingFacts): AccessRights {
  const free = offers.some(({ kind, buyers }) => kind === "free" && buyers === "all");
  const plain = versions.some((version) => version.state === "open" && !isSealed(version));
  return free || plain ? "PUBLIC" : "RESTRICTED";
}

function unavailable(facts: ListingFacts): Dataset {
  return dataset({
    title: { en: `Data set ${facts.dataset} of ${facts.agency.name}` },
    description: { en: `Its metadata document ${ipfsIri(facts.metadata)} could not be read.` },
  });
}

const within = (market: string, iri: string): boolean => iri.toLowerCase().startsWith(market.toLowerCase());
const bare = (hex: string): string => hex.slice(2).toLowerCase();
