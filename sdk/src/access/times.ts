/**
 * One rule for times, kept by both sides of an exchange and asked for by the audit:
 * request <= response <= receipt <= latest block, and an answer at most a window after its request. A key counts for
 * the time that its part names; a request's key must be good when it is answered too.
 */

/** How long after its request an answer may be dated, seconds. */
export const WINDOW = 600;

const PATIENCE_MS = 5_000;
const POLL_MS = 250;

/** The latest block's time, once it has reached this one: two nodes are often a block apart. */
export async function reach(now: () => Promise<number>, time: number): Promise<number> {
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const latest = await now();
    if (latest >= time || time > latest + WINDOW || Date.now() > until) return latest;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
