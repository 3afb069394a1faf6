import { toHex, WORD } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { ChunkCipher, payloadOf } from "./chunk.ts";
import { type Fault, faultAt } from "./fault.ts";
import { type Keccak, loadKeccak } from "../../shared/keccak.ts";
import { parseSealed, type SealedManifest } from "./manifest.ts";
import { PartFile } from "./part.ts";
import { type OnProgress, type SealedPiece, sealedPieces } from "./pieces.ts";
import { Leaves, RootBuilder } from "./tree.ts";

/** Data that were opened, byte for byte as listed. */
export interface Opened {
  path: string;
  length: number;
  /** Whether the unused end of the last chunk holds something: no harm to the data, and no ground for a dispute. */
  strangePadding: boolean;
}

/**
 * Opens sealed data into a file that is not there yet. Each chunk is checked against its hash, and what a stopped run
 * left is checked again; the first bad chunk ends it, with all that a dispute needs.
 * @throws InputError where key or pieces are not those of the manifest
 */
export async function openSealed(
  manifest: unknown,
  store: FileStore,
  key: Uint8Array,
  out: string,
  { progress }: { progress?: OnProgress } = {},
): Promise<Opened | { fault: Fault }> {
  const checked = parseSealed(manifest);
  const hash = await loadKeccak();
  const opener = new Opener(hash, checked, key);
  if (toHex(hash(key)) !== checked.keyCommit) throw new InputError("The key is not the one that was committed to.");
  const part = await PartFile.open(out);
  try {
    for await (const piece of sealedPieces(checked, store)) {
      const position = piece.first * payloadOf(checked.words);
      const size = Math.min(piece.chunks * payloadOf(checked.words), checked.length - position);
      const kept = await part.read(position, size);
      const opened = opener.piece(piece, kept);
      if ("bad" in opened) return { fault: await faultAt(opened.bad, checked, store) };
      if (opened.changed) await part.write(position, opened.bytes.subarray(0, size));
      progress?.(position + size);
    }
    if (toHex(opener.content()) !== checked.content) {
      throw new InputError("The pieces are not those that were listed: their content root is another.");
    }
    await part.finish(checked.length);
    return { path: out, length: checked.length, strangePadding: opener.strangePadding };
  } finally {
    await part.close();
  }
}

/** A piece opened, and whether it differs from what was kept of it; or the number of a bad chunk. */
type OpenedPiece = { bytes: Uint8Array; changed: boolean } | { bad: number };

/** Opens piece by piece. */
class Opener {
  readonly #hash: Keccak;
  readonly #manifest: SealedManifest;
  readonly #cipher: ChunkCipher;
  readonly #leaves: Leaves;
  readonly #content: RootBuilder;
  readonly #plain: Uint8Array;
  readonly #payload: number;
  strangePadding = false;

  constructor(hash: Keccak, manifest: SealedManifest, key: Uint8Array) {
    this.#hash = hash;
    this.#manifest = manifest;
    this.#cipher = new ChunkCipher(hash, key, manifest.words);
    this.#leaves = new Leaves(hash);
    this.#content = new RootBuilder(hash);
    this.#plain = new Uint8Array(manifest.words * WORD);
    this.#payload = payloadOf(manifest.words);
  }

  piece(piece: SealedPiece, kept: Uint8Array): OpenedPiece {
    const bytes = new Uint8Array(piece.chunks * this.#payload);
    let changed = false;
    for (let at = 0; at < piece.chunks; at++) {
      const index = piece.first + at;
      const start = at * this.#payload;
      const plainHash = piece.plainHash(at);
      if (!this.#isKept(index, piece.sealed(at), plainHash, kept.subarray(start, start + this.#payload))) {
        changed = true;
        this.#cipher.apply(index, piece.sealed(at), this.#plain);
        if (!same(this.#hash(this.#plain), plainHash)) return { bad: index };
      }
      bytes.set(this.#plain.subarray(0, this.#payload), start);
      this.#content.add(this.#leaves.content(index, plainHash));
      if (index === this.#manifest.count - 1) this.#checkPadding(index);
    }
    return { bytes, changed };
  }

  /** The content root; ends the opening. */
  content(): Uint8Array {
    return this.#content.root();
  }

  /** Whether a chunk stands in the file as it should: with its salt, the one word to be opened, it has the hash. */
  #isKept(index: number, sealed: Uint8Array, plainHash: Uint8Array, kept: Uint8Array): boolean {
    if (kept.length < Math.min(this.#payload, this.#manifest.length - index * this.#payload)) return false;
    this.#plain.set(kept);
    this.#plain.fill(0, kept.length, this.#payload);
    this.#cipher.apply(index, sealed, this.#plain, this.#manifest.words - 1);
    return same(this.#hash(this.#plain), plainHash);
  }

  #checkPadding(index: number): void {
    const used = this.#manifest.length - index * this.#payload;
    this.strangePadding = this.#plain.subarray(used, this.#payload).some((byte) => byte !== 0);
  }
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
