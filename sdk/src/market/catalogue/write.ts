import type { Agent, Contact, Dataset, Distribution, Place, Texts } from "./dataset.ts";
import { UNTOLD } from "./dataset.ts";
import { authorityIri, CONTEXT, MEDIA_TYPES, SHA256 } from "./vocabulary.ts";

/** JSON-LD with the prefixes of CONTEXT. */
export type JsonLd = { [key: string]: unknown };

export const link = (iri: string): JsonLd => ({ "@id": iri });

/** A text of a datatype of XML Schema. */
export const typed = (value: string, type: string): JsonLd => ({ "@value": value, "@type": `xsd:${type}` });

/** Texts by language. */
export function textsOf(texts: Texts): JsonLd[] {
  return Object.entries(texts).map(([language, text]) => textOf(language, text));
}

/** A date, typed by how exact it is. */
export function dateOf(date: string): JsonLd {
  if (date.includes("T")) return typed(date, "dateTime");
  const parts = date.replace(/^-/, "").split("-").length;
  return typed(date, parts === 3 ? "date" : parts === 2 ? "gYearMonth" : "gYear");
}

/** The object without properties of which nothing is said. */
export function saying(node: JsonLd): JsonLd {
  return Object.fromEntries(
    Object.entries(node).filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

/** A data set's own metadata document: one dcat:Dataset of DCAT-AP 3, with its context in it. */
export function datasetDocument(dataset: Dataset): JsonLd {
  return { "@context": CONTEXT, ...datasetNode(dataset) };
}

export function datasetNode(dataset: Dataset): JsonLd {
  const { accessRights, frequency, issued, modified } = dataset;
  return saying({
    "@id": dataset.iri,
    "@type": "dcat:Dataset",
    "dct:title": textsOf(dataset.title),
    "dct:description": textsOf(dataset.description),
    "dct:identifier": dataset.identifier,
    "dct:publisher": dataset.publisher && agentNode(dataset.publisher),
    "dcat:contactPoint": dataset.contactPoint.map(contactNode),
    "dcat:keyword": Object.entries(dataset.keywords).flatMap(([language, words]) =>
      words.map((word) => textOf(language, word)),
    ),
    "dcat:theme": dataset.themes.map((theme) => link(authorityIri("data-theme", theme))),
    "dct:accessRights": accessRights && link(authorityIri("access-right", accessRights)),
    "dct:language": dataset.languages.map((code) => link(authorityIri("language", code))),
    "dct:accrualPeriodicity": frequency && link(authorityIri("frequency", frequency)),
    "dcat:landingPage": dataset.landingPage.map(link),
    "dct:issued": issued && dateOf(issued),
    "dct:modified": modified && dateOf(modified),
    "dcat:version": dataset.version,
    "dct:temporal": dataset.temporal.map(({ start, end }) =>
      saying({
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": start && dateOf(start),
        "dcat:endDate": end && dateOf(end),
      }),
    ),
    "dct:spatial": dataset.spatial.map(placeNode),
    "odrl:hasPolicy": dataset.policies.map(link),
    "dcat:distribution": dataset.distributions.map(distributionNode),
  });
}

export function agentNode({ iri, name, homepage }: Agent): JsonLd {
  return saying({
    "@id": iri,
    "@type": "foaf:Agent",
    "foaf:name": textsOf(name),
    "foaf:homepage": homepage && link(homepage),
  });
}

function contactNode({ name, email, url }: Contact): JsonLd {
  return saying({
    "@type": "vcard:Kind",
    "vcard:fn": name,
    "vcard:hasEmail": email && link(`mailto:${encodeURI(email)}`),
    "vcard:hasURL": url && link(url),
  });
}

function placeNode({ iri, name, geometry }: Place): JsonLd {
  return saying({
    "@id": iri,
    "@type": "dct:Location",
    "skos:prefLabel": textsOf(name),
    "locn:geometry": geometry && { "@value": geometry, "@type": "geo:geoJSONLiteral" },
  });
}

export function distributionNode(one: Distribution): JsonLd {
  return saying({
    "@id": one.iri,
    "@type": "dcat:Distribution",
    "dct:title": textsOf(one.title),
    "dct:description": textsOf(one.description),
    "dcat:accessURL": one.accessURL.map(link),
    "dcat:downloadURL": one.downloadURL.map(link),
    "dcat:mediaType": one.mediaType === undefined ? undefined : link(MEDIA_TYPES + one.mediaType),
    "dct:format": one.format,
    "dcat:byteSize": one.byteSize === undefined ? undefined : typed(String(one.byteSize), "nonNegativeInteger"),
    "spdx:checksum": one.sha256 && {
      "@type": "spdx:Checksum",
      "spdx:algorithm": link(SHA256),
      "spdx:checksumValue": typed(one.sha256, "hexBinary"),
    },
    "dct:license": one.licence && link(one.licence),
    "odrl:hasPolicy": one.policies.map(link),
    "dct:issued": one.issued && dateOf(one.issued),
    "dct:modified": one.modified && dateOf(one.modified),
  });
}

function textOf(language: string, text: string): JsonLd {
  return { "@value": text, ...(language === UNTOLD ? {} : { "@language": language }) };
}
