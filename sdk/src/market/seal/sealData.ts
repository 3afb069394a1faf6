import { toHex, WORD } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { ChunkCipher, MAX_WORDS, NumberedHashes, payloadOf } from "./chunk.ts";
import { type Keccak, loadKeccak } from "../../shared/keccak.ts";
import { checkChoice, MAX_SAMPLES, parseSealed, PIECE_CHUNKS, type SealedManifest } from "./manifest.ts";
import { inBlocks, type OnProgress, putPiece } from "./pieces.ts";
import { SealedRoots } from "./tree.ts";

export interface SealDataParameters {
  /** Seals the chunks. Two contents must never be sealed with one key: who has one then reads the other. */
  key: Uint8Array;
  /** Makes the chunks' salts. */
  seed: Uint8Array;
  /** From which key and seed derive, `0x` and 16 digits. */
  keyNonce: string;
  /** Words of a chunk. */
  words?: number;
  /** Numbers of chunks to give away. */
  samples?: readonly number[];
  name?: string;
  mediaType?: string;
  progress?: OnProgress;
}

/**
 * Seals data of any length piece by piece, in the memory of a few pieces. Sealing the same data again with the same key
 * and seed yields the same manifest, and writes only the pieces that the store does not have.
 * @throws InputError in one line
 */
export async function sealData(
  source: AsyncIterable<Uint8Array>,
  parameters: SealDataParameters,
  store: FileStore,
): Promise<SealedManifest> {
  const { key, keyNonce, name, mediaType, progress, words = MAX_WORDS } = parameters;
  checkChoice({ words, keyNonce, name, mediaType });
  const hash = await loadKeccak();
  const sealer = new Sealer(hash, { ...parameters, words });
  const pieces: string[] = [];
  let length = 0;
  for await (const block of inBlocks(source, PIECE_CHUNKS * payloadOf(words))) {
    pieces.push(await putPiece(store, sealer.piece(block)));
    length += block.length;
    progress?.(length);
  }
  if (pieces.length === 0) pieces.push(await putPiece(store, sealer.piece(new Uint8Array())));
  return parseSealed({
    format: "common-seal/sealed-data/1",
    words,
    length,
    keyCommit: toHex(hash(key)),
    keyNonce,
    pieces,
    ...sealer.end(),
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
  });
}

/** Seals block by block. */
class Sealer {
  readonly #hash: Keccak;
  readonly #roots: SealedRoots;
  readonly #cipher: ChunkCipher;
  readonly #salts: NumberedHashes;
  readonly #wanted: Set<number>;
  readonly #samples: { index: number; chunk: string }[] = [];
  readonly #plain: Uint8Array;
  readonly #payload: number;

  constructor(hash: Keccak, { key, seed, samples = [], words }: SealDataParameters & { words: number }) {
    if (toHex(key) === toHex(seed)) throw new InputError("The key and the seed must not be the same.");
    this.#hash = hash;
    this.#roots = new SealedRoots(hash);
    this.#cipher = new ChunkCipher(hash, key, words);
    this.#salts = new NumberedHashes(hash, seed, "seed");
    this.#wanted = new Set(samples);
    this.#plain = new Uint8Array(words * WORD);
    this.#payload = payloadOf(words);
    if (this.#wanted.size > MAX_SAMPLES) throw new InputError(`At most ${MAX_SAMPLES} chunks can be samples.`);
  }

  /** A block's chunks sealed, followed by the hashes of the plain ones. */
  piece(block: Uint8Array): Uint8Array {
    const size = this.#plain.length;
    const chunks = Math.max(1, Math.ceil(block.length / this.#payload));
    const piece = new Uint8Array(chunks * (size + WORD));
    for (let at = 0; at < chunks; at++) {
      const index = this.#roots.count;
      this.#fill(index, block.subarray(at * this.#payload, (at + 1) * this.#payload));
      const plainHash = this.#hash(this.#plain);
      const sealed = piece.subarray(at * size, (at + 1) * size);
      this.#cipher.apply(index, this.#plain, sealed);
      piece.set(plainHash, chunks * size + at * WORD);
      this.#roots.add(plainHash, sealed);
      if (this.#wanted.has(index)) this.#samples.push({ index, chunk: Buffer.from(this.#plain).toString("base64") });
    }
    return piece;
  }

  end(): Pick<SealedManifest, "count" | "root" | "content" | "samples"> {
    const { count } = this.#roots;
    const beyond = [...this.#wanted].find((index) => !(Number.isInteger(index) && index >= 0 && index < count));
    if (beyond !== undefined) throw new InputError(`Chunk ${beyond} cannot be a sample: there are ${count}, from 0.`);
    const { root, content } = this.#roots.roots();
    return { count, root: toHex(root), content: toHex(content), samples: this.#samples };
  }

  #fill(index: number, payload: Uint8Array): void {
    this.#plain.set(payload);
    this.#plain.fill(0, payload.length, this.#payload);
    this.#plain.set(this.#salts.at(index), this.#payload);
  }
}
