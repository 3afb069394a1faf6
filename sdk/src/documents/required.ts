import { concat, dataLength, dataSlice, getAddress, getBytes, hexlify } from "ethers";
import type { DocumentFile } from "./documentFile.ts";
import { fieldsHash, holderLeaf, holderWord, toHex } from "./hash.ts";
import { holderProof, LACKING } from "./holderProof.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";

/** A document that the bidders of a lot must hold at the commit deadline. */
export interface RequiredDocument {
  /** Number of its schema. */
  schema: number;
  /** The body that must have issued it; absent = any accredited one. */
  issuer?: number;
  /** Whether the winner must hold it at the award again. */
  atAward?: boolean;
}

/** Why a required document is wanting: IDocumentRegistry.DocumentMark, in order. */
export const MARKS = [
  "held",
  "lacking",
  "unknown, or of somebody else",
  "of another kind",
  "of another issuer",
  "expired",
  "revoked",
  "its issuer is suspended",
  "its issuer is not accredited",
  "its signer was not authorised",
] as const;
export type Mark = (typeof MARKS)[number];
/** The mark of a proof that yields no document known for its holder. */
export const UNKNOWN_MARK: Mark = MARKS[2];

/** A lot may require so many documents. */
export const MOST_REQUIRED = 4;
const BITS = 48n;
const SCHEMA_AT = 23n;
const AT_AWARD = 1n << 47n;

/** Requirements in one word, as the house keeps them. @throws InputError for numbers that do not fit */
export function packRequired(required: readonly RequiredDocument[]): bigint {
  if (required.length > MOST_REQUIRED) throw new InputError(`A lot requires at most ${MOST_REQUIRED} documents.`);
  return required.reduce((word, { schema, issuer = 0, atAward = false }, i) => {
    if (!Number.isInteger(schema) || schema < 1 || schema >= 2 ** 24)
      throw new InputError(`No lot can require schema ${schema}.`);
    if (!Number.isInteger(issuer) || issuer < 0 || issuer >= 2 ** 23)
      throw new InputError(`No lot can require issuer ${issuer}.`);
    const one = BigInt(issuer) | (BigInt(schema) << SCHEMA_AT) | (atAward ? AT_AWARD : 0n);
    return word | (one << (BITS * BigInt(i)));
  }, 0n);
}

/** The requirements of a word. */
export function unpackRequired(word: bigint): RequiredDocument[] {
  const required: RequiredDocument[] = [];
  for (let rest = word; rest > 0n; rest >>= BITS) {
    const issuer = Number(rest & 0x7fffffn);
    required.push({
      schema: Number((rest >> SCHEMA_AT) & 0xffffffn),
      ...(issuer > 0 ? { issuer } : {}),
      ...((rest & AT_AWARD) > 0n ? { atAward: true } : {}),
    });
  }
  return required;
}

/** The mark of each requirement, in the lot's order. */
export function unpackMarks(marks: bigint, count: number): Mark[] {
  return Array.from({ length: count }, (_, i) => MARKS[Number((marks >> BigInt(4 * i)) & 0xfn)] ?? UNKNOWN_MARK);
}

/**
 * The proofs that a bid carries: for each requirement that of a fitting document, else that it is lacking.
 * @returns the bytes, and the requirements for which there is no document
 */
export function proofsFor(
  required: readonly RequiredDocument[],
  documents: readonly DocumentFile[],
): { proofs: string; lacking: RequiredDocument[] } {
  const lacking: RequiredDocument[] = [];
  const proofs = required.map((one) => {
    const found = documents.find(
      ({ schema, agency }) => schema === one.schema && (one.issuer === undefined || agency === one.issuer),
    );
    if (found) return holderProof(found);
    lacking.push(one);
    return LACKING;
  });
  return { proofs: concat(proofs), lacking };
}

/** The second of the latest block: what held by its end holds now. */
export async function presentSecond({ provider }: Context): Promise<number> {
  const block = await provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return block.timestamp;
}

/** The documents, those first that fulfil a requirement now for this holder: of several that fit, one that holds. */
export async function bestFirst(
  context: Context,
  required: readonly RequiredDocument[],
  documents: readonly DocumentFile[],
  holder: string,
): Promise<DocumentFile[]> {
  const held: DocumentFile[] = [];
  const now = await presentSecond(context);
  for (const document of documents) {
    const fitting = required.filter((one) => proofsFor([one], [document]).lacking.length === 0);
    for (const one of fitting) {
      const marks = await context.documents.documentMarks(packRequired([one]), holderProof(document), holder, now);
      if (marks === 0n && !held.includes(document)) held.push(document);
    }
  }
  return [...held, ...documents.filter((document) => !held.includes(document))];
}

/** Lengths of a proof: form, issuer, count, salt and root; under a root an index and siblings too. */
const RECORD = 54;
const LEAF_INDEX = 3;
const LEAF_FORM = 2;

/** Proofs one by one, as the registry reads them; what cannot be read is lacking. */
export function splitProofs(proofs: string, count: number): string[] {
  let rest = proofs;
  return Array.from({ length: count }, () => {
    const size = dataLength(rest);
    const form = size === 0 ? 0 : Number(dataSlice(rest, 0, 1));
    const wanted = form === 0 ? 1 : form < LEAF_FORM ? RECORD : RECORD + LEAF_INDEX + 32 * (form - LEAF_FORM);
    const cut = Math.min(wanted, size);
    const one = form > 0 && wanted === cut ? dataSlice(rest, 0, cut) : LACKING;
    rest = wanted > size ? "0x" : dataSlice(rest, cut);
    return one;
  });
}

/**
 * Whose document a proof is that was marked unknown: the one among these accounts for whom the registry knows it. Only
 * for documents with a record of their own; under a root the registry knows no single document.
 */
export async function holderAmong(context: Context, proof: string, accounts: string[]): Promise<string | undefined> {
  if (dataLength(proof) !== RECORD) return undefined;
  const agency = Number(dataSlice(proof, 1, 5));
  const count = Number(dataSlice(proof, 5, 6));
  const [salt, root] = [getBytes(dataSlice(proof, 6, 22)), getBytes(dataSlice(proof, 22, 54))];
  for (const account of accounts) {
    const hash = toHex(fieldsHash(holderLeaf(salt, holderWord(getAddress(account))), count, root));
    const { issued } = await context.documents.recordOf(agency, hexlify(hash));
    if (issued > 0n) return account;
  }
  return undefined;
}
