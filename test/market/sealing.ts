import { keccak_256 } from "@noble/hashes/sha3.js";
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js";
import { getBytes, id, toBeHex, zeroPadValue } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { sealData, type SealDataParameters } from "../../sdk/src/market/seal/sealData.ts";
import type { SealedManifest } from "../../sdk/src/market/seal/manifest.ts";
import { type FileStore, MemoryStore } from "../../sdk/src/shared/files.ts";

/** Numbers of chunks at which trees and pieces take another shape. */
export const COUNTS = [1, 2, 3, 5, 511, 512, 513, 1025];

export const KEY = getBytes(id("key"));
export const SEED = getBytes(id("seed"));

/** The sealing of the tests: the smallest chunks, so that the oracle keeps up. */
export const PARAMETERS = { key: KEY, seed: SEED, keyNonce: "0x00000000000000ff", words: 16 };

export async function caught(act: Promise<unknown>): Promise<Error> {
  return act.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
}

/** Bytes that look random, the same in each run. */
export function noise(length: number, name = "noise"): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(length / 32) * 32);
  for (let at = 0; at < length; at += 32) bytes.set(getBytes(id(`${name} ${at}`)), at);
  return bytes.subarray(0, length);
}

/** Bytes of so many chunks of 16 words; the last one has so many bytes. */
export function dataOf(count: number, last = 480): Uint8Array {
  return noise((count - 1) * 480 + last);
}

/** A source that gives bytes in pieces of one size. */
export async function* from(bytes: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

export async function sealed(data: Uint8Array, parameters: Partial<SealDataParameters> = {}) {
  const store = new MemoryStore();
  return { store, manifest: await sealData(from(data), { ...PARAMETERS, ...parameters }, store) };
}

/** A store that stops at its n-th read. */
export function failingAt(store: FileStore, reads: number): FileStore {
  let done = 0;
  return {
    put: (bytes) => store.put(bytes),
    get: (digest) => (++done === reads ? Promise.reject(new Error("the line broke")) : store.get(digest)),
  };
}

/** A store in which one piece is other bytes, or is not there. */
export function spoiling(store: FileStore, digest: string, bytes: Uint8Array | null): FileStore {
  return {
    put: (put) => store.put(put),
    get: (wanted) => (wanted === digest ? Promise.resolve(bytes) : store.get(wanted)),
  };
}

const word = (value: number) => getBytes(zeroPadValue(toBeHex(value), 32));
const CONTENT_TAG = keccak_256(utf8ToBytes("CommonSeal.Market.Content.v1"));

/** The construction written once more, plainly and with noble: the oracle. */
export const oracle = {
  hash: (...parts: Uint8Array[]) => keccak_256(concatBytes(...parts)),

  xor(key: Uint8Array, words: number, index: number, chunk: Uint8Array): Uint8Array {
    const stream = Array.from({ length: words }, (_, j) => oracle.hash(key, word(index * words + j)));
    const bytes = concatBytes(...stream);
    return chunk.map((byte, k) => byte ^ (bytes[k] ?? 0));
  },

  plainChunks(data: Uint8Array, seed: Uint8Array, words: number, padding = 0): Uint8Array[] {
    const size = (words - 1) * 32;
    return Array.from({ length: Math.max(1, Math.ceil(data.length / size)) }, (_, i) => {
      const chunk = new Uint8Array(words * 32).fill(padding);
      chunk.set(data.subarray(i * size, (i + 1) * size));
      chunk.set(oracle.hash(seed, word(i)), size);
      return chunk;
    });
  },

  leaf: (index: number, h: Uint8Array, chunk: Uint8Array) => oracle.hash(word(index), h, oracle.hash(chunk)),
  contentLeaf: (index: number, h: Uint8Array) => oracle.hash(CONTENT_TAG, word(index), h),
  node: (a: Uint8Array, b: Uint8Array) => (toHex(a) < toHex(b) ? oracle.hash(a, b) : oracle.hash(b, a)),

  root(level: Uint8Array[]): string {
    if (level.length === 1) return toHex(level[0] ?? new Uint8Array());
    const above: Uint8Array[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [a, b] = level.slice(i, i + 2);
      if (a) above.push(b ? oracle.node(a, b) : a);
    }
    return oracle.root(above);
  },

  /** OpenZeppelin's MerkleProof.processProof. */
  climb: (leaf: Uint8Array, proof: readonly string[]) =>
    toHex(proof.reduce((node, sibling) => oracle.node(node, getBytes(sibling)), leaf)),
};

/** Takes sealed data apart, changes chunks or hashes, and lists what comes of it as a dishonest seller can. */
export async function tampered(
  { manifest, store }: { manifest: SealedManifest; store: FileStore },
  change: (chunks: Uint8Array[], hashes: Uint8Array[]) => void,
): Promise<SealedManifest> {
  const size = manifest.words * 32;
  const chunks: Uint8Array[] = [];
  const hashes: Uint8Array[] = [];
  for (const digest of manifest.pieces) {
    const piece = (await store.get(digest)) ?? new Uint8Array();
    const count = piece.length / (size + 32);
    for (let i = 0; i < count; i++) {
      chunks.push(piece.slice(i * size, (i + 1) * size));
      hashes.push(piece.slice(count * size + i * 32, count * size + (i + 1) * 32));
    }
  }
  change(chunks, hashes);
  return relisted(manifest, store, chunks, hashes);
}

async function relisted(
  manifest: SealedManifest,
  store: FileStore,
  chunks: Uint8Array[],
  hashes: Uint8Array[],
): Promise<SealedManifest> {
  const pieces: string[] = [];
  for (let i = 0; i < chunks.length; i += 512) {
    pieces.push(await store.put(concatBytes(...chunks.slice(i, i + 512), ...hashes.slice(i, i + 512))));
  }
  const root = oracle.root(hashes.map((h, i) => oracle.leaf(i, h, chunks[i] ?? new Uint8Array())));
  return { ...manifest, pieces, root, content: oracle.root(hashes.map((h, i) => oracle.contentLeaf(i, h))) };
}

/** The bytes with one bit of byte `at` changed. */
export function flipped(bytes: Uint8Array | undefined, at: number): Uint8Array {
  return (bytes ?? new Uint8Array()).map((byte, i) => (i === at ? byte ^ 1 : byte));
}
