import { periodRoot } from "./anchor.ts";
import type { Finding } from "./audit.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";

/** The most missing numbers listed: a log can claim any number. */
const MOST_LISTED = 1000;

/**
 * Where a log is not whole: numbers that skip or come twice, records that are anchored and not there, and periods that
 * do not recompute. A period with a hole in it is told by the hole alone.
 */
export function findGaps(place: AccessPlace, { log, texts, lines, anchors }: PublishedLog): Finding[] {
  const at = (seq: number, detail: string): Finding => ({ kind: "gap", agency: log.agency, seq, detail });
  const found: Finding[] = [];
  const bySeq = new Map<number, number>();
  for (const [i, { seq }] of lines.entries()) {
    if (bySeq.has(seq)) found.push(at(seq, "two records have this number"));
    else bySeq.set(seq, i);
  }
  const anchored = anchors.at(-1)?.count ?? 0;
  const last = lines.reduce((most, { seq }) => Math.max(most, seq), anchored);
  const broken = new Set(found.map(({ seq }) => seq));
  for (let seq = 1; seq <= last && broken.size < MOST_LISTED; seq++) {
    if (bySeq.has(seq)) continue;
    broken.add(seq);
    found.push(at(seq, seq <= anchored ? "the record is anchored and not in the log" : "the number is skipped"));
  }
  for (const { previousCount, count, root } of anchors) {
    if (count - previousCount > lines.length) continue;
    const period = Array.from({ length: count - previousCount }, (_, i) => previousCount + 1 + i);
    if (period.some((seq) => broken.has(seq) || !bySeq.has(seq))) continue;
    if (
      periodRoot(
        place,
        log,
        period.map((seq) => texts[bySeq.get(seq) ?? -1] ?? ""),
      ) === root
    )
      continue;
    found.push(at(previousCount + 1, `records ${previousCount + 1} to ${count} are not the ones that were anchored`));
  }
  return found;
}
