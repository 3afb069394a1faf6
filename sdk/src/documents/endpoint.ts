import { NotAvailable, type UnavailableReason } from "./outcome.ts";

/** A node, asked by JSON-RPC. `request` throws NotAvailable where the node gives no usable answer. */
export interface Endpoint {
  name: string;
  request(method: string, params: unknown[]): Promise<unknown>;
}

const TIMEOUT = 15_000;
/** Bytes of an answer; 200 verdicts take 130 KB, a full block's hashes less. */
const MOST = 16 * 2 ** 20;

/** A node at a URL. Its name leaves out what may be a key. */
export function httpEndpoint(url: string, timeout = TIMEOUT): Endpoint {
  const name = hostOf(url);
  return {
    name,
    async request(method, params) {
      const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
      const headers = { "content-type": "application/json" };
      let status: number;
      let text: string;
      try {
        const response = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(timeout) });
        status = response.status;
        text = await textWithin(response, name);
      } catch (error) {
        if (error instanceof NotAvailable) throw error;
        throw new NotAvailable("node-down", `${name} cannot be reached: ${causeOf(error)}`);
      }
      if (status === 429) throw new NotAvailable("rate-limited", `${name} answers too many requests (HTTP 429)`);
      if (status >= 500) throw new NotAvailable("node-down", `${name} answers HTTP ${status}`);
      return resultOf(text, name);
    },
  };
}

async function textWithin({ body }: Response, name: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MOST) throw new NotAvailable("bad-answer", `${name} answers more than ${MOST} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A node that another library is connected to: an EIP-1193 provider. */
export function providerEndpoint(
  provider: { request(call: { method: string; params?: unknown }): Promise<unknown> },
  name = "the node",
): Endpoint {
  return {
    name,
    async request(method, params) {
      try {
        return await provider.request({ method, params });
      } catch (error) {
        throw refusal(error, name);
      }
    },
  };
}

function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    throw new NotAvailable("node-down", `${url} is not a URL`);
  }
}

function resultOf(text: string, name: string): unknown {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new NotAvailable("bad-answer", `${name} does not answer in JSON`);
  }
  if (typeof answer !== "object" || answer === null)
    throw new NotAvailable("bad-answer", `${name} does not answer JSON-RPC`);
  if ("error" in answer && answer.error) throw refusal(answer.error, name);
  if (!("result" in answer)) throw new NotAvailable("bad-answer", `${name} does not answer JSON-RPC`);
  return answer.result;
}

const LIMITED = /\b429\b|too many requests|rate.?limit|limit exceeded|quota/i;
const DOWN = /ECONN|ENOTFOUND|ETIMEDOUT|EAI_AGAIN|EPIPE|HHE718|cannot connect|fetch failed|socket|timed? ?out/i;

/** What a node's refusal means. */
function refusal(error: unknown, name: string): NotAvailable {
  const text = causeOf(error);
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  let reason: UnavailableReason = "bad-answer";
  if (code === -32005 || LIMITED.test(text)) reason = "rate-limited";
  else if (DOWN.test(text)) reason = "node-down";
  return new NotAvailable(reason, `${name}: ${text}`);
}

function causeOf(error: unknown): string {
  if (typeof error !== "object" || error === null) return String(error);
  const message = "message" in error ? String(error.message) : "";
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  const cause = "cause" in error && error.cause ? causeOf(error.cause) : "";
  return [...new Set([message, code, cause])].filter((part) => part !== "").join(" ");
}
