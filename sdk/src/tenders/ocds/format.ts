import { LosslessNumber } from "lossless-json";

/** ISO 8601, UTC, whole seconds. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** An amount as an exact JSON number. */
export function jsonNumber(text: string): LosslessNumber {
  return new LosslessNumber(text);
}
