import { WORD } from "../../documents/hash.ts";
import { cidOf, digestOf } from "../../shared/cid.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { PIECE_CHUNKS, type SealedManifest } from "./manifest.ts";

/** Called with the bytes of data that are done so far. */
export type OnProgress = (bytes: number) => void;

/** A source's bytes in blocks of one size; the last one may be shorter. */
export async function* inBlocks(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let block = new Uint8Array(size);
  let filled = 0;
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length;) {
      const taken = bytes.subarray(at, at + size - filled);
      block.set(taken, filled);
      at += taken.length;
      filled += taken.length;
      if (filled < size) continue;
      yield block;
      block = new Uint8Array(size);
      filled = 0;
    }
  }
  if (filled > 0) yield block.slice(0, filled);
}

/** Keeps a piece, unless the store has it already. Returns its digest. */
export async function putPiece(store: FileStore, bytes: Uint8Array): Promise<string> {
  const digest = digestOf(bytes);
  if (!(await has(store, digest))) await store.put(bytes);
  return digest;
}

/** Whether the store has these bytes whole; a spoilt file in its place is one to be written again. */
async function has(store: FileStore, digest: string): Promise<boolean> {
  try {
    return (await store.get(digest)) !== null;
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}

/** Piece `i` of a manifest's, of `size` bytes. @throws InputError where it is missing or not what it should be */
export async function getPiece(
  store: FileStore,
  pieces: readonly string[],
  i: number,
  size: number,
): Promise<Uint8Array> {
  const digest = pieces[i] ?? "";
  const which = `Piece ${i + 1} of ${pieces.length}`;
  const bytes = await store.get(digest);
  if (!bytes) throw new InputError(`${which} is missing: the store does not have ${cidOf(digest)}.`);
  if (digestOf(bytes) !== digest) throw new InputError(`${which} was changed: it is not ${cidOf(digest)}.`);
  if (bytes.length === size) return bytes;
  throw new InputError(`${which} has ${bytes.length} bytes, and should have ${size}.`);
}

/** A piece of sealed data. */
export interface SealedPiece {
  /** Number of its first chunk. */
  first: number;
  /** How many chunks it has. */
  chunks: number;
  /** The sealed chunk at a place in the piece. */
  sealed(at: number): Uint8Array;
  /** The hash of the plain chunk at a place in the piece. */
  plainHash(at: number): Uint8Array;
}

/** All pieces of sealed data in order, one at a time. @throws InputError as `getPiece` */
export async function* sealedPieces(manifest: SealedManifest, store: FileStore): AsyncGenerator<SealedPiece> {
  const chunkSize = manifest.words * WORD;
  for (let i = 0; i < manifest.pieces.length; i++) {
    const first = i * PIECE_CHUNKS;
    const chunks = Math.min(PIECE_CHUNKS, manifest.count - first);
    const bytes = await getPiece(store, manifest.pieces, i, chunks * (chunkSize + WORD));
    const hashes = bytes.subarray(chunks * chunkSize);
    yield {
      first,
      chunks,
      sealed: (at) => bytes.subarray(at * chunkSize, (at + 1) * chunkSize),
      plainHash: (at) => hashes.subarray(at * WORD, (at + 1) * WORD),
    };
  }
}
