import { readdir } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { parseJson } from "../shared/files.ts";
import { fieldSalt, fileHash, fromHex, toHex } from "./hash.ts";
import { exists, firstIssue, readText } from "./json.ts";
import { hex, originShape } from "./placement.ts";
import { contentOf, sealPath } from "./sealFile.ts";
import { MAX_LEAVES } from "./tree.ts";

const manifestSchema = z.strictObject({
  format: z.literal("common-seal/batch/1"),
  ...originShape,
  /** Last second of validity, UTC; 0 = it does not expire. */
  expires: z
    .int()
    .min(0)
    .max(2 ** 40 - 1),
  /** From it the salts of all documents derive, by their names. */
  seed: hex(32),
  root: hex(32),
  count: z.int().min(1).max(MAX_LEAVES),
  /** The files in order of name. */
  files: z
    .array(z.strictObject({ name: z.string().min(1), docHash: hex(32) }))
    .min(1)
    .max(MAX_LEAVES),
});

/** What a batch is made of. Whatever happens, the same files yield the same root again. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Where a folder's manifest is kept: beside the folder. */
export function manifestPath(folder: string): string {
  return `${resolve(folder)}.batch.json`;
}

/** The manifest of a folder; null where there is none yet. @throws InputError if it cannot be read */
export async function readManifest(folder: string): Promise<Manifest | null> {
  const path = manifestPath(folder);
  if (!(await exists(path))) return null;
  const parsed = manifestSchema.safeParse(parseJson(await readText(path, "manifest"), path));
  if (!parsed.success) throw new InputError(`${path} is not a manifest: ${firstIssue(parsed.error)}`);
  const { count, files } = parsed.data;
  if (count !== files.length)
    throw new InputError(`${path} was changed: it names ${files.length} files, not ${count}.`);
  return parsed.data;
}

/** What a folder holds: the files to attest in order of name, and the seals beside them. */
export interface Listing {
  names: string[];
  seals: string[];
}

const SEAL = sealPath("");

/** Lists a folder with its folders. @throws InputError if it holds none, more than `most`, or what is no file */
export async function listFolder(folder: string, most = MAX_LEAVES): Promise<Listing> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw new InputError(`The folder ${folder} cannot be read: ${error.code ?? error.message}`);
    },
  );
  const listing: Listing = { names: [], seals: [] };
  for (const entry of entries) {
    if (entry.isDirectory()) continue;
    const name = relative(folder, join(entry.parentPath, entry.name)).split(sep).join("/");
    if (!entry.isFile()) throw new InputError(`${name} in ${folder} is no plain file.`);
    listing[name.endsWith(SEAL) ? "seals" : "names"].push(name);
  }
  if (listing.names.length === 0) throw new InputError(`The folder ${folder} holds no files.`);
  if (listing.names.length > most) {
    throw new InputError(
      `The folder ${folder} holds ${listing.names.length} files, a root stands for at most ${most}.`,
    );
  }
  listing.names.sort();
  return listing;
}

/** The salt of a document of a batch. */
export function saltIn(seed: string, name: string): Uint8Array {
  return fieldSalt(fromHex(seed), name);
}

/** Files read at once. */
const AT_ONCE = 16;

/** The hashes of a batch's files, in the order of their names. */
export async function* hashesOf(
  folder: string,
  seed: string,
  names: string[],
): AsyncGenerator<{ name: string; docHash: string }> {
  for (let i = 0; i < names.length; i += AT_ONCE) {
    yield* await Promise.all(
      names.slice(i, i + AT_ONCE).map(async (name) => {
        const docHash = toHex(await fileHash(saltIn(seed, name), contentOf(join(folder, name))));
        return { name, docHash };
      }),
    );
  }
}
