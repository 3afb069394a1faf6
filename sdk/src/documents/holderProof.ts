import { concatBytes } from "@noble/hashes/utils.js";
import { InputError } from "../shared/errors.ts";
import { type DocumentFile, fieldTree } from "./documentFile.ts";
import { fromHex, holderSalt, toHex, uint256 } from "./hash.ts";

/** The proof of a required document that a bidder does not have. */
export const LACKING = "0x00";

/** A proof's first byte: a document of its own, or LEAF + depth for one under a root. */
const RECORD = 1;
const LEAF = 2;

/**
 * What a bid carries for a required document: that its holder is the bidder, and where it stands. The form is told at
 * `IDocumentRegistry.documentMarks`. Nothing else of the document is shown.
 * @throws InputError if the document cannot stand in a tender
 */
export function holderProof(document: DocumentFile): string {
  const { agency, holder, placement, secret } = document;
  if (typeof holder !== "string") throw new InputError("A document for a tender must be held by an account.");
  if (placement.kind === "signed") {
    throw new InputError("A document that is only signed does not count in a tender: have it attested.");
  }
  const { names, tree } = fieldTree(document);
  const form = placement.kind === "leaf" ? LEAF + placement.proof.length : RECORD;
  const head = [number(form, 1), number(agency, 4), number(names.length, 1), holderSalt(fromHex(secret)), tree.root];
  const place =
    placement.kind === "leaf"
      ? [number(placement.index, 3), ...placement.proof.map((sibling) => fromHex(sibling))]
      : [];
  return toHex(concatBytes(...head, ...place));
}

function number(value: number, bytes: number): Uint8Array {
  return uint256(value).slice(-bytes);
}
