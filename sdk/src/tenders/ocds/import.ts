import { compareInstants, parseInstant } from "./dates.ts";
import { type Json, type JsonObject, textField } from "./json.ts";
import { mergeReleases } from "./merge.ts";
import type { ReportEntry } from "./report.ts";
import { scrub } from "./scrub.ts";
import { wrongTypes } from "./shape.ts";
import { type Source, collectSources } from "./sources.ts";
import { latestVersion } from "./versioned.ts";

/** One contracting process as its file tells it, without personal data. */
export interface Process {
  ocid: string;
  /** Where the release comes from: the publisher's compiled release, the releases merged, or their versions. */
  basis: "compiledRelease" | "releases" | "versionedRelease";
  /** A compiled release: fields are as published, types are not to be relied on. */
  release: JsonObject;
}

/** What a file holds: its processes in the order of the file, and everything of it that is not used. */
export interface Import {
  processes: Process[];
  report: ReportEntry[];
}

/**
 * The processes of a parsed file. A compiled release goes before releases, those before a versioned release.
 * @throws InputError when nothing in it is OCDS
 */
export function importProcesses(json: Json): Import {
  const report: ReportEntry[] = [];
  const processes: Process[] = [];
  for (const source of collectSources(json, report)) {
    const chosen = chooseRelease(source, report);
    if (chosen === undefined) {
      report.push({ ocid: source.ocid, path: "/", reason: "no release, compiled release or versioned release" });
      continue;
    }
    const { release, dropped } = scrub(source.ocid, chosen.release);
    for (const [kind, count] of dropped)
      report.push({ ocid: source.ocid, path: "*", reason: `dropped: ${kind} (${count})` });
    for (const entry of wrongTypes(release)) report.push({ ocid: source.ocid, ...entry });
    processes.push({ ocid: source.ocid, basis: chosen.basis, release });
  }
  return { processes, report };
}

function chooseRelease(source: Source, report: ReportEntry[]): Omit<Process, "ocid"> | undefined {
  const { ocid, compiled, releases, versioned } = source;
  if (compiled.length > 1) {
    report.push({ ocid, path: "*", reason: `${compiled.length} compiled releases: only the latest is used` });
  }
  const latest = latestOf(compiled);
  if (latest !== undefined) return { basis: "compiledRelease", release: latest };
  if (releases.length > 0) {
    const undated = releases.filter((release) => parseInstant(textField(release, "date")) === undefined).length;
    if (undated > 0 && releases.length > 1) {
      report.push({ ocid, path: "*", reason: `${undated} releases without a usable date: merged first` });
    }
    return { basis: "releases", release: mergeReleases(ocid, releases) };
  }
  const last = versioned.at(-1);
  return last === undefined ? undefined : { basis: "versionedRelease", release: latestVersion(last) };
}

function latestOf(releases: JsonObject[]): JsonObject | undefined {
  const date = (release: JsonObject) => parseInstant(textField(release, "date"));
  return [...releases].sort((a, b) => compareInstants(date(a), date(b))).at(-1);
}
