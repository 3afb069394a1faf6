import { WORD } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { Keccak } from "../../shared/keccak.ts";

/** Words of a chunk, the salt included, that the market takes; the most is what the sealer uses. */
export const MIN_WORDS = 16;
export const MAX_WORDS = 32;

const HALF = 2 ** 32;

/** Bytes of data in a chunk of so many words: its last word is a salt. */
export function payloadOf(words: number): number {
  return (words - 1) * WORD;
}

/** Chunks of data of so many bytes; no data are one chunk, too. */
export function chunksOf(length: number, words: number): number {
  return Math.max(1, Math.ceil(length / payloadOf(words)));
}

/** Hashes of a 32-byte secret followed by a number: the words of the key's stream, and the salts of the seed. */
export class NumberedHashes {
  readonly #hash: Keccak;
  readonly #preimage = new Uint8Array(2 * WORD);
  readonly #view = new DataView(this.#preimage.buffer);

  constructor(hash: Keccak, secret: Uint8Array, name: string) {
    if (secret.length !== WORD) throw new InputError(`The ${name} must be ${WORD} bytes.`);
    this.#hash = hash;
    this.#preimage.set(secret);
  }

  at(number: number): Uint8Array {
    this.#view.setUint32(2 * WORD - 8, Math.floor(number / HALF));
    this.#view.setUint32(2 * WORD - 4, number % HALF);
    return this.#hash(this.#preimage);
  }
}

/** Seals and opens chunks: both are the same xor with the key's stream. */
export class ChunkCipher {
  readonly #hashes: NumberedHashes;
  readonly #words: number;
  /** The key's stream for a chunk, and the chunk: as bytes, and as what a processor takes at once. */
  readonly #stream: Uint8Array;
  readonly #buffer: Uint8Array;
  readonly #streamWords: Uint32Array;
  readonly #bufferWords: Uint32Array;

  constructor(hash: Keccak, key: Uint8Array, words: number) {
    this.#hashes = new NumberedHashes(hash, key, "key");
    this.#words = words;
    this.#stream = new Uint8Array(words * WORD);
    this.#buffer = new Uint8Array(words * WORD);
    this.#streamWords = new Uint32Array(this.#stream.buffer);
    this.#bufferWords = new Uint32Array(this.#buffer.buffer);
  }

  /** Writes the xor of chunk `index` into `target`, from word `first` on. */
  apply(index: number, chunk: Uint8Array, target: Uint8Array, first = 0): void {
    for (let j = first; j < this.#words; j++) this.#stream.set(this.#hashes.at(index * this.#words + j), j * WORD);
    this.#buffer.set(chunk);
    const stream = this.#streamWords;
    const buffer = this.#bufferWords;
    for (let k = 0; k < buffer.length; k++) buffer[k] = (buffer[k] ?? 0) ^ (stream[k] ?? 0);
    target.set(this.#buffer.subarray(first * WORD), first * WORD);
  }
}
