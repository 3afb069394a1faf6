import { type Json, type JsonObject, field, objects, textField } from "./json.ts";
import { oneLine } from "./text.ts";

/** An organization as a process names it. */
export interface Party {
  /** The same for all references to one party; undefined when a reference has neither an id nor an identifier. */
  key?: string;
  name: string;
  identifier?: { scheme?: string; id: string };
}

/** Every organization reference of a release: parties first, as they say most. */
export function partyReferences(release: JsonObject): JsonObject[] {
  return [
    ...objects(field(release, "parties")),
    ...objects([field(release, "buyer") ?? null, field(release, "tender", "procuringEntity") ?? null]),
    ...objects(field(release, "tender", "tenderers")),
    ...bidDetails(release).flatMap((bid) => objects(field(bid, "tenderers"))),
    ...objects(field(release, "awards")).flatMap((award) => objects(field(award, "suppliers"))),
  ];
}

/** The published bids: `bids.details`, or `bids` itself where a publisher made it a list. */
export function bidDetails(release: JsonObject): JsonObject[] {
  const bids = field(release, "bids");
  return objects(Array.isArray(bids) ? bids : field(bids, "details"));
}

/** An organization's identifier; undefined without an id. Numbers are read as text. */
export function identifierOf(reference: Json | undefined): Party["identifier"] {
  const id = textField(reference, "identifier", "id");
  const scheme = textField(reference, "identifier", "scheme");
  return id === undefined ? undefined : { ...(scheme === undefined ? {} : { scheme }), id };
}

/**
 * Tell which references of a release mean one party: those with the same party id, else those with the same identifier
 * scheme and id. A party id written as "scheme-id" is the same as that identifier.
 * @returns a function from a reference to its party
 */
export function indexParties(release: JsonObject): (reference: Json | undefined) => Party {
  const keys = new Map<string, string>();
  const known = new Map<string, { name?: string; identifier?: Party["identifier"] }>();
  for (const reference of partyReferences(release)) {
    const aliases = aliasesOf(reference);
    const key = aliases.map((alias) => keys.get(alias)).find((found) => found !== undefined) ?? aliases[0];
    if (key === undefined) continue;
    for (const alias of aliases) if (!keys.has(alias)) keys.set(alias, key);
    const before = known.get(key);
    known.set(key, {
      name: before?.name ?? textField(reference, "name"),
      identifier: before?.identifier ?? identifierOf(reference),
    });
  }
  return (reference) => {
    const aliases = aliasesOf(reference);
    const key = aliases.map((alias) => keys.get(alias)).find((found) => found !== undefined) ?? aliases[0];
    const entry = key === undefined ? undefined : known.get(key);
    const identifier = identifierOf(reference) ?? entry?.identifier;
    const name = textField(reference, "name") ?? entry?.name ?? key ?? "unnamed";
    return { ...(key === undefined ? {} : { key }), name: oneLine(name), ...(identifier ? { identifier } : {}) };
  };
}

function aliasesOf(reference: Json | undefined): string[] {
  const id = textField(reference, "id");
  const identifier = identifierOf(reference);
  const aliases = id === undefined ? [] : [id];
  if (identifier?.scheme !== undefined) aliases.push(`${identifier.scheme}-${identifier.id}`);
  return aliases;
}
