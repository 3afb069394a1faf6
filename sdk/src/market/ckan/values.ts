import { type Texts, UNTOLD } from "../catalogue/dataset.ts";

/** Texts in the languages they are given in; else the one that does not say its language; else others. */
export function textsIn(translated: Texts | undefined, text: string | undefined, otherwise: Texts = {}): Texts {
  return translated ?? (text === undefined ? otherwise : { [UNTOLD]: text });
}

/** CKAN's own times are in UTC without saying so. */
export function utcTime(time: string | undefined): string | undefined {
  return time !== undefined && /T\d\d:\d\d:\d\d(\.\d+)?$/.test(time) ? `${time}Z` : time;
}

/** A list that CKAN keeps as one text: JSON, or parts with commas between. */
export function listIn(text: string | undefined): string[] {
  if (text === undefined) return [];
  if (!text.trim().startsWith("[")) return text.split(",").flatMap((part) => part.trim() || []);
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((one) => typeof one === "string") : [];
  } catch {
    return [text];
  }
}

/** A text in one line, cut where it gets long. */
export const short = (text: string): string => text.replace(/\s+/g, " ").slice(0, 80);

/** The fields of an object that say something and are none of these. */
export function saidBeyond(object: Record<string, unknown>, known: ReadonlySet<string>): string[] {
  const empty = (value: unknown) =>
    value === null || value === undefined || value === "" || (Array.isArray(value) && value.length === 0);
  return Object.keys(object).filter((key) => !known.has(key) && !empty(object[key]));
}
