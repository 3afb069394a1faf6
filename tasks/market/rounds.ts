import { setTimeout as sleep } from "node:timers/promises";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { type Args, optional, span } from "../shared/options.ts";
import { toJson } from "../shared/text.ts";

const EVERY = 15;

/** Does rounds until a signal ends them, or one with `--once`. A round that fails is told, and the next one comes. */
export async function rounds(args: Args, round: (signal: AbortSignal) => Promise<void>): Promise<number> {
  const every = optional(args, "every") === undefined ? EVERY : span(args, "every");
  const stop = new AbortController();
  const end = () => stop.abort();
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const name of signals) process.once(name, end);
  let count = 0;
  try {
    while (!stop.signal.aborted) {
      await tried(round, stop.signal, args["once"] === true);
      count++;
      if (args["once"] === true) break;
      await sleep(every * 1000, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    for (const name of signals) process.off(name, end);
  }
  return count;
}

async function tried(round: (signal: AbortSignal) => Promise<void>, signal: AbortSignal, once: boolean): Promise<void> {
  try {
    await round(signal);
  } catch (error) {
    if (signal.aborted) return;
    if (once) throw error;
    process.stderr.write(`${describeError(error)}\n`);
  }
}

/** Tells of an act as soon as it is done: a line of text, or of JSON. */
export function tell(args: Args, text: string, json: object): void {
  const line = args["json"] === true ? JSON.stringify(JSON.parse(toJson(json))) : text;
  process.stdout.write(`${line}\n`);
}
