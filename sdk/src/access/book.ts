import { parseJson } from "../shared/files.ts";
import type { AccessPlace } from "./place.ts";
import { parseAs } from "./place.ts";
import {
  type LogLine,
  lineSchema,
  type Receipt,
  type Request,
  requestHash,
  type Response,
  responseHash,
  type Review,
} from "./record.ts";

/** A signed part and the line of the log in which it stands. */
export interface Held<T> {
  part: T;
  seq: number;
  /** The line's own time: its body's word. */
  time: number;
}

/** What one body's log holds of one exchange. */
export interface Exchange {
  hash: string;
  request?: Held<Request>;
  /** By hash; an honest log holds one. */
  responses: Map<string, Held<Response>>;
  receipts: Held<Receipt>[];
  reviews: Held<Review>[];
}

/** The exchanges of a log, put together from its lines. */
export class Book {
  readonly exchanges = new Map<string, Exchange>();
  /** Nonces seen, each with its consumer. */
  readonly nonces = new Set<string>();
  readonly #place: AccessPlace;

  constructor(place: AccessPlace) {
    this.#place = place;
  }

  add({ seq, time, request, response, receipt, review }: LogLine): void {
    if (request) {
      const hash = requestHash(this.#place, request);
      this.#of(hash).request ??= { part: request, seq, time };
      this.nonces.add(nonceKey(request));
    }
    if (response) {
      const { responses } = this.#of(response.request);
      const hash = responseHash(this.#place, response);
      if (!responses.has(hash)) responses.set(hash, { part: response, seq, time });
    }
    if (receipt) this.#of(receipt.request).receipts.push({ part: receipt, seq, time });
    if (review) this.#of(review.request).reviews.push({ part: review, seq, time });
  }

  get(hash: string): Exchange | undefined {
    return this.exchanges.get(hash);
  }

  #of(hash: string): Exchange {
    const known = this.exchanges.get(hash);
    if (known) return known;
    const exchange: Exchange = { hash, responses: new Map(), receipts: [], reviews: [] };
    this.exchanges.set(hash, exchange);
    return exchange;
  }
}

export const nonceKey = ({ consumer, nonce }: Pick<Request, "consumer" | "nonce">): string => `${consumer} ${nonce}`;

/** The one response of an exchange in an honest log. */
export function responseOf(exchange: Exchange | undefined): { hash: string; part: Response } | undefined {
  const [first] = exchange?.responses ?? [];
  return first && { hash: first[0], part: first[1].part };
}

/** Reads a line of a published log. */
export function parseLine(text: string, source: string): LogLine {
  return parseAs(lineSchema, parseJson(text, source), source);
}
