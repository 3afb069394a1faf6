import { readFile } from "node:fs/promises";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { revealScores } from "../../sdk/src/tenders/scores.ts";
import { openHouse } from "../shared/house.ts";
import { type Args, optional, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const scores = await scoresOf(args);
  const outcome = await revealScores(await openHouse(args, hre), { tender, scores });
  const told = (evidence: string) => `The technical scores of tender ${tender} are revealed: ${cidOf(evidence)}`;
  if ("done" in outcome) return { text: `Done before. ${told(outcome.done.evidence)}`, json: outcome.done };
  const done = await outcome.act.send();
  return { text: told(done.result.evidence), json: { ...done, ...done.result } };
};
export default action;

/** The file with the scores, or the digest of one that is published elsewhere. */
async function scoresOf(args: Args): Promise<Uint8Array | string> {
  const evidence = optional(args, "evidence");
  if (evidence !== undefined) {
    if (optional(args, "file") !== undefined) throw new InputError("Give --file or --evidence, not both.");
    return evidence;
  }
  const path = required(args, "file");
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The scores ${path} cannot be read: ${error.code ?? error.message}`);
  });
  parseJson(bytes.toString("utf8"), path);
  return bytes;
}
