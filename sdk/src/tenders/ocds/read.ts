import { open, stat } from "node:fs/promises";
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
  const text = await readText(path);
  try {
    return parseOcds(text);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${path}: ${error.message}`);
    throw error;
  }
}

async function readText(path: string): Promise<string> {
  const fail = (error: NodeJS.ErrnoException): never => {
    throw new InputError(`${path}: cannot be read (${error.code ?? "unknown"})`);
  };
  const status = await stat(path).catch(fail); // before opening: opening a pipe would wait for its writer
  if (!status.isFile()) throw new InputError(`${path}: is not a file`);
  if (status.size > MAX_FILE_BYTES) {
    throw new InputError(`${path}: ${status.size} bytes are more than the ${MAX_FILE_BYTES} allowed`);
  }
  const file = await open(path, "r").catch(fail);
  try {
    const bytes = Buffer.alloc(status.size); // no more, however the file grows
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0).catch(fail);
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes.subarray(0, bytesRead));
  } catch (error) {
    if (error instanceof TypeError) throw new InputError(`${path}: is not UTF-8 text`);
    throw error;
  } finally {
    await file.close();
  }
}
