import { bidProofs } from "./bid.ts";
import { concat } from "ethers";
import type { DocumentFile } from "../documents/documentFile.ts";
import { LACKING } from "../documents/holderProof.ts";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putJson } from "../shared/files.ts";
import { NOBODY } from "./model.ts";
import { bidAt, readTender } from "./read.ts";
import { proofsFor, splitProofs, unpackRequired } from "../documents/required.ts";

/** Reason codes of rejections, admissions, cancellations and extensions. Codes are never renumbered; docs/rooms/tenders.md lists them. */
export const reasons = {
  1: "does not meet the specification",
  2: "does not meet the qualification requirements",
  3: "required document missing or invalid",
  4: "ground for exclusion",
  5: "abnormally low price not explained",
  6: "bidder refused to sign",
  7: "collusion or false statement",
  10: "the required document was shown otherwise",
  11: "the document was revoked after the deadline",
  20: "no longer needed",
  21: "error in the notice",
  22: "insufficient funds",
  23: "order of a court or review body",
  30: "the notice was explained or corrected",
  31: "information came late",
  32: "systems or offices could not be reached",
  99: "other, see the statement",
} as const;

/** A public statement of reasons; its digest goes on chain. No personal data. */
export interface Statement {
  reason: number;
  /** What the agency states. */
  statement: string;
}

/** Keeps a statement in the store. @throws InputError if the code is not one of `reasons` */
export async function putStatement(context: Context, { reason, statement }: Statement): Promise<string> {
  if (!(reason in reasons)) throw new InputError(`No such reason: ${reason}. The codes are in docs/rooms/tenders.md.`);
  return putJson(context.files, { format: "common-seal/statement/1", reason, statement });
}

/** Rejects an opened bid in its place, which it keeps. A key of the agency with `tender.reject`. */
export async function rejectBid(
  context: Context,
  parameters: Statement & { tender: bigint; lot: number; bidder: string },
): Promise<Act<object>> {
  const { tender, lot, bidder, reason } = parameters;
  const evidence = await putStatement(context, parameters);
  return prepare(context.house.reject, [tender, lot, bidder, reason, evidence], () => ({}));
}

/** Admits a bid in spite of the marks of its documents. A key of the agency with `tender.reject`. */
export async function admitBid(
  context: Context,
  parameters: Statement & { tender: bigint; lot: number; bidder: string },
): Promise<Act<object>> {
  const { tender, lot, bidder, reason } = parameters;
  const evidence = await putStatement(context, parameters);
  return prepare(context.house.admit, [tender, lot, bidder, reason, evidence], () => ({}));
}

/**
 * Awards a lot to a bidder; the house refuses all but the lowest standing bid, one with marks, and one who does not hold
 * now what is required at the award. A key with `tender.award`.
 * @param documents the winner's documents required at the award, where those of its bid are over; else its bid's count
 */
export async function awardLot(
  context: Context,
  parameters: { tender: bigint; lot: number; bidder: string; documents?: readonly DocumentFile[] },
): Promise<Act<{ winner: string }>> {
  const { tender, lot, bidder, documents = [] } = parameters;
  const required = unpackRequired((await context.house.lotOf(tender, lot)).required);
  const result = () => ({ winner: bidder });
  if (!required.some(({ atAward }) => atAward)) return prepare(context.house.award, [tender, lot, bidder], result);
  const bid = bidAt(await readTender(context, tender), lot, bidder);
  const sealed = bid.technical ? bidProofs(bid.technical.bytes, true) : bidProofs(bid.opened?.bytes ?? "0x");
  const opened = splitProofs(sealed, required.length);
  const proofs = required.flatMap((one, i) => {
    const admitted = bid.admitted !== undefined && (bid.marks?.[i] ?? "held") !== "held";
    if (!one.atAward || admitted) return [];
    const { proofs: renewed, lacking } = proofsFor([one], documents);
    return [lacking.length === 0 ? renewed : (opened[i] ?? LACKING)];
  });
  return prepare(context.house.awardWithDocuments, [tender, lot, bidder, concat(proofs)], result);
}

/**
 * Closes a lot in which no bid can win: none stands, or the lowest is over the ceiling. A key with `tender.award`.
 * @param head the bidder at the head of the order, as `clearHead` tells; absent = none
 */
export function closeLot(context: Context, tender: bigint, lot: number, head: string = NOBODY): Act<object> {
  return prepare(context.house.closeLot, [tender, lot, head], () => ({}));
}

/** Cancels the undecided lots of a tender. A key with `tender.cancel`. */
export async function cancelTender(context: Context, parameters: Statement & { tender: bigint }): Promise<Act<object>> {
  const evidence = await putStatement(context, parameters);
  return prepare(context.house.cancel, [parameters.tender, parameters.reason, evidence], () => ({}));
}
