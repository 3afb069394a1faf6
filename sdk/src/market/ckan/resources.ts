import { type Distribution, datasetSchema, told } from "../catalogue/dataset.ts";
import { MEDIA_TYPES } from "../catalogue/vocabulary.ts";
import { iri } from "../licences/policy.ts";
import type { ReadPackage, ReadResource } from "./package.ts";
import { saidBeyond, textsIn, utcTime } from "./values.ts";

/** A file of a package, to be fetched. */
export interface ImportedResource {
  name: string;
  url: string;
  mediaType?: string;
  /** Bytes. */
  size?: number;
}

/** Media types of the formats that CKAN sites name. */
const FORMATS: Record<string, string> = {
  csv: "text/csv",
  geojson: "application/geo+json",
  html: "text/html",
  json: "application/json",
  kml: "application/vnd.google-earth.kml+xml",
  ods: "application/vnd.oasis.opendocument.spreadsheet",
  pdf: "application/pdf",
  rdf: "application/rdf+xml",
  tsv: "text/tab-separated-values",
  txt: "text/plain",
  xls: "application/vnd.ms-excel",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  xml: "application/xml",
  zip: "application/zip",
};

/** What CKAN keeps for itself of a resource, or says again. */
const BOOKKEEPING = new Set(
  `id package_id position state revision_id url_type mimetype_inner resource_type cache_url cache_last_updated
   metadata_modified datastore_active datastore_contains_all_records_of_source_file name name_translated description
   description_translated url access_url download_url mimetype format size hash hash_algorithm license created issued
   last_modified modified uri`.split(/\s+/),
);

/** The resources as distributions, and what is to be fetched. What cannot be carried over goes into `lost`. */
export function resourcesOf(
  { resources }: ReadPackage,
  lost: string[],
): { distributions: Distribution[]; resources: ImportedResource[] } {
  const distributions: Distribution[] = [];
  const files: ImportedResource[] = [];
  for (const [i, resource] of (resources ?? []).entries()) {
    const name = resource.name ?? Object.values(resource.name_translated ?? {})[0] ?? `resource ${i + 1}`;
    const url = resource.url ?? resource.access_url ?? resource.download_url;
    if (url === undefined || !iri.safeParse(url).success) {
      lost.push(`resource ${name}: has no address`);
      continue;
    }
    const one = distributionOf(resource, url, (what) => void lost.push(`resource ${name}: ${what}`));
    for (const key of saidBeyond(resource, BOOKKEEPING)) lost.push(`resource ${name}: ${key} has no place`);
    distributions.push(one);
    files.push(told({ name, url: resource.download_url ?? url, mediaType: one.mediaType, size: one.byteSize }));
  }
  return { distributions, resources: files };
}

function distributionOf(resource: ReadResource, url: string, lose: (what: string) => void): Distribution {
  const shape = datasetSchema.shape.distributions.unwrap().element.shape;
  const kept = <T>(field: keyof typeof shape, value: T | undefined, what: string): T | undefined => {
    if (value === undefined || shape[field].safeParse(value).success) return value;
    lose(what);
    return undefined;
  };
  const mediaType = mediaTypeOf(resource, lose);
  const { access_url: access, download_url: download, format } = resource;
  return told({
    iri: kept("iri", resource.uri, `uri ${resource.uri} is no address`),
    title: textsIn(resource.name_translated, resource.name),
    description: textsIn(resource.description_translated, resource.description),
    accessURL: kept("accessURL", [access ?? url], `access_url ${access} is no address`) ?? [url],
    downloadURL: kept("downloadURL", download === undefined ? [] : [download], "download_url is no address") ?? [],
    mediaType,
    // A format that only says the media type again is not kept.
    format:
      format !== undefined && (mediaType === undefined || FORMATS[format.toLowerCase()] !== mediaType)
        ? format
        : undefined,
    byteSize: sizeOf(resource.size, lose),
    sha256: sha256Of(resource, lose),
    licence: kept("licence", resource.license, `licence ${resource.license} is no address`),
    policies: [],
    issued: kept("issued", resource.issued ?? utcTime(resource.created), "issued is no date"),
    modified: kept("modified", resource.modified ?? utcTime(resource.last_modified), "modified is no date"),
  });
}

function mediaTypeOf({ mimetype, format }: ReadResource, lose: (what: string) => void): string | undefined {
  const said = mimetype
    ?.replace(/^https?:\/\/www\.iana\.org\/assignments\/media-types\//, "")
    .split(";")[0]
    ?.trim();
  if (said !== undefined && URL.canParse(MEDIA_TYPES + said) && /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+$/.test(said))
    return said;
  if (said !== undefined) lose(`mimetype ${said} is no media type`);
  return format === undefined ? undefined : FORMATS[format.toLowerCase().replace(/^\./, "")];
}

function sizeOf(size: number | string | null | undefined, lose: (what: string) => void): number | undefined {
  if (size === null || size === undefined || size === "") return undefined;
  const bytes = typeof size === "number" || /^\d+(\.0+)?$/.test(size) ? Number(size) : NaN;
  if (Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
  lose(`size ${size} is no number of bytes`);
  return undefined;
}

/** CKAN keeps a hash without saying which; one of 64 hex digits is taken for SHA-256. */
function sha256Of({ hash, hash_algorithm: by }: ReadResource, lose: (what: string) => void): string | undefined {
  if (hash === undefined) return undefined;
  const bare = hash.toLowerCase().replace(/^sha-?256:/, "");
  if (/^[0-9a-f]{64}$/.test(bare) && (by === undefined || /sha-?2?_?256$/i.test(by))) return bare;
  lose(`hash ${hash.slice(0, 80)} is no SHA-256`);
  return undefined;
}
