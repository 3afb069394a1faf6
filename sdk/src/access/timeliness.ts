import type { Anchor } from "./anchor.ts";
import type { Request, Response } from "./record.ts";
import { WINDOW } from "./times.ts";

/**
 * How much later than a record's time an anchor without it may be, seconds: the lines to anchor are read some time
 * before the anchor is on chain.
 */
export const MARGIN = 86_400;

/** When a record was anchored. */
export function anchoredAt(anchors: Anchor[], seq: number): number | undefined {
  return anchors.find(({ previousCount, count }) => previousCount < seq && seq <= count)?.time;
}

/** Time of the latest anchor at which a record was not yet in the log; periods anchored together count as one. */
export function loggedAfter(anchors: Anchor[], seq: number): number {
  const own = anchoredAt(anchors, seq) ?? Infinity;
  const earlier = anchors.filter(({ count, time }) => count < seq && time + MARGIN < own);
  return earlier.reduce((latest, { time }) => Math.max(latest, time), 0);
}

/** Why a part cannot be of its time, where its signer logged it so; null where it can. */
export function loggingFault(time: number, held: { seq: number; time: number }, anchors: Anchor[]): string | null {
  if (Math.abs(held.time - time) > WINDOW) return "dated otherwise than the line of its signer's log";
  if (time > (anchoredAt(anchors, held.seq) ?? Infinity)) return "dated after it was anchored";
  if (time < loggedAfter(anchors, held.seq) - MARGIN) return "dated before an anchor at which it was not in the log";
  return null;
}

/** Why a response cannot be of its time; null where it can. */
export function answerFault(request: Request, { outcome, time }: Response, now: number): string | null {
  if (time > now) return "the response is dated after the latest block";
  if (outcome === "refused") return null;
  if (time < request.time) return "the response is dated before the request";
  return time > request.time + WINDOW ? `the response is dated more than ${WINDOW} s after the request` : null;
}

/** From when on a review is due: a response's own time counts only where it can be. */
export function dueFrom(request: Request, { time }: Response): number {
  return Math.min(Math.max(time, request.time), request.time + WINDOW);
}
