import type { Notice, NoticeDocument, NoticeItem } from "../notice.ts";
import { parseInstant, utc } from "./dates.ts";
import { type Json, type JsonObject, field, isObject, objects, textField } from "./json.ts";
import { publicUrl } from "./urls.ts";

type Complain = (path: string, reason: string) => void;

/** An OCDS item as the notice has it. An item without an id gets its place in the lot ("#1"). */
export function readItem(item: JsonObject, path: string, complain: Complain): NoticeItem {
  const quantity = textField(item, "quantity");
  const isPlain = quantity !== undefined && /^\d{1,60}(\.\d{1,60})?$/.test(quantity);
  if (field(item, "quantity") !== undefined && !isPlain) complain(`${path}/quantity`, "not a plain decimal number");
  const more = objects(field(item, "additionalClassifications")).map(readClassification).filter(isFilled);
  const read: NoticeItem = { id: textField(item, "id") ?? `#${Number(path.split("/").at(-1)) + 1}` };
  const description = textField(item, "description");
  const unit = pick(field(item, "unit"), ["scheme", "id", "name"]);
  const classification = readClassification(field(item, "classification"));
  if (description !== undefined) read.description = description;
  if (isPlain) read.quantity = quantity;
  if (isFilled(unit)) read.unit = unit;
  if (isFilled(classification)) read.classification = classification;
  if (more.length > 0) read.additionalClassifications = more;
  return read;
}

/** The documents of a tender. An address that needs a login, is signed or is not public is left out and reported. */
export function readDocuments(tender: Json | undefined, complain: Complain): Notice["documents"] {
  const documents = objects(field(tender, "documents")).map((document, index): NoticeDocument => {
    const path = `/tender/documents/${index}`;
    const texts = pick(document, ["title", "documentType", "format", "language"]);
    const read: NoticeDocument = { id: textField(document, "id") ?? `#${index + 1}`, ...texts };
    const url = publicUrl(textField(document, "url"));
    if (url !== undefined) read.url = url;
    else if (field(document, "url") !== undefined) complain(`${path}/url`, "not a public address");
    const published = parseInstant(textField(document, "datePublished"));
    if (published?.exact) read.datePublished = utc(published);
    else if (field(document, "datePublished") !== undefined) complain(`${path}/datePublished`, "not a date and time");
    return read;
  });
  return documents.length === 0 ? undefined : documents;
}

function readClassification(value: Json | undefined) {
  return pick(value, ["scheme", "id", "description"]);
}

/** The named fields that hold text. */
function pick<K extends string>(value: Json | undefined, keys: readonly K[]): Partial<Record<K, string>> {
  const picked: Partial<Record<K, string>> = {};
  for (const key of isObject(value) ? keys : []) {
    const text = textField(value, key);
    if (text !== undefined) picked[key] = text;
  }
  return picked;
}

function isFilled(value: object): boolean {
  return Object.keys(value).length > 0;
}
