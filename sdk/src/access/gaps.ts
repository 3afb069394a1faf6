import { type Anchor, periodRoot } from "./anchor.ts";
import type { Finding } from "./audit.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";

/** The most missing numbers listed: a log can claim any number. */
const MOST_LISTED = 1000;

export interface CheckedLog {
  found: Finding[];
  /** Periods that recompute: nothing else counts as anchored. */
  proven: Anchor[];
  /** How many records are not there. */
  holes: number;
}

/**
 * Where a log is not whole: numbers that skip or come twice, records that are anchored and not there, and periods that
 * do not recompute. The first finding in such a period says that none of its records is proven.
 */
export function checkAnchors(place: AccessPlace, { log, texts, lines, anchors }: PublishedLog): CheckedLog {
  const at = (seq: number, detail: string): Finding => ({ kind: "gap", agency: log.agency, seq, detail });
  const found: Finding[] = [];
  const bySeq = new Map<number, number>();
  for (const [i, { seq }] of lines.entries()) {
    if (bySeq.has(seq)) found.push(at(seq, "two records have this number"));
    else bySeq.set(seq, i);
  }
  const anchored = anchors.at(-1)?.count ?? 0;
  const last = lines.reduce((most, { seq }) => Math.max(most, seq), anchored);
  let holes = 0;
  for (let seq = 1; seq <= last && found.length < MOST_LISTED; seq++) {
    if (bySeq.has(seq)) continue;
    holes++;
    found.push(at(seq, seq <= anchored ? "the record is anchored and not in the log" : "the number is skipped"));
  }
  const proven: Anchor[] = [];
  for (const anchor of anchors) {
    const { previousCount, count } = anchor;
    if (isProven(place, { log, texts, anchor, bySeq })) {
      const twice = found.some(({ seq = 0 }) => previousCount < seq && seq <= count);
      if (!twice) proven.push(anchor);
      continue;
    }
    const words = `records ${previousCount + 1} to ${count} are not the ones that were anchored`;
    const told = found.find(({ seq = 0 }) => previousCount < seq && seq <= count);
    if (told) told.detail += `; ${words}: none of them is proven`;
    else found.push(at(previousCount + 1, words));
  }
  if (anchors.length === 0 && lines.length > 0) {
    const detail = `nothing is anchored under the name ${log.name}: the log is its body's word alone`;
    found.push({ kind: "unanchored", agency: log.agency, seq: lines[0]?.seq ?? 1, detail });
  }
  return { found, proven, holes };
}

interface Period extends Pick<PublishedLog, "log" | "texts"> {
  anchor: Anchor;
  bySeq: Map<number, number>;
}

function isProven(place: AccessPlace, { log, texts, anchor, bySeq }: Period): boolean {
  const { previousCount, count, root } = anchor;
  if (count - previousCount > texts.length) return false;
  const period: string[] = [];
  for (let seq = previousCount + 1; seq <= count; seq++) {
    const text = texts[bySeq.get(seq) ?? -1];
    if (text === undefined) return false;
    period.push(text);
  }
  return periodRoot(place, log, period) === root;
}
