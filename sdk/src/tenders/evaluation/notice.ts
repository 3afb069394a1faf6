import { z } from "zod";
import { parsePrice } from "../amount.ts";
import type { Notice } from "../notice.ts";
import { type EvaluationTerms, NO_BUDGET } from "./terms.ts";

const DAY = 86_400;
const share = z.int().min(0).max(10_000);
const days = z
  .number()
  .min(1 / 24)
  .max(90);

const stageSchema = z.strictObject({
  title: z.string().min(1).optional(),
  /** What evaluators give points for, with the criterion's weight; the weights are 10,000 together. */
  criteria: z
    .array(z.strictObject({ name: z.string().min(1), weight: z.int().min(1).max(10_000) }))
    .min(1)
    .max(16),
  /** A criterion is met or not; what fails one by most of the panel falls short of the threshold. */
  passFail: z.boolean().optional(),
  /** Share of a full score that a bid must reach to go on. */
  threshold: share.optional(),
  /** So many bids go on; absent = all that reach the threshold. */
  keep: z.int().min(1).max(0xff_ff_ff).optional(),
  /** Share of the total. */
  weight: share.optional(),
  commitDays: days,
  revealDays: days,
});

/** How a panel judges bids. Shares and weights are basis points; those of stages and price are 10,000 together. */
export const evaluationSchema = z
  .strictObject({
    panel: z
      .array(z.string().regex(/^0x[0-9a-fA-F]{40}$/, "must be 0x and 40 hexadecimal digits"))
      .max(15, "can be 15 at most"),
    /** So many evaluators' scores must be there. */
    quorum: z.int().min(0).max(15),
    dropExtremes: z.boolean().optional(),
    stages: z.array(stageSchema).max(4, "can be four at most"),
    price: z.strictObject({ weight: share.min(1), formula: z.enum(["proportional", "linear"]) }).optional(),
    /** So many bids win in each lot, best first, within the lot's budget. */
    winners: z.int().min(1).max(65_535),
    /** Where several win, how orders are placed with them. */
    frameworkMethod: z
      .enum(["withReopeningCompetition", "withoutReopeningCompetition", "withAndWithoutReopeningCompetition"])
      .optional(),
    /** Days in which a winner signs once it is called to. */
    signDays: days.optional(),
    /** A price below this share of the mean is abnormally low: its bidder explains it within these days. */
    low: z.strictObject({ share: share.min(1), answerDays: days }).optional(),
  })
  .refine(({ winners, frameworkMethod }) => winners > 1 || frameworkMethod === undefined, {
    path: ["frameworkMethod"],
    message: "is of a framework agreement, in which several win",
  });

/** What a notice says of its evaluation, as the contract takes it; undefined where the lowest price wins. */
export function evaluationTerms({ evaluation, lots, decimals }: Notice): EvaluationTerms | undefined {
  if (!evaluation) return undefined;
  const seconds = (count: number) => Math.round(count * DAY);
  const budgets = lots.map(({ budget }) => (budget === undefined ? NO_BUDGET : parsePrice(budget, decimals)));
  return {
    panel: evaluation.panel,
    quorum: evaluation.quorum,
    dropExtremes: evaluation.dropExtremes ?? false,
    stages: evaluation.stages.map((stage) => ({
      weights: stage.criteria.map(({ weight }) => weight),
      passFail: stage.passFail ?? false,
      threshold: stage.threshold ?? 0,
      keep: stage.keep ?? 0,
      weight: stage.weight ?? 0,
      commitPeriod: seconds(stage.commitDays),
      revealPeriod: seconds(stage.revealDays),
    })),
    priceWeight: evaluation.price?.weight ?? 0,
    formula: evaluation.price?.formula ?? "none",
    winners: evaluation.winners,
    budgets: budgets.some((budget) => budget !== NO_BUDGET) ? budgets : [],
    signPeriod: seconds(evaluation.signDays ?? 0),
    lowBp: evaluation.low?.share ?? 0,
    answerPeriod: seconds(evaluation.low?.answerDays ?? 0),
  };
}
