import { stringify } from "lossless-json";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import type { TenderModel } from "../model.ts";
import { readTender } from "../read.ts";
import { isoTime } from "./format.ts";
import { gather } from "./release/gather.ts";
import type { Sources } from "./release/sources.ts";
import { releaseState } from "./release/state.ts";
import { silentChanges } from "./statuses.ts";

const VERSION = "1.1";
const EXTENSIONS = ["lots", "bid"].map(
  (name) =>
    `https://raw.githubusercontent.com/open-contracting-extensions/ocds_${name}_extension/v1.1.5/extension.json`,
);
/** The standard's own prefix for examples; a publisher registers its own. */
export const EXAMPLE_PREFIX = "ocds-213czf";

export interface ExportParameters {
  tender: bigint;
  /** The publisher's registered ocid prefix. */
  prefix?: string;
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
  const { tender, prefix = EXAMPLE_PREFIX, record = false } = parameters;
  const block = await context.provider.getBlock(parameters.toBlock ?? "latest");
  if (!block) throw new InputError(`The node does not give block ${parameters.toBlock ?? "latest"}.`);
  const model = await readTender(context, tender, block.number);
  const published = await readTender(context, tender, model.published.block);
  const sources = await gather(context, model, prefix, block.number);

  const first = { ...releaseState({ model: published, sources, now: model.published.time }), tag: ["tender"] };
  const ends = [...silentChanges(model, block.timestamp), ...sources.contracts.map(({ time }) => time)];
  const date = Math.max(model.latest.time, ...ends);
  const state = releaseState({ model, sources, now: block.timestamp });
  const later = { ...state, id: `${sources.ocid}-${date}`, date: isoTime(date), tag: laterTags(model, sources) };
  const releases = date === model.published.time ? [first] : [first, later];
  const compiled = { ...state, id: `${sources.ocid}-${date}-compiled`, date: isoTime(date), tag: ["compiled"] };

  const envelope = {
    uri: `eip155:${context.chainId}:${context.addresses.TenderHouse}/tenders/${tender}`,
    version: VERSION,
    extensions: EXTENSIONS,
    publishedDate: isoTime(date),
    publisher: { name: sources.agency?.name ?? `Agency ${model.agency}` },
  };
  const content = record
    ? { ...envelope, records: [{ ocid: sources.ocid, releases, compiledRelease: compiled }] }
    : { ...envelope, releases };
  return `${stringify(content, null, 2) ?? ""}\n`;
}

function laterTags(model: TenderModel, { contracts }: Sources): string[] {
  const tags = [
    ...(model.cancelled ? ["tenderCancellation"] : []),
    ...(model.lots.some((lot) => lot.award) ? ["award"] : []),
    ...(contracts.some(({ document }) => document !== undefined) ? ["contract"] : []),
  ];
  return tags.length > 0 ? tags : ["tenderUpdate"];
}
