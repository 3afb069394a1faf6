import { plain } from "../../sdk/src/documents/plain.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseInstant } from "../../sdk/src/tenders/ocds/dates.ts";

/** Rows under a head, in columns; each row is one line, whatever its cells are. */
export function table(head: string[], raw: string[][]): string {
  const rows = raw.map((cells) => cells.map(plain));
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => (row[i] ?? "").length)));
  const line = (cells: string[]) =>
    cells
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Names and values, one a line, whatever the values are. */
export function list(entries: Record<string, string | number | bigint | boolean | undefined>): string {
  const shown = Object.entries(entries).filter(([, value]) => value !== undefined);
  const width = Math.max(...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${plain(String(value))}`).join("\n");
}

/** Seconds to an ISO time, UTC. */
export function showTime(seconds: number): string {
  return seconds > 8_640_000_000_000 ? "never" : new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** A time given as ISO 8601 with Z or an offset, as a date (its first second, UTC), or as seconds. */
export function parseTime(text: string, name: string): number {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  const zoned = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const instant = zoned ? parseInstant(text) : undefined; // Date.parse would roll 30 February over into March
  if (!instant) throw new InputError(`${name} must be a time such as 2027-01-31T12:00:00Z, not ${text}.`);
  return instant.seconds;
}

const UNITS = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const;
/** A hundred years: longer than any period of the contracts. */
const LONGEST = 100 * 365 * UNITS.d;

/** A span given as 90s, 15m, 24h, 3d or 2w, or as seconds, to seconds. */
export function parseSpan(text: string, name: string): number {
  const [, count = "", unit = "s"] = /^(\d{1,10})([smhdw])?$/.exec(text) ?? [];
  const seconds = Number(count) * UNITS[unit as keyof typeof UNITS];
  if (count === "" || seconds > LONGEST)
    throw new InputError(`${name} must be a span such as 3d, 24h or 90s, not ${text}.`);
  return seconds;
}

/** Seconds as a span, in the largest unit of which they are a whole number. */
export function showSpan(seconds: number): string {
  const found = Object.entries(UNITS).findLast(([unit, length]) => unit !== "w" && seconds % length === 0);
  const [unit, length] = seconds > 0 && found ? found : ["s", 1];
  return `${seconds / length}${unit}`;
}

/** JSON with bigints as decimal text. */
export function toJson(value: unknown): string {
  return escaped(
    JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? inner.toString() : inner), 2),
  );
}

/** JSON text, with what could steer a terminal as escapes: the same value. */
export function escaped(json: string): string {
  const codes = (found: string) => `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(/[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, codes);
}
