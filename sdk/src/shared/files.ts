import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { randomBytes } from "node:crypto";
import canonicalize from "canonicalize";
import type { z } from "zod";
import { cidOf, digestOf } from "./cid.ts";
import { InputError } from "./errors.ts";

/** A store of content-addressed files. */
export interface FileStore {
  /** Keeps the bytes and returns their SHA-256 digest. */
  put(bytes: Uint8Array): Promise<string>;
  /** The bytes with this digest, or null. Bytes that do not hash to it are never returned. */
  get(digest: string): Promise<Uint8Array | null>;
}

/** A folder whose files are named by their CIDv1. */
export class FolderStore implements FileStore {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async put(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    await mkdir(this.folder, { recursive: true });
    await writeWhole(join(this.folder, cidOf(digest)), bytes);
    return digest;
  }

  async get(digest: string): Promise<Uint8Array | null> {
    const path = join(this.folder, cidOf(digest));
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (bytes && digestOf(bytes) !== digest.toLowerCase()) {
      throw new InputError(`The file ${path} was changed: its content no longer matches its name.`);
    }
    return bytes;
  }
}

/** Keeps files in memory: for whole plays that leave nothing behind. */
export class MemoryStore implements FileStore {
  readonly #files = new Map<string, Uint8Array>();

  put(bytes: Uint8Array): Promise<string> {
    const digest = digestOf(bytes);
    this.#files.set(digest, bytes);
    return Promise.resolve(digest);
  }

  get(digest: string): Promise<Uint8Array | null> {
    return Promise.resolve(this.#files.get(digest.toLowerCase()) ?? null);
  }
}

/**
 * Another's store, of which everything read is kept in one's own: what was had once cannot be withheld later. What is
 * spoilt in one's own is fetched again.
 */
export class MirrorStore implements FileStore {
  readonly #own: FileStore;
  readonly #source: FileStore;

  constructor(own: FileStore, source: FileStore) {
    this.#own = own;
    this.#source = source;
  }

  put(bytes: Uint8Array): Promise<string> {
    return this.#own.put(bytes);
  }

  async get(digest: string): Promise<Uint8Array | null> {
    const kept = await this.#own.get(digest).catch((error: unknown) => {
      if (error instanceof InputError) return null;
      throw error;
    });
    if (kept) return kept;
    const bytes = await this.#source.get(digest);
    if (bytes) await this.#own.put(bytes);
    return bytes;
  }
}

/** Keeps a value as canonical JSON (RFC 8785) and returns its digest. */
export function putJson(store: FileStore, value: object): Promise<string> {
  return store.put(new TextEncoder().encode(canonicalize(value)));
}

/** The JSON value with this digest, or null where the store does not have it. */
export async function getJson(store: FileStore, digest: string): Promise<unknown> {
  const bytes = await store.get(digest);
  return bytes ? parseJson(new TextDecoder().decode(bytes), cidOf(digest)) : null;
}

/**
 * The JSON value with this digest, where the store has it and it is what the schema says; else null. For digests that
 * others chose: they may name anything.
 */
export async function getChecked<T>(store: FileStore, digest: string, schema: z.ZodType<T>): Promise<T | null> {
  const bytes = await store.get(digest);
  if (!bytes) return null;
  try {
    return schema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data ?? null;
  } catch {
    return null;
  }
}

/** Parses JSON. @throws InputError with one line that names the source */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InputError(`${source} is not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** Writes a file so that it is there whole or not at all, also after a crash. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  const handle = await open(draft, "wx");
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Makes a folder's entries last through a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
