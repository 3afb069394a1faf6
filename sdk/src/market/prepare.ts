import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { toBeHex } from "ethers";
import { digestOf } from "../shared/cid.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, putJson } from "../shared/files.ts";
import { sealKeys, sealNonce, sellerKey } from "./keys/derive.ts";
import type { KeySource } from "./keys/source.ts";
import { versionOf } from "./list.ts";
import type { VersionTerms } from "./model.ts";
import { MAX_WORDS, payloadOf } from "./seal/chunk.ts";
import { PIECE_CHUNKS, type PlainManifest, type SealedManifest } from "./seal/manifest.ts";
import { inBlocks, type OnProgress } from "./seal/pieces.ts";
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
  const { whole, blocks } = await digestsOf(path);
  const nonce = await sealNonce(keys, whole);
  const secrets = await sealKeys(keys, nonce);
  const sealing = { ...secrets, keyNonce: toBeHex(nonce, 8), samples, ...description };
  const manifest = await sealData(unchanged(path, blocks), sealing, store);
  const { x } = await sellerKey(keys, BigInt(agency));
  return { manifest, version: versionOf(manifest, await putJson(store, manifest), x) };
}

/** SHA-256 digest of a file of any size. */
export async function fileDigest(path: string): Promise<string> {
  return (await digestsOf(path)).whole;
}

/** Bytes that are compared together: those of a piece. */
const BLOCK = PIECE_CHUNKS * payloadOf(MAX_WORDS);

/** SHA-256 of a file, and of each of its blocks. */
async function digestsOf(path: string): Promise<{ whole: string; blocks: string[] }> {
  const hash = createHash("sha256");
  const blocks: string[] = [];
  for await (const block of inBlocks(createReadStream(path), BLOCK)) {
    hash.update(block);
    blocks.push(digestOf(block));
  }
  return { whole: `0x${hash.digest("hex")}`, blocks };
}

/**
 * A file's bytes as they were when its digests were taken. Bytes that are others never come out: a piece of them, sealed
 * with the key of the first ones, could be read by whoever has those.
 * @throws InputError where the file was changed since
 */
async function* unchanged(path: string, blocks: string[]): AsyncGenerator<Uint8Array> {
  let read = 0;
  for await (const block of inBlocks(createReadStream(path), BLOCK)) {
    if (digestOf(block) !== blocks[read++]) throw changed(path);
    yield block;
  }
  if (read !== blocks.length) throw changed(path);
}

const changed = (path: string) => new InputError(`The file ${path} was changed while it was sealed.`);
