import {
  type Consent,
  consentHash,
  consentPlace,
  groundTag,
  revokedSince,
  type RevokedAt,
  subjectTag,
} from "./consent.ts";
import { type AccessPlace, textHash } from "./place.ts";
import type { Refusal, Request } from "./record.ts";
import { covers, type Scope } from "./scope.ts";
import type { SignatureCheck } from "../shared/signatures.ts";

/** A statute by which a provider answers without consent. */
export interface Statute {
  /** Such as `Tax Act s. 12`. */
  reference: string;
  scope: Scope;
  /** Bodies that may ask by it; absent = every body. */
  consumers?: number[];
}

/** Whether the consent is the one that the request names, signed by its person. */
export async function isGenuine(
  place: AccessPlace,
  request: Request,
  consent: Consent,
  isSigned: SignatureCheck,
): Promise<boolean> {
  const { ground } = request;
  if (ground.kind !== "consent" || !samePlace(place, consentPlace(consent))) return false;
  const hash = consentHash(consent);
  if (groundTag(place, request, hash) !== ground.tag) return false;
  if (subjectTag(place, request, consent.subjectKey) !== request.subject) return false;
  return isSigned(consent.person, hash, consent.signature);
}

const samePlace = (a: AccessPlace, b: AccessPlace) =>
  a.chainId === b.chainId && a.accessLog.toLowerCase() === b.accessLog.toLowerCase();

/** Why a genuine consent does not allow a request at a time; null where it does. */
export async function consentFault(
  request: Request,
  consent: Consent,
  time: number,
  revokedAt: RevokedAt,
): Promise<Refusal | null> {
  if (consent.provider !== request.provider || consent.consumer !== request.consumer) return "consent of others";
  if (!covers(consent.scope, request.scope)) return "out of scope";
  if (time > consent.expires) return "consent expired";
  const revoked = await revokedSince(consent, revokedAt);
  return revoked !== undefined && revoked <= time ? "consent revoked" : null;
}

/** Why no statute of the provider allows a request; null where one does. */
export function statuteFault(request: Request, statutes: Statute[]): Refusal | null {
  const { ground, consumer, scope } = request;
  if (ground.kind !== "statute") return "statute unknown";
  const named = statutes.filter(({ reference }) => textHash(reference) === ground.statute);
  const open = named.filter(({ consumers }) => !consumers || consumers.includes(consumer));
  if (open.length === 0) return "statute unknown";
  return open.some((statute) => covers(statute.scope, scope)) ? null : "out of scope";
}
