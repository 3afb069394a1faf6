import { ZeroAddress } from "ethers";
import { type Act, eventOf, prepare } from "../../shared/act.ts";
import { actor, type Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { putJson } from "../../shared/files.ts";
import { approve } from "../../shared/token.ts";
import { decisions, type Decision } from "./status.ts";

export interface ComplaintParameters {
  tender: bigint;
  lot: number;
  /** What is complained about, and why; it becomes public. No personal data. */
  grounds: string;
  /** Account whose bid gives the right to complain; absent = the actor's own. */
  bidder?: string;
  /** Whose award it is about, where a lot is awarded to several. */
  winner?: string;
}

/** Lets the fee be taken that the tender asks for; null where there is none, or the allowance suffices. */
export async function approveFee(context: Context, tender: bigint): Promise<Act<object> | null> {
  const { feeToken, feeAmount } = await context.complaints.reviewOf(tender);
  if (feeAmount === 0n) return null;
  return approve(context, feeToken, context.addresses.Complaints, feeAmount);
}

/** Files a complaint: its grounds go into the store, their digest on chain. The fee's allowance must suffice. */
export async function fileComplaint(
  context: Context,
  { tender, lot, grounds, bidder, winner = ZeroAddress }: ComplaintParameters,
): Promise<Act<{ complaint: bigint; deadline: number; grounds: string }>> {
  const digest = await putJson(context.files, { format: "common-seal/complaint/1", grounds });
  const own = bidder ?? (await actor(context));
  return prepare(context.complaints.complain, [tender, lot, own, winner, digest], (receipt) => {
    type Filed = { complaint: bigint; deadline: bigint };
    const { complaint, deadline } = eventOf<Filed>(receipt, context.complaints, "ComplaintFiled");
    return { complaint, deadline: Number(deadline), grounds: digest };
  });
}

/** Withdraws the actor's open complaint; the fee is lost. */
export function withdrawComplaint(context: Context, complaint: bigint): Act<object> {
  return prepare(context.complaints.withdraw, [complaint], () => ({}));
}

export interface DecisionParameters {
  complaint: bigint;
  decision: Decision;
  /** The decision's reasons; they become public. No personal data. */
  statement: string;
  /** Seconds, UTC, until which the lot is decided anew; with `reevaluate` only. */
  awardDeadline?: number;
  /** Bids to reinstate in this order, each with the bidder at the head of the order then. */
  reinstated?: { bidder: string; head?: string }[];
}

/** Decides an open complaint, and orders what follows. A key of the reviewer with `tender.review`. */
export async function decideComplaint(context: Context, parameters: DecisionParameters): Promise<Act<object>> {
  const { complaint, decision, statement, awardDeadline = 0, reinstated = [] } = parameters;
  const anew = decision === "reevaluate";
  if (anew !== awardDeadline > 0)
    throw new InputError("An award deadline goes with reevaluate, and with nothing else.");
  if (!anew && reinstated.length > 0) throw new InputError("Bids are reinstated with reevaluate only.");
  const digest = await putJson(context.files, { format: "common-seal/decision/1", decision, statement });
  const bids = reinstated.map(({ bidder, head = ZeroAddress }) => ({ bidder, head }));
  return prepare(context.complaints.decide, [complaint, decisions[decision], digest, awardDeadline, bids], () => ({}));
}

/** Ends a complaint that was not decided in time. Anyone. */
export function lapseComplaint(context: Context, complaint: bigint): Act<object> {
  return prepare(context.complaints.lapse, [complaint], () => ({}));
}

/** Pays all fees that are due to an account out to it. Anyone. */
export function collectFees(context: Context, token: string, account: string): Act<object> {
  return prepare(context.complaints.collect, [token, account], () => ({}));
}
