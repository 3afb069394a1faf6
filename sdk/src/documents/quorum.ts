import { toQuantity } from "ethers";
import type { Endpoint } from "./endpoint.ts";
import { type AsOf, NotAvailable } from "./outcome.ts";
import type { Place } from "./placement.ts";

/** The registry that a checker trusts, and the nodes it asks. */
export interface Sources extends Place {
  endpoints: Endpoint[];
  /** How many endpoints must give the same answer; 1 or more. */
  quorum: number;
}

export interface Call {
  to: string;
  data: string;
}

/** What the chain answers to calls, at one block. */
export interface Answers {
  asOf: AsOf;
  results: string[];
}

/**
 * Asks several nodes the same, at the newest block that as many of them have as must agree, and gives what so many of
 * them answer alike. @throws NotAvailable
 */
export async function ask(sources: Sources, calls: Call[]): Promise<Answers> {
  const { endpoints, quorum } = sources;
  if (quorum < 1 || quorum > endpoints.length) {
    throw new NotAvailable("no-quorum", `${quorum} of ${endpoints.length} nodes cannot agree`);
  }
  const heights = await settle(endpoints, (endpoint) => identify(endpoint, sources));
  requireEnough(heights.failed, heights.good.length, sources);
  const block = heights.good.map(({ value }) => value).sort((a, b) => b - a)[quorum - 1] ?? 0;
  const able = heights.good.filter(({ value }) => value >= block).map(({ endpoint }) => endpoint);
  const answers = await settle(able, (endpoint) => answersAt(endpoint, block, calls));
  requireEnough([...heights.failed, ...answers.failed], answers.good.length, sources);
  const alike = new Map<string, { count: number; answer: Answers }>();
  for (const { value } of answers.good) {
    const known = alike.get(value.key);
    alike.set(value.key, { count: (known?.count ?? 0) + 1, answer: value.answer });
  }
  const agreed = [...alike.values()].filter(({ count }) => count >= quorum);
  // Two answers that each have a quorum are none.
  if (agreed.length !== 1 || !agreed[0]) {
    throw new NotAvailable(
      "no-quorum",
      `of ${endpoints.length} nodes no ${quorum} give the same answer at block ${block}`,
    );
  }
  return agreed[0].answer;
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

/** The height of a node, after chain id, genesis hash and the registry's code. */
async function identify(endpoint: Endpoint, { chainId, genesisHash, registry }: Sources): Promise<number> {
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
  return Number(quantity(height, endpoint));
}

async function answersAt(endpoint: Endpoint, block: number, calls: Call[]): Promise<{ key: string; answer: Answers }> {
  const tag = toQuantity(block);
  const [header, ...results] = await Promise.all([
    endpoint.request("eth_getBlockByNumber", [tag, false]),
    ...calls.map(async (call) => bytes(await endpoint.request("eth_call", [call, tag]), endpoint)),
  ]);
  if (typeof header !== "object" || header === null || !("hash" in header) || !("timestamp" in header)) {
    throw new NotAvailable("bad-answer", `${endpoint.name} does not give block ${block}`);
  }
  const time = Number(quantity(header.timestamp, endpoint));
  return { key: JSON.stringify([header.hash, time, results]), answer: { asOf: { block, time }, results } };
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
