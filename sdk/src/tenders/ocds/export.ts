import { stringify } from "lossless-json";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import type { TenderModel } from "../model.ts";
import { readTender } from "../read.ts";
import { isoTime } from "./format.ts";
import type { JsonObject } from "./json.ts";
import { mergeReleases } from "./merge.ts";
import { allAwards, endOf } from "./release/awarded.ts";
import { gather } from "./release/gather.ts";
import { bodyRef } from "./release/parties.ts";
import type { Sources } from "./release/sources.ts";
import { releaseState } from "./release/state.ts";
import { silentChanges } from "./statuses.ts";
import { oneLine } from "./text.ts";

const VERSION = "1.1";
const OFFICIAL = "https://raw.githubusercontent.com/open-contracting-extensions";
const OFFICIAL_EXTENSIONS = [
  "ocds_lots_extension/v1.1.5",
  "ocds_bid_extension/v1.1.5",
  "ocds_enquiry_extension/v1.1.5",
  "ocds_techniques_extension/master",
];
/** The folders of docs/ocds. */
const OWN_EXTENSIONS = [...["complaints", "consortia", "evaluation", "judgings", "lot-groups", "standstill", "tax"]];
/** A name that is nobody's; a publisher names where it serves docs/ocds. */
export const EXAMPLE_EXTENSIONS = "https://common-seal.example/ocds";
/** The standard's own prefix for examples; a publisher registers its own. */
export const EXAMPLE_PREFIX = "ocds-213czf";

export interface ExportParameters {
  tender: bigint;
  /** The publisher's registered ocid prefix. */
  prefix?: string;
  /** Where the folders of docs/ocds, which describe the project's own extensions, are served. */
  extensions?: string;
  /** A record package (all releases and the compiled one) instead of a release package. */
  record?: boolean;
  /** The last block that counts; absent = the latest. */
  toBlock?: number;
}

/**
 * An OCDS 1.1.5 package of a tender, as JSON text, from logs and content-addressed files alone. The same block gives
 * the same bytes. One release tells the publication, a second all that came after.
 * @throws InputError if the tender is unknown or its notice is not in the store
 */
export async function exportOcds(context: Context, parameters: ExportParameters): Promise<string> {
  const { tender, prefix = EXAMPLE_PREFIX, extensions = EXAMPLE_EXTENSIONS, record = false } = parameters;
  const block = await context.provider.getBlock(parameters.toBlock ?? "latest");
  if (!block) throw new InputError(`The node does not give block ${parameters.toBlock ?? "latest"}.`);
  const model = await readTender(context, tender, block.number);
  const published = await readTender(context, tender, model.published.block);
  const first = await gather(context, published, { prefix, toBlock: published.published.block });
  const sources = await gather(context, model, { prefix, toBlock: block.number, first });

  const told = releaseState({ model: published, sources: first, now: published.published.time });
  const releases = [{ ...told, tag: ["tender"] }];
  const date = Math.max(model.latest.time, ...silentChanges(model, block.timestamp), ...sources.times);
  const id = `${sources.ocid}-${date}`;
  if (date > model.published.time) {
    const state = releaseState({ model, sources, now: block.timestamp });
    releases.push({ ...state, id, date: isoTime(date), tag: laterTags(model, sources) });
  }
  const compiled = {
    ...mergeReleases(sources.ocid, releases as unknown as JsonObject[]),
    ...{ id: `${id}-compiled`, date: isoTime(date) },
  };

  const envelope = {
    uri: `eip155:${context.chainId}:${context.addresses.TenderHouse}/tenders/${tender}`,
    version: VERSION,
    extensions: extensionsAt(extensions),
    publishedDate: isoTime(date),
    publisher: { name: bodyRef(sources.agency).name },
  };
  const content = record
    ? { ...envelope, records: [{ ocid: sources.ocid, releases, compiledRelease: compiled }] }
    : { ...envelope, releases };
  return `${stringify(content, null, 2) ?? ""}\n`;
}

function laterTags(model: TenderModel, sources: Sources): string[] {
  const awards = allAwards(model);
  const ends = awards.map((one) => endOf(sources, one)?.how);
  const tags = [
    ...(model.amendments.length + model.extended.length > 0 ? ["tenderAmendment"] : []),
    ...(model.cancelled ? ["tenderCancellation"] : []),
    ...(awards.length > 0 ? ["award"] : []),
    ...(awards.some(({ award }) => award.ended) || ends.includes("yielded") ? ["awardCancellation"] : []),
    ...(ends.includes("signed") ? ["contract"] : []),
  ];
  return tags.length > 0 ? tags : ["tenderUpdate"];
}

function extensionsAt(own: string): string[] {
  const base = own.replace(/\/+$/, "");
  if (!URL.canParse(base)) throw new InputError(`The place of the extensions is no address: ${oneLine(own)}`);
  const all = [
    ...OFFICIAL_EXTENSIONS.map((name) => `${OFFICIAL}/${name}`),
    ...OWN_EXTENSIONS.map((name) => `${base}/${name}`),
  ];
  return all.map((folder) => `${folder}/extension.json`);
}
