import { AbiCoder, ZeroAddress } from "ethers";
import { parseAmount } from "../shared/amount.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { tokenDecimals } from "../shared/token.ts";
import { evaluationTerms } from "./evaluation/notice.ts";
import { encodeTerms } from "./evaluation/terms.ts";
import type { TenderModel } from "./model.ts";
import type { Notice } from "./notice.ts";

const DAY = 86_400;
const REVIEW = ["uint32", "address", "uint96", "address", "uint32"];

/** What a notice says of its evaluation, of complaints and of amendments, as the house takes it (JudgingTerms). */
export async function judgingTerms(context: Context, notice: Notice) {
  const evaluation = evaluationTerms(notice);
  return {
    rule: evaluation ? context.addresses.Evaluation : ZeroAddress,
    ruleTerms: evaluation ? encodeTerms(evaluation) : "0x",
    complaints: notice.review ? context.addresses.Complaints : ZeroAddress,
    reviewTerms: notice.review ? await reviewTerms(context, notice, notice.review) : "0x",
    amendPeriod: (notice.amendDays ?? 0) * DAY,
  };
}

/** The terms under which complaints are heard, ABI-encoded as IComplaints.ReviewTerms. */
async function reviewTerms(
  context: Context,
  { treasury }: Notice,
  { reviewer, fee, decisionDays }: NonNullable<Notice["review"]>,
): Promise<string> {
  const period = decisionDays * DAY;
  const coder = AbiCoder.defaultAbiCoder();
  if (!fee) return coder.encode(REVIEW, [reviewer, ZeroAddress, 0n, ZeroAddress, period]);
  if (treasury === undefined) throw new InputError("A notice with a fee names a treasury that receives lost ones.");
  const amount = parseAmount(fee.amount, await tokenDecimals(context, fee.token));
  return coder.encode(REVIEW, [reviewer, fee.token, amount, treasury, period]);
}

/** How complaints are heard. */
export interface ReviewTerms {
  /** The body that decides. */
  reviewer: number;
  feeToken: string;
  feeAmount: bigint;
  /** Receiver of lost fees. */
  treasury: string;
  /** Seconds in which a complaint is decided. */
  decisionPeriod: number;
}

/** The terms in JudgingTerms.reviewTerms. */
export function decodeReview(terms: string): ReviewTerms {
  const [reviewer, feeToken, feeAmount, treasury, period] = AbiCoder.defaultAbiCoder().decode(
    REVIEW,
    terms,
  ) as unknown as [...[bigint, string, bigint, string, bigint]];
  return { reviewer: Number(reviewer), feeToken, feeAmount, treasury, decisionPeriod: Number(period) };
}

/** @throws InputError where a contract that is not of this house chooses the winners or hears complaints */
export function requireOwnJudges(
  { Evaluation, Complaints }: Pick<Context["addresses"], "Evaluation" | "Complaints">,
  { tender, rule, complaints }: Pick<TenderModel, "tender" | "rule" | "complaints">,
): void {
  const judges = [
    [rule, Evaluation],
    [complaints, Complaints],
  ] as const;
  const foreign = judges.find(([named, own]) => named !== undefined && named.toLowerCase() !== own.toLowerCase());
  if (!foreign) return;
  throw new InputError(
    `Tender ${tender} is judged by ${foreign[0]}, which is no contract of this house: look at it, then bid with --foreign.`,
  );
}
