import { type Json, type JsonObject, field, isObject } from "./json.ts";

const OBJECTS: readonly (readonly string[])[] = [
  ["tender"],
  ["buyer"],
  ["tender", "value"],
  ["tender", "tenderPeriod"],
];
const LISTS: readonly (readonly string[])[] = [
  ["parties"],
  ["awards"],
  ["tender", "lots"],
  ["tender", "items"],
  ["tender", "documents"],
  ["bids", "details"],
];

/** Where a release has the wrong type, as JSON pointers with what was expected. Such values are not used. */
export function wrongTypes(release: JsonObject): { path: string; reason: string }[] {
  const found: { path: string; reason: string }[] = [];
  const expect = (value: Json | undefined, path: string, isRight: boolean, kind: string) => {
    if (value !== undefined && !isRight) found.push({ path, reason: `not ${kind}` });
  };
  for (const path of OBJECTS) {
    const value = field(release, ...path);
    expect(value, `/${path.join("/")}`, isObject(value), "an object");
  }
  const bids = field(release, "bids");
  expect(bids, "/bids", isObject(bids) || Array.isArray(bids), "an object");
  for (const path of LISTS) {
    const value = field(release, ...path);
    expect(value, `/${path.join("/")}`, Array.isArray(value), "a list");
    if (!Array.isArray(value)) continue;
    value.forEach((entry, index) => expect(entry, `/${path.join("/")}/${index}`, isObject(entry), "an object"));
  }
  return found;
}
