import { readFile } from "node:fs/promises";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";

/** What a JSON file holds. @throws InputError if it cannot be read, or is none */
export async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, "utf8").catch(() => {
    throw new InputError(`${path} cannot be read.`);
  });
  return parseJson(text, path);
}
