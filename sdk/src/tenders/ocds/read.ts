import { type FileHandle, open } from "node:fs/promises";
import { InputError } from "../../shared/errors.ts";
import { type Import, importProcesses } from "./import.ts";
import { parseJson } from "./json.ts";

/** Larger files are refused before they are read: 64 MiB. */
export const MAX_FILE_BYTES = 64 * 1024 * 1024;

/**
 * The processes of OCDS text: a release package, record package, record, release, or a list of these.
 * @throws InputError (one line) when it is not JSON or not OCDS
 */
export function parseOcds(text: string): Import {
  return importProcesses(parseJson(text.replace(/^\uFEFF/, "")));
}

/**
 * {@link parseOcds} of a file.
 * @throws InputError (one line) when it cannot be read, is no ordinary file, is larger than 64 MiB, or is not UTF-8
 */
export async function readOcds(path: string): Promise<Import> {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`${path}: cannot be read (${error.code ?? "unknown"})`);
  });
  try {
    return parseOcds(await readText(file, path));
  } catch (error) {
    if (!(error instanceof InputError) || error.message.startsWith(`${path}: `)) throw error;
    throw new InputError(`${path}: ${error.message}`);
  } finally {
    await file.close();
  }
}

async function readText(file: FileHandle, path: string): Promise<string> {
  const { size } = await file.stat().then((stat) => {
    if (!stat.isFile()) throw new InputError(`${path}: is not a file`);
    return stat;
  });
  if (size > MAX_FILE_BYTES) throw new InputError(`${path}: ${size} bytes are more than the ${MAX_FILE_BYTES} allowed`);
  const bytes = Buffer.alloc(size);
  let end = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, end, size - end, end);
    end += bytesRead;
    if (bytesRead === 0) break;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, end));
  } catch {
    throw new InputError(`${path}: is not UTF-8 text`);
  }
}
