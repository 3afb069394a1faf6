import { createHash } from "node:crypto";
import { type Json, type JsonObject, isObject, objects, field, textField } from "./json.ts";
import { indexParties, partyReferences } from "./parties.ts";
import { isPerson } from "./persons.ts";
import { isPrivateUrl } from "./urls.ts";

/** Fields dropped wherever they occur, and what the report calls them. */
const DROPPED: readonly (readonly [RegExp, string])[] = [
  [/contact_?points?$/i, "contact points"],
  [/^(e-?mail|e-?mail_?address)$/i, "e-mail addresses"],
  [/^(telephone|phone|mobile|fax)(_?number)?$/i, "telephone numbers"],
  [/address(es)?$/i, "addresses"],
  [/^(persones|persons|people|person|beneficialOwners|shareholders)$/i, "people"],
  [/^(__proto__|constructor|prototype)$/, "keys no object may have"],
];

const LINK = /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s<>"]+/gi;
const EMAIL = /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{1,63}){1,8}/gu;
const TELEPHONE = /\+\d{1,3}[ (-]{0,2}\d[\d ()-]{6,16}\d/g;
/** Names of natural persons looked for inside other texts; beyond this many only whole references are replaced. */
const MAX_NAMES = 200;

/** A release without personal data, and how many of each kind were dropped. */
export interface Scrubbed {
  release: JsonObject;
  dropped: Map<string, number>;
}

/**
 * Copy a release without contact points, addresses, telephone numbers, e-mail addresses, private links and people.
 * Natural persons that bid or buy become "natural person 3f2a…", the same wherever one process names them. The
 * pseudonym is a hash of the ocid and of the person's place in the release, so nobody can try out tax numbers on it.
 */
export function scrub(ocid: string, release: JsonObject): Scrubbed {
  const dropped = new Map<string, number>();
  const count = (kind: string) => dropped.set(kind, (dropped.get(kind) ?? 0) + 1);
  const { pseudonymOf, texts } = findPersons(ocid, release);
  if (texts.length > MAX_NAMES) count(`too many natural persons: beyond ${MAX_NAMES} not looked for inside texts`);

  const cleanText = (text: string): string => {
    let clean = text.replace(LINK, (link) => (isPrivateUrl(link) ? (count("private links"), "[link removed]") : link));
    if (clean.includes("@")) clean = clean.replace(EMAIL, () => (count("e-mail addresses"), "[e-mail removed]"));
    if (clean.includes("+"))
      clean = clean.replace(TELEPHONE, () => (count("telephone numbers"), "[telephone removed]"));
    for (const [secret, pseudonym] of texts.slice(0, MAX_NAMES)) clean = clean.replaceAll(secret, pseudonym);
    return clean;
  };
  const cleanObject = (value: JsonObject, key: string): JsonObject => {
    const pseudonym = key === "unit" ? undefined : pseudonymOf(value);
    if (pseudonym !== undefined) {
      count("names and ids of natural persons");
      const roles = field(value, "roles");
      return { id: pseudonym, name: pseudonym, ...(Array.isArray(roles) ? { roles } : {}) };
    }
    const entries: [string, Json][] = [];
    for (const [name, entry] of Object.entries(value)) {
      const kind = DROPPED.find(([pattern]) => pattern.test(name))?.[1];
      if (kind === undefined) entries.push([name, clean(entry, name)]);
      else if (entry !== null) count(kind);
    }
    return Object.fromEntries(entries);
  };
  const clean = (value: Json, key: string): Json => {
    if (typeof value === "string") return cleanText(value);
    if (Array.isArray(value)) return value.map((entry) => clean(entry, key));
    return isObject(value) ? cleanObject(value, key) : value;
  };
  return { release: cleanObject(release, ""), dropped };
}

function findPersons(ocid: string, release: JsonObject) {
  const resolve = indexParties(release);
  const contractors = objects(field(release, "contracts")).flatMap((contract) => objects(field(contract, "suppliers")));
  const pseudonyms = new Map<string, string>();
  const texts = new Map<string, string>();
  for (const reference of [...partyReferences(release), ...contractors].filter(isPerson)) {
    const key = resolve(reference).key ?? `name ${textField(reference, "name")}`;
    const digest = createHash("sha256").update(`${ocid}\n${pseudonyms.size}`).digest("hex");
    if (!pseudonyms.has(key)) pseudonyms.set(key, `natural person ${digest.slice(0, 8)}`);
  }
  const pseudonymOf = (value: JsonObject): string | undefined => {
    const name = textField(value, "name");
    if (name === undefined && !isObject(field(value, "identifier"))) return undefined;
    return pseudonyms.get(resolve(value).key ?? `name ${name}`);
  };
  for (const reference of pseudonyms.size === 0 ? [] : [...partyReferences(release), ...contractors]) {
    const pseudonym = pseudonymOf(reference);
    if (pseudonym === undefined) continue;
    const paths = [["name"], ["identifier", "legalName"], ["identifier", "id"]];
    const secrets = paths.map((path) => textField(reference, ...path)).filter((text) => text !== undefined);
    for (const secret of secrets) if (secret.length >= 6) texts.set(secret, pseudonym);
  }
  return { pseudonymOf, texts: [...texts].sort(([a], [b]) => b.length - a.length) };
}
