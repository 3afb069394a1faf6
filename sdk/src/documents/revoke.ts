import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import type { Origin, Placement, SignedPlacement } from "./placement.ts";

/** Reason codes of revocations. Codes are never renumbered; docs/rooms/documents.md lists them. */
export const revocationReasons = {
  1: "replaced by a newer document",
  2: "issued in error",
  3: "the facts have changed",
  4: "obtained by a false statement",
  5: "conditions no longer met",
  6: "at the holder's request",
  7: "the signing key was in other hands",
  8: "moved away",
  20: "order of a court or supervisor",
  99: "other",
} as const;

/** What a reason's code says; the code itself where it is none of ours. */
export function reasonText(code: number): string {
  const known: Record<number, string> = revocationReasons;
  return known[code] ?? `reason ${code}`;
}

/** A document or seal file, as far as a revocation needs it. */
export type Placed = Pick<Origin, "agency" | "schema"> & { docHash: string; placement: Placement };

export interface Revocation {
  reason: number;
  /** Also a hash that was never attested: it can then never be. */
  bar?: boolean;
}

/**
 * Revokes a document for good, wherever it stands: of its own, under a root, or only signed; a key with
 * `document.revoke`. The file says where, and may come from anybody: it must be whole (`readPlaced`), and what the chain
 * knows at that place must be of its kind, or signed by the body as it says.
 */
export async function revokeDocument(
  context: Context,
  placed: Placed,
  { reason, bar = false }: Revocation,
): Promise<Act<object>> {
  checkReason(reason);
  const { agency, schema, docHash, placement } = placed;
  if (placement.kind === "record") {
    await checkStanding(context, agency, docHash, bar, { schema, count: 0 });
    return prepare(context.documents.revoke, [agency, docHash, reason], () => ({}));
  }
  const [[word, mask] = [0, 0n]] = masksOf([placement.index]);
  if (placement.kind === "leaf") {
    await checkStanding(context, agency, placement.root, false, { schema, count: placement.count });
    const set = await context.documents.revokedLeaves(agency, placement.root, word);
    if (set & mask) throw new InputError("The document is revoked already.");
    return prepare(context.documents.revokeLeaves, [agency, placement.root, word, mask, reason], () => ({}));
  }
  await checkSigned(context, placed, placement);
  const set = await context.documents.revokedListed(agency, placement.list, word);
  if (set & mask) throw new InputError("The document is revoked already.");
  return prepare(context.documents.revokeListed, [agency, placement.list, word, mask, reason], () => ({}));
}

/** Revokes documents that have records of their own, all or none. A key with `document.revoke`. */
export async function revokeMany(
  context: Context,
  { agency, docHashes, reason, bar = false }: Revocation & { agency: number; docHashes: string[] },
): Promise<Act<object>> {
  checkReason(reason);
  for (const docHash of docHashes) await checkStanding(context, agency, docHash, bar);
  return prepare(context.documents.revokeMany, [agency, reason, docHashes], () => ({}));
}

/** Revokes a root with all its documents. A key with `document.revoke-root`. */
export async function revokeRoot(
  context: Context,
  { agency, root, reason, bar = false }: Revocation & { agency: number; root: string },
): Promise<Act<object>> {
  checkReason(reason);
  await checkStanding(context, agency, root, bar);
  return prepare(context.documents.revokeRoot, [agency, root, reason], () => ({}));
}

/** Prepares the revocation of documents under a root, by index: an act for each 256. A key with `document.revoke`. */
export async function revokeLeaves(
  context: Context,
  { agency, root, indexes, reason }: { agency: number; root: string; indexes: number[]; reason: number },
): Promise<Act<object>[]> {
  checkReason(reason);
  await checkStanding(context, agency, root, false);
  return masksOf(indexes).map(([word, mask]) =>
    prepare(context.documents.revokeLeaves, [agency, root, word, mask, reason], () => ({})),
  );
}

/** Words and masks of indexes: 256 documents a word. */
export function masksOf(indexes: number[]): [word: number, mask: bigint][] {
  const masks = new Map<number, bigint>();
  for (const index of indexes) {
    const word = Math.floor(index / 256);
    masks.set(word, (masks.get(word) ?? 0n) | (1n << BigInt(index % 256)));
  }
  return [...masks];
}

/** @throws InputError if the code is none of `revocationReasons` */
export function checkReason(reason: number): void {
  if (reason in revocationReasons) return;
  throw new InputError(`No such reason: ${reason}. The codes are in docs/rooms/documents.md.`);
}

/** Checks that a key of the body, whether it is valid or not, signed the document as of this place. */
async function checkSigned(
  context: Context,
  { agency, schema, docHash }: Placed,
  { list, index, expires, signer, signature }: SignedPlacement,
): Promise<void> {
  const document = { agency, schema, list, index, docHash, expires };
  const { status } = await context.documents.verifySigned(document, signer, signature);
  if (status !== 0n) return;
  throw new InputError(
    `The document was changed, or agency ${agency} never signed it: its signature is of another document or place.`,
  );
}

async function checkStanding(
  context: Context,
  agency: number,
  hash: string,
  bar: boolean,
  kind?: { schema: number; count: number },
): Promise<void> {
  const { issued, revoked, reason, schema, count } = await context.documents.recordOf(agency, hash);
  if (issued !== 0n && kind && (Number(schema) !== kind.schema || Number(count) !== kind.count)) {
    const what = count === 0n ? "a document" : `a root of ${count} documents`;
    throw new InputError(`Agency ${agency} attested ${hash} as ${what} of schema ${schema}: the file was changed.`);
  }
  if (issued === 0n && revoked === 0n && !bar)
    throw new InputError(`Agency ${agency} never attested ${hash}; it can be barred with --bar.`);
  if (revoked === 0n) return;
  throw new InputError(`${hash} is revoked already: ${reasonText(Number(reason))}.`);
}
