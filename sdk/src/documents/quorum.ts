import { toQuantity } from "ethers";
import type { Endpoint } from "./endpoint.ts";
import { type AsOf, NotAvailable } from "./outcome.ts";
import type { Place } from "./placement.ts";

/** Seconds by which the block that is judged by may be older than the newest that any node gives. */
export const MAX_AGE = 300;

/** The registry that a checker trusts, and the nodes it asks. */
export interface Sources extends Place {
  endpoints: Endpoint[];
  /** How many endpoints must give the same answer; 1 or more. */
  quorum: number;
  /** Seconds instead of MAX_AGE. */
  maxAge?: number;
  /** The second it is now, where the block must not be older than `maxAge` by the clock either: a chain may stand still. */
  now?: number;
}

export interface Call {
  to: string;
  data: string;
}

/** What the chain answers to calls, at one block: to each its bytes, or why there are none. */
export interface Answers {
  asOf: AsOf;
  /** Hash of the block. */
  hash: string;
  results: (string | NotAvailable)[];
}

/**
 * Asks several nodes the same, and gives what as many of them as must agree answer alike: at the newest block that so
 * many of them have, or, where they do not agree there, at the next lower one that is the newest of some node. A block
 * that is older than `maxAge` is not judged by.
 * @param at asks at this block only
 * @throws NotAvailable where they agree on no block
 */
export async function ask(sources: Sources, calls: Call[], at?: number): Promise<Answers> {
  const { endpoints, quorum } = sources;
  if (quorum < 1 || quorum > endpoints.length) {
    throw new NotAvailable("no-quorum", `${quorum} of ${endpoints.length} nodes cannot agree`);
  }
  const heads = await settle(endpoints, (endpoint) => identify(endpoint, sources));
  requireEnough(heads.failed, heads.good.length, sources);
  const heights = heads.good.map(({ value }) => value.block).sort((a, b) => b - a);
  const newest = newestOf(heads.good, sources);
  let best: Answers | undefined;
  let first: NotAvailable | undefined;
  for (const block of new Set(at === undefined ? heights.slice(quorum - 1) : [at])) {
    try {
      const able = heads.good.filter(({ value }) => value.block >= block).map(({ endpoint }) => endpoint);
      const answers = await agreedAt(sources, able, heads.failed, block, calls);
      requireRecent(answers.asOf, newest, sources);
      if (!best || failures(answers) < failures(best)) best = answers;
      if (failures(best) === 0) break;
    } catch (error) {
      if (!(error instanceof NotAvailable)) throw error;
      first ??= error;
    }
  }
  if (best) return best;
  throw first ?? badAnswer();
}

/** Asks as `ask`, and gives the answers to all calls. @throws NotAvailable */
export async function askAll(sources: Sources, calls: Call[]): Promise<string[]> {
  const { results } = await ask(sources, calls);
  return results.map((result) => {
    if (result instanceof NotAvailable) throw result;
    return result;
  });
}

const failures = ({ results }: Answers): number => results.filter((result) => result instanceof NotAvailable).length;

interface Newest {
  time: number;
  of: string;
}

/** The newest time that a node, or the clock where it is asked, gives. */
function newestOf(heads: Settled<AsOf>["good"], { now }: Sources): Newest {
  const clock = { time: now ?? 0, of: "the clock" };
  return heads.reduce<Newest>(
    (newest, { endpoint, value }) => (value.time > newest.time ? { time: value.time, of: endpoint.name } : newest),
    clock,
  );
}

function requireRecent({ block, time }: AsOf, newest: Newest, { maxAge = MAX_AGE, quorum }: Sources): void {
  if (newest.time - time <= maxAge) return;
  const detail = `block ${block}, the newest that ${quorum} have, is ${newest.time - time} s behind ${newest.of}`;
  throw new NotAvailable("no-quorum", detail);
}

/** What enough nodes answer alike at a block. @throws NotAvailable where they do not agree on the block itself */
async function agreedAt(sources: Sources, able: Endpoint[], failed: NotAvailable[], block: number, calls: Call[]) {
  const settled = await settle(able, (endpoint) => answersAt(endpoint, block, calls));
  requireEnough([...failed, ...settled.failed], settled.good.length, sources);
  const answers = settled.good.map(({ value }) => value);
  const key = common(
    answers.map(({ hash, asOf }) => `${hash} ${asOf.time}`),
    block,
    sources,
  );
  const same = answers.filter(({ hash, asOf }) => `${hash} ${asOf.time}` === key);
  const { asOf, hash } = same[0] as Answers;
  const results = calls.map((_, i) => {
    const given = same.map((one) => one.results[i] as string | NotAvailable);
    const refused = given.filter((one) => one instanceof NotAvailable);
    try {
      const bytes = given.filter((one) => typeof one === "string");
      requireEnough([...failed, ...settled.failed, ...refused], bytes.length, sources);
      return common(bytes, block, sources);
    } catch (error) {
      if (!(error instanceof NotAvailable)) throw error;
      error.refused = refused.some(({ outcome }) => outcome.reason === "bad-answer");
      return error;
    }
  });
  return { asOf, hash, results };
}

/** What a quorum gives; two of which each has a quorum are none. @throws NotAvailable */
function common(given: string[], block: number, { endpoints, quorum }: Sources): string {
  const counts = new Map<string, number>();
  for (const one of given) counts.set(one, (counts.get(one) ?? 0) + 1);
  const agreed = [...counts].filter(([, count]) => count >= quorum);
  if (agreed.length === 1 && agreed[0]) return agreed[0][0];
  throw new NotAvailable(
    "no-quorum",
    `of ${endpoints.length} nodes no ${quorum} give the same answer at block ${block}`,
  );
}

interface Settled<T> {
  good: { endpoint: Endpoint; value: T }[];
  failed: NotAvailable[];
}

async function settle<T>(endpoints: Endpoint[], act: (endpoint: Endpoint) => Promise<T>): Promise<Settled<T>> {
  const settled: Settled<T> = { good: [], failed: [] };
  await Promise.all(
    endpoints.map(async (endpoint) => {
      try {
        settled.good.push({ endpoint, value: await act(endpoint) });
      } catch (error) {
        if (!(error instanceof NotAvailable)) throw error;
        settled.failed.push(error);
      }
    }),
  );
  return settled;
}

/** Where too few nodes answer: their common reason, else that there is no quorum. */
function requireEnough(failed: NotAvailable[], good: number, { quorum, endpoints }: Sources): void {
  if (good >= quorum) return;
  const [first] = failed;
  const common =
    first &&
    failed.length === endpoints.length &&
    failed.every(({ outcome }) => outcome.reason === first.outcome.reason);
  if (common) throw first;
  const reasons = failed.map(({ message }) => message).join("; ");
  throw new NotAvailable("no-quorum", `only ${good} of ${endpoints.length} nodes answer, ${quorum} must: ${reasons}`);
}

/** The newest block of a node, after chain id, genesis hash and the registry's code. */
async function identify(endpoint: Endpoint, { chainId, genesisHash, registry }: Sources): Promise<AsOf> {
  const wrong = (what: string) => new NotAvailable("wrong-chain", `${endpoint.name} ${what}`);
  const [id, genesis, code, height] = await Promise.all([
    endpoint.request("eth_chainId", []),
    endpoint.request("eth_getBlockByNumber", ["0x0", false]),
    endpoint.request("eth_getCode", [registry, "latest"]),
    endpoint.request("eth_blockNumber", []),
  ]);
  const found = BigInt(quantity(id, endpoint));
  if (found !== chainId) throw wrong(`is on chain ${found}, not ${chainId}`);
  const hash = typeof genesis === "object" && genesis !== null && "hash" in genesis ? genesis.hash : undefined;
  if (typeof hash !== "string") throw new NotAvailable("bad-answer", `${endpoint.name} does not give its first block`);
  if (hash.toLowerCase() !== genesisHash.toLowerCase()) throw wrong(`is on another chain ${chainId}: it began anew`);
  if (bytes(code, endpoint) === "0x") throw wrong(`has no registry at ${registry}`);
  const block = Number(quantity(height, endpoint));
  return (await headerAt(endpoint, block)).asOf;
}

async function headerAt(endpoint: Endpoint, block: number): Promise<Omit<Answers, "results">> {
  const header = await endpoint.request("eth_getBlockByNumber", [toQuantity(block), false]);
  if (typeof header !== "object" || header === null || !("hash" in header) || !("timestamp" in header)) {
    throw new NotAvailable("bad-answer", `${endpoint.name} does not give block ${block}`);
  }
  return { asOf: { block, time: Number(quantity(header.timestamp, endpoint)) }, hash: String(header.hash) };
}

async function answersAt(endpoint: Endpoint, block: number, calls: Call[]): Promise<Answers> {
  const tag = toQuantity(block);
  const answer = async (call: Call) => bytes(await endpoint.request("eth_call", [call, tag]), endpoint);
  const [header, ...results] = await Promise.all([
    headerAt(endpoint, block),
    ...calls.map((call) =>
      answer(call).catch((error: unknown) => {
        if (error instanceof NotAvailable) return error;
        throw error;
      }),
    ),
  ]);
  return { ...header, results };
}

function quantity(value: unknown, { name }: Endpoint): string {
  if (typeof value === "string" && /^0x[0-9a-f]{1,64}$/i.test(value)) return value;
  throw new NotAvailable("bad-answer", `${name} answers no number where one is due`);
}

function bytes(value: unknown, { name }: Endpoint): string {
  if (typeof value === "string" && /^0x([0-9a-f]{2})*$/i.test(value)) return value.toLowerCase();
  throw new NotAvailable("bad-answer", `${name} answers no bytes where they are due`);
}

/** Decodes what nodes answered. @throws NotAvailable if it is something else */
export function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch {
    throw badAnswer();
  }
}

export function badAnswer(): NotAvailable {
  return new NotAvailable("bad-answer", "the node's answer cannot be decoded");
}
