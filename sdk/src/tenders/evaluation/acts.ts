import { type Act, prepare } from "../../shared/act.ts";
import { actor, type Context } from "../../shared/context.ts";
import { putJson } from "../../shared/files.ts";

/** A bid in a lot. */
export interface JudgedBid {
  tender: bigint;
  lot: number;
  bidder: string;
}

/** Explains an abnormally low price, as its bidder or its vendor. The explanation becomes public: no personal data. */
export async function explainLow(context: Context, bid: JudgedBid, explanation: string): Promise<Act<object>> {
  const digest = await putJson(context.files, { format: "common-seal/explanation/1", explanation });
  return prepare(context.evaluation.answerLow, [bid.tender, bid.lot, bid.bidder, digest], () => ({}));
}

/** Calls the operator of an award that is final to sign. Anyone. */
export function callToSign(context: Context, { tender, lot, bidder }: JudgedBid): Act<object> {
  return prepare(context.evaluation.callToSign, [tender, lot, bidder], () => ({}));
}

/** Signs the contract of an award that is final, as its bidder or its vendor. `document` is the contract's digest. */
export async function signContract(context: Context, bid: JudgedBid, document: string): Promise<Act<object>> {
  const args = [bid.tender, bid.lot, bid.bidder, document, await actor(context), "0x"] as const;
  return prepare(context.evaluation.sign, [...args], () => ({}));
}

/** Takes the place of an operator who was called to sign and did not in time. Anyone. */
export function yieldPlace(context: Context, { tender, lot, bidder }: JudgedBid): Act<object> {
  return prepare(context.evaluation.yieldPlace, [tender, lot, bidder], () => ({}));
}
