import { plain } from "./plain.ts";

/** Why nothing can be said now of a document. */
export type UnavailableReason = "node-down" | "rate-limited" | "wrong-chain" | "no-quorum" | "bad-answer";

/** The chain was not heard. It says nothing of the document: neither that it holds, nor that it does not. */
export interface Unavailable {
  status: "unavailable";
  reason: UnavailableReason;
  /** One line. */
  detail: string;
}

/** The block by which an outcome was judged. Times are seconds, UTC. */
export interface AsOf {
  block: number;
  time: number;
}

/** Never attested by this body, or the proof does not fit. */
export interface Unknown {
  status: "unknown";
  asOf: AsOf;
  detail?: string;
}

/** What holds of a document that a body attested or signed. Times are seconds, UTC. */
export interface Judged {
  status: "valid" | "expired" | "revoked" | "issuer-suspended" | "issuer-not-accredited" | "signer-not-authorised";
  asOf: AsOf;
  /**
   * Whether the key that attested (of a revoked document: the one that revoked) is recorded by now as having been in
   * other hands then. The status does not change by it.
   */
  compromised: boolean;
  agency: number;
  schema: number;
  /** Absent of a document that was only signed, or barred before it was ever attested. */
  issued?: number;
  /** Last second of validity; absent where it does not expire. */
  expires?: number;
  /** Absent of a document under a root or of a list where the node gave no logs. */
  revoked?: number;
  /** Code of the revocation's reason. */
  reason?: number;
  /** Position among the body's keys of the one that attested. */
  key: number;
}

/** The answer of a check. `unavailable` can be read as no other: it has a type of its own. */
export type Outcome = Unavailable | Unknown | Judged;

/** The statuses of IDocumentRegistry after Unknown, by number. */
export const STATUSES = [
  undefined,
  "valid",
  "expired",
  "revoked",
  "issuer-suspended",
  "issuer-not-accredited",
  "signer-not-authorised",
] as const satisfies (Judged["status"] | undefined)[];

/** Whether a document can be relied on: valid, by a key that is not known to have been in other hands. */
export function holds(outcome: Outcome): outcome is Judged & { status: "valid"; compromised: false } {
  return outcome.status === "valid" && !outcome.compromised;
}

/** Nothing can be said, and why. Thrown within a check only; a check returns it. */
export class NotAvailable extends Error {
  readonly outcome: Unavailable;
  /** Whether a node that is well refused to answer what it was asked: another question it may answer. */
  refused = false;

  constructor(reason: UnavailableReason, detail: string) {
    const line = plain(detail).replace(/\s+/g, " ").trim().slice(0, 300);
    super(line);
    this.outcome = { status: "unavailable", reason, detail: line };
  }
}
