import { toHex } from "../../documents/hash.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { payloadOf } from "./chunk.ts";
import { loadKeccak } from "../../shared/keccak.ts";
import { fromBase64, parseSealed, type SealedManifest } from "./manifest.ts";
import { type OnProgress, sealedPieces } from "./pieces.ts";
import { SealedRoots } from "./tree.ts";

/** What a version's listing pins. */
export type SealedListing = Pick<SealedManifest, "root" | "content" | "count" | "length" | "words" | "keyCommit">;

/**
 * All that must be checked before paying: that the manifest is the listing's, that every piece is there, and that both
 * roots follow from the pieces. What then still can be wrong, a wrong key or a bad chunk, is proven by a dispute.
 * @throws InputError in one line
 */
export async function verifySealed(
  manifest: unknown,
  store: FileStore,
  listing: SealedListing,
  { progress }: { progress?: OnProgress } = {},
): Promise<SealedManifest> {
  const checked = parseSealed(manifest);
  checkListing(checked, listing);
  const hash = await loadKeccak();
  const roots = new SealedRoots(hash);
  const samples = new Map(checked.samples.map(({ index, chunk }) => [index, chunk]));
  for await (const piece of sealedPieces(checked, store)) {
    for (let at = 0; at < piece.chunks; at++) {
      const plainHash = piece.plainHash(at);
      const sample = samples.get(piece.first + at);
      if (sample !== undefined && toHex(hash(fromBase64(sample))) !== toHex(plainHash)) {
        throw new InputError(`Sample ${piece.first + at} is not the chunk that was listed.`);
      }
      roots.add(plainHash, piece.sealed(at));
    }
    progress?.(Math.min(checked.length, (piece.first + piece.chunks) * payloadOf(checked.words)));
  }
  const rebuilt = roots.roots();
  for (const name of ["root", "content"] as const) {
    if (toHex(rebuilt[name]) === checked[name]) continue;
    throw new InputError(`The pieces are not those that were listed: their ${name} is ${toHex(rebuilt[name])}.`);
  }
  return checked;
}

function checkListing(manifest: SealedManifest, listing: SealedListing): void {
  for (const name of ["root", "content", "keyCommit", "count", "length", "words"] as const) {
    const listed = String(listing[name]).toLowerCase();
    if (String(manifest[name]) === listed) continue;
    throw new InputError(
      `The manifest is not the one that was listed: its ${name} is ${manifest[name]}, not ${listed}.`,
    );
  }
}
