import { dataset, type Dataset, datasetSchema, told, UNTOLD } from "../catalogue/dataset.ts";
import { authorityCode } from "../catalogue/vocabulary.ts";
import type { TemplateName } from "../licences/templates.ts";
import { licenceOf } from "./licenceId.ts";
import { type ReadPackage, readPackage } from "./package.ts";
import { type ImportedResource, resourcesOf } from "./resources.ts";
import { listIn, saidBeyond, short, textsIn, utcTime } from "./values.ts";

/** What was made of a CKAN package. */
export interface Imported {
  dataset: Dataset;
  /** The licence to propose; the agency decides. */
  licence?: TemplateName;
  resources: ImportedResource[];
  /** What of the package could not be carried over, and why: one line each. */
  lost: string[];
}

/** What CKAN keeps for itself, or says again in other fields. */
const BOOKKEEPING = new Set(
  `id name title title_translated notes notes_translated url version license_id license_title license_url maintainer
   maintainer_email author author_email metadata_created metadata_modified organization tags tags_translated extras
   resources type state isopen private num_tags num_resources owner_org creator_user_id revision_id revision_timestamp
   tracking_summary total_res_downloads`.split(/\s+/),
);

/** Extras by the names that CKAN's DCAT plug-in gives them. */
const EXTRAS = [
  "identifier",
  "alternate_identifier",
  "issued",
  "modified",
  "language",
  "theme",
  "access_rights",
  "frequency",
  "temporal_start",
  "temporal_end",
  "spatial",
  "spatial_uri",
  "spatial_text",
  "contact_name",
  "contact_email",
  "contact_uri",
  "publisher_uri",
  "publisher_name",
  "publisher_url",
  "uri",
] as const;
type Extra = (typeof EXTRAS)[number];

/** Makes a data set of a CKAN package. @throws InputError in one line where it is none */
export function fromCkan(value: unknown): Imported {
  const read = readPackage(value);
  const lost: string[] = [];
  const extra = extrasOf(read, lost);
  const licence = licenceOf(read);
  const license = [read.license_id, read.license_title, read.license_url].find((one) => one !== undefined);
  if (!licence && license !== undefined) lost.push(`licence ${license}: no known licence; give terms of your own`);
  for (const key of saidBeyond(read, BOOKKEEPING)) lost.push(`${key}: has no place in the metadata`);
  if (read["state"] === "deleted") lost.push("state deleted: CKAN does not show this package");
  if (read["private"] === true) lost.push("private: CKAN shows this package to its own organisation only");
  const { distributions, resources } = resourcesOf(read, lost);
  const title = textsIn(read.title_translated, read.title ?? read.name);
  return told({
    dataset: dataset(
      told({
        iri: checked("iri", extra.uri, "uri", lost),
        title,
        // DCAT-AP asks for a description, CKAN does not.
        description: textsIn(read.notes_translated, read.notes, title),
        identifier: identifiersOf(read, extra),
        publisher: publisherOf(read, extra, lost),
        contactPoint: contactsOf(read, extra, lost),
        keywords: keywordsOf(read),
        themes: codesOf("themes", "data-theme", extra.theme, lost),
        accessRights: accessRightsOf(extra, lost),
        languages: codesOf("languages", "language", extra.language, lost),
        frequency: codesOf("languages", "frequency", extra.frequency, lost)[0],
        landingPage: [checked("iri", read.url, "url", lost)].filter((one) => one !== undefined),
        issued: checked("issued", extra.issued ?? utcTime(read.metadata_created), "issued", lost),
        modified: checked("modified", extra.modified ?? utcTime(read.metadata_modified), "modified", lost),
        version: read.version,
        temporal: temporalOf(extra, lost),
        spatial: spatialOf(extra, lost),
        distributions,
      }),
      "The CKAN package",
    ),
    licence,
    resources,
    lost,
  });
}

function extrasOf({ extras }: ReadPackage, lost: string[]): Partial<Record<Extra, string>> {
  const found: Partial<Record<Extra, string>> = {};
  for (const { key, value } of extras ?? []) {
    if (value === null || value === "" || value === undefined) continue;
    const known = EXTRAS.find((one) => one === key);
    const text = typeof value === "string" ? value : JSON.stringify(value);
    if (!known) lost.push(`extra ${key}: has no place in the metadata`);
    else if (found[known] !== undefined) lost.push(`extra ${key}: stands twice, the first one is taken`);
    else found[known] = text;
  }
  return found;
}

/** The value, if the metadata can have it there; else it is lost. */
function checked(
  field: "iri" | "issued" | "modified",
  value: string | undefined,
  name: string,
  lost: string[],
): string | undefined {
  if (value === undefined || datasetSchema.shape[field].safeParse(value).success) return value;
  lost.push(`${name} ${short(value)}: is ${field === "iri" ? "no address" : "no date"}`);
  return undefined;
}

function identifiersOf(read: ReadPackage, extra: Partial<Record<Extra, string>>): string[] {
  const first = extra.identifier ?? read.id ?? read.name;
  return [...new Set([...(first === undefined ? [] : [first]), ...listIn(extra.alternate_identifier)])];
}

function publisherOf({ organization }: ReadPackage, extra: Partial<Record<Extra, string>>, lost: string[]) {
  const name = extra.publisher_name ?? organization?.title ?? organization?.name;
  if (name === undefined) return undefined;
  return told({
    iri: checked("iri", extra.publisher_uri, "publisher_uri", lost),
    name: { [UNTOLD]: name },
    homepage: checked("iri", extra.publisher_url, "publisher_url", lost),
  });
}

function contactsOf(read: ReadPackage, extra: Partial<Record<Extra, string>>, lost: string[]) {
  const contacts = [
    told({
      name: extra.contact_name ?? read.maintainer,
      email: extra.contact_email ?? read.maintainer_email,
      url: checked("iri", extra.contact_uri, "contact_uri", lost),
    }),
    told({ name: read.author, email: read.author_email }),
  ];
  return contacts.filter((contact) => Object.keys(contact).length > 0);
}

function keywordsOf({ tags, tags_translated: translated }: ReadPackage): Record<string, string[]> {
  const all = Object.entries(translated ?? {}).filter(([, words]) => words.length > 0);
  if (all.length > 0) return Object.fromEntries(all);
  const words = (tags ?? []).map(({ name }) => name).filter((name) => name !== "");
  return words.length > 0 ? { [UNTOLD]: words } : {};
}

function codesOf(field: "themes" | "languages", table: string, text: string | undefined, lost: string[]): string[] {
  return listIn(text).flatMap((one) => {
    const code = authorityCode(table, one);
    if (datasetSchema.shape[field].safeParse([code]).success) return [code];
    lost.push(`${table} ${short(one)}: is no code and no address`);
    return [];
  });
}

function accessRightsOf({ access_rights: said }: Partial<Record<Extra, string>>, lost: string[]): string | undefined {
  if (said === undefined) return undefined;
  const code = authorityCode("access-right", said);
  if (datasetSchema.shape.accessRights.safeParse(code).success) return code;
  lost.push(`access_rights ${short(said)}: none of the EU's access rights`);
  return undefined;
}

function temporalOf(extra: Partial<Record<Extra, string>>, lost: string[]) {
  const start = checked("issued", extra.temporal_start, "temporal_start", lost);
  const end = checked("issued", extra.temporal_end, "temporal_end", lost);
  return start === undefined && end === undefined ? [] : [told({ start, end })];
}

function spatialOf(extra: Partial<Record<Extra, string>>, lost: string[]) {
  const place = told({
    iri: checked("iri", extra.spatial_uri, "spatial_uri", lost),
    name: extra.spatial_text === undefined ? undefined : { [UNTOLD]: extra.spatial_text },
    geometry: extra.spatial !== undefined && isGeoJson(extra.spatial) ? extra.spatial : undefined,
  });
  if (extra.spatial !== undefined && place.geometry === undefined) {
    lost.push(`spatial ${short(extra.spatial)}: is no GeoJSON`);
  }
  return Object.keys(place).length > 0 ? [place] : [];
}

function isGeoJson(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "type" in value && "coordinates" in value;
  } catch {
    return false;
  }
}
