import { createReadStream } from "node:fs";
import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { type Content, fileHash, fromHex, newSecret, toHex } from "./hash.ts";
import { parseExact, readText } from "./json.ts";
import { plain } from "./plain.ts";
import { checkPlacement, hex, type Origin, originShape, type Placement, placementSchema } from "./placement.ts";

const sealSchema = z.strictObject({
  format: z.literal("common-seal/seal/1"),
  ...originShape,
  /** Name of the sealed file when it was sealed. */
  name: z.string().min(1).max(1024),
  salt: hex(32),
  docHash: hex(32),
  placement: placementSchema,
});

/** What a file of any type needs to be checked; kept beside it. */
export type SealFile = z.infer<typeof sealSchema>;

/** Where the seal of a file is kept by default. */
export function sealPath(path: string): string {
  return `${path}.seal.json`;
}

/** A file, read piece by piece. @throws InputError in one line, when it is read */
export async function* contentOf(path: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(`The file ${path} cannot be read: ${code ?? message}`);
  }
}

/** Makes the seal of a file, with a fresh salt; it has a record of its own unless it is placed elsewhere. */
export async function makeSealFile(
  origin: Origin,
  name: string,
  content: Content,
  placement: Placement = { kind: "record" },
  salt = newSecret(),
): Promise<SealFile> {
  const docHash = toHex(await fileHash(salt, content));
  return { format: "common-seal/seal/1", ...origin, name, salt: toHex(salt), docHash, placement };
}

/** Reads the text of a seal. @throws InputError in one line */
export function parseSealFile(text: string, source: string): SealFile {
  const file = parseExact(text, source, "seal file", sealSchema);
  checkPlacement(file.docHash, file.placement, source);
  return file;
}

/** Reads a seal, as `parseSealFile`. */
export async function readSealFile(path: string): Promise<SealFile> {
  return parseSealFile(await readText(path, "seal file"), path);
}

/** Checks that a file is the sealed one. @throws InputError in one line */
export async function checkSealed(seal: SealFile, content: Content, source: string): Promise<void> {
  if (toHex(await fileHash(fromHex(seal.salt), content)) === seal.docHash) return;
  throw new InputError(
    `${source} is not the file that was sealed as ${plain(seal.name)}: its content, or its seal, was changed.`,
  );
}
