import { z } from "zod";
import { WORD } from "../../documents/hash.ts";
import { firstIssue } from "../../documents/json.ts";
import { hex } from "../../documents/placement.ts";
import { cidOf } from "../../shared/cid.ts";
import { InputError } from "../../shared/errors.ts";
import { type FileStore, getJson } from "../../shared/files.ts";
import { chunksOf, MAX_WORDS, MIN_WORDS } from "./chunk.ts";

/** Chunks of a piece of sealed data. */
export const PIECE_CHUNKS = 512;
/** Bytes of a piece of plain data. */
export const PLAIN_PIECE = 512 * 1024;
/** The most chunks given away as samples. */
export const MAX_SAMPLES = 64;

const description = {
  /** Name of the file; never a path. */
  name: z
    .string()
    .max(255)
    .regex(/^(?!\.{1,2}$)[^/\\\p{Cc}]+$/u, "must be a file's name without folders")
    .optional(),
  mediaType: z
    .string()
    .max(255)
    .regex(/^[\x21-\x7e]+\/[\x20-\x7e]+$/, "must be a media type")
    .optional(),
};

/** What the seller chooses. */
const choice = {
  words: z.int().min(MIN_WORDS).max(MAX_WORDS),
  /** From which the seller derives key and seed again. */
  keyNonce: hex(8),
  ...description,
};

const sealedSchema = z
  .strictObject({
    format: z.literal("common-seal/sealed-data/1"),
    count: z.int().min(1),
    length: z.int().min(0),
    root: hex(32),
    content: hex(32),
    keyCommit: hex(32),
    pieces: z.array(hex(32)),
    samples: z.array(z.strictObject({ index: z.int().min(0), chunk: z.base64() })).max(MAX_SAMPLES),
    ...choice,
  })
  .refine(({ count, length, words }) => count === chunksOf(length, words), {
    path: ["count"],
    message: "is not that of the length",
  })
  .refine(({ pieces, count }) => pieces.length === Math.ceil(count / PIECE_CHUNKS), {
    path: ["pieces"],
    message: "are not as many as the chunks need",
  })
  .refine(({ samples, count }) => samples.every(({ index }, i) => index < count && index > indexOf(samples, i - 1)), {
    path: ["samples"],
    message: "must be chunks of the data, each once and in order",
  })
  .refine(({ samples, words }) => samples.every(({ chunk }) => fromBase64(chunk).length === words * WORD), {
    path: ["samples"],
    message: "must be whole chunks",
  });

const plainSchema = z
  .strictObject({
    format: z.literal("common-seal/plain-data/1"),
    length: z.int().min(0),
    sha256: hex(32),
    pieces: z.array(hex(32)),
    ...description,
  })
  .refine(({ pieces, length }) => pieces.length === Math.ceil(length / PLAIN_PIECE), {
    path: ["pieces"],
    message: "are not as many as the length needs",
  });

/** What sealed data are made of: all that a buyer needs but the key. */
export type SealedManifest = z.infer<typeof sealedSchema>;

/** What open data are made of. */
export type PlainManifest = z.infer<typeof plainSchema>;

/** Checks what a seller chooses, before any work. @throws InputError in one line */
export function checkChoice(value: Partial<Pick<SealedManifest, keyof typeof choice>>): void {
  const parsed = z.object(choice).partial().safeParse(value);
  if (!parsed.success) throw new InputError(`A manifest cannot hold this: ${firstIssue(parsed.error)}`);
}

/** Checks the manifest of sealed data. @throws InputError in one line */
export function parseSealed(value: unknown): SealedManifest {
  const parsed = sealedSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`This is not the manifest of sealed data: ${firstIssue(parsed.error)}`);
}

/** Checks the manifest of plain data. @throws InputError in one line */
export function parsePlain(value: unknown): PlainManifest {
  const parsed = plainSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new InputError(`This is not the manifest of plain data: ${firstIssue(parsed.error)}`);
}

/** The manifest with this digest. @throws InputError where the store does not have it, or it is none */
export async function manifestFrom(store: FileStore, digest: string): Promise<SealedManifest | PlainManifest> {
  const value = await getJson(store, digest);
  if (value === null) throw new InputError(`The store does not have the manifest ${cidOf(digest)}.`);
  const isPlain = (value as { format?: unknown }).format === "common-seal/plain-data/1";
  return isPlain ? parsePlain(value) : parseSealed(value);
}

/** The bytes of a sample. */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

function indexOf(samples: readonly { index: number }[], i: number): number {
  return samples[i]?.index ?? -1;
}
