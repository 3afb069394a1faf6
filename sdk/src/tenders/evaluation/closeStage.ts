import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { pieces, requireStep } from "./pieces.ts";
import type { LotJudging } from "./read.ts";
import { meanScores } from "./score.ts";

/** Tells who goes on from a stage, best first. Send the acts in their order. */
export function closeStage(context: Context, judging: LotJudging): Act<object>[] {
  requireStep(judging, "scoring");
  const means = meanScores(judging);
  const sorted = [...judging.left].sort((x, y) => ((means.get(x) ?? 0n) > (means.get(y) ?? 0n) ? -1 : 1));
  const { tender, lot } = judging;
  return pieces(sorted).map((piece) => prepare(context.evaluation.closeStage, [tender, lot, piece], () => ({})));
}
