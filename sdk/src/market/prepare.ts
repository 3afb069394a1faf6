import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { toBeHex } from "ethers";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, putJson } from "../shared/files.ts";
import { sealKeys, sellerKey } from "./keys/derive.ts";
import { type KeySource, newNonce } from "./keys/source.ts";
import { versionOf } from "./list.ts";
import type { VersionTerms } from "./model.ts";
import type { PlainManifest, SealedManifest } from "./seal/manifest.ts";
import type { OnProgress } from "./seal/pieces.ts";
import { putPlain } from "./seal/plainData.ts";
import { sealData } from "./seal/sealData.ts";

export interface PrepareParameters {
  /** The file with the data. */
  path: string;
  agency: number;
  /** Absent = open data, which are not sealed. */
  keys?: KeySource;
  /** Where the pieces go; absent = the house's files. */
  store?: FileStore;
  name?: string;
  mediaType?: string;
  /** Numbers of chunks to give away. */
  samples?: number[];
  /** Of an earlier run over the same file that was stopped; a fresh one else. */
  keyNonce?: bigint;
  /** Told before the sealing begins, so that a stopped run can be repeated with it. */
  onNonce?: (nonce: bigint) => void | Promise<void>;
  progress?: OnProgress;
}

export interface Prepared {
  manifest: SealedManifest | PlainManifest;
  version: VersionTerms;
}

/**
 * Makes a version of a file: sealed with a fresh key that derives from the seller's, or plain. Pieces and manifest go
 * into the store; what is returned is to be listed.
 */
export async function prepareVersion(context: Context, parameters: PrepareParameters): Promise<Prepared> {
  const { path, agency, keys, store = context.files, name, mediaType, samples = [], progress } = parameters;
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) throw new InputError(`There is no file ${path}.`);
  const description = {
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(progress ? { progress } : {}),
  };
  if (!keys) {
    const manifest = await putPlain(createReadStream(path), description, store);
    return { manifest, version: versionOf(manifest, await putJson(store, manifest), "") };
  }
  const nonce = parameters.keyNonce ?? newNonce();
  await parameters.onNonce?.(nonce);
  const secrets = await sealKeys(keys, nonce);
  const sealing = { ...secrets, keyNonce: toBeHex(nonce, 8), samples, ...description };
  const manifest = await sealData(createReadStream(path), sealing, store);
  const { x } = await sellerKey(keys, BigInt(agency));
  return { manifest, version: versionOf(manifest, await putJson(store, manifest), x) };
}
