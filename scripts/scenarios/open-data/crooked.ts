import { loadKeccak } from "../../../sdk/src/shared/keccak.ts";
import { type SealedManifest } from "../../../sdk/src/market/seal/manifest.ts";
import { getPiece, sealedPieces } from "../../../sdk/src/market/seal/pieces.ts";
import { SealedRoots } from "../../../sdk/src/market/seal/tree.ts";
import type { VersionTerms } from "../../../sdk/src/market/model.ts";
import type { Prepared } from "../../../sdk/src/market/prepare.ts";
import { hexlify } from "ethers";
import { type FileStore, putJson } from "../../../sdk/src/shared/files.ts";

/** The chunk whose listed hash is false. */
const CHUNK = 7;
const HASH = 32;

/**
 * What a malicious seller does: lists the hash of other data than are sealed. Before paying nobody can see it, for both
 * roots follow from what is in the store.
 */
export async function withFalseHash(store: FileStore, prepared: Prepared): Promise<VersionTerms> {
  const honest = prepared.manifest as SealedManifest;
  const chunks = Math.min(512, honest.count);
  const chunkSize = honest.words * HASH;
  const piece = (await getPiece(store, honest.pieces, 0, chunks * (chunkSize + HASH))).slice();
  const at = chunks * chunkSize + CHUNK * HASH;
  piece[at] = (piece[at] ?? 0) ^ 1;
  const pieces = [await store.put(piece), ...honest.pieces.slice(1)];
  const roots = new SealedRoots(await loadKeccak());
  for await (const one of sealedPieces({ ...honest, pieces }, store)) {
    for (let i = 0; i < one.chunks; i++) roots.add(one.plainHash(i), one.sealed(i));
  }
  const { root, content } = roots.roots();
  const false_ = { root: hexlify(root), content: hexlify(content) };
  const manifest = await putJson(store, { ...honest, ...false_, pieces });
  return { ...prepared.version, ...false_, manifest };
}
