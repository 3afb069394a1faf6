import { z } from "zod";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { parseJson } from "../shared/files.ts";
import { type Anchored, anchorAll, type LogName } from "./anchor.ts";
import { parseAs } from "./place.ts";

/** A line of a sensor's or vehicle's log; whatever else it holds is the sensor's own. */
const readingSchema = z.looseObject({
  seq: z.int().min(0),
  /** Seconds, UTC, or a time with Z or an offset. */
  time: z.union([z.number().min(0), z.iso.datetime({ offset: true })]),
});

export interface Reading {
  seq: number;
  /** Seconds, UTC. */
  time: number;
}

/** Where a sensor's log is not what it should be. */
export interface SensorGap {
  kind: "sequence" | "interval" | "order";
  /** Line in the file, from 1 on, after which it is. */
  line: number;
  /** The readings on both sides. */
  before: Reading;
  after: Reading;
  /** Readings lost, where the sequence skips. */
  lost: number;
  /** Seconds between the two. */
  silence: number;
}

/** Reads a sensor's lines. @throws InputError that names the line */
export function parseReadings(texts: string[]): Reading[] {
  return texts.map((text, i) => {
    const source = `Line ${i + 1} of the log`;
    const { seq, time } = parseAs(readingSchema, parseJson(text, source), source);
    return { seq, time: typeof time === "number" ? time : Date.parse(time) / 1000 };
  });
}

/** Where the sequence skips or turns back, and where the sensor was silent longer than it may be. */
export function sensorGaps(readings: Reading[], maxInterval = Infinity): SensorGap[] {
  const gaps: SensorGap[] = [];
  for (const [i, after] of readings.entries()) {
    const before = readings[i - 1];
    if (!before) continue;
    const silence = after.time - before.time;
    const lost = after.seq - before.seq - 1;
    const gap = { line: i, before, after, lost: Math.max(lost, 0), silence };
    if (lost < 0 || silence < 0) gaps.push({ kind: "order", ...gap });
    else if (lost > 0) gaps.push({ kind: "sequence", ...gap });
    else if (silence > maxInterval) gaps.push({ kind: "interval", ...gap });
  }
  return gaps;
}

export interface SensorReport {
  lines: number;
  gaps: SensorGap[];
  /** What this run anchored; empty where all was anchored before. */
  anchored: Anchored[];
}

/**
 * Anchors what is new in a sensor's log and reports its gaps.
 * @throws InputError where a line that is anchored was changed
 */
export async function anchorSensor(
  context: Context,
  log: LogName,
  texts: string[],
  maxInterval?: number,
): Promise<SensorReport> {
  if (texts.length === 0) throw new InputError("The log has no whole line yet.");
  const gaps = sensorGaps(parseReadings(texts), maxInterval);
  return { lines: texts.length, gaps, anchored: await anchorAll(context, log, texts) };
}
