/** A moment: whole seconds since 1970 and its fraction of a second as nine digits. */
export interface Instant {
  seconds: number;
  fraction: string;
  /** False when the text gave no time of day or no offset, and UTC midnight or UTC was assumed. */
  exact: boolean;
}

const ISO = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(?:\.(\d+))?(Z|[+-]\d\d:?\d\d)?)?$/i;

/** Read an ISO 8601 date or date-time; undefined when it is not one, or no day of the calendar. */
export function parseInstant(text: string | undefined): Instant | undefined {
  const match = ISO.exec(text ?? "");
  if (match === null) return undefined;
  const [, day = "", minutes = "00:00", seconds = ":00", fraction = "", zone] = match;
  const midnight = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  const offset = (zone ?? "Z").toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
  const time = Date.parse(`${day}T${minutes}${seconds}${offset}`);
  if (Number.isNaN(time)) return undefined;
  const exact = match[2] !== undefined && zone !== undefined;
  return { seconds: time / 1000, fraction: fraction.slice(0, 9).padEnd(9, "0"), exact };
}

/** Order of two moments; an undated one comes first. */
export function compareInstants(a: Instant | undefined, b: Instant | undefined): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  return a.seconds - b.seconds || (a.fraction < b.fraction ? -1 : Number(a.fraction > b.fraction));
}

/** ISO 8601 in UTC to the second, e.g. "2016-06-17T14:53:00Z". */
export function utc(instant: Instant): string {
  return `${new Date(instant.seconds * 1000).toISOString().slice(0, 19)}Z`;
}
