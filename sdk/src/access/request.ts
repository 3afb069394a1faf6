import canonicalize from "canonicalize";
import { describeError } from "../shared/decode.ts";
import { InputError } from "../shared/errors.ts";
import type { Body } from "./body.ts";
import { type Exchange, responseOf } from "./book.ts";
import { type Consent, consentHash, groundTag, random32, subjectTag } from "./consent.ts";
import { type CallOptions, PeerError, postJson } from "./http.ts";
import { type Answer, type Ask, answerSchema, type Query, querySchema } from "./message.ts";
import type { Asked } from "./papers.ts";
import { parseAs, textHash, ZERO } from "./place.ts";
import {
  type Ground,
  newRequestPlace,
  payloadHash,
  queryHash,
  REFUSALS,
  type Request,
  requestHash,
  type Response,
  responseHash,
  signReceipt,
  signRequest,
} from "./record.ts";
import type { Scope } from "./scope.ts";
import { reach, WINDOW } from "./times.ts";

/** By what the consumer asks. */
export type AskedGround = { consent: Consent } | { statute: string } | { emergency: number };

export interface AskParameters extends CallOptions {
  /** Where the provider serves. */
  url: string;
  provider: number;
  scope: Scope;
  ground: AskedGround;
  query: Query;
}

/** What came of a request. */
export interface Outcome {
  request: string;
  outcome: Response["outcome"];
  /** Why it was refused. */
  refusal?: string;
  /** What was handed over. */
  content?: unknown;
  /** Whether the provider has the receipt; if not, the next run hands it in. */
  receipted: boolean;
}

/**
 * Asks a provider: logs the request before it is sent, checks the response, logs it with the body's receipt, and hands
 * the receipt in. If no answer comes the request stays in the log, and `resolvePending` asks again.
 * @throws PeerError in one line; InputError before anything is logged, where the body's key may not exchange
 */
export async function askProvider(body: Body, parameters: AskParameters): Promise<Outcome> {
  const { url, query, ground } = parameters;
  const signer = await body.signer.getAddress();
  if (!(await body.mayExchange(body.agency, signer))) {
    throw new InputError(`The account ${signer} may not exchange for body ${body.agency} now.`);
  }
  const salt = random32();
  const request = await signRequest(body.place, body.signer, await requestOf(body, parameters, salt));
  const hash = requestHash(body.place, request);
  const consent = "consent" in ground ? { consent: ground.consent } : {};
  const text = canonicalize(query) ?? "";
  await body.papers.keep({ kind: "asked", request: hash, url, query: text, salt, ...consent });
  const line = await body.log.add(request.time, () => ({ request }));
  try {
    return await send(body, { request, query, salt, ...consent }, url, parameters);
  } catch (error) {
    if (!(error instanceof PeerError)) throw error;
    throw new PeerError(`${error.message} The request is logged as number ${line?.seq}; the next run asks again.`);
  }
}

async function requestOf(body: Body, { provider, scope, ground, query }: AskParameters, salt: string) {
  const at = newRequestPlace(provider, body.agency);
  const consent = "consent" in ground ? ground.consent : undefined;
  return {
    ...at,
    scope,
    ground: groundOf(body, at, ground),
    subject: consent ? subjectTag(body.place, at, consent.subjectKey) : ZERO,
    query: queryHash(body.place, salt, canonicalize(query) ?? ""),
    time: await body.now(),
  };
}

function groundOf(body: Body, at: ReturnType<typeof newRequestPlace>, ground: AskedGround): Ground {
  if ("consent" in ground) {
    return { kind: "consent", tag: groundTag(body.place, at, consentHash(ground.consent)) };
  }
  if ("statute" in ground) return { kind: "statute", statute: textHash(ground.statute) };
  return { kind: "emergency", reason: ground.emergency };
}

/** What became of a request that was pending. */
export type Resolved = { request: string } & ({ outcome: Outcome } | { error: string });

/** Asks again what was never answered, and hands in receipts that never arrived. */
export async function resolvePending(body: Body, options: CallOptions = {}): Promise<Resolved[]> {
  const resolved: Resolved[] = [];
  for (const exchange of body.log.book.exchanges.values()) {
    const { hash, request } = exchange;
    const asked = body.papers.asked(hash);
    if (!request || !asked || body.papers.isDelivered(hash)) continue;
    try {
      resolved.push({ request: hash, outcome: await resolve(body, exchange, request.part, asked, options) });
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      resolved.push({ request: hash, error: describeError(error) });
    }
  }
  return resolved;
}

function resolve(body: Body, exchange: Exchange, request: Request, asked: Asked, options: CallOptions) {
  const response = responseOf(exchange)?.part;
  if (response) return handIn(body, exchange, response, asked.url, options);
  const query = parseAs(querySchema, JSON.parse(asked.query), "The query that was kept");
  const { salt, consent } = asked;
  return send(body, { request, query, salt, ...(consent ? { consent } : {}) }, asked.url, options);
}

async function send(body: Body, ask: Ask, url: string, options: CallOptions): Promise<Outcome> {
  const said = answerSchema.safeParse(await postJson(new URL("exchange", `${url}/`).href, ask, options));
  if (!said.success) throw new PeerError(`${url} answered with something that is no response.`);
  const hash = requestHash(body.place, ask.request);
  const { response, payload, salt } = said.data;
  await checkAnswer(body, ask, hash, said.data);
  const content = payload === undefined || salt === undefined ? {} : { payload, salt };
  await body.papers.keep({ kind: "answer", request: hash, ...content });
  // The answer is dated no later than the latest block: see checkAnswer.
  const time = await body.now();
  const part = { request: hash, response: responseHash(body.place, response), time };
  const receipt = await signReceipt(body.place, body.signer, part);
  await body.log.add(time, (book) => (responseOf(book.get(hash)) ? null : { response, receipt }));
  const exchange = body.log.book.get(hash);
  if (!exchange) throw new InputError("The log does not hold the exchange it was just given.");
  return handIn(body, exchange, response, url, options);
}

/** @throws PeerError unless the provider's key signed this response to this request, and this content */
async function checkAnswer(body: Body, { request }: Ask, hash: string, { response, payload, salt }: Answer) {
  const from = `The answer of body ${request.provider}`;
  if (response.request !== hash) throw new PeerError(`${from} is to another request.`);
  const digest = responseHash(body.place, response);
  if (!(await body.mayExchange(request.provider, response.signer, response.time))) {
    throw new PeerError(`${from} is signed by ${response.signer}, who may not exchange for it now or could not then.`);
  }
  if (!(await body.isSigned(response.signer, digest, response.signature))) {
    throw new PeerError(`${from} is not signed by its signer.`);
  }
  await checkTime(body, request, response, from);
  if (response.outcome === "refused") return;
  if (request.subject !== ZERO && response.subject !== request.subject) {
    throw new PeerError(`${from} hides the access from the person: its subject tag is another.`);
  }
  if (payload === undefined || salt === undefined) throw new PeerError(`${from} came without its content.`);
  if (payloadHash(body.place, hash, salt, payload) !== response.payload) {
    throw new PeerError(`${from} was changed on its way: its content is not the signed one.`);
  }
}

/** @throws PeerError unless the times are as the audit will want them */
async function checkTime(body: Body, request: Request, { time, outcome }: Response, from: string): Promise<void> {
  if (time < request.time) throw new PeerError(`${from} is dated before the request.`);
  if (outcome === "answered" && time > request.time + WINDOW) {
    throw new PeerError(`${from} is dated more than ${WINDOW} s after the request.`);
  }
  if (time > (await reach(body.now, time))) throw new PeerError(`${from} is dated after the latest block.`);
}

/** Hands the receipt in. The exchange is complete in the body's own log, whether the provider takes it or not. */
async function handIn(body: Body, exchange: Exchange, response: Response, url: string, options: CallOptions) {
  const receipt = exchange.receipts[0]?.part;
  const receipted =
    receipt !== undefined &&
    (await postJson(new URL("receipt", `${url}/`).href, { receipt }, options).then(
      () => true,
      (error: unknown) => {
        if (error instanceof PeerError) return false;
        throw error;
      },
    ));
  if (receipted) await body.papers.keep({ kind: "delivered", request: exchange.hash });
  return outcomeOf(body, exchange.hash, response, receipted);
}

function outcomeOf(body: Body, request: string, response: Response, receipted: boolean): Outcome {
  const { outcome, code } = response;
  const { payload } = body.papers.answer(request) ?? {};
  const content: unknown = payload === undefined ? undefined : JSON.parse(payload);
  const refusal = outcome === "refused" ? refusalName(code) : undefined;
  return {
    ...{ request, outcome, receipted },
    ...(refusal === undefined ? {} : { refusal }),
    ...(content === undefined ? {} : { content }),
  };
}

/** A refusal's code in words. */
export function refusalName(code: number): string {
  return Object.entries(REFUSALS).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}
