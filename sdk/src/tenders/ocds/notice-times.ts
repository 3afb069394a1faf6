import type { Notice } from "../notice.ts";
import { type Instant, compareInstants, parseInstant, utc } from "./dates.ts";
import { type Json, field, textField } from "./json.ts";

/**
 * The published times of a tender in UTC, to the second. Dropped and reported: dates that are not exact to a time of
 * day and an offset, a start and an end in the wrong order (both), an award before the end of the tender period.
 */
export function readTimes(tender: Json | undefined, complain: (path: string, reason: string) => void): Notice["times"] {
  const read = (period: string, end: string): Instant | undefined => {
    const path = `/tender/${period}/${end}`;
    if (field(tender, period, end) === undefined) return undefined;
    const instant = parseInstant(textField(tender, period, end));
    if (instant?.exact) return instant;
    complain(path, instant === undefined ? "not a date" : "no time of day or no offset from UTC");
    return undefined;
  };
  let start = read("tenderPeriod", "startDate");
  let commitDeadline = read("tenderPeriod", "endDate");
  let awardDeadline = read("awardPeriod", "endDate");
  if (start && commitDeadline && compareInstants(start, commitDeadline) >= 0) {
    complain("/tender/tenderPeriod", "ends before it starts");
    start = commitDeadline = undefined;
  }
  const before = commitDeadline ?? start;
  if (before && awardDeadline && awardDeadline.seconds <= before.seconds) {
    complain("/tender/awardPeriod/endDate", "before the end of the tender period");
    awardDeadline = undefined;
  }
  return {
    ...(start ? { start: utc(start) } : {}),
    ...(commitDeadline ? { commitDeadline: utc(commitDeadline) } : {}),
    ...(awardDeadline ? { awardDeadline: utc(awardDeadline) } : {}),
  };
}
