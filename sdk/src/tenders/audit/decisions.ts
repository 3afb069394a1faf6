import { ZeroHash } from "ethers";
import { z } from "zod";
import { cidOf } from "../../shared/cid.ts";
import type { ComplaintModel } from "../complaints/read.ts";
import { COMPLAINT_STATES, type Decision, decisions as verdicts } from "../complaints/status.ts";
import { reasons } from "../decide.ts";
import type { Act, AuditCase } from "./case.ts";
import { Comparison, type Where } from "./comparison.ts";
import { fileOf } from "./files.ts";

/** The reason codes of each act, from its first to its last; 99 is of any. An extension's are free. */
const CODES: Record<string, [first: number, last: number] | null> = {
  BidRejected: [1, 9],
  BidAdmitted: [10, 19],
  TenderCancelled: [20, 29],
  TenderExtended: null,
};
const OTHER = 99;

const statementSchema = z.object({
  format: z.literal("common-seal/statement/1"),
  reason: z.int(),
  statement: z.string(),
});

interface Decided {
  lot?: bigint;
  bidder?: string;
  reason: bigint;
  evidence: string;
}

const decisionSchema = z.object({
  format: z.literal("common-seal/decision/1"),
  decision: z.string(),
  statement: z.string(),
});

/** Every decision that needs reasons, the agency's and the reviewer's, with the public statement that its digest names. */
export async function decisions(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  for (const act of of.acts.filter(({ name }) => name in CODES)) await decided(found, of, act);
  for (const complaint of of.review?.complaints ?? []) await reviewed(found, of, complaint);
  return found;
}

async function decided(found: Comparison, of: AuditCase, { name, args, moment }: Act): Promise<void> {
  const { lot, bidder, reason, evidence } = args as Decided;
  const where = { tx: moment.tx, ...(lot === undefined ? {} : { lot: Number(lot) }), ...(bidder ? { bidder } : {}) };
  const code = Number(reason);
  const codes = CODES[name];
  const known = !codes || code === OTHER || (code in reasons && code >= codes[0] && code <= codes[1]);
  found.expect(known, where, `${name} has the reason ${code}, which is none of its codes`);
  const text = `${name}: the statement`;
  const statement = statementSchema.safeParse(await fileAt(found, of, evidence, where, text)).data;
  if (!statement) return;
  const other = `${text} ${cidOf(evidence)} gives the reason ${statement.reason} instead of ${code}`;
  found.expect(statement.reason === code, where, other);
}

/** The grounds of a complaint, and the statement of what was decided on it. */
async function reviewed(found: Comparison, of: AuditCase, complaint: ComplaintModel): Promise<void> {
  const { lot, bidder, grounds, filed, ended, state } = complaint;
  const name = `complaint ${complaint.complaint}`;
  await fileAt(found, of, grounds, { lot, bidder, tx: filed.tx }, `${name}: the grounds`);
  if (ended?.statement === undefined) return;
  const where = { lot, tx: ended.tx };
  const text = `${name}: the statement`;
  const file = decisionSchema.safeParse(await fileAt(found, of, ended.statement, where, text)).data;
  if (!file) return;
  const told = COMPLAINT_STATES[verdicts[file.decision as Decision]];
  found.expect(told === state, where, `${text} decides ${file.decision}, and it is ${state}`);
}

/** The JSON that a digest names; undefined where there is none of it, which is told. */
async function fileAt(found: Comparison, of: AuditCase, digest: string, where: Where, text: string): Promise<unknown> {
  found.expect(digest !== ZeroHash, where, `${text} is not named`);
  if (digest === ZeroHash) return undefined;
  const file = await fileOf(of, digest);
  if (file === null) {
    found.miss(where, `${text} ${cidOf(digest)} is not in the store`);
    return undefined;
  }
  found.expect(file !== undefined, where, `${text} ${cidOf(digest)} does not fit its digest, or is no JSON`);
  return file;
}
