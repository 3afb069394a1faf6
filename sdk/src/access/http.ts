import type { IncomingMessage } from "node:http";
import { InputError } from "../shared/errors.ts";
import { Unacceptable } from "./message.ts";

/** The peer gave no usable answer; what was asked stays as it is. */
export class PeerError extends InputError {}

export interface CallOptions {
  /** How long to wait for the whole answer. */
  timeoutMs?: number;
  /** The most bytes taken of an answer. */
  most?: number;
}

const TIMEOUT_MS = 10_000;
const MOST_BYTES = 4 << 20;

/** Posts JSON to a peer and returns its JSON. @throws PeerError in one line */
export async function postJson(url: string, value: unknown, options: CallOptions = {}): Promise<unknown> {
  const body = JSON.stringify(value);
  const headers = { "content-type": "application/json" };
  const text = await call(url, { method: "POST", headers, body }, options);
  try {
    return JSON.parse(text);
  } catch {
    throw new PeerError(`${url} answered with something that is not JSON.`);
  }
}

/** Gets a text from a peer, such as its published log. */
export const getText = (url: string, options: CallOptions = {}): Promise<string> => call(url, {}, options);

async function call(url: string, init: RequestInit, options: CallOptions): Promise<string> {
  const { timeoutMs = TIMEOUT_MS, most = MOST_BYTES } = options;
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(url, { ...init, signal, redirect: "error" });
    const text = await readAtMost(response, most, url);
    if (!response.ok) throw new PeerError(`${url} turned it away: ${response.status} ${lineOf(text)}`);
    return text;
  } catch (error) {
    if (error instanceof PeerError) throw error;
    if (error instanceof Error && error.name === "TimeoutError") {
      throw new PeerError(`${url} did not answer within ${timeoutMs / 1000} s.`);
    }
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const reason = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    throw new PeerError(`${url} cannot be reached: ${lineOf(reason)}`);
  }
}

async function readAtMost(response: globalThis.Response, most: number, url: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) throw new PeerError(`${url} answered with more than ${most} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** What a peer says, as one harmless line. */
function lineOf(text: string): string {
  let said = text;
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") said = error;
  } catch {
    // Not JSON: shown as it is.
  }
  return said
    .replace(/[\u0000-\u001f\u007f-\u009f\s]+/g, " ")
    .trim()
    .slice(0, 200);
}

/** Reads a request's body of at most so many bytes as JSON. */
export async function readJson(request: IncomingMessage, most: number): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > most) throw new Unacceptable(413, `More than ${most} bytes are not taken.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new Unacceptable(400, "The body is not JSON.");
  }
}
