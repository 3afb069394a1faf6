import { ZeroHash } from "ethers";
import { z } from "zod";
import { cidOf } from "../../shared/cid.ts";
import { reasons } from "../decide.ts";
import type { Act, AuditCase } from "./case.ts";
import { Comparison } from "./comparison.ts";
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

/** Every decision of the agency that needs reasons: its code, and the public statement that its digest names. */
export async function decisions(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  for (const act of of.acts.filter(({ name }) => name in CODES)) await decided(found, of, act);
  return found;
}

async function decided(found: Comparison, of: AuditCase, { name, args, moment }: Act): Promise<void> {
  const { lot, bidder, reason, evidence } = args as Decided;
  const where = { tx: moment.tx, ...(lot === undefined ? {} : { lot: Number(lot) }), ...(bidder ? { bidder } : {}) };
  const code = Number(reason);
  const codes = CODES[name];
  const known = !codes || code === OTHER || (code in reasons && code >= codes[0] && code <= codes[1]);
  found.expect(known, where, `${name} has the reason ${code}, which is none of its codes`);
  found.expect(evidence !== ZeroHash, where, `${name} names no statement`);
  if (evidence === ZeroHash) return;
  const file = await fileOf(of, evidence);
  if (file === null) {
    found.miss(where, `${name}: the statement ${cidOf(evidence)} is not in the store`);
    return;
  }
  const statement = file === undefined ? undefined : statementSchema.safeParse(file).data;
  const text = `${name}: the statement ${cidOf(evidence)}`;
  found.expect(file !== undefined, where, `${text} does not fit its digest, or is no JSON`);
  if (!statement) return;
  found.expect(statement.reason === code, where, `${text} gives the reason ${statement.reason} instead of ${code}`);
}
