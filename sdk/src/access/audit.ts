import type { Authority } from "./authority.ts";
import { Book } from "./book.ts";
import type { Consent, RevokedAt } from "./consent.ts";
import { Case, type Side } from "./case.ts";
import { checkAnchors } from "./gaps.ts";
import type { Statute } from "./ground.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";
import type { SignatureCheck } from "../shared/signatures.ts";

export const FINDINGS = [
  /** The provider has it, the consumer does not. */
  "missing",
  /** The consumer has it, the provider does not. */
  "extra",
  /** The same request with two responses. */
  "contradictory",
  /** A log leaves out a part of an exchange that its body provably had. */
  "incomplete",
  /** A log is not whole. */
  "gap",
  /** No record of a log is anchored under the name by which it was handed in. */
  "unanchored",
  /** Answered without a ground that held. */
  "without ground",
  /** No receipt of the consumer. */
  "unproven",
  /** Dated before a revocation, anchored after it by nobody before. */
  "late",
  /** Times that cannot be: parts out of order, after the latest block, or at odds with line and anchors. */
  "untimely",
  /** An emergency access not reviewed in time. */
  "unreviewed",
  /** An emergency access that its own body's review found not justified. */
  "unjustified",
  /** A signature that is not that of a key which could sign then. */
  "forged",
] as const;

export interface Finding {
  kind: (typeof FINDINGS)[number];
  /** The body whose log or act it concerns. */
  agency: number;
  /** Number of the record in that body's log; absent where it is not there. */
  seq?: number;
  /** Hash of the request. */
  request?: string;
  detail: string;
}

/** What an auditor goes by. */
export interface AuditParameters {
  place: AccessPlace;
  logs: PublishedLog[];
  /** Consents that the bodies show, by request; of several, one genuine one suffices. */
  consents: ReadonlyMap<string, Consent | readonly Consent[]>;
  /** Statutes of each provider. */
  statutes: Map<number, Statute[]>;
  isSigned: SignatureCheck;
  mayExchange: Authority;
  revokedAt: RevokedAt;
  /** Seconds, UTC. */
  now: number;
  /** Seconds until a review is due. */
  reviewWithin: number;
  /** Called after each exchange. */
  onExchange?: () => void;
}

/** Compares the logs of all bodies with one another, with the grounds and with the chain. */
export async function audit(parameters: AuditParameters): Promise<Finding[]> {
  const found: Finding[] = [];
  const lacking: Finding[] = [];
  const holes = new Map<number, number>();
  const consentSigned = remembered(parameters.isSigned);
  const books = parameters.logs.map((log) => {
    const checked = checkAnchors(parameters.place, log);
    const { agency } = log.log;
    found.push(...checked.found);
    holes.set(agency, (holes.get(agency) ?? 0) + checked.holes);
    const book = new Book(parameters.place);
    for (const line of log.lines) book.add(line);
    return { agency, book, anchors: checked.proven };
  });
  const hashes = new Set(books.flatMap(({ book }) => [...book.exchanges.keys()]));
  for (const hash of hashes) {
    const sides = books.map(({ agency, book, anchors }): Side => {
      const exchange = book.get(hash);
      return { agency, anchors, ...(exchange ? { exchange } : {}) };
    });
    const verdict = await new Case(parameters, consentSigned, hash, sides).judge();
    found.push(...verdict.found);
    lacking.push(...verdict.lacking);
    parameters.onExchange?.();
  }
  // A record that is gone is told as a gap, and may have held the part that an exchange lacks.
  const lacks = (agency: number) => lacking.filter((one) => one.agency === agency).length;
  return [...found, ...lacking.filter(({ agency }) => lacks(agency) > (holes.get(agency) ?? 0))];
}

/** One consent stands behind many exchanges: its signature is checked once. */
function remembered(isSigned: SignatureCheck): SignatureCheck {
  const known = new Map<string, Promise<boolean>>();
  return (account, digest, signature) => {
    const key = `${account} ${digest} ${signature}`;
    const verdict = known.get(key) ?? isSigned(account, digest, signature);
    known.set(key, verdict);
    return verdict;
  };
}
