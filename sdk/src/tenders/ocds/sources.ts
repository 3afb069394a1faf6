import { InputError } from "../../shared/errors.ts";
import { type Json, type JsonObject, field, isObject, textField } from "./json.ts";
import type { ReportEntry } from "./report.ts";
import { oneLine } from "./text.ts";

/** What a file holds of one process. */
export interface Source {
  ocid: string;
  compiled: JsonObject[];
  releases: JsonObject[];
  versioned: JsonObject[];
}

/**
 * Sort the contents of a file by ocid: release packages, record packages, bare records, single releases, and lists of
 * these.
 * @param report gets what cannot be used
 * @throws InputError when nothing in the file is OCDS
 */
export function collectSources(json: Json, report: ReportEntry[]): Source[] {
  const sources = new Map<string, Source>();
  const sourceOf = (ocid: string): Source => {
    const source = sources.get(ocid) ?? { ocid, compiled: [], releases: [], versioned: [] };
    sources.set(ocid, source);
    return source;
  };
  const complain = (path: string, reason: string, ocid = "") => report.push({ ocid, path: path || "/", reason });

  const addRelease = (release: Json, path: string, recordOcid?: string): void => {
    const ocid = ocidOf(release) ?? recordOcid;
    if (!isObject(release) || ocid === undefined) return void complain(path, "not a release with an ocid");
    const tag = field(release, "tag");
    const compiled = tag === "compiled" || (Array.isArray(tag) && tag.includes("compiled"));
    sourceOf(ocid)[compiled ? "compiled" : "releases"].push(release);
  };

  const addRecord = (record: JsonObject, path: string): void => {
    const list = field(record, "releases");
    const releases = Array.isArray(list) ? list : [];
    if (list !== undefined && !Array.isArray(list)) complain(`${path}/releases`, "not a list");
    const compiled = field(record, "compiledRelease");
    const versioned = field(record, "versionedRelease");
    const ocid = ocidOf(compiled) ?? ocidOf(record) ?? ocidOf(versioned) ?? releases.map(ocidOf).find((id) => id);
    if (ocid === undefined) return void complain(path, "a record without an ocid");
    const source = sourceOf(ocid);
    if (isObject(compiled)) source.compiled.push(compiled);
    else if (compiled !== undefined) complain(`${path}/compiledRelease`, "not an object", ocid);
    if (isObject(versioned)) source.versioned.push(versioned);
    const linked = releases.filter(isLinked).length;
    if (linked > 0) complain(`${path}/releases`, `${linked} linked releases: only their addresses are here`, ocid);
    releases.forEach((release, index) => {
      if (!isLinked(release)) addRelease(release, `${path}/releases/${index}`, ocid);
    });
  };

  /** Is it OCDS at all? */
  const add = (value: Json, path: string): boolean => {
    if (Array.isArray(value)) {
      const known = value.map((entry, index) => add(entry, `${path}/${index}`));
      known.forEach((isKnown, index) => isKnown || complain(`${path}/${index}`, "not OCDS"));
      return known.includes(true);
    }
    if (!isObject(value)) return false;
    const records = field(value, "records");
    if (Array.isArray(records)) {
      records.forEach((record, index) => {
        const at = `${path}/records/${index}`;
        if (isObject(record)) addRecord(record, at);
        else complain(at, "not an object");
      });
      return true;
    }
    if (isObject(field(value, "compiledRelease")) || isObject(field(value, "versionedRelease")))
      return (addRecord(value, path), true);
    const releases = field(value, "releases");
    if (Array.isArray(releases)) {
      if (ocidOf(value) !== undefined) addRecord(value, path);
      else releases.forEach((release, index) => addRelease(release, `${path}/releases/${index}`));
      return true;
    }
    if (ocidOf(value) === undefined) return false;
    addRelease(value, path);
    return true;
  };

  if (!add(json, "")) throw new InputError("not OCDS: no release package, record package, record or release");
  return [...sources.values()];
}

/** The ocid as one line of text, so that it can stand in reports. */
function ocidOf(value: Json | undefined): string | undefined {
  const ocid = textField(value, "ocid");
  return ocid === undefined ? undefined : oneLine(ocid) || undefined;
}

function isLinked(release: Json): boolean {
  return (
    textField(release, "url") !== undefined &&
    ["tender", "awards", "bids"].every((key) => field(release, key) === undefined)
  );
}
