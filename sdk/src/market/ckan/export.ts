import { canonicalJson, type Json } from "../../documents/hash.ts";
import { type Contact, type Dataset, type Distribution, type Texts, told, UNTOLD } from "../catalogue/dataset.ts";
import { authorityIri } from "../catalogue/vocabulary.ts";
import { template, type TemplateName } from "../licences/templates.ts";
import { fromCkan } from "./import.ts";
import { CKAN_IDS } from "./licenceId.ts";
import type { CkanPackage, CkanResource } from "./package.ts";

/**
 * A data set as a CKAN package, and the parts of it that CKAN cannot keep whole. What it has no field for stands in
 * extras, named as its DCAT plug-in names them.
 */
export function toCkan(dataset: Dataset, licence?: TemplateName): { ckan: CkanPackage; lost: string[] } {
  const ckan = packageOf(dataset, licence);
  const again = fromCkan(ckan).dataset as Record<string, unknown>;
  const text = (part: unknown) => canonicalJson((part ?? null) as Json);
  const lost = Object.entries(dataset).filter(([part, said]) => text(said) !== text(again[part]));
  return { ckan, lost: lost.map(([part]) => part) };
}

function packageOf(dataset: Dataset, licence: TemplateName | undefined): CkanPackage {
  const { publisher } = dataset;
  const [contact, author] = dataset.contactPoint;
  const known = licence && template(licence);
  const words = Object.entries(dataset.keywords);
  const untold = words.length === 1 && words[0]?.[0] === UNTOLD;
  return told({
    id: dataset.identifier[0],
    name: slugOf(dataset),
    title: mainOf(dataset.title),
    title_translated: translations(dataset.title),
    notes: mainOf(dataset.description),
    notes_translated: translations(dataset.description),
    url: dataset.landingPage[0],
    version: dataset.version,
    license_id: licence && CKAN_IDS[licence],
    license_title: known?.title,
    license_url: known?.page,
    maintainer: contact?.name,
    maintainer_email: contact?.email,
    author: author?.name,
    author_email: author?.email,
    organization: publisher && told({ name: slug(mainOf(publisher.name) ?? ""), title: mainOf(publisher.name) }),
    tags: words.flatMap(([, all]) => all.map((name) => ({ name }))),
    tags_translated: words.length > 0 && !untold ? dataset.keywords : undefined,
    extras: extrasOf(dataset, contact),
    resources: dataset.distributions.map(resourceOf),
  });
}

function extrasOf(dataset: Dataset, contact: Contact | undefined): { key: string; value: string }[] {
  const { publisher, accessRights, frequency } = dataset;
  const [period] = dataset.temporal;
  const [place] = dataset.spatial;
  const codes = (table: string, all: readonly string[]) =>
    all.length > 0 ? JSON.stringify(all.map((code) => authorityIri(table, code))) : undefined;
  const all: Record<string, string | undefined> = {
    uri: dataset.iri,
    identifier: dataset.identifier[0],
    alternate_identifier: dataset.identifier.length > 1 ? JSON.stringify(dataset.identifier.slice(1)) : undefined,
    issued: dataset.issued,
    modified: dataset.modified,
    language: codes("language", dataset.languages),
    theme: codes("data-theme", dataset.themes),
    access_rights: accessRights && authorityIri("access-right", accessRights),
    frequency: frequency && authorityIri("frequency", frequency),
    temporal_start: period?.start,
    temporal_end: period?.end,
    spatial: place?.geometry,
    spatial_uri: place?.iri,
    spatial_text: place && mainOf(place.name),
    contact_uri: contact?.url,
    publisher_uri: publisher?.iri,
    publisher_url: publisher?.homepage,
  };
  return Object.entries(all).flatMap(([key, value]) => (value === undefined ? [] : { key, value }));
}

function resourceOf(one: Distribution): CkanResource {
  return told({
    uri: one.iri,
    name: mainOf(one.title),
    name_translated: translations(one.title),
    description: mainOf(one.description),
    description_translated: translations(one.description),
    url: one.downloadURL[0] ?? one.accessURL[0],
    access_url: one.accessURL[0],
    download_url: one.downloadURL[0],
    mimetype: one.mediaType,
    format: one.format,
    size: one.byteSize,
    hash: one.sha256,
    hash_algorithm: one.sha256 && "sha256",
    license: one.licence,
    issued: one.issued,
    modified: one.modified,
  });
}

/** The text that stands for all: the one that does not say its language, else English, else the first. */
function mainOf(texts: Texts): string | undefined {
  return texts[UNTOLD] ?? texts["en"] ?? Object.values(texts)[0];
}

function translations(texts: Texts): Texts | undefined {
  const languages = Object.keys(texts);
  return languages.length === 0 || (languages.length === 1 && languages[0] === UNTOLD) ? undefined : texts;
}

/** CKAN's names have 2 to 100 small letters, digits, `-` and `_`. */
function slugOf({ title, identifier }: Dataset): string {
  return slug(title["en"] ?? mainOf(title) ?? "") ?? slug(identifier[0] ?? "") ?? "dataset";
}

function slug(text: string): string | undefined {
  const bare = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/\p{M}+/gu, "")
    .replace(/[^a-z0-9_]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);
  return bare.length >= 2 ? bare : undefined;
}
