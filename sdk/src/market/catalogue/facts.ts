import { getAddress } from "ethers";
import { cidOf } from "../../shared/cid.ts";

/** What the chain says of a version. Numbers count from 1. */
export interface VersionFacts {
  version: number;
  /** SHA-256 digest of the manifest. */
  manifest: string;
  /** Root of the sealed chunks; zero where the data are not sealed. */
  root: string;
  /** Root of the plain chunks; of data not sealed, SHA-256 of the whole. */
  content: string;
  /** Bytes. */
  length: number;
  /** Chunks. */
  count: number;
  /** Seconds, UTC. */
  listed: number;
  state: "open" | "withdrawn" | "personal-data" | "disproved";
  /** As its manifest says. */
  mediaType?: string;
}

/** What the chain says of an offer. */
export interface OfferFacts {
  offer: number;
  kind: "free" | "fixed" | "subscription";
  /** Position among the tiers. */
  tier: number;
  token: string;
  /** Base units of the token; of a subscription, for each period. */
  price: bigint;
  /** Seconds that a licence or a subscription's period lasts; 0 = for good. */
  period: number;
  /** Documents that a buyer has to hold: of a schema, by one issuer or by any. */
  buyers: "all" | readonly { schema: number; issuer?: number }[];
}

/** What the chain says of a data set. */
export interface ListingFacts {
  market: string;
  chainId: bigint;
  dataset: number;
  agency: { number: number; name: string };
  /** Code of the EU's data themes. */
  category: string;
  /** SHA-256 digest of the metadata document. */
  metadata: string;
  versions: readonly VersionFacts[];
  offers: readonly OfferFacts[];
}

const ZERO = /^0x0{64}$/;

export const isSealed = ({ root }: VersionFacts): boolean => !ZERO.test(root);

/** The IRI of a contract or token: its DID by the CAIP-10 name of the account. */
export function accountIri(chainId: bigint, address: string): string {
  return `did:pkh:eip155:${chainId}:${getAddress(address)}`;
}

type Place = Pick<ListingFacts, "market" | "chainId" | "dataset">;

export const datasetIri = ({ chainId, market, dataset }: Place): string =>
  `${accountIri(chainId, market)}/dataset/${dataset}`;
export const versionIri = (place: Place, version: number): string => `${datasetIri(place)}/version/${version}`;
export const offerIri = (place: Place, offer: number): string => `${datasetIri(place)}/offer/${offer}`;
export const agencyIri = ({ chainId, market }: Omit<Place, "dataset">, agency: number): string =>
  `${accountIri(chainId, market)}/agency/${agency}`;
export const ipfsIri = (digest: string): string => `ipfs://${cidOf(digest)}`;

/** Seconds, UTC, as a date and time. */
export function timeOf(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** The newest version that can be had. */
export function current({ versions }: ListingFacts): VersionFacts | undefined {
  return versions.filter(({ state }) => state === "open").sort((a, b) => b.version - a.version)[0];
}
