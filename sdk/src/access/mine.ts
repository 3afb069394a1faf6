import type { Authority } from "./authority.ts";
import { Book, type Exchange } from "./book.ts";
import { subjectTag } from "./consent.ts";
import type { AccessPlace } from "./place.ts";
import type { PublishedLog } from "./published.ts";
import { type Ground, type Request, type Response, reviewHash } from "./record.ts";
import { refusalName } from "./request.ts";
import type { SignatureCheck } from "../shared/signatures.ts";

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
  /** Whether keys of both bodies signed it; false = a log says so, and no more. Absent where it was not checked. */
  proven?: boolean;
}

/**
 * All accesses to the records of whoever has these subject keys, in order of time. `genuine` holds the parts whose
 * signatures were checked (`genuineParts`); without it none are, and anyone may have made the log up.
 */
export function findMine(
  place: AccessPlace,
  subjectKeys: string[],
  logs: PublishedLog[],
  genuine?: ReadonlySet<object>,
): Access[] {
  const found = new Map<string, Access>();
  for (const { agency, exchange } of exchangesOf(place, subjectKeys, logs)) {
    const access = accessOf(exchange, genuine);
    if (!access) continue;
    const known = found.get(exchange.hash);
    const merged = known && rank(known) >= rank(access) ? known : access;
    const review = known?.review ?? access.review;
    const loggedBy = [...new Set([...(known?.loggedBy ?? []), agency])];
    found.set(exchange.hash, { ...merged, ...(review ? { review } : {}), loggedBy });
  }
  return [...found.values()].sort((a, b) => a.time - b.time);
}

/** What is proven goes before what is not, an outcome before none. */
const rank = ({ proven, outcome }: Access) => (proven === false ? 0 : 2) + (outcome === "unanswered" ? 0 : 1);

/** The signed parts of these accesses that keys of the right bodies signed, each at the time that it names. */
export async function genuineParts(
  place: AccessPlace,
  subjectKeys: string[],
  logs: PublishedLog[],
  { isSigned, mayExchange }: { isSigned: SignatureCheck; mayExchange: Authority },
): Promise<Set<object>> {
  const genuine = new Set<object>();
  type Signed = { signer: string; signature: string; time: number };
  const check = async (agency: number, part: Signed, digest: string) => {
    if (!(await mayExchange(agency, part.signer, part.time))) return;
    if (await isSigned(part.signer, digest, part.signature)) genuine.add(part);
  };
  for (const { exchange } of exchangesOf(place, subjectKeys, logs)) {
    const { request, responses, reviews, hash } = exchange;
    if (!request) continue;
    const { provider, consumer } = request.part;
    await check(consumer, request.part, hash);
    for (const [digest, { part }] of responses) await check(provider, part, digest);
    for (const { part } of reviews) await check(provider, part, reviewHash(place, part));
  }
  return genuine;
}

/** The exchanges of each log in which one of the keys' tags stands. */
function exchangesOf(place: AccessPlace, keys: string[], logs: PublishedLog[]) {
  return logs.flatMap(({ log: { agency }, lines }) => {
    const book = new Book(place);
    for (const line of lines) book.add(line);
    const mine = [...book.exchanges.values()].filter(({ request, responses }) => {
      if (!request) return false;
      const tags = new Set(keys.map((key) => subjectTag(place, request.part, key)));
      return tags.has(request.part.subject) || [...responses.values()].some(({ part }) => tags.has(part.subject));
    });
    return mine.map((exchange) => ({ agency, exchange }));
  });
}

function accessOf({ hash, request, responses, reviews }: Exchange, genuine?: ReadonlySet<object>): Access | null {
  if (!request) return null;
  const { part } = request;
  const answers = [...responses.values()].map((held) => held.part);
  const answer = answers.find((one) => genuine?.has(one)) ?? answers[0];
  const review = reviews.filter((one) => !genuine || genuine.has(one.part)).at(-1)?.part.finding;
  const proven = genuine && genuine.has(part) && (!answer || genuine.has(answer));
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
    ...(proven === undefined ? {} : { proven }),
  };
}
