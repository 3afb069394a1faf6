import { LosslessNumber, parse } from "lossless-json";
import { InputError } from "../../shared/errors.ts";
import { restoreString, setLongStringsAside } from "./long-strings.ts";
import { oneLine } from "./text.ts";

/** JSON whose numbers keep the digits of the file. */
export type Json = null | boolean | string | LosslessNumber | Json[] | JsonObject;
export interface JsonObject {
  [key: string]: Json;
}

const MAX_DEPTH = 100;
const MAX_VALUES = 5_000_000;

/**
 * Parse JSON, numbers kept as text.
 * @throws InputError (one line) when it is not JSON, repeats a key with another value, nests deeper than 100 levels or
 *   holds more than 5 million values
 */
export function parseJson(text: string): Json {
  refuseExcess(text);
  const { compact, literals } = setLongStringsAside(text);
  try {
    return restore(parse(compact) as Json, literals);
  } catch (error) {
    const message = oneLine(error instanceof Error ? error.message : String(error));
    throw new InputError(`not valid JSON: ${compact === text ? message : message.replace(/ at position \d+/, "")}`);
  }
}

/** One pass over the text before parsing, as the parser itself recurses and allocates. */
function refuseExcess(text: string): void {
  let depth = 0;
  let values = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (quoted) {
      if (code === 0x5c)
        i++; // a backslash hides the next character
      else if (code === 0x22) quoted = false;
    } else if (code === 0x22) quoted = true;
    else if (code === 0x2c) values++;
    else if (code === 0x5b || code === 0x7b) {
      values++;
      depth++;
    } else if (code === 0x5d || code === 0x7d) depth--;
    if (depth > MAX_DEPTH) throw new InputError(`JSON nested deeper than ${MAX_DEPTH} levels is refused`);
    if (values > MAX_VALUES) throw new InputError(`JSON of more than ${MAX_VALUES} values is refused`);
  }
}

/** Put the long strings back, in place; as deep as refuseExcess allows. */
function restore(value: Json, literals: string[]): Json {
  if (literals.length === 0) return value;
  if (typeof value === "string") return restoreString(value, literals);
  if (Array.isArray(value)) value.forEach((entry, index) => (value[index] = restore(entry, literals)));
  else if (isObject(value)) for (const [key, entry] of Object.entries(value)) value[key] = restore(entry, literals);
  return value;
}

/** Is it a JSON object (no array, no number)? */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof LosslessNumber);
}

/** An object's own field; undefined for null, for a missing field, and for anything that is no object. */
export function field(value: Json | undefined, ...path: string[]): Json | undefined {
  let at = value;
  for (const key of path) {
    if (!isObject(at) || !Object.hasOwn(at, key)) return undefined;
    at = at[key];
  }
  return at === null ? undefined : at;
}

/** The objects of an array; empty for anything else. */
export function objects(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A string (trimmed) or a number as text; undefined for anything else and for the empty string. */
export function asText(value: Json | undefined): string | undefined {
  const text = value instanceof LosslessNumber ? value.value : typeof value === "string" ? value.trim() : "";
  return text === "" ? undefined : text;
}

/** {@link asText} of an object's field. */
export function textField(value: Json | undefined, ...path: string[]): string | undefined {
  return asText(field(value, ...path));
}
