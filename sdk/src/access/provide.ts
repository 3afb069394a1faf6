import canonicalize from "canonicalize";
import type { Body } from "./body.ts";
import { nonceKey, responseOf } from "./book.ts";
import { type Consent, random32, revokedSince, subjectTag } from "./consent.ts";
import { consentFault, isGenuine, type Statute, statuteFault } from "./ground.ts";
import { type Answer, type Ask, type Query, Unacceptable } from "./message.ts";
import { textHash, ZERO } from "./place.ts";
import {
  payloadHash,
  queryHash,
  type Receipt,
  receiptHash,
  REFUSALS,
  type Refusal,
  type Request,
  requestHash,
  type Response,
  type Review,
  signResponse,
  signReview,
} from "./record.ts";
import { isSignedBy } from "../shared/signatures.ts";
import { reach, WINDOW } from "./times.ts";
import { InputError } from "../shared/errors.ts";

/** A person whose records a provider holds. */
export interface Subject {
  /** Their account, which signs their consents. */
  person: string;
  /** By it the person finds accesses that no consent of theirs stands behind. */
  subjectKey: string;
}

/** What a provider holds and by which grounds it hands it out. */
export interface Policy {
  statutes: Statute[];
  /** Whether access in an emergency is answered, for review afterwards. */
  emergencies: boolean;
  /** Whose record a reference names; null where it names none. */
  subjectOf(reference: string): Promise<Subject | null>;
  /** What is asked for, as JSON; null where it is not held. */
  find(query: Query, request: Request): Promise<object | null>;
}

/** A body that answers requests. */
export class Provider {
  readonly body: Body;
  readonly policy: Policy;
  /** Told what failed in this body while it answered; the peer is told only that something did. */
  onFault: (error: unknown) => void = () => undefined;
  readonly #underway = new Map<string, Promise<Answer>>();

  constructor(body: Body, policy: Policy) {
    this.body = body;
    this.policy = policy;
  }

  /**
   * Answers or refuses a request, and logs both. The same request again, from whoever knows its query, gets the same
   * response again, with its content until the receipt is here.
   * @throws Unacceptable where it is not shown that the consumer asks this
   */
  async answer(ask: Ask): Promise<Answer> {
    const { body } = this;
    const { request, query, salt } = ask;
    const hash = requestHash(body.place, request);
    if (request.provider !== body.agency) {
      throw new Unacceptable(400, `The request is to body ${request.provider}; this is body ${body.agency}.`);
    }
    if (request.query !== queryHash(body.place, salt, canonicalize(query) ?? "")) {
      throw new Unacceptable(400, "The query is not the one of the request.");
    }
    await requireKey(body, request.consumer, request, hash, "request");
    if (!(await body.mayExchange(request.consumer, request.signer))) {
      throw new Unacceptable(403, `The request's signer may not exchange for body ${request.consumer} now.`);
    }
    const underway = this.#underway.get(hash) ?? this.#answer(ask, hash);
    this.#underway.set(hash, underway);
    return underway.finally(() => this.#underway.delete(hash));
  }

  /** Takes the consumer's receipt and logs it. Again and again if need be. */
  async receive(receipt: Receipt): Promise<void> {
    const { body } = this;
    const exchange = body.log.book.get(receipt.request);
    const response = responseOf(exchange);
    if (!exchange?.request || response?.hash !== receipt.response) {
      throw new Unacceptable(404, "The receipt is of no response of this body.");
    }
    await requireKey(body, exchange.request.part.consumer, receipt, receiptHash(body.place, receipt), "receipt");
    if (receipt.time < response.part.time) throw new Unacceptable(400, "The receipt is dated before its response.");
    const now = await reach(body.now, receipt.time);
    if (receipt.time > now) throw new Unacceptable(425, "The receipt is dated after the latest block.");
    await body.log.add(now, (book) => ((book.get(receipt.request)?.receipts.length ?? 0) > 0 ? null : { receipt }));
  }

  async #answer(ask: Ask, hash: string): Promise<Answer> {
    const { body } = this;
    const logged = body.log.book.get(hash);
    const before = responseOf(logged);
    if (before) return this.#again(before.part, (logged?.receipts.length ?? 0) > 0);
    const time = await reach(body.now, ask.request.time);
    if (ask.request.time > time && ask.request.time <= time + WINDOW) {
      throw new Unacceptable(425, "The request is dated after the latest block; ask again.");
    }
    const { subject, ...decision } = await this.#decide(ask, time);
    const salt = random32();
    const payload = "found" in decision ? (canonicalize(decision.found) ?? "") : undefined;
    const response = await signResponse(body.place, body.signer, {
      request: hash,
      outcome: payload === undefined ? "refused" : "answered",
      code: "refusal" in decision ? REFUSALS[decision.refusal] : 0,
      payload: payload === undefined ? ZERO : payloadHash(body.place, hash, salt, payload),
      subject,
      time,
    });
    const content = payload === undefined ? {} : { payload, salt };
    await body.papers.keep({
      kind: "answer",
      request: hash,
      ...content,
      ...(ask.consent ? { consent: ask.consent } : {}),
    });
    await body.log.add(time, (book) => {
      // Both were looked for before; another process of this body may have been faster.
      const taken = book.nonces.has(nonceKey(ask.request)) && response.code !== REFUSALS["nonce used"];
      if (taken || responseOf(book.get(hash)))
        throw new Unacceptable(409, "This was answered a moment ago; ask again.");
      return { request: ask.request, response };
    });
    return { response, ...content };
  }

  #again(response: Response, received: boolean): Answer {
    const { payload, salt } = this.body.papers.answer(response.request) ?? {};
    return received || payload === undefined || salt === undefined ? { response } : { response, payload, salt };
  }

  async #decide(ask: Ask, time: number): Promise<{ subject: string } & ({ refusal: Refusal } | { found: object })> {
    const { body, policy } = this;
    const { request, query } = ask;
    const known = await this.#ownPart(() => policy.subjectOf(query.reference));
    if (known === "failed") return { subject: random32(), refusal: "unavailable" };
    const consent = known && (await this.#genuine(ask, known.person));
    const key = consent ? consent.subjectKey : known?.subjectKey;
    // Whoever has no ground must not learn from code or tag whether the person is known.
    const subject = key === undefined ? random32() : subjectTag(body.place, request, key);
    const refusal = this.#formFault(request, time) ?? (await this.#groundFault(ask, consent, time));
    if (refusal) return { subject, refusal };
    if (!known) return { subject: ZERO, refusal: "subject unknown" };
    const found = await this.#ownPart(() => policy.find(query, request));
    if (found === "failed") return { subject, refusal: "unavailable" };
    return found ? { subject, found } : { subject, refusal: "not held" };
  }

  /** What the body's own part gives; where it fails, that is a refusal like others, and its words stay here. */
  async #ownPart<T>(act: () => Promise<T>): Promise<T | "failed"> {
    try {
      return await act();
    } catch (error) {
      this.onFault(error);
      return "failed";
    }
  }

  #formFault(request: Request, time: number): Refusal | null {
    if (Math.abs(request.time - time) > WINDOW) return "stale";
    return this.body.log.book.nonces.has(nonceKey(request)) ? "nonce used" : null;
  }

  /** The consent where it is this person's for this request; else null. */
  async #genuine({ request, consent }: Ask, person: string): Promise<Consent | null> {
    if (!consent || consent.person !== person) return null;
    return (await isGenuine(this.body.place, request, consent, this.body.isSigned)) ? consent : null;
  }

  async #groundFault({ request, consent: shown }: Ask, consent: Consent | null, time: number): Promise<Refusal | null> {
    const { statutes, emergencies } = this.policy;
    if (request.ground.kind === "statute") return statuteFault(request, statutes);
    if (request.ground.kind === "emergency") return emergencies ? null : "emergency not allowed";
    if (!shown) return "consent lacking";
    if (!consent) return "consent invalid";
    const fault = await consentFault(request, consent, time, this.body.revokedAt);
    // One that came after `time` was taken is known by now, and obeyed.
    return fault ?? ((await revokedSince(consent, this.body.revokedAt)) === undefined ? null : "consent revoked");
  }
}

/**
 * A contract account is called only where it is a key of the body: else anyone could have any contract called.
 * @throws Unacceptable unless a key of the body that could exchange at the part's time signed
 */
async function requireKey(
  body: Body,
  agency: number,
  part: { signer: string; signature: string; time: number },
  digest: string,
  what: string,
): Promise<void> {
  const { signer, signature, time } = part;
  const own = isSignedBy(signer, digest, signature);
  if (!(await body.mayExchange(agency, signer, time))) {
    const unsigned = own ? "" : "signature is not its signer's, or its ";
    throw new Unacceptable(403, `The ${what}'s ${unsigned}signer may not exchange for body ${agency} now or then.`);
  }
  if (!own && !(await body.isSigned(signer, digest, signature))) {
    throw new Unacceptable(403, `The ${what}'s signature is not its signer's.`);
  }
}

/**
 * Reviews an answered access in an emergency: the provider's second key says whether it was justified, and its report's
 * hash stands in the log.
 */
export async function reviewEmergency(
  body: Body,
  request: string,
  finding: Review["finding"],
  report: string,
): Promise<Review> {
  const exchange = body.log.book.get(request);
  const response = responseOf(exchange);
  if (!exchange?.request || !response) throw new InputError("The body's log has no such access.");
  if (exchange.request.part.ground.kind !== "emergency") throw new InputError("Only an emergency access is reviewed.");
  const reviewer = await body.signer.getAddress();
  if (reviewer === response.part.signer) {
    throw new InputError("An access is reviewed by another key than the one that answered it.");
  }
  const time = await body.now();
  const part = { request, response: response.hash, finding, report: textHash(report), time };
  const review = await signReview(body.place, body.signer, part);
  await body.log.add(time, () => ({ review }));
  return review;
}
