import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../shared/errors.ts";
import { syncFolder } from "../shared/files.ts";
import type { Origin, SignedPlacement } from "./placement.ts";

/**
 * The indexes of lists that were used from this folder: an empty file each. Of what other machines signed it knows
 * nothing.
 */
export class UsedIndexes {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Takes an index for good. @throws InputError if it is taken */
  async take(
    { genesisHash, registry, agency }: Origin,
    { list, index }: Pick<SignedPlacement, "list" | "index">,
  ): Promise<void> {
    const names = [genesisHash, registry, String(agency), list].map((name) => name.toLowerCase());
    const folder = join(this.#folder, ...names);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(join(folder, String(index)), "wx", 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
      throw new InputError(`Index ${index} of this list was used before: take another, each is for one document.`);
    });
    await handle.sync().finally(() => handle.close());
    await syncFolder(folder);
  }
}
