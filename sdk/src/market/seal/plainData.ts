import { createHash } from "node:crypto";
import { digestOf } from "../../shared/cid.ts";
import { InputError } from "../../shared/errors.ts";
import type { FileStore } from "../../shared/files.ts";
import { checkChoice, parsePlain, PLAIN_PIECE, type PlainManifest } from "./manifest.ts";
import { PartFile } from "./part.ts";
import { getPiece, inBlocks, type OnProgress, putPiece } from "./pieces.ts";

export interface PutPlainParameters {
  name?: string;
  mediaType?: string;
  progress?: OnProgress;
}

/** Keeps open data as pieces; those that the store has are not written again. */
export async function putPlain(
  source: AsyncIterable<Uint8Array>,
  { name, mediaType, progress }: PutPlainParameters,
  store: FileStore,
): Promise<PlainManifest> {
  checkChoice({ name, mediaType });
  const whole = createHash("sha256");
  const pieces: string[] = [];
  let length = 0;
  for await (const block of inBlocks(source, PLAIN_PIECE)) {
    pieces.push(await putPiece(store, block));
    whole.update(block);
    length += block.length;
    progress?.(length);
  }
  return parsePlain({
    format: "common-seal/plain-data/1",
    length,
    sha256: `0x${whole.digest("hex")}`,
    pieces,
    ...(name === undefined ? {} : { name }),
    ...(mediaType === undefined ? {} : { mediaType }),
  });
}

/**
 * Fetches open data into a file that is not there yet. What a stopped run left is checked, and not fetched again.
 * @throws InputError where a piece is missing or not the manifest's
 */
export async function fetchPlain(
  manifest: unknown,
  store: FileStore,
  out: string,
  { progress }: { progress?: OnProgress } = {},
): Promise<{ path: string; length: number }> {
  const { pieces, length, sha256 } = parsePlain(manifest);
  const whole = createHash("sha256");
  const part = await PartFile.open(out);
  try {
    for (const [i, digest] of pieces.entries()) {
      const position = i * PLAIN_PIECE;
      const size = Math.min(PLAIN_PIECE, length - position);
      const kept = await part.read(position, size);
      const isKept = digestOf(kept) === digest && kept.length === size;
      const bytes = isKept ? kept : await getPiece(store, pieces, i, size);
      if (!isKept) await part.write(position, bytes);
      whole.update(bytes);
      progress?.(position + size);
    }
    if (`0x${whole.digest("hex")}` !== sha256)
      throw new InputError("The pieces do not make up the data of the manifest.");
    await part.finish(length);
    return { path: out, length };
  } finally {
    await part.close();
  }
}
