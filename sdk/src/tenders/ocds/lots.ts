import { type Json, type JsonObject, asText, field, objects, textField } from "./json.ts";
import { oneLine } from "./text.ts";
import { type Value, readValue } from "./values.ts";

/** The id of the one lot of a tender that publishes none. */
export const IMPLICIT_LOT = "1";

/** A lot, or the whole of a tender without lots. */
export interface Lot {
  id: string;
  /** JSON pointer within the release. */
  path: string;
  title?: string;
  description?: string;
  /** The lot's value; the tender's where this is the only lot and has none of its own. */
  value: Value;
  awardCriteria?: string;
  items: JsonObject[];
}

/**
 * The lots of a compiled release, at least one. Of lots with the same id the first counts; a lot without an id gets
 * its place ("#2"). Items belong to the lot they name; in a tender of one lot all do.
 */
export function lotsOf(release: JsonObject): Lot[] {
  const tender = field(release, "tender");
  const items = objects(field(tender, "items"));
  const published = new Map<string, { lot: JsonObject; path: string }>();
  objects(field(tender, "lots")).forEach((lot, index) => {
    const id = oneLine(textField(lot, "id") ?? "") || `#${index + 1}`;
    if (!published.has(id)) published.set(id, { lot, path: `/tender/lots/${index}` });
  });
  if (published.size === 0) {
    const value = readValue(field(tender, "value"));
    return [{ id: IMPLICIT_LOT, path: "/tender", value, items, ...texts(tender, tender) }];
  }
  return [...published].map(([id, { lot, path }]) => {
    const only = published.size === 1;
    const own = field(lot, "value");
    const value = readValue(own === undefined && only ? field(tender, "value") : own);
    return {
      id,
      path,
      value,
      items: items.filter((item) => only || relatedLots(item).includes(id)),
      ...texts(lot, tender),
    };
  });
}

/** The ids of lots that an award, a bid or an item names: relatedLot, relatedLots, or Prozorro's lotID. */
export function relatedLots(value: JsonObject): string[] {
  const named = ["relatedLot", "relatedLots", "lotID", "lotId"].flatMap((key) => {
    const found = field(value, key);
    return (Array.isArray(found) ? found : [found]).map(asText);
  });
  return [...new Set(named.filter((id) => id !== undefined).map((id) => oneLine(id)))];
}

/**
 * The lots an award or a bid is for: those it names, else those its items name or are in, else all.
 * @returns ids of `lots`; empty when it names other lots only
 */
export function lotsFor(value: JsonObject, lots: Lot[]): string[] {
  const all = lots.map((lot) => lot.id);
  if (lots.length === 1 && lots[0]?.path === "/tender") return all;
  const items = objects(field(value, "items"));
  const itemIds = new Set(items.map((item) => textField(item, "id")));
  const holding = lots.filter((lot) => lot.items.some((item) => itemIds.has(textField(item, "id") ?? "")));
  const candidates = [relatedLots(value), items.flatMap(relatedLots), holding.map((lot) => lot.id)];
  const named = candidates.find((ids) => ids.length > 0) ?? all;
  return all.filter((id) => named.includes(id));
}

function texts(lot: Json | undefined, tender: Json | undefined): Partial<Lot> {
  const [title, description] = [textField(lot, "title"), textField(lot, "description")];
  const awardCriteria = textField(lot, "awardCriteria") ?? textField(tender, "awardCriteria");
  return {
    ...(title === undefined ? {} : { title }),
    ...(description === undefined ? {} : { description }),
    ...(awardCriteria === undefined ? {} : { awardCriteria }),
  };
}
