import { LosslessNumber } from "lossless-json";

/** ISO 8601, UTC, whole seconds. */
export function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(".000Z", "Z");
}

/** Plain decimal text as an exact JSON number, which has no zeros in front. */
export function jsonNumber(text: string): LosslessNumber {
  return new LosslessNumber(text.replace(/^0+(?=\d)/, ""));
}
