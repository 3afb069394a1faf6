import { createHash, type Hash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { toBeHex } from "ethers";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, putJson } from "../shared/files.ts";
import { sealKeys, sealNonce, sellerKey } from "./keys/derive.ts";
import type { KeySource } from "./keys/source.ts";
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
  progress?: OnProgress;
}

export interface Prepared {
  manifest: SealedManifest | PlainManifest;
  version: VersionTerms;
}

/**
 * Makes a version of a file: sealed with a key of its own that derives from the seller's, or plain. Pieces and manifest
 * go into the store; what is returned is to be listed. A run that was stopped goes on when it is run again.
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
  const digest = await fileDigest(path);
  const nonce = await sealNonce(keys, digest);
  const secrets = await sealKeys(keys, nonce);
  const sealing = { ...secrets, keyNonce: toBeHex(nonce, 8), samples, ...description };
  const sealed = createHash("sha256");
  const manifest = await sealData(hashed(createReadStream(path), sealed), sealing, store);
  if (`0x${sealed.digest("hex")}` !== digest) throw new InputError(`The file ${path} was changed while it was sealed.`);
  const { x } = await sellerKey(keys, BigInt(agency));
  return { manifest, version: versionOf(manifest, await putJson(store, manifest), x) };
}

/** SHA-256 digest of a file of any size. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of createReadStream(path)) hash.update(bytes as Uint8Array);
  return `0x${hash.digest("hex")}`;
}

/** The source's bytes, which the hash sees too. */
async function* hashed(source: AsyncIterable<Uint8Array>, hash: Hash): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    hash.update(bytes);
    yield bytes;
  }
}
