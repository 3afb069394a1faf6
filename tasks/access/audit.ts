import { auditOnChain, REVIEW_WITHIN } from "../../sdk/src/access/auditChain.ts";
import type { Finding } from "../../sdk/src/access/audit.ts";
import type { Statute } from "../../sdk/src/access/ground.ts";
import { allShown, readConsents } from "../../sdk/src/access/papers.ts";
import { readPolicyFile, statutesOf } from "../../sdk/src/access/policyFile.ts";
import { openHouse } from "../shared/house.ts";
import { optional, whole } from "../shared/options.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { commaList, logsOf } from "./bodies.ts";

const DAY = 86_400;

const action: Action = async (args, hre) => {
  const logs = await logsOf(args);
  const consents = allShown(await Promise.all(commaList(optional(args, "papers") ?? "").map(readConsents)));
  const statutes = new Map<number, Statute[]>();
  for (const path of commaList(optional(args, "bodies") ?? "")) {
    const file = await readPolicyFile(path);
    statutes.set(file.agency, statutesOf(file));
  }
  const days = optional(args, "reviewDays");
  const reviewWithin = days === undefined ? REVIEW_WITHIN : Number(whole(args, "reviewDays", 3650n)) * DAY;
  const findings = await auditOnChain(await openHouse(args, hre), { logs, consents, statutes, reviewWithin });
  // Findings are no failure of the command, but a script should notice them.
  if (findings.length > 0) process.exitCode = 2;
  return { text: findings.length === 0 ? "No finding." : findingTable(findings), json: { findings } };
};
export default action;

/** Findings, for people. */
export function findingTable(findings: Finding[]): string {
  const rows = findings.map(({ kind, agency, seq, request, detail }) => [
    ...[kind, String(agency), seq === undefined ? "" : String(seq), request?.slice(0, 18) ?? "", detail],
  ]);
  return table(["finding", "body", "record", "request", "detail"], rows);
}
