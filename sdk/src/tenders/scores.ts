import { isHexString } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import { digestOf } from "../shared/cid.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { readTender } from "./read.ts";

export interface RevealScoresParameters {
  tender: bigint;
  /** The file with the scores, which goes into the store of public files; or its SHA-256 digest. */
  scores: Uint8Array | string;
}

/** The scores revealed, by the digest of their file. */
export interface ScoresRevealed {
  evidence: string;
}

/**
 * Reveals the technical scores of a tender of two parts: from then on the price part can be opened. The tender's scorer.
 * Run again it says that they are revealed.
 * @throws InputError if the tender has one part, or other scores are revealed
 */
export async function revealScores(
  context: Context,
  { tender, scores }: RevealScoresParameters,
): Promise<{ act: Act<ScoresRevealed> } | { done: ScoresRevealed }> {
  const { sealing } = await readTender(context, tender);
  if (sealing?.scorer === undefined) throw new InputError(`Tender ${tender} has one part: there is nothing to score.`);
  const evidence = typeof scores === "string" ? scores.toLowerCase() : digestOf(scores);
  if (!isHexString(evidence, 32)) throw new InputError("The digest of the scores has 32 bytes in hex.");
  if (sealing.scored) {
    if (sealing.scored.evidence === evidence) return { done: { evidence } };
    throw new InputError(
      `Other scores of tender ${tender} are revealed: those of the digest ${sealing.scored.evidence}.`,
    );
  }
  const act = prepare(context.house.revealScores, [tender, evidence], () => ({ evidence }));
  return {
    act: {
      estimate: act.estimate,
      async send() {
        await act.estimate();
        if (typeof scores !== "string") await context.files.put(scores);
        return act.send();
      },
    },
  };
}
