import { type Act, prepare } from "../../shared/act.ts";
import { actor, type Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { scoresHash, type SheetPlace } from "./hashes.ts";
import { requireStep } from "./pieces.ts";
import type { LotJudging } from "./read.ts";
import { placeOf, type SheetStore, wordsOf } from "./sheetFile.ts";

/** Of so many bids the scores are counted by the act that reveals them; of more by `countScores` of IEvaluation. */
const COUNTED = 500;

/** Declares that the actor has no conflict. `digest` is that of the signed declaration. */
export const declareNoConflict = (context: Context, tender: bigint, digest: string): Act<object> =>
  prepare(context.evaluation.declare, [tender, digest], () => ({}));

async function sheetPlace(context: Context, { tender, lot, generation, stage }: LotJudging): Promise<SheetPlace> {
  const { chainId, addresses } = context;
  return { chainId, evaluation: addresses.Evaluation, tender, lot, generation, stage, evaluator: await actor(context) };
}

/**
 * Commits the actor to points of all bids of the present stage, which are on disk before.
 * @throws InputError unless there are points for each bid and criterion
 */
export async function commitScores(
  context: Context,
  judging: LotJudging,
  points: Record<string, number[]>,
  store: SheetStore,
): Promise<Act<object>> {
  requireStep(judging, "scoring");
  const criteria = judging.terms.stages[judging.stage]?.weights.length;
  const named = new Set(Object.keys(points).map((bidder) => bidder.toLowerCase()));
  const complete =
    named.size === judging.staged.length && judging.staged.every((bidder) => named.has(bidder.toLowerCase()));
  if (!complete || !Object.values(points).every(({ length }) => length === criteria)) {
    throw new InputError(`Give ${criteria} points for each of the ${judging.staged.length} bids of the stage.`);
  }
  const sheet = await store.keep(await sheetPlace(context, judging), points);
  const hash = scoresHash(placeOf(sheet), wordsOf(sheet), sheet.salt);
  return prepare(context.evaluation.commitScores, [judging.tender, judging.lot, judging.stage, hash], () => ({}));
}

/** Reveals the actor's scores of the present stage, from the sheet kept. @throws InputError if none is */
export async function revealScores(context: Context, judging: LotJudging, store: SheetStore): Promise<Act<object>> {
  requireStep(judging, "scoring");
  const sheet = await store.read(await sheetPlace(context, judging));
  const counted = judging.staged.length <= COUNTED ? judging.staged : [];
  const args = [judging.tender, judging.lot, wordsOf(sheet), sheet.salt, counted] as const;
  return prepare(context.evaluation.revealScores, [...args], () => ({}));
}
