import { getAddress, hexlify, id, randomBytes, type Signer } from "ethers";
import { z } from "zod";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import {
  type AccessPlace,
  account,
  agencyNumber,
  domainOf,
  hex32,
  seconds,
  taggedHash,
  textHash,
  typedHash,
  word,
} from "./place.ts";
import { scopeSchema } from "./scope.ts";

const CONSENT_TAG = id("CommonSeal.Consent.v1");
const GROUND_TAG = id("CommonSeal.Access.Ground.v1");
const SUBJECT_TAG = id("CommonSeal.Access.Subject.v1");

const CONSENT_TYPES = {
  Consent: [
    { name: "person", type: "address" },
    { name: "provider", type: "uint32" },
    { name: "consumer", type: "uint32" },
    { name: "schemas", type: "uint32[]" },
    { name: "named", type: "bytes32" },
    { name: "purpose", type: "bytes32" },
    { name: "expires", type: "uint40" },
    { name: "salt", type: "bytes32" },
    { name: "subjectKey", type: "bytes32" },
    { name: "commitments", type: "bytes32[]" },
  ],
};

/** The most guardians of a consent. */
export const MAX_GUARDIANS = 15;

export const consentSchema = z.strictObject({
  format: z.literal("common-seal/consent/1"),
  chainId: z.string().regex(/^\d{1,78}$/),
  accessLog: account,
  /** Account of the person, who signs. */
  person: account,
  /** Body that holds the records. */
  provider: agencyNumber,
  /** Body that may ask for them. */
  consumer: agencyNumber,
  scope: scopeSchema,
  /** Purpose or statute, in words; its hash is signed. */
  purpose: z.string().min(1).max(1000),
  /** Last second in which it holds, UTC. */
  expires: seconds,
  salt: hex32,
  /** By it the person finds the accesses to their records; used for nothing else. */
  subjectKey: hex32,
  /** Commitments of the secrets that revoke it: the person's, then the guardians'. */
  commitments: z
    .array(hex32)
    .min(1)
    .max(1 + MAX_GUARDIANS),
  signature: z
    .string()
    .toLowerCase()
    .regex(/^0x([0-9a-f]{2}){1,2048}$/),
});

/** A signed consent. It goes to provider and consumer and to nobody else; its hash is never published. */
export type Consent = z.infer<typeof consentSchema>;
export type ConsentTerms = Pick<Consent, "provider" | "consumer" | "scope" | "purpose" | "expires">;
type Unsigned = Omit<Consent, "signature">;

/** The parts of a request that tell it from all others before it is signed. */
export interface RequestPlace {
  provider: number;
  consumer: number;
  nonce: string;
}

/** 256 random bits. */
export const random32 = (): string => hexlify(randomBytes(32));

/** The commitment of a secret that revokes. The same hash as `IAccessLog.commitmentOf`. */
export function commitmentOf(place: AccessPlace, secret: string): string {
  return taggedHash(CONSENT_TAG, place, secret);
}

export interface ConsentDraft {
  consent: Unsigned;
  /** The secrets, in the order of the commitments. They must be kept before the consent leaves. */
  secrets: string[];
}

/** Draws a consent's salt, subject key and secrets. */
export function draftConsent(place: AccessPlace, person: string, terms: ConsentTerms, guardians = 0): ConsentDraft {
  if (guardians < 0 || guardians > MAX_GUARDIANS) {
    throw new InputError(`A consent has at most ${MAX_GUARDIANS} guardians, not ${guardians}.`);
  }
  const secrets = Array.from({ length: 1 + guardians }, random32);
  const consent: Unsigned = {
    format: "common-seal/consent/1",
    chainId: place.chainId.toString(),
    accessLog: getAddress(place.accessLog),
    person: getAddress(person),
    ...terms,
    salt: random32(),
    subjectKey: random32(),
    commitments: secrets.map((secret) => commitmentOf(place, secret)),
  };
  return { consent, secrets };
}

/** Signs a drafted consent with the person's account. */
export async function signConsent(consent: Unsigned, person: Signer): Promise<Consent> {
  const place = consentPlace(consent);
  return { ...consent, signature: await person.signTypedData(domainOf(place), CONSENT_TYPES, signedPart(consent)) };
}

export function consentPlace({ chainId, accessLog }: Pick<Consent, "chainId" | "accessLog">): AccessPlace {
  return { chainId: BigInt(chainId), accessLog };
}

/** What the person signed. It is known to person, provider and consumer only. */
export function consentHash(consent: Unsigned): string {
  return typedHash(consentPlace(consent), CONSENT_TYPES, signedPart(consent));
}

function signedPart({ person, provider, consumer, scope, purpose, expires, salt, subjectKey, commitments }: Unsigned) {
  const { schemas, named } = scope;
  return {
    ...{ person, provider, consumer, schemas, named },
    ...{ purpose: textHash(purpose), expires, salt, subjectKey, commitments },
  };
}

/** The name of a consent in one request: two requests under one consent cannot be linked by it. */
export function groundTag(place: AccessPlace, request: RequestPlace, consent: string): string {
  return taggedHash(GROUND_TAG, place, ...requestWords(request), consent);
}

/** The name of a person in one request: whoever has the subject key finds it, nobody else can link two. */
export function subjectTag(place: AccessPlace, request: RequestPlace, subjectKey: string): string {
  return taggedHash(SUBJECT_TAG, place, ...requestWords(request), subjectKey);
}

const requestWords = ({ provider, consumer, nonce }: RequestPlace) => [word(provider), word(consumer), nonce];

/** Revokes all consents that hold the secret's commitment. Whoever knows the secret, from any account. */
export async function revokeConsent(
  context: Context,
  secret: string,
): Promise<{ act: Act<{ commitment: string }> } | { done: { commitment: string; time: number } }> {
  const commitment = await context.accessLog.commitmentOf(secret);
  const time = Number(await context.accessLog.revokedAt(commitment));
  if (time > 0) return { done: { commitment, time } };
  return { act: prepare(context.accessLog.revokeConsent, [secret], () => ({ commitment })) };
}

/** Asks when a commitment's secret was shown, 0 = it was not. */
export type RevokedAt = (commitment: string) => Promise<number>;

export function revocations(context: Context): RevokedAt {
  return async (commitment) => Number(await context.accessLog.revokedAt(commitment));
}

/** The second from which a consent is revoked; undefined where it is not. */
export async function revokedSince(consent: Consent, revokedAt: RevokedAt): Promise<number | undefined> {
  const times = (await Promise.all(consent.commitments.map(revokedAt))).filter((time) => time > 0);
  return times.length > 0 ? Math.min(...times) : undefined;
}
