import { stat } from "node:fs/promises";
import { keccak256 } from "ethers";
import { sealKeys, sealNonce } from "./keys/derive.ts";
import type { KeySource } from "./keys/source.ts";
import type { DataSetModel, VersionModel } from "./model.ts";
import { fileDigest } from "./prepare.ts";

/** Where a file is listed already. */
export interface Listed {
  dataSet: number;
  version: number;
}

/** The open version of an agency's that a file is, or null. A sealed one is known by its key, which is of the data. */
export async function listedBefore(
  models: readonly DataSetModel[],
  { path, keys }: { path: string; keys?: KeySource },
): Promise<Listed | null> {
  const size = (await stat(path)).size;
  let digest: string | undefined;
  for (const { dataSet, versions } of models) {
    for (const version of versions) {
      const { state, sealed, terms } = version;
      if (state !== "open" || Number(terms.size) !== size || sealed !== (keys !== undefined)) continue;
      digest ??= await fileDigest(path);
      const same = keys ? await isSealing(version, digest, keys) : terms.content === digest;
      if (same) return { dataSet, version: version.number };
    }
  }
  return null;
}

async function isSealing({ terms }: VersionModel, digest: string, keys: KeySource): Promise<boolean> {
  const { key } = await sealKeys(keys, await sealNonce(keys, digest));
  return keccak256(key) === terms.keyCommit;
}
