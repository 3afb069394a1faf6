import { compareInstants, parseInstant } from "./dates.ts";
import { type Json, type JsonObject, field, isObject, textField } from "./json.ts";

/**
 * A versioned release (each field a list of its values with releaseDate) to the latest value of each field; a field
 * whose latest value is null is left out.
 */
export function latestVersion(versioned: JsonObject): JsonObject {
  const latest: JsonObject = {};
  for (const [key, value] of Object.entries(versioned)) {
    if (key === "__proto__") continue;
    const now = latestValue(value);
    if (now !== null) latest[key] = now;
  }
  return latest;
}

function latestValue(value: Json): Json {
  if (isObject(value)) return latestVersion(value);
  if (!Array.isArray(value)) return value;
  if (value.length === 0 || !value.every(isVersion)) return value.map(latestValue).filter((entry) => entry !== null);
  const date = (version: Json) => parseInstant(textField(version, "releaseDate"));
  const last = [...value].sort((a, b) => compareInstants(date(a), date(b))).at(-1);
  return field(last, "value") ?? null;
}

function isVersion(value: Json): boolean {
  return isObject(value) && Object.hasOwn(value, "releaseDate") && Object.hasOwn(value, "value");
}
