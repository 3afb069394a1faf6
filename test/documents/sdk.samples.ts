import { expect } from "chai";
import { id, Wallet } from "ethers";
import { type DocumentFile, makeDocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { fromHex, type Holder, leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { textOf } from "../../sdk/src/documents/json.ts";
import type { Placement } from "../../sdk/src/documents/placement.ts";
import { Tree } from "../../sdk/src/documents/tree.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";

export const account = new Wallet(id("holder")).address;
export const person = id("a person's key");
export const origin = {
  chainId: "31337",
  genesisHash: id("genesis"),
  registry: new Wallet(id("registry")).address,
  agency: 7,
  schema: 3,
};
export const fields = {
  legalName: "Harbour Works Ltd",
  capital: "250000.00",
  staff: 41,
  seats: ["LN-0417", "BR-0112"],
  listed: false,
};
export type Bag = Record<string, unknown>;

export function documentOf(holder: Holder | undefined = account): DocumentFile {
  return makeDocumentFile(origin, { fields, ...(holder === undefined ? {} : { holder }) });
}

/** The place of a document as number `index` of `count`. */
export function leafAt(docHash: string, index: number, count: number): Placement {
  const hashes = Array.from({ length: count }, (_, i) => (i === index ? docHash : id(`other ${i}`)));
  const tree = new Tree(hashes.map((hash, i) => leafHash(i, fromHex(hash))));
  return { kind: "leaf", root: toHex(tree.root), index, count, proof: tree.siblings(index).map(toHex) };
}
export const underRoot = (document = documentOf()) => placed(document, leafAt(document.docHash, 4, 6));
export const signed: Placement = {
  kind: "signed",
  list: id("list"),
  index: 9,
  expires: 0,
  signer: account,
  signature: `0x${"ab".repeat(65)}`,
};

/** Expects an InputError of one line. */
export function refused(act: () => unknown, words: string | RegExp): void {
  let message = "";
  try {
    act();
  } catch (error) {
    expect(error).to.be.instanceOf(InputError);
    message = (error as Error).message;
  }
  expect(message)
    .to.match(typeof words === "string" ? new RegExp(words) : words)
    .and.not.include("\n");
}
export async function refusedLater(act: Promise<unknown>, words: string): Promise<void> {
  const error = await act.then(
    () => new Error("nothing was thrown"),
    (thrown: Error) => thrown,
  );
  refused(() => {
    throw error;
  }, words);
}
export const changed = (value: object, change: (copy: Bag) => void): string => {
  const copy = structuredClone(value) as Bag;
  change(copy);
  return textOf(copy);
};
