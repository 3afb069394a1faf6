import type { Whole } from "../../sdk/src/documents/anyFile.ts";
import type { Names } from "../../sdk/src/documents/names.ts";
import type { Judged, Outcome } from "../../sdk/src/documents/outcome.ts";
import { plain } from "../../sdk/src/documents/plain.ts";
import { reasonText } from "../../sdk/src/documents/revoke.ts";
import { escaped, showTime } from "../shared/text.ts";

const WORDS: Record<Judged["status"], string> = {
  valid: "VALID",
  expired: "EXPIRED",
  revoked: "REVOKED",
  "issuer-suspended": "ISSUER SUSPENDED",
  "issuer-not-accredited": "ISSUER NOT ACCREDITED",
  "signer-not-authorised": "SIGNER NOT AUTHORISED",
};

const UNAVAILABLE = {
  "node-down": "the node cannot be reached",
  "rate-limited": "the node answers too many requests",
  "wrong-chain": "the node is on another chain",
  "no-quorum": "the nodes do not agree",
  "bad-answer": "the node's answer is of no use",
} as const;

/** One line for a check: what holds, who issued it, since when, until when; then the fields that a presentation shows. */
export function tell({ document, shown }: Whole, outcome: Outcome, names: Names, at?: number): string {
  if (outcome.status === "unavailable") {
    const { reason, detail } = outcome;
    return `UNAVAILABLE, nothing can be said of the document: ${UNAVAILABLE[reason]} (${plain(detail)}).`;
  }
  const asked = at === undefined ? "" : ` (asked for ${showTime(at)})`;
  if (outcome.status === "unknown") {
    const { agency, docHash } = document;
    const detail = outcome.detail === undefined ? `agency ${agency} has not attested ${docHash}` : outcome.detail;
    return `UNKNOWN${asked}: ${plain(detail)}, as of ${showTime(outcome.asOf.time)}.`;
  }
  const { agency, schema, issued, expires } = outcome;
  const parts = [
    `${names.title ?? `a document of schema ${schema}`} by ${names.issuer ?? "agency"} ${names.issuer ? `(agency ${agency})` : agency}`,
    issued === undefined
      ? document.placement.kind === "signed"
        ? "only signed"
        : "never attested"
      : `since ${showTime(issued)}`,
    expires === undefined ? "without end" : `until ${showTime(expires)}`,
    ...revocation(outcome),
    ...(outcome.compromised ? ["the key was in other hands then, as is known by now"] : []),
  ];
  const line = `${WORDS[outcome.status]}${asked}: ${plain(parts.join(", "))}, as of ${showTime(outcome.asOf.time)}.`;
  const fields = Object.entries(shown ?? {}).map(
    ([name, value]) => `${plain(name)}: ${escaped(JSON.stringify(value))}`,
  );
  return [line, ...fields].join("\n");
}

function revocation({ status, revoked, reason }: Judged): string[] {
  if (status !== "revoked") return [];
  if (revoked === undefined) return ["revoked"];
  return [`revoked ${showTime(revoked)}: ${reasonText(reason ?? 0)}`];
}
