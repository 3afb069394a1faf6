import type { AuditParameters, Finding } from "./audit.ts";
import type { Anchor } from "./anchor.ts";
import type { Exchange, Held } from "./book.ts";
import { type Consent, revokedSince } from "./consent.ts";
import { consentFault, isGenuine, statuteFault } from "./ground.ts";
import { type Receipt, receiptHash, type Request, type Response, type Review, reviewHash } from "./record.ts";
import type { SignatureCheck } from "../shared/signatures.ts";
import { answerFault, anchoredAt, dueFrom, loggedAfter, loggingFault, MARGIN } from "./timeliness.ts";

/** What one log holds of an exchange. */
export interface Side {
  agency: number;
  /** The log's periods that recompute. */
  anchors: Anchor[];
  exchange?: Exchange;
}

interface Signed {
  signer: string;
  signature: string;
  time: number;
}

/** A response of the provider's, and a log in which it stands. */
interface Answer {
  side: Side;
  held: Held<Response>;
  hash: string;
  /** False: its key could not sign at the time that it names. */
  holds: boolean;
}

/** One exchange, as all logs have it. */
export class Case {
  readonly #p: AuditParameters;
  readonly #consentSigned: SignatureCheck;
  readonly #hash: string;
  readonly #sides: Side[];
  readonly #found: Finding[] = [];
  readonly #lacking: Finding[] = [];
  /** Verdicts on signatures, so that the same part in two logs is checked once. */
  readonly #checked = new Map<string, Promise<boolean>>();

  constructor(parameters: AuditParameters, consentSigned: SignatureCheck, hash: string, sides: Side[]) {
    this.#p = parameters;
    this.#consentSigned = consentSigned;
    this.#hash = hash;
    this.#sides = sides;
  }

  /** `lacking`: parts left out of a log, unless a record that is gone held them. */
  async judge(): Promise<{ found: Finding[]; lacking: Finding[] }> {
    const request = await this.#request();
    if (request) await this.#judge(request);
    return { found: this.#found, lacking: this.#lacking };
  }

  async #judge(request: Request): Promise<void> {
    this.#compare(request);
    const answers = await this.#answers(request);
    const held = answers.filter(({ holds }) => holds);
    const [first] = held;
    let receipted = false;
    if (first) {
      if (held.length > 1) {
        const seqs = held.map(({ side, held: { seq } }) => `record ${seq} of body ${side.agency}`).join(" and ");
        const own = held.find(({ side }) => side.agency === request.provider);
        this.#blame("contradictory", request.provider, `two responses to one request: ${seqs}`, own?.held.seq);
      }
      receipted = await this.#receipts(request, first, held.length > 1);
      this.#times(request, first);
    }
    this.#parts(request, receipted);
    // A response dated to a time at which its key could not sign is the provider's all the same.
    const judged = first ?? answers[0];
    if (judged?.held.part.outcome === "answered") await this.#ground(request, judged);
  }

  /** The request that the consumer's key signed; what is not the consumer's is told. */
  async #request(): Promise<Request | undefined> {
    const before = this.#found.length;
    let request: Request | undefined;
    for (const side of this.#sides) {
      const held = side.exchange?.request;
      if (!held) continue;
      const { part, seq } = held;
      if (await this.#isRequest(part, side)) request ??= part;
      else this.#add("forged", side, "the request is not the consumer's", seq);
    }
    if (request || this.#found.length > before) return request;
    const side = this.#sides.find(({ exchange }) => exchange);
    if (side) this.#add("forged", side, "parts of a request that no log holds", firstSeq(side));
    return undefined;
  }

  async #isRequest(part: Request, { exchange }: Side): Promise<boolean> {
    if (await this.#holds(part.consumer, part, this.#hash)) return true;
    // One from the future is refused, and the refusal logged, by the time at which it came.
    for (const { part: response } of exchange?.responses.values() ?? []) {
      if (response.outcome !== "refused" || response.time >= part.time) continue;
      if (await this.#holds(part.consumer, part, this.#hash, response.time)) return true;
    }
    return false;
  }

  #of(agency: number): { given: boolean; sides: Side[] } {
    const sides = this.#sides.filter((side) => side.agency === agency);
    return { given: sides.length > 0, sides: sides.filter(({ exchange }) => exchange) };
  }

  #compare({ provider, consumer }: Request): void {
    if (provider === consumer) return;
    const [here, there] = [this.#of(provider), this.#of(consumer)];
    const [own] = here.sides;
    if (own && there.given && there.sides.length === 0) {
      this.#add("missing", own, "the consumer's log does not have this exchange", firstSeq(own));
    }
    const [theirs] = there.sides;
    if (!theirs || !here.given || own) return;
    const answered = there.sides.some(({ exchange }) => (exchange?.responses.size ?? 0) > 0);
    const detail = answered ? "this exchange" : "this request, to which no answer came";
    this.#add("extra", theirs, `the provider's log does not have ${detail}`, firstSeq(theirs));
  }

  /** What each log that has the exchange must hold of it: a request that came was answered, a receipt was logged. */
  #parts({ provider, consumer }: Request, receipted: boolean): void {
    const lack = (agency: number, wanted: Record<string, (exchange: Exchange) => boolean>) => {
      const { sides } = this.#of(agency);
      const [side] = sides;
      if (!side) return;
      const has = (test: (exchange: Exchange) => boolean) => sides.some(({ exchange }) => exchange && test(exchange));
      const lacks = Object.entries(wanted).filter(([, test]) => !has(test));
      if (lacks.length === 0) return;
      const detail = `the log leaves out ${lacks.map(([name]) => name).join(" and ")} of this exchange`;
      this.#lacking.push(this.#finding("incomplete", agency, detail, firstSeq(side)));
    };
    const asked = { "the request": (exchange: Exchange) => exchange.request !== undefined };
    const answered = { "the response": (exchange: Exchange) => exchange.responses.size > 0 };
    const signed = { "the receipt": (exchange: Exchange) => exchange.receipts.length > 0 };
    lack(provider, { ...asked, ...answered });
    if (provider !== consumer) lack(consumer, { ...asked, ...(receipted ? { ...answered, ...signed } : {}) });
  }

  /** The provider's responses in any log, each once; what is not the provider's is told and left out. */
  async #answers(request: Request): Promise<Answer[]> {
    const known = new Map<string, Answer>();
    for (const side of this.#sides) {
      for (const [hash, held] of side.exchange?.responses ?? []) {
        const { part } = held;
        if (await this.#holds(request.provider, part, hash)) {
          if (!known.get(hash)?.holds) known.set(hash, { side, held, hash, holds: true });
        } else if (!(await this.#isMisdated(request, part, hash))) {
          this.#add("forged", side, "the response is not the provider's", held.seq);
        } else if (!known.has(hash)) {
          known.set(hash, { side, held, hash, holds: false });
          const detail = "the provider's response is dated to a time at which its key could not sign";
          this.#blame("forged", request.provider, detail, this.#seqAt(request.provider));
        }
      }
    }
    return [...known.values()];
  }

  /** Whether a key signed that was the provider's when it was asked, or is now: nobody else put it in the log. */
  async #isMisdated(request: Request, part: Response, hash: string): Promise<boolean> {
    for (const time of [request.time, this.#p.now]) {
      if (await this.#holds(request.provider, part, hash, time)) return true;
    }
    return false;
  }

  /** Tells whether the consumer signed for a response. */
  async #receipts(request: Request, { hash, side: at, held }: Answer, open: boolean): Promise<boolean> {
    let proven = false;
    let untimely = false;
    for (const side of this.#sides) {
      for (const { part, seq } of side.exchange?.receipts ?? []) {
        if (!(await this.#holds(request.consumer, part, receiptHash(this.#p.place, part)))) {
          this.#add("forged", side, "the receipt is not the consumer's", seq);
        } else if (part.response === hash || open) {
          proven = true;
          untimely ||= !open && this.#isUntimely(part, held.part);
        } else this.#add("contradictory", side, "the receipt is of a response that no log holds", seq);
      }
    }
    if (untimely) {
      const detail = "the receipt is dated before its response, or after the latest block";
      this.#blame("untimely", request.consumer, detail, this.#seqAt(request.consumer));
    }
    if (!proven && !this.#found.some(({ kind }) => kind === "contradictory")) {
      this.#add("unproven", at, "the consumer has not signed for the response", held.seq);
    }
    return proven;
  }

  #isUntimely(receipt: Receipt, response: Response): boolean {
    return receipt.time < response.time || receipt.time > this.#p.now;
  }

  /** Times that cannot be are the fault of who signed them. */
  #times(request: Request, { hash, held }: Answer): void {
    const asked = this.#logged(request.consumer, request.time, ({ request: part }) => part);
    const requestFault = request.time > this.#p.now ? "the request is dated after the latest block" : asked;
    if (requestFault) this.#blame("untimely", request.consumer, requestFault, this.#seqAt(request.consumer));
    const said = this.#logged(request.provider, held.part.time, ({ responses }) => responses.get(hash));
    const fault = answerFault(request, held.part, this.#p.now) ?? said;
    if (fault) this.#blame("untimely", request.provider, fault, this.#seqAt(request.provider));
  }

  /** Why a part's time is at odds with line and anchors in its own signer's log. */
  #logged(agency: number, time: number, of: (exchange: Exchange) => Held<unknown> | undefined): string | null {
    for (const { exchange, anchors } of this.#of(agency).sides) {
      const held = exchange && of(exchange);
      const fault = held && loggingFault(time, held, anchors);
      if (fault) return fault;
    }
    return null;
  }

  async #ground(request: Request, answer: Answer): Promise<void> {
    const { ground, provider } = request;
    const { part } = answer.held;
    const seq = this.#seqAt(provider);
    const fail = (fault: string) => this.#blame("without ground", provider, fault, seq);
    if (ground.kind === "emergency") return this.#review(request, answer);
    if (ground.kind === "statute") {
      const fault = statuteFault(request, this.#p.statutes.get(provider) ?? []);
      if (fault) fail(fault);
      return;
    }
    const shown = [this.#p.consents.get(this.#hash) ?? []].flat();
    if (shown.length === 0) return fail("no consent is shown");
    const consent = await this.#genuine(request, shown);
    if (!consent) return fail("the consent shown is not the one named, or not signed");
    const time = Math.max(request.time, part.time);
    const fault = await consentFault(request, consent, time, this.#p.revokedAt);
    if (fault) return fail(fault);
    if (part.subject !== request.subject) fail("the response hides the access from the person");
    await this.#late(consent, provider, answer.hash);
  }

  async #genuine(request: Request, shown: Consent[]): Promise<Consent | undefined> {
    for (const consent of shown) {
      if (await isGenuine(this.#p.place, request, consent, this.#consentSigned)) return consent;
    }
    return undefined;
  }

  async #late(consent: Consent, provider: number, response: string): Promise<void> {
    const revoked = await revokedSince(consent, this.#p.revokedAt);
    if (revoked === undefined) return;
    const before = this.#sides.some(({ exchange, anchors }) => {
      const held = exchange?.responses.get(response);
      return held && (anchoredAt(anchors, held.seq) ?? Infinity) < revoked;
    });
    if (before) return;
    this.#blame("late", provider, "dated before the revocation, and not anchored before it", this.#seqAt(provider));
  }

  async #review(request: Request, { hash, held: { part } }: Answer): Promise<void> {
    const { provider } = request;
    const seq = this.#seqAt(provider);
    const due = dueFrom(request, part) + this.#p.reviewWithin;
    const reviews: Review[] = [];
    let earliest = Infinity;
    for (const { exchange, anchors } of this.#sides) {
      for (const { part: review, seq: at } of exchange?.reviews ?? []) {
        const fits = review.response === hash && review.signer !== part.signer && review.time >= request.time;
        if (!fits || !(await this.#holds(provider, review, reviewHash(this.#p.place, review)))) continue;
        reviews.push(review);
        earliest = Math.min(earliest, Math.max(review.time, loggedAfter(anchors, at) - MARGIN));
      }
    }
    if (reviews.some(({ finding }) => finding === "not justified")) {
      this.#blame("unjustified", provider, "the body's own review found the access not justified", seq);
    }
    if (Math.min(earliest, this.#p.now) <= due) return;
    const late = reviews.length > 0 ? "reviewed only after it was due" : "not reviewed in time";
    this.#blame("unreviewed", provider, `an access in an emergency that was ${late}`, seq);
  }

  /** Whether a key that could exchange for a body at the part's time, or at another, signed. */
  async #holds(agency: number, part: Signed, digest: string, time = part.time): Promise<boolean> {
    if (!(await this.#p.mayExchange(agency, part.signer, time))) return false;
    const key = `${digest} ${part.signer} ${part.signature}`;
    const known = this.#checked.get(key) ?? this.#p.isSigned(part.signer, digest, part.signature);
    this.#checked.set(key, known);
    return known;
  }

  /** The first record of the exchange in any log of a body. */
  #seqAt(agency: number): number | undefined {
    const [side] = this.#of(agency).sides;
    return side && firstSeq(side);
  }

  #add(kind: Finding["kind"], side: Side, detail: string, seq: number | undefined): void {
    this.#blame(kind, side.agency, detail, seq);
  }

  #blame(kind: Finding["kind"], agency: number, detail: string, seq: number | undefined): void {
    this.#found.push(this.#finding(kind, agency, detail, seq));
  }

  #finding(kind: Finding["kind"], agency: number, detail: string, seq: number | undefined): Finding {
    return { kind, agency, ...(seq === undefined ? {} : { seq }), request: this.#hash, detail };
  }
}

/** The number of the first record in which a side has the exchange. */
function firstSeq({ exchange }: Side): number | undefined {
  if (!exchange) return undefined;
  const held = [exchange.request, ...exchange.responses.values(), ...exchange.receipts, ...exchange.reviews];
  const seqs = held.filter((part) => part !== undefined).map(({ seq }) => seq);
  return seqs.length > 0 ? Math.min(...seqs) : undefined;
}
