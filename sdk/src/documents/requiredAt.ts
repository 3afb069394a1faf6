import { dataLength, dataSlice, getBytes } from "ethers";
import type { Context } from "../shared/context.ts";
import { fieldsHash, fromHex, holderLeaf, holderWord, toHex } from "./hash.ts";
import { withRevocation } from "./history.ts";
import { originOf, placeIn } from "./placement.ts";
import { type Mark, packRequired, type RequiredDocument, splitProofs, unpackMarks } from "./required.ts";
import { rootOf } from "./tree.ts";
import type { Checked } from "./verify.ts";

/** Where the parts of a proof begin; IDocumentRegistry.documentMarks tells the form. */
const [ISSUER, COUNT, SALT, ROOT, INDEX, SIBLINGS] = [1, 5, 6, 22, 54, 57];
/** The form of the proof of a document under a root of one document; each level adds one. */
const LEAF_FORM = 2;

/** Who had to hold documents, by which second, and when that was looked at. Seconds, UTC. */
export interface Looked {
  holder: string;
  time: number;
  /** The end of which block counts for documents under a root that were revoked by themselves. */
  block: number;
}

/**
 * What held of required documents at the end of a second, as the registry finds it again now. Of a document under a root
 * the registry keeps no time of its own revocation: its log tells it. Where that came after the block in which the
 * document was looked at, the present state cannot tell any more what was found, except that it was not revoked.
 * @returns for each requirement its mark; undefined = any but revoked
 */
export async function marksAt(
  context: Context,
  required: readonly RequiredDocument[],
  proofs: string,
  { holder, time, block }: Looked,
): Promise<(Mark | undefined)[]> {
  const word = await context.documents.documentMarks(packRequired(required), proofs, holder, time);
  const marks = unpackMarks(word, required.length);
  const split = splitProofs(proofs, required.length);
  return Promise.all(
    marks.map(async (mark, i) => {
      const proof = split[i] ?? "0x00";
      if (mark !== "revoked" || Number(dataSlice(proof, 0, 1)) < LEAF_FORM) return mark;
      const document = leafOf(context, proof, holder, required[i]?.schema ?? 0);
      return (await revokedBy(context, document, time, block)) ? mark : undefined;
    }),
  );
}

/** The document under a root that a proof shows to be of a holder. */
function leafOf(context: Context, proof: string, holder: string, schema: number): Checked {
  const part = (from: number, to: number) => dataSlice(proof, from, to);
  const agency = Number(part(ISSUER, COUNT));
  const leaf = holderLeaf(getBytes(part(SALT, ROOT)), holderWord(holder));
  const docHash = fieldsHash(leaf, Number(part(COUNT, SALT)), getBytes(part(ROOT, INDEX)));
  const depth = (dataLength(proof) - SIBLINGS) / 32;
  const siblings = Array.from({ length: depth }, (_, i) => part(SIBLINGS + 32 * i, SIBLINGS + 32 * (i + 1)));
  const [index, count] = [Number(part(INDEX, SIBLINGS)), 2 ** depth];
  const climbed = rootOf(
    index,
    count,
    docHash,
    siblings.map((sibling) => fromHex(sibling)),
  );
  const root = climbed ? toHex(climbed) : "0x";
  const placement = { kind: "leaf" as const, root, index, count, proof: siblings };
  return { ...originOf(placeIn(context), agency, schema), docHash: toHex(docHash), placement };
}

/** Whether a revoked document was so by then: with its root by a second, or by itself by a block. */
async function revokedBy(context: Context, document: Checked, time: number, block: number): Promise<boolean> {
  const { agency, schema, placement } = document;
  if (placement.kind !== "leaf") return true;
  const { revoked } = await context.documents.recordOf(agency, placement.root);
  if (revoked > 0n && revoked <= BigInt(time)) return true;
  const asOf = { block, time };
  const outcome = { status: "revoked" as const, asOf, compromised: false, agency, schema, key: 0 };
  const told = await withRevocation(context.provider, context.block, document, outcome);
  return told.status === "revoked" && told.revoked !== undefined;
}
