import type { Authority } from "./authority.ts";
import { Book, type Exchange, type Held } from "./book.ts";
import { type Consent, revokedSince, type RevokedAt } from "./consent.ts";
import { findGaps } from "./gaps.ts";
import { consentFault, isGenuine, type Statute, statuteFault } from "./ground.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";
import { type Receipt, receiptHash, type Request, type Response, reviewHash } from "./record.ts";
import type { SignatureCheck } from "./signatures.ts";

export const FINDINGS = [
  /** The provider has it, the consumer does not. */
  "missing",
  /** The consumer has it, the provider does not. */
  "extra",
  /** The same request with two responses. */
  "contradictory",
  /** A log is not whole. */
  "gap",
  /** Answered without a ground that held. */
  "without ground",
  /** No receipt of the consumer. */
  "unproven",
  /** Dated before a revocation, anchored after it by nobody before. */
  "late",
  /** An emergency access not reviewed in time. */
  "unreviewed",
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
  /** Consents that the bodies show, by request. */
  consents: Map<string, Consent>;
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

/** What a body's log holds of an exchange whose signatures hold. */
interface Side {
  agency: number;
  anchoredAt(seq: number): number | undefined;
  exchange?: Exchange;
}

/** Compares the logs of all bodies with one another, with the grounds and with the chain. */
export async function audit(parameters: AuditParameters): Promise<Finding[]> {
  const found: Finding[] = [];
  const consentSigned = remembered(parameters.isSigned);
  const books = new Map<number, { book: Book; log: PublishedLog }[]>();
  for (const log of parameters.logs) {
    found.push(...findGaps(parameters.place, log));
    const book = new Book(parameters.place);
    for (const line of log.lines) book.add(line);
    books.set(log.log.agency, [...(books.get(log.log.agency) ?? []), { book, log }]);
  }
  const hashes = new Set([...books.values()].flat().flatMap(({ book }) => [...book.exchanges.keys()]));
  for (const hash of hashes) {
    const sides = [...books].map(([agency, held]): Side => sideOf(agency, held, hash));
    found.push(...(await new Case(parameters, consentSigned, hash, sides).judge()));
    parameters.onExchange?.();
  }
  return found;
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

function sideOf(agency: number, held: { book: Book; log: PublishedLog }[], hash: string): Side {
  const own = held.find(({ book }) => book.get(hash)) ?? held[0];
  const exchange = own?.book.get(hash);
  const anchoredAt = (seq: number) =>
    own?.log.anchors.find(({ previousCount, count }) => previousCount < seq && seq <= count)?.time;
  return { agency, anchoredAt, ...(exchange ? { exchange } : {}) };
}

/** One exchange, as all sides have it. */
class Case {
  readonly #p: AuditParameters;
  readonly #consentSigned: SignatureCheck;
  readonly #hash: string;
  readonly #sides: Side[];
  readonly #found: Finding[] = [];
  /** Verdicts on signed parts, so that the same part in two logs is checked once. */
  readonly #checked = new Map<string, Promise<boolean>>();

  constructor(parameters: AuditParameters, consentSigned: SignatureCheck, hash: string, sides: Side[]) {
    this.#p = parameters;
    this.#consentSigned = consentSigned;
    this.#hash = hash;
    this.#sides = sides;
  }

  async judge(): Promise<Finding[]> {
    const request = await this.#request();
    if (!request) return this.#found;
    const provider = this.#sides.find(({ agency }) => agency === request.provider);
    const consumer = this.#sides.find(({ agency }) => agency === request.consumer);
    if (provider && consumer && provider !== consumer) this.#compare(provider, consumer);
    const answers = await this.#answers(request);
    const [first] = answers;
    if (!first) return this.#found;
    if (answers.length > 1) {
      const seqs = answers.map(({ side, held }) => `record ${held.seq} of body ${side.agency}`).join(" and ");
      this.#add("contradictory", first.side, `two responses to one request: ${seqs}`, first.held.seq);
    }
    await this.#receipts(request, first.hash, first.side, first.held, answers.length > 1);
    if (first.held.part.outcome === "answered") await this.#ground(request, first.hash, first.held.part, first.side);
    return this.#found;
  }

  /** The request that the consumer's key signed; what is not the consumer's is told. */
  async #request(): Promise<Request | undefined> {
    const before = this.#found.length;
    let request: Request | undefined;
    for (const side of this.#sides) {
      const held = side.exchange?.request;
      if (!held) continue;
      const { part, seq } = held;
      if (await this.#holds(part.consumer, part, this.#hash, part.time)) request ??= part;
      else this.#add("forged", side, "the request is not the consumer's", seq);
    }
    if (request || this.#found.length > before) return request;
    const side = this.#sides.find(({ exchange }) => exchange);
    if (side) this.#add("forged", side, "parts of a request that no log holds", firstSeq(side));
    return undefined;
  }

  #compare(provider: Side, consumer: Side): void {
    if (provider.exchange && !consumer.exchange) {
      this.#add("missing", provider, "the consumer's log does not have this exchange", firstSeq(provider));
    }
    if (!consumer.exchange || provider.exchange) return;
    const answered = consumer.exchange.responses.size > 0;
    const detail = answered ? "this exchange" : "this request, to which no answer came";
    this.#add("extra", consumer, `the provider's log does not have ${detail}`, firstSeq(consumer));
  }

  /** The provider's responses in any log, each once; what is not the provider's is told and left out. */
  async #answers(request: Request) {
    const known = new Map<string, { side: Side; held: Held<Response>; hash: string }>();
    for (const side of this.#sides) {
      for (const [hash, held] of side.exchange?.responses ?? []) {
        const { part } = held;
        if (await this.#holds(request.provider, part, hash, part.time)) {
          if (!known.has(hash)) known.set(hash, { side, held, hash });
        } else this.#add("forged", side, "the response is not the provider's", held.seq);
      }
    }
    return [...known.values()];
  }

  async #receipts(request: Request, response: string, at: Side, held: Held<Response>, open: boolean): Promise<void> {
    let proven = false;
    for (const side of this.#sides) {
      for (const { part, seq } of side.exchange?.receipts ?? []) {
        if (!(await this.#receiptHolds(request, part))) {
          this.#add("forged", side, "the receipt is not the consumer's", seq);
        } else if (part.response === response || open) proven = true;
        else this.#add("contradictory", side, "the receipt is of a response that no log holds", seq);
      }
    }
    if (!proven && !this.#found.some(({ kind }) => kind === "contradictory")) {
      this.#add("unproven", at, "the consumer has not signed for the response", held.seq);
    }
  }

  #receiptHolds(request: Request, part: Receipt): Promise<boolean> {
    return this.#holds(request.consumer, part, receiptHash(this.#p.place, part), part.time);
  }

  async #ground(request: Request, hash: string, response: Response, side: Side): Promise<void> {
    const { ground } = request;
    const seq = firstSeq(side);
    if (ground.kind === "emergency") return this.#review(request, hash, response, side);
    if (ground.kind === "statute") {
      const fault = statuteFault(request, this.#p.statutes.get(request.provider) ?? []);
      if (fault) this.#add("without ground", side, fault, seq);
      return;
    }
    const consent = this.#p.consents.get(this.#hash);
    if (!consent) return this.#add("without ground", side, "no consent is shown", seq);
    if (!(await isGenuine(this.#p.place, request, consent, this.#consentSigned))) {
      return this.#add("without ground", side, "the consent shown is not the one named, or not signed", seq);
    }
    const fault = await consentFault(request, consent, response.time, this.#p.revokedAt);
    if (fault) return this.#add("without ground", side, fault, seq);
    if (response.subject !== request.subject) {
      this.#add("without ground", side, "the response hides the access from the person", seq);
    }
    await this.#late(consent, side, seq);
  }

  async #late(consent: Consent, side: Side, seq: number | undefined): Promise<void> {
    const revoked = await revokedSince(consent, this.#p.revokedAt);
    if (revoked === undefined) return;
    const before = this.#sides.some(({ exchange, anchoredAt }) =>
      [...(exchange?.responses.values() ?? [])].some((held) => (anchoredAt(held.seq) ?? Infinity) < revoked),
    );
    if (!before) this.#add("late", side, "dated before the revocation, and not anchored before it", seq);
  }

  async #review(request: Request, response: string, part: Response, side: Side): Promise<void> {
    for (const { exchange } of this.#sides) {
      for (const { part: review } of exchange?.reviews ?? []) {
        const fits = review.response === response && review.signer !== part.signer;
        const digest = reviewHash(this.#p.place, review);
        if (fits && (await this.#holds(request.provider, review, digest, review.time))) return;
      }
    }
    if (part.time + this.#p.reviewWithin >= this.#p.now) return;
    this.#add("unreviewed", side, "an access in an emergency that was not reviewed in time", firstSeq(side));
  }

  /** Whether a key that could exchange for a body at that time signed. */
  #holds(agency: number, part: { signer: string; signature: string }, digest: string, time: number): Promise<boolean> {
    const key = `${digest} ${part.signer} ${part.signature}`;
    const known = this.#checked.get(key) ?? this.#check(agency, part, digest, time);
    this.#checked.set(key, known);
    return known;
  }

  async #check(agency: number, part: { signer: string; signature: string }, digest: string, time: number) {
    if (!(await this.#p.mayExchange(agency, part.signer, time))) return false;
    return this.#p.isSigned(part.signer, digest, part.signature);
  }

  #add(kind: Finding["kind"], side: Side, detail: string, seq: number | undefined): void {
    this.#found.push({
      kind,
      agency: side.agency,
      ...(seq === undefined ? {} : { seq }),
      request: this.#hash,
      detail,
    });
  }
}

/** The number of the first record in which a side has the exchange. */
function firstSeq({ exchange }: Side): number | undefined {
  if (!exchange) return undefined;
  const held = [exchange.request, ...exchange.responses.values(), ...exchange.receipts, ...exchange.reviews];
  const seqs = held.filter((part) => part !== undefined).map(({ seq }) => seq);
  return seqs.length > 0 ? Math.min(...seqs) : undefined;
}
