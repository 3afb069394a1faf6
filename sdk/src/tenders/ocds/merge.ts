import { compareInstants, parseInstant, utc } from "./dates.ts";
import { type Json, type JsonObject, isObject, textField } from "./json.ts";

/**
 * Lists replaced whole although their objects have ids: the fields marked `wholeListMerge` in the OCDS 1.1.5 release
 * schema (Organization, OrganizationReference and Item). Their objects' ids are marked `versionId`: no keys to merge by.
 */
const WHOLE_LISTS: ReadonlySet<string> = new Set(["additionalIdentifiers", "additionalClassifications"]);

/** Fields of a release marked `omitWhenMerged` in the same schema; the compiled release gets its own. */
const OMITTED: ReadonlySet<string> = new Set(["id", "date", "tag"]);

/** Names that would reach an object's prototype. */
const FORBIDDEN: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Merge the releases of one process by the OCDS 1.1 rules: in order of date (undated first, then as listed), later
 * fields win, null removes, lists of objects with ids merge by id (an empty
 * list adds nothing), all other lists are replaced whole.
 * @returns a compiled release, tag ["compiled"]; the inputs are not changed
 */
export function mergeReleases(ocid: string, releases: JsonObject[]): JsonObject {
  const sorted = releases
    .map((release) => ({ release, at: parseInstant(textField(release, "date")) }))
    .sort((a, b) => compareInstants(a.at, b.at));
  const compiled: JsonObject = {};
  for (const { release } of sorted) {
    mergeInto(compiled, Object.fromEntries(Object.entries(release).filter(([key]) => !OMITTED.has(key))));
  }
  const last = sorted.at(-1)?.at;
  const date: JsonObject = last === undefined ? {} : { date: utc(last) };
  return { ...compiled, ...date, ocid, id: `${ocid}-compiled`, tag: ["compiled"] };
}

function mergeInto(target: JsonObject, source: JsonObject): void {
  for (const [key, value] of Object.entries(source)) {
    if (FORBIDDEN.has(key)) continue;
    const old = target[key];
    if (value === null) delete target[key];
    else if (isObject(value)) target[key] = merged(isObject(old) ? old : {}, value);
    else if (Array.isArray(value) && !WHOLE_LISTS.has(key) && value.every(hasId)) {
      target[key] = mergedById(Array.isArray(old) && old.every(hasId) ? old : [], value);
    } else target[key] = value;
  }
}

function merged(target: JsonObject, source: JsonObject): JsonObject {
  mergeInto(target, source);
  return target;
}

function mergedById(old: JsonObject[], added: JsonObject[]): JsonObject[] {
  const byId = new Map(old.map((entry) => [textField(entry, "id"), entry]));
  for (const entry of added) {
    const id = textField(entry, "id");
    byId.set(id, merged(byId.get(id) ?? {}, entry));
  }
  return [...byId.values()];
}

function hasId(value: Json): value is JsonObject {
  return textField(value, "id") !== undefined;
}
