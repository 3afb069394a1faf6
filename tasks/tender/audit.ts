import { auditTender, type CheckResult } from "../../sdk/src/tenders/audit/audit.ts";
import type { Finding } from "../../sdk/src/tenders/audit/comparison.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const result = await auditTender(await openHouse(args, hre), tenderOf(args));
  const { checks, differs } = result;
  if (differs > 0) process.exitCode = 1;
  const rows = table(["check", "compared", "result", "lot", "bidder", "transaction"], checks.flatMap(rowsOf));
  return { text: `${rows}\n\n${differs === 0 ? "agrees" : `differs: ${differs}`}`, json: result };
};
export default action;

/** A line for each finding of a check, or one that says that there is none. */
function rowsOf({ check, compared, findings, unseen }: CheckResult): string[][] {
  const row = (result: string, { lot, bidder, tx }: Partial<Finding> = {}) => [
    ...[check, String(compared), result],
    ...[lot === undefined ? "" : String(lot), bidder ?? "", tx ?? ""],
  ];
  const agrees = findings.length > 0 ? [] : [row(compared === 0 ? "nothing yet" : "agrees")];
  const differing = findings.map((finding) => row(`differs: ${finding.detail}`, finding));
  return [...agrees, ...differing, ...unseen.map((finding) => row(`not seen: ${finding.detail}`, finding))];
}
