import { randomBytes } from "node:crypto";
import { link, open, readFile, rename, rm, stat, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { parseJson, syncFolder } from "../shared/files.ts";
import type { Json } from "./hash.ts";
import { plain } from "./plain.ts";

/** Levels of a JSON value; no document needs more, and a deeper one would only exhaust a checker. */
const MAX_DEPTH = 32;

/** Whether a parsed value is JSON of bearable depth. */
export function isJson(value: unknown, depth = 0): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || depth === MAX_DEPTH) return false;
  return Object.values(value).every((inner) => isJson(inner, depth + 1));
}

/** The text of a file. @throws InputError in one line */
export async function readText(path: string, what: string): Promise<string> {
  return readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The ${what} ${path} cannot be read: ${error.code ?? error.message}`);
  });
}

/** Whether there is anything at a path. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Reads a file of a format of ours. Apart from white space it must be written as JSON.stringify writes it, so that
 * nothing in it goes unchecked: no key twice, no digits that get lost.
 * @throws InputError in one line that names the source
 */
export function parseExact<T>(text: string, source: string, what: string, schema: z.ZodType<T>): T {
  const value = parseJson(text, source);
  const bare = text.replace(/("(?:[^"\\]|\\.)*")|[ \t\n\r]+/g, "$1");
  if (!isJson(value) || text.includes('"__proto__"') || bare !== JSON.stringify(value)) {
    throw new InputError(`${source} was changed: a key stands twice, or a number or text is written in another way.`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`${source} is not a ${what}: ${firstIssue(parsed.error)}`);
}

/** The first thing that is wrong with a value, in one line. */
export function firstIssue({ issues: [issue] }: z.ZodError): string {
  const inner = issue?.code === "invalid_key" ? issue.issues[0] : issue;
  return plain(`${issue?.path.join(".") ?? ""} ${inner?.message ?? ""}`)
    .trim()
    .replace(/\s+/g, " ");
}

/**
 * Writes a file of the owner's own, for the owner's eyes. Once this is done it is on disk whole; it is never there in
 * part, and never written over.
 */
export async function writePrivate(path: string, value: object): Promise<string> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.draft`;
  const failed = (error: NodeJS.ErrnoException) => {
    if (error.code === "EEXIST") throw new InputError(`${path} is there already, and is never written over.`);
    throw new InputError(`${path} cannot be written: ${error.code ?? error.message}`);
  };
  const handle = await open(draft, "wx", 0o600).catch(failed);
  try {
    await handle.writeFile(textOf(value));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await link(draft, path)
    .catch(failed)
    .finally(() => unlink(draft));
  await syncFolder(dirname(path));
  return path;
}

/**
 * Writes a file for the owner's eyes over what is there, whole or not at all. Its draft, of which a crash can leave one,
 * is made anew. The folder is the caller's to sync.
 */
export async function writeOver(path: string, draft: string, text: string): Promise<void> {
  await rm(draft, { force: true });
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, path);
}

/** The text of a file of ours. */
export function textOf(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
