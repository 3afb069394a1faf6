import type { Context } from "../../shared/context.ts";
import { readCase } from "./case.ts";
import { type Check, CHECKS } from "./checks.ts";
import type { Finding } from "./comparison.ts";

/** What one check came to. */
export interface CheckResult {
  check: string;
  /** How many things were compared; 0 = nothing of the kind has happened yet. */
  compared: number;
  findings: Finding[];
  unseen: Finding[];
}

export interface AuditResult {
  tender: bigint;
  /** The block up to which logs were read. */
  block: number;
  checks: CheckResult[];
  /** Number of findings; 0 = what was told agrees with what follows from the logs. */
  differs: number;
}

/**
 * Recomputes a tender from its logs and from content-addressed files alone, at whatever stage it is: no view of the
 * house is asked. What documents held at the deadline is asked of the registry of documents.
 * @param run the checks by name; absent = all of them
 * @throws InputError if there is no such tender
 */
export async function auditTender(
  context: Context,
  tender: bigint,
  run: Record<string, Check> = CHECKS,
): Promise<AuditResult> {
  const of = await readCase(context, tender);
  const checks: CheckResult[] = [];
  for (const [check, compare] of Object.entries(run)) {
    const { compared, findings, unseen } = await compare(of);
    checks.push({ check, compared, findings, unseen });
  }
  const differs = checks.reduce((sum, { findings }) => sum + findings.length, 0);
  return { tender, block: of.block, checks, differs };
}
