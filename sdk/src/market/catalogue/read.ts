import { InputError } from "../../shared/errors.ts";
import { type Agent, type Dataset, dataset, told, type Texts, UNTOLD } from "./dataset.ts";
import { isThing, readJsonLd, type Thing, type Value } from "./jsonld.ts";
import { checkShape } from "./shape.ts";
import { ACCESS_RIGHTS, authorityCode, NS, SHA256 } from "./vocabulary.ts";

/**
 * Reads the one data set that a JSON-LD document describes. Properties that the market has no use for are left out.
 * @throws InputError in one line, also where DCAT-AP's mandatory properties are missing
 */
export function datasetFrom(document: unknown): Dataset {
  const { roots, all } = readJsonLd(document);
  const isDataset = (thing: Thing) => thing.types.includes(`${NS.dcat}Dataset`);
  const found = roots.filter(isDataset).length > 0 ? roots.filter(isDataset) : all.filter(isDataset);
  const [only] = found;
  if (!only || found.length > 1) {
    throw new InputError(`The JSON-LD describes ${found.length === 0 ? "no" : found.length} data sets, not one.`);
  }
  checkShape("dataset", only);
  return datasetOf(only);
}

/** What is said of a thing that is a data set. @throws InputError in one line */
export function datasetOf(thing: Thing): Dataset {
  const publisher = thingsAt(thing, `${NS.dct}publisher`)[0];
  return dataset(
    told({
      iri: nameOf(thing),
      title: textsAt(thing, `${NS.dct}title`),
      description: textsAt(thing, `${NS.dct}description`),
      identifier: plainAt(thing, `${NS.dct}identifier`),
      publisher: publisher && agentOf(publisher),
      contactPoint: thingsAt(thing, `${NS.dcat}contactPoint`)
        .map((contact) =>
          told({
            name: plainAt(contact, `${NS.vcard}fn`)[0],
            email: plainAt(contact, `${NS.vcard}hasEmail`).map(mailOf)[0],
            url: plainAt(contact, `${NS.vcard}hasURL`)[0],
          }),
        )
        .filter((contact) => Object.keys(contact).length > 0),
      keywords: keywordsAt(thing, `${NS.dcat}keyword`),
      themes: plainAt(thing, `${NS.dcat}theme`).map((iri) => authorityCode("data-theme", iri)),
      accessRights: plainAt(thing, `${NS.dct}accessRights`)
        .map((iri) => authorityCode("access-right", iri))
        .find((code) => ACCESS_RIGHTS.some((known) => known === code)),
      languages: plainAt(thing, `${NS.dct}language`).map((iri) => authorityCode("language", iri)),
      frequency: plainAt(thing, `${NS.dct}accrualPeriodicity`).map((iri) => authorityCode("frequency", iri))[0],
      landingPage: plainAt(thing, `${NS.dcat}landingPage`),
      issued: plainAt(thing, `${NS.dct}issued`)[0],
      modified: plainAt(thing, `${NS.dct}modified`)[0],
      version: plainAt(thing, `${NS.dcat}version`)[0] ?? plainAt(thing, `${NS.owl}versionInfo`)[0],
      temporal: thingsAt(thing, `${NS.dct}temporal`)
        .map((period) =>
          told({ start: plainAt(period, `${NS.dcat}startDate`)[0], end: plainAt(period, `${NS.dcat}endDate`)[0] }),
        )
        .filter((period) => Object.keys(period).length > 0),
      spatial: thingsAt(thing, `${NS.dct}spatial`).map(placeOf),
      policies: plainAt(thing, `${NS.odrl}hasPolicy`),
      distributions: thingsAt(thing, `${NS.dcat}distribution`).map(distributionOf),
    }),
  );
}

/** What is said of an agent. */
export function agentOf(thing: Thing): Agent {
  const homepage = plainAt(thing, `${NS.foaf}homepage`)[0];
  return told({ iri: nameOf(thing), name: textsAt(thing, `${NS.foaf}name`), homepage });
}

function placeOf(thing: Thing) {
  const geometry = (thing.said[`${NS.locn}geometry`] ?? []).find(
    (value) => !isThing(value) && value.datatype?.toLowerCase().includes("json") === true,
  );
  return told({
    iri: nameOf(thing),
    name: textsAt(thing, `${NS.skos}prefLabel`),
    geometry: geometry && plainOf(geometry),
  });
}

function distributionOf(thing: Thing) {
  const media = plainAt(thing, `${NS.dcat}mediaType`)[0];
  const size = plainAt(thing, `${NS.dcat}byteSize`)[0];
  return told({
    iri: nameOf(thing),
    title: textsAt(thing, `${NS.dct}title`),
    description: textsAt(thing, `${NS.dct}description`),
    accessURL: plainAt(thing, `${NS.dcat}accessURL`),
    downloadURL: plainAt(thing, `${NS.dcat}downloadURL`),
    mediaType: media?.replace(/^https?:\/\/www\.iana\.org\/assignments\/media-types\//, ""),
    format: plainAt(thing, `${NS.dct}format`)[0],
    // Sizes are written as numbers, decimals (`12.0`) and texts.
    byteSize: size === undefined ? undefined : Number(size),
    sha256: checksumOf(thing),
    licence: plainAt(thing, `${NS.dct}license`)[0],
    policies: plainAt(thing, `${NS.odrl}hasPolicy`),
    issued: plainAt(thing, `${NS.dct}issued`)[0],
    modified: plainAt(thing, `${NS.dct}modified`)[0],
  });
}

function checksumOf(thing: Thing): string | undefined {
  const sums = thingsAt(thing, `${NS.spdx}checksum`);
  const found = sums.find((sum) => plainAt(sum, `${NS.spdx}algorithm`).includes(SHA256));
  return found && plainAt(found, `${NS.spdx}checksumValue`)[0]?.toLowerCase();
}

/** Texts by language; the first one of each. */
export function textsAt(thing: Thing, property: string): Texts {
  const texts = new Map<string, string>();
  for (const value of thing.said[property] ?? []) {
    if (isThing(value)) continue;
    const language = value.language ?? UNTOLD;
    if (!texts.has(language)) texts.set(language, value.text);
  }
  return Object.fromEntries(texts);
}

function keywordsAt(thing: Thing, property: string): Record<string, string[]> {
  const words = new Map<string, string[]>();
  for (const value of thing.said[property] ?? []) {
    if (isThing(value)) continue;
    const language = value.language ?? UNTOLD;
    words.set(language, [...(words.get(language) ?? []), value.text]);
  }
  return Object.fromEntries(words);
}

/** Texts and names of things, as they stand. */
export function plainAt(thing: Thing, property: string): string[] {
  return (thing.said[property] ?? []).map(plainOf).filter((text) => text !== undefined);
}

export function thingsAt(thing: Thing, property: string): Thing[] {
  return (thing.said[property] ?? []).filter(isThing);
}

function plainOf(value: Value): string | undefined {
  return isThing(value) ? nameOf(value) : value.text;
}

/** The name of a thing that has one of its own, and not one within its document only. */
function nameOf({ id }: Thing): string | undefined {
  return id?.startsWith("_:") === true ? undefined : id;
}

function mailOf(link: string): string {
  const address = link.replace(/^mailto:/i, "");
  try {
    return decodeURI(address);
  } catch {
    return address;
  }
}
