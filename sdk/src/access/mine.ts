import { Book, type Exchange } from "./book.ts";
import { subjectTag } from "./consent.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";
import type { Ground, Request, Response } from "./record.ts";
import { refusalName } from "./request.ts";

/** An access to a person's records, as the bodies' logs have it. */
export interface Access {
  request: string;
  provider: number;
  consumer: number;
  /** Seconds, UTC: of the response, of the request where there is none. */
  time: number;
  ground: Ground;
  scope: Request["scope"];
  /** `unanswered`: the log has no response to it. */
  outcome: Response["outcome"] | "unanswered";
  refusal?: string;
  /** What the provider's review of an emergency access found. */
  review?: "justified" | "not justified";
  /** Bodies in whose logs it stands. */
  loggedBy: number[];
}

/**
 * All accesses to the records of whoever has these subject keys, in order of time. Signatures are not checked here:
 * `audit` does that.
 */
export function findMine(place: AccessPlace, subjectKeys: string[], logs: PublishedLog[]): Access[] {
  const found = new Map<string, Access>();
  for (const { log, lines } of logs) {
    const book = new Book(place);
    for (const line of lines) book.add(line);
    for (const exchange of book.exchanges.values()) {
      const access = accessOf(place, subjectKeys, exchange);
      if (!access) continue;
      const known = found.get(exchange.hash);
      const merged = known && known.outcome !== "unanswered" ? known : access;
      const review = known?.review ?? access.review;
      const loggedBy = [...new Set([...(known?.loggedBy ?? []), log.agency])];
      found.set(exchange.hash, { ...merged, ...(review ? { review } : {}), loggedBy });
    }
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}

function accessOf(place: AccessPlace, keys: string[], { hash, request, responses, reviews }: Exchange): Access | null {
  if (!request) return null;
  const { part } = request;
  const tags = new Set(keys.map((key) => subjectTag(place, part, key)));
  const answers = [...responses.values()].map((held) => held.part);
  if (!tags.has(part.subject) && !answers.some(({ subject }) => tags.has(subject))) return null;
  const [answer] = answers;
  const review = reviews.at(-1)?.part.finding;
  return {
    request: hash,
    provider: part.provider,
    consumer: part.consumer,
    time: answer?.time ?? part.time,
    ground: part.ground,
    scope: part.scope,
    outcome: answer?.outcome ?? "unanswered",
    ...(answer?.outcome === "refused" ? { refusal: refusalName(answer.code) } : {}),
    ...(review ? { review } : {}),
    loggedBy: [],
  };
}
