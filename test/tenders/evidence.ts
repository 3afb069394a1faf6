import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers, networkHelpers } from "../shared/house.ts";
import { type Bid, bidBytes, open, seal } from "./bids.ts";
import { newAccount, pass, publish, type PublishedTender, type Stage, stage } from "./helpers.ts";
import { id, MAX_UINT40 } from "./values.ts";

const ATTESTER = (1n << 4n) | (1n << 5n) | (1n << 6n) | (1n << 7n) | (1n << 8n);
const { concat, dataSlice, keccak256, toBeHex, zeroPadValue } = ethers;
const tag = (kind: string) => id(`CommonSeal.Document.${kind}.v1`);

/** A body that issues documents of a kind of its own. */
export interface Issuer {
  agency: bigint;
  schema: bigint;
  clerk: HardhatEthersSigner;
}

/** Registers a body, with a key, a schema and its accreditation. */
export async function issuer(s: Stage, accredited = true): Promise<Issuer> {
  const clerk = await newAccount();
  await s.registry.register(id(clerk.address), id("metadata"), s.admin);
  const agency = BigInt(await s.registry.agencyCount());
  await s.registry.connect(s.admin).addKey(agency, clerk, ATTESTER, 0, MAX_UINT40);
  const documents = s.documents.connect(clerk);
  await documents.registerSchema(agency, id("definition"), agency);
  const schema = BigInt(await s.documents.schemaCount());
  if (accredited) await documents.accredit(schema, agency, MAX_UINT40);
  return { agency, schema, clerk };
}

/** A document of fields: its hash, and the proof that its holder has it. */
export interface Evidence {
  agency: bigint;
  docHash: string;
  proof: string;
}

/** A document of a holder, not attested. */
export function evidence(agency: bigint, holder: string, name = "document"): Evidence {
  const salt = dataSlice(id(`${name}: salt`), 0, 16);
  const root = id(`${name}: root`);
  const leaf = keccak256(concat([tag("Holder"), salt, zeroPadValue(holder, 32)]));
  const docHash = keccak256(concat([tag("Fields"), leaf, toBeHex(5, 32), root]));
  return { agency, docHash, proof: concat(["0x01", toBeHex(agency, 4), "0x05", salt, root]) };
}

/** The same document as the left one of two under a root. */
export function leafOf({ agency, docHash, proof }: Evidence): Evidence & { root: string } {
  const leaf = (index: number, hash: string) => keccak256(keccak256(concat([tag("Leaf"), toBeHex(index, 32), hash])));
  const sibling = leaf(1, id("the other document"));
  const root = keccak256(concat([tag("Node"), leaf(0, docHash), sibling]));
  return { agency, docHash, root, proof: concat(["0x03", dataSlice(proof, 1), "0x000000", sibling]) };
}

/** Attests a document of a holder. */
export async function held(s: Stage, by: Issuer, holder: string, expires = 0n): Promise<Evidence> {
  const one = evidence(by.agency, holder, `${by.agency} for ${holder}`);
  await s.documents.connect(by.clerk).attest(by.agency, by.schema, one.docHash, expires);
  return one;
}

export const AT_AWARD = 1n << 47n;

/** Requirements in one word: of a schema, by any body or by one; the bit of those at the award stands in `more`. */
export const requiring = (...all: { schema: bigint; issuer?: bigint; more?: bigint }[]): bigint =>
  all.reduce(
    (word, { schema, issuer = 0n, more = 0n }, i) => word | ((issuer | (schema << 23n) | more) << BigInt(48 * i)),
    0n,
  );

/** A bid of a price with proofs of documents. */
export const bidWith = (price: bigint, ...proofs: string[]): string =>
  concat([bidBytes(price, id("quotation")), ...proofs]);

export const LACKING = "0x00";
/** DocumentMark. */
export const Marks = {
  Lacking: 1n,
  Unknown: 2n,
  OtherSchema: 3n,
  OtherIssuer: 4n,
  Expired: 5n,
  Revoked: 6n,
  IssuerSuspended: 7n,
  IssuerNotAccredited: 8n,
} as const;

/** A tender whose one lot requires a document of the tax office. */
export type DocumentScene = Stage & PublishedTender & { tax: Issuer };

/** Publishes such a tender; the document may have to be of the tax office itself, or to hold at the award. */
export async function documentScene(changes: { issuer?: boolean; more?: bigint } = {}): Promise<DocumentScene> {
  const s = await networkHelpers.loadFixture(stage);
  const tax = await issuer(s);
  const one = { schema: tax.schema, more: changes.more ?? 0n, ...(changes.issuer ? { issuer: tax.agency } : {}) };
  return { ...s, tax, ...(await publish(s, { required: [requiring(one)] })) };
}

/** Seals a bid with these proofs, lets the commit deadline pass, and opens it. */
export async function opened(
  s: DocumentScene,
  by: HardhatEthersSigner,
  price: bigint,
  ...proofs: string[]
): Promise<Bid> {
  const bid = await seal(s, s.tender, by, bidWith(price, ...proofs));
  await pass(s.commitDeadline);
  await open(s, bid);
  return bid;
}
