import { open } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { InputError } from "../shared/errors.ts";
import { readPresentation } from "./disclosure.ts";
import { readDocumentFile } from "./documentFile.ts";
import { exists } from "./json.ts";
import { checkSealed, contentOf, readSealFile, sealPath } from "./sealFile.ts";
import type { Checked } from "./verify.ts";

/** A document in any form, read and found to be whole: what is left to ask is the chain. */
export interface Whole {
  kind: "document" | "presentation" | "file";
  document: Checked;
  /** Fields that a presentation shows. */
  shown?: Record<string, unknown>;
}

/**
 * Reads a document file, a presentation, a seal with the file beside it, or a file of any type with its seal, and checks
 * that all of it yields its hash. @throws InputError in one line
 */
export async function readWhole(path: string, sealed?: string): Promise<Whole> {
  const head = await headOf(path);
  const format = sealed === undefined ? /^\s*\{\s*"format":\s*"common-seal\/(\w+)\/1"/.exec(head)?.[1] : undefined;
  if (format === "document") return { kind: "document", document: await readDocumentFile(path) };
  if (format === "presentation") {
    const document = await readPresentation(path);
    const shown = Object.fromEntries(document.fields.map(({ name, value }) => [name, value]));
    return { kind: "presentation", document, shown };
  }
  if (format === "seal" && path.endsWith(sealPath(""))) return sealedFile(path.slice(0, -sealPath("").length), path);
  const seal = sealed ?? sealPath(path);
  if (sealed === undefined && !(await exists(seal))) {
    throw new InputError(`${path} is no document, presentation or seal, and there is no seal of it at ${seal}.`);
  }
  return sealedFile(path, seal);
}

async function sealedFile(path: string, seal: string): Promise<Whole> {
  const document = await readSealFile(seal);
  await checkSealed(document, contentOf(path), path);
  return { kind: "file", document };
}

/**
 * A document file, or a seal with the file that it seals: what a revocation needs, found to yield its hash.
 * @param unseen takes a seal at its word, whatever became of the sealed file
 */
export async function readPlaced(path: string, unseen = false): Promise<Checked> {
  const head = await headOf(path);
  if (/^\s*\{\s*"format":\s*"common-seal\/document\/1"/.test(head)) return readDocumentFile(path);
  if (/^\s*\{\s*"format":\s*"common-seal\/seal\/1"/.test(head)) {
    const seal = await readSealFile(path);
    if (unseen) return seal;
    const beside = path.endsWith(sealPath("")) ? [path.slice(0, -sealPath("").length)] : [];
    for (const file of [...beside, join(dirname(path), basename(seal.name))]) {
      if (await exists(file)) return (await sealedFile(file, path)).document;
    }
    throw new InputError(`The file that ${path} seals is not beside it: a seal alone can name any document.`);
  }
  if (await exists(sealPath(path))) {
    return unseen ? readSealFile(sealPath(path)) : (await sealedFile(path, sealPath(path))).document;
  }
  throw new InputError(`${path} is no document file or seal, and there is no seal of it at ${sealPath(path)}.`);
}

async function headOf(path: string): Promise<string> {
  const handle = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file ${path} cannot be read: ${error.code ?? error.message}`);
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(512), 0, 512, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } catch (error) {
    throw new InputError(`The file ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? "unknown"}`);
  } finally {
    await handle.close();
  }
}
