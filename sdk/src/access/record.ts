import { id, type Signer } from "ethers";
import { z } from "zod";
import { random32, type RequestPlace } from "./consent.ts";
import { type AccessPlace, account, agencyNumber, domainOf, hex32, seconds, taggedHash, typedHash } from "./place.ts";
import { word, ZERO } from "./place.ts";
import { scopeSchema } from "./scope.ts";

const QUERY_TAG = id("CommonSeal.Access.Query.v1");
const PAYLOAD_TAG = id("CommonSeal.Access.Payload.v1");

/** Why a provider refuses, and the codes that are signed. */
export const REFUSALS = {
  stale: 1,
  "nonce used": 2,
  "subject unknown": 3,
  "consent lacking": 4,
  "consent invalid": 5,
  "consent of others": 6,
  "out of scope": 7,
  "consent expired": 8,
  "consent revoked": 9,
  "statute unknown": 10,
  "emergency not allowed": 11,
  "not held": 12,
  unavailable: 13,
} as const;
export type Refusal = keyof typeof REFUSALS;

const signed = {
  signer: account,
  signature: z
    .string()
    .toLowerCase()
    .regex(/^0x([0-9a-f]{2}){1,2048}$/),
};

export const groundSchema = z.discriminatedUnion("kind", [
  /** `tag` names the consent in this request alone. */
  z.strictObject({ kind: z.literal("consent"), tag: hex32 }),
  /** Hash of the statute's reference. */
  z.strictObject({ kind: z.literal("statute"), statute: hex32 }),
  /** Without consent or statute; marks itself for mandatory review. */
  z.strictObject({ kind: z.literal("emergency"), reason: z.int().min(1).max(255) }),
]);
export type Ground = z.infer<typeof groundSchema>;

const requestPart = z.strictObject({
  provider: agencyNumber,
  consumer: agencyNumber,
  scope: scopeSchema,
  ground: groundSchema,
  /** Tag of the person where the consumer knows the subject key, else zero. */
  subject: hex32,
  /** Salted hash of the query, which is told to the provider only. */
  query: hex32,
  nonce: hex32,
  time: seconds,
  ...signed,
});
const responsePart = z
  .strictObject({
    /** Hash of the request. */
    request: hex32,
    outcome: z.enum(["answered", "refused"]),
    /** 0 when answered, else one of REFUSALS. */
    code: z.int().min(0).max(65_535),
    /** Salted hash of what was handed over; zero when refused. */
    payload: hex32,
    /** Tag of the person, zero where the provider does not know the person. */
    subject: hex32,
    time: seconds,
    ...signed,
  })
  .refine(
    ({ outcome, code, payload }) => (outcome === "answered") === (code === 0) && (code === 0) === (payload !== ZERO),
    "is neither an answer nor a refusal",
  );
/** The consumer's word that it was given this very response. */
const receiptPart = z.strictObject({ request: hex32, response: hex32, time: seconds, ...signed });
/** The provider's review of an access without consent or statute, by another key than the one that answered. */
const reviewPart = z.strictObject({
  request: hex32,
  response: hex32,
  finding: z.enum(["justified", "not justified"]),
  /** Hash of the reviewer's report. */
  report: hex32,
  time: seconds,
  ...signed,
});

export type Request = z.infer<typeof requestPart>;
export type Response = z.infer<typeof responsePart>;
export type Receipt = z.infer<typeof receiptPart>;
export type Review = z.infer<typeof reviewPart>;
type Unsigned<T> = Omit<T, "signer" | "signature">;

export const requestSchema = requestPart;
export const responseSchema = responsePart;
export const receiptSchema = receiptPart;

/** A line of a body's log: its own number and time, and the signed parts that it then had of an exchange. */
export const lineSchema = z
  .strictObject({
    seq: z.int().min(1),
    time: seconds,
    request: requestPart.optional(),
    response: responsePart.optional(),
    receipt: receiptPart.optional(),
    review: reviewPart.optional(),
  })
  .refine((line) => line.request ?? line.response ?? line.receipt ?? line.review, "holds nothing");
export type LogLine = z.infer<typeof lineSchema>;

const field = (name: string, type: string) => ({ name, type });
const TYPES = {
  request: {
    Request: [
      ...[field("provider", "uint32"), field("consumer", "uint32"), field("schemas", "uint32[]")],
      ...[field("named", "bytes32"), field("ground", "uint8"), field("reference", "bytes32")],
      ...[field("subject", "bytes32"), field("query", "bytes32"), field("nonce", "bytes32"), field("time", "uint40")],
    ],
  },
  response: {
    Response: [
      ...[field("request", "bytes32"), field("answered", "bool"), field("code", "uint16")],
      ...[field("payload", "bytes32"), field("subject", "bytes32"), field("time", "uint40")],
    ],
  },
  receipt: { Receipt: [field("request", "bytes32"), field("response", "bytes32"), field("time", "uint40")] },
  review: {
    Review: [
      ...[field("request", "bytes32"), field("response", "bytes32"), field("justified", "bool")],
      ...[field("report", "bytes32"), field("time", "uint40")],
    ],
  },
};

const GROUND_CODES = { consent: 1, statute: 2, emergency: 3 } as const;

function referenceOf(ground: Ground): string {
  if (ground.kind === "consent") return ground.tag;
  return ground.kind === "statute" ? ground.statute : word(ground.reason);
}

function requestValues(r: Unsigned<Request>) {
  const { provider, consumer, scope, ground, subject, query, nonce, time } = r;
  const { schemas, named } = scope;
  const reference = referenceOf(ground);
  return {
    provider,
    consumer,
    schemas,
    named,
    ground: GROUND_CODES[ground.kind],
    reference,
    subject,
    query,
    nonce,
    time,
  };
}

function responseValues({ request, outcome, code, payload, subject, time }: Unsigned<Response>) {
  return { request, answered: outcome === "answered", code, payload, subject, time };
}

function reviewValues({ request, response, finding, report, time }: Unsigned<Review>) {
  return { request, response, justified: finding === "justified", report, time };
}

const receiptValues = ({ request, response, time }: Unsigned<Receipt>) => ({ request, response, time });

/** Hash of a request: its EIP-712 digest, by which the other parts name it. */
export const requestHash = (place: AccessPlace, part: Unsigned<Request>) =>
  typedHash(place, TYPES.request, requestValues(part));
export const responseHash = (place: AccessPlace, part: Unsigned<Response>) =>
  typedHash(place, TYPES.response, responseValues(part));
export const receiptHash = (place: AccessPlace, part: Unsigned<Receipt>) =>
  typedHash(place, TYPES.receipt, receiptValues(part));
export const reviewHash = (place: AccessPlace, part: Unsigned<Review>) =>
  typedHash(place, TYPES.review, reviewValues(part));

async function sign<T>(
  place: AccessPlace,
  signer: Signer,
  part: T,
  types: (typeof TYPES)[keyof typeof TYPES],
  values: Record<string, unknown>,
) {
  const signature = await signer.signTypedData(domainOf(place), types, values);
  return { ...part, signer: await signer.getAddress(), signature };
}

export const signRequest = (place: AccessPlace, signer: Signer, part: Unsigned<Request>): Promise<Request> =>
  sign(place, signer, part, TYPES.request, requestValues(part));
export const signResponse = (place: AccessPlace, signer: Signer, part: Unsigned<Response>): Promise<Response> =>
  sign(place, signer, part, TYPES.response, responseValues(part));
export const signReceipt = (place: AccessPlace, signer: Signer, part: Unsigned<Receipt>): Promise<Receipt> =>
  sign(place, signer, part, TYPES.receipt, receiptValues(part));
export const signReview = (place: AccessPlace, signer: Signer, part: Unsigned<Review>): Promise<Review> =>
  sign(place, signer, part, TYPES.review, reviewValues(part));

/** What tells a new request from all others. */
export const newRequestPlace = (provider: number, consumer: number): RequestPlace => ({
  provider,
  consumer,
  nonce: random32(),
});

/** The salted hash of a query as canonical JSON. */
export function queryHash(place: AccessPlace, salt: string, query: string): string {
  return taggedHash(QUERY_TAG, place, salt, id(query));
}

/** The salted hash of what answers a request, as canonical JSON. */
export function payloadHash(place: AccessPlace, request: string, salt: string, payload: string): string {
  return taggedHash(PAYLOAD_TAG, place, request, salt, id(payload));
}
