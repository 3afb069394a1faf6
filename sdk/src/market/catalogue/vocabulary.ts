/** Namespaces of what a catalogue says. */
export const NS = {
  adms: "http://www.w3.org/ns/adms#",
  dcat: "http://www.w3.org/ns/dcat#",
  dct: "http://purl.org/dc/terms/",
  foaf: "http://xmlns.com/foaf/0.1/",
  locn: "http://www.w3.org/ns/locn#",
  odrl: "http://www.w3.org/ns/odrl/2/",
  owl: "http://www.w3.org/2002/07/owl#",
  rdf: "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
  skos: "http://www.w3.org/2004/02/skos/core#",
  spdx: "http://spdx.org/rdf/terms#",
  vcard: "http://www.w3.org/2006/vcard/ns#",
  xsd: "http://www.w3.org/2001/XMLSchema#",
  geo: "http://www.opengis.net/ont/geosparql#",
  cc: "http://creativecommons.org/ns#",
  /** What only this market knows: roots, counts, states. */
  market: "urn:common-seal:market:",
} as const;

/** The context of all that is written here. It stands in the document itself, so that nothing has to be fetched. */
export const CONTEXT: Record<string, string> = { ...NS };

/** The EU's authority tables. */
export const AUTHORITY = "http://publications.europa.eu/resource/authority/";

/** The EU's data themes. */
export const THEMES = [
  "AGRI",
  "ECON",
  "EDUC",
  "ENER",
  "ENVI",
  "GOVE",
  "HEAL",
  "INTR",
  "JUST",
  "OP_DATPRO",
  "REGI",
  "SOCI",
  "TECH",
  "TRAN",
] as const;

/** The EU's access rights that DCAT-AP uses. */
export const ACCESS_RIGHTS = ["PUBLIC", "RESTRICTED", "NON_PUBLIC"] as const;
export type AccessRights = (typeof ACCESS_RIGHTS)[number];

export const MEDIA_TYPES = "https://www.iana.org/assignments/media-types/";
export const SHA256 = `${NS.spdx}checksumAlgorithm_sha256`;

/** The IRI of a code in one of the EU's tables; an IRI stays as it is. */
export function authorityIri(table: string, code: string): string {
  return code.includes(":") ? code : `${AUTHORITY}${table}/${code}`;
}

/** The code of an IRI of one of the EU's tables; another IRI stays as it is. */
export function authorityCode(table: string, iri: string): string {
  const start = `${AUTHORITY}${table}/`;
  const bare = iri.replace(/^https:/, "http:");
  const code = bare.startsWith(start) ? bare.slice(start.length) : "";
  return /^[A-Z0-9_]+$/.test(code) ? code : iri;
}
