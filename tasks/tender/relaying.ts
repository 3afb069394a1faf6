import { resolve } from "node:path";
import { writePrivate } from "../../sdk/src/documents/json.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import type { RelayFile } from "../../sdk/src/tenders/relayFile.ts";
import { type Args, optional } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Output } from "../shared/verb.ts";

/** Where a signed act goes, and until when it can be sent; undefined where the bidder sends it itself. */
export function relayOf(args: Args): { out: string; until: { until?: number } } | undefined {
  const out = optional(args, "relay");
  const until = optional(args, "until");
  if (out !== undefined) return { out: resolve(out), until: until ? { until: parseTime(until, "--until") } : {} };
  if (until !== undefined)
    throw new InputError("--until tells until when a relayed act can be sent: give --relay too.");
  return undefined;
}

/** Writes a signed act for whoever relays it. */
export async function writeRelay(out: string, relay: RelayFile, file?: string): Promise<Output> {
  await writePrivate(out, relay);
  const kept = file === undefined ? "" : ` Keep this file safe, it opens the bid: ${file}`;
  return {
    text: `Signed, not sent. Anyone sends it until ${showTime(relay.deadline)} with tender relay ${out}.${kept}`,
    json: { relay: out, deadline: relay.deadline, ...(file === undefined ? {} : { file }) },
  };
}
