import { readFile } from "node:fs/promises";
import { InputError } from "../../sdk/src/shared/errors.ts";

/** The bytes of an attachment's file. @throws InputError in one line */
export async function readBytes(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The attachment ${path} cannot be read: ${error.code ?? error.message}`);
  });
}
