import { cidOf, digestOf } from "./cid.ts";
import { InputError } from "./errors.ts";
import type { FileStore } from "./files.ts";

export interface KuboOptions {
  /** The whole Authorization header, such as `Bearer …` or what `basicAuth` gives. */
  authorization?: string;
  /** How long to wait for a whole answer. */
  timeoutMs?: number;
  /** The most bytes of a block. */
  most?: number;
  /** Look for a block that the node lacks at its peers, too, for as long as `timeoutMs`. */
  peers?: boolean;
}

const TIMEOUT_MS = 30_000;
/** What nodes exchange; a Kubo before 0.40 takes half of it. */
const MOST_BYTES = 2 << 20;
/** An answer that is not a block: a line of JSON. */
const MOST_TOLD = 64 << 10;

/** The Authorization header of a name and a password. */
export function basicAuth(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, "utf8").toString("base64")}`;
}

interface Answer {
  status: number;
  body: Uint8Array;
}

/** A Kubo (IPFS) node, over its RPC. Each file is one pinned raw block, named by the same CID as everywhere else. */
export class KuboStore implements FileStore {
  /** The RPC's address, without `/api/v0`. */
  readonly url: string;
  readonly #options: KuboOptions;

  constructor(url: string, options: KuboOptions = {}) {
    this.url = rpcAddress(url);
    this.#options = options;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const most = this.#options.most ?? MOST_BYTES;
    if (bytes.length > most) {
      throw new InputError(`${bytes.length} bytes are too many for one IPFS block of at most ${most}.`);
    }
    const digest = digestOf(bytes);
    const form = new FormData();
    form.append("data", new Blob([new Uint8Array(bytes)]));
    const answer = await this.#call("block/put?cid-codec=raw&mhtype=sha2-256&pin=true", MOST_TOLD, form);
    if (answer.status !== 200) throw this.#refusal(answer);
    const { Key, Size } = jsonOf(answer.body);
    if (Key !== cidOf(digest) || Size !== bytes.length) {
      const told = typeof Key === "string" ? lineOf(Key) : "no CID";
      throw new InputError(`The node at ${this.url} kept something else: ${told} instead of ${cidOf(digest)}.`);
    }
    return digest;
  }

  /** The block, or null where the node says that it does not have it. @throws InputError where it cannot be told */
  async get(digest: string): Promise<Uint8Array | null> {
    const cid = cidOf(digest);
    const own = await this.#block(cid, "offline=true");
    if (own.status === 200) return this.#checked(own.body, digest);
    if (!isAbsent(own, cid)) throw this.#refusal(own);
    if (this.#options.peers !== true) return null;
    const theirs = await this.#block(cid, `timeout=${this.#timeout}ms`);
    if (theirs.status === 200) return this.#checked(theirs.body, digest);
    if (theirs.status !== 500) throw this.#refusal(theirs);
    const said = saidBy(theirs.body);
    throw new InputError(`${cid} is unavailable: neither the node at ${this.url} nor its peers gave it (${said}).`);
  }

  get #timeout(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS;
  }

  #block(cid: string, how: string): Promise<Answer> {
    return this.#call(`block/get?arg=${cid}&${how}`, this.#options.most ?? MOST_BYTES);
  }

  #checked(bytes: Uint8Array, digest: string): Uint8Array {
    if (digestOf(bytes) === digest.toLowerCase()) return bytes;
    throw new InputError(`The node at ${this.url} gave other bytes than those of ${cidOf(digest)}.`);
  }

  #refusal({ status, body }: Answer): InputError {
    const said = saidBy(body);
    if (status === 401 || status === 403) {
      return new InputError(`The node at ${this.url} refused the call (${status}): check its address and credentials.`);
    }
    if (status === 404 || status === 405) {
      return new InputError(`There is no Kubo RPC at ${this.url}: it answers ${status}.`);
    }
    return new InputError(`The node at ${this.url} failed (${status}): ${said}`);
  }

  async #call(path: string, most: number, body?: FormData): Promise<Answer> {
    const { authorization } = this.#options;
    // The node's own timeout, where one is asked of it, ends first and says why.
    const signal = AbortSignal.timeout(this.#timeout + (path.includes("timeout=") ? 5_000 : 0));
    try {
      const response = await fetch(`${this.url}/api/v0/${path}`, {
        method: "POST",
        redirect: "error",
        signal,
        ...(authorization === undefined ? {} : { headers: { authorization } }),
        ...(body ? { body } : {}),
      });
      const limit = response.ok ? most : MOST_TOLD;
      return { status: response.status, body: await readAtMost(response, limit, this.url) };
    } catch (error) {
      if (error instanceof InputError) throw error;
      if (signal.aborted) throw new InputError(`Unavailable: ${this.url} did not answer in ${this.#timeout / 1000} s.`);
      const cause = error instanceof Error && error.cause instanceof Error ? error.cause : (error as Error);
      const reason = (cause as NodeJS.ErrnoException).code ?? cause.message;
      throw new InputError(`The IPFS node at ${this.url} cannot be reached: ${lineOf(reason)}`);
    }
  }
}

/** The RPC's address without what is appended to it. */
function rpcAddress(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    throw new InputError(`Not the http(s) address of a Kubo RPC, such as http://127.0.0.1:5001: ${lineOf(text)}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new InputError("Give the node's credentials apart from its address.");
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/api\/v0$/, "");
}

async function readAtMost(response: Response, most: number, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > most) throw new InputError(`The node at ${url} answered with more than ${most} bytes.`);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/** Whether the node, asked for what it has itself, says that the block is not there. */
function isAbsent({ status, body }: Answer, cid: string): boolean {
  const { Type, Message } = jsonOf(body);
  return status === 500 && Type === "error" && typeof Message === "string" && Message.includes(`could not find ${cid}`);
}

function jsonOf(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(body));
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

/** What the node says is wrong, as one harmless line. */
function saidBy(body: Uint8Array): string {
  const { Message } = jsonOf(body);
  return lineOf(typeof Message === "string" ? Message : new TextDecoder().decode(body)) || "it says nothing";
}

function lineOf(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, " ")
    .trim()
    .slice(0, 200);
}
