import { toHex } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { loadKeccak } from "../../shared/keccak.ts";
import type { SealedManifest } from "./manifest.ts";
import { sealedPieces } from "./pieces.ts";
import { Leaves, RootBuilder } from "./tree.ts";

/** A chunk that does not open to what was listed, with its proof: what a dispute shows. */
export interface Fault {
  /** Number of the chunk. */
  index: number;
  /** The sealed chunk. */
  chunk: string;
  /** The hash that the plain chunk was listed with. */
  h: string;
  /** Siblings from the chunk's leaf to the root. */
  proof: string[];
}

/** The proof of a chunk's place under the root, in one more pass over the pieces. @throws InputError if it proves nothing */
export async function faultAt(index: number, manifest: SealedManifest, store: FileStore): Promise<Fault> {
  const hash = await loadKeccak();
  const leaves = new Leaves(hash);
  const builder = new RootBuilder(hash, index);
  let found: Pick<Fault, "chunk" | "h"> | undefined;
  for await (const piece of sealedPieces(manifest, store)) {
    for (let at = 0; at < piece.chunks; at++) {
      const number = piece.first + at;
      builder.add(leaves.sealed(number, piece.plainHash(at), hash(piece.sealed(at))));
      if (number === index) found = { chunk: toHex(piece.sealed(at)), h: toHex(piece.plainHash(at)) };
    }
  }
  if (!found) throw new InputError(`There is no chunk ${index}.`);
  if (toHex(builder.root()) !== manifest.root) {
    throw new InputError(
      `Chunk ${index} is bad, and no dispute can show it: the pieces are not those that were listed.`,
    );
  }
  return { index, ...found, proof: builder.proof.map(toHex) };
}
