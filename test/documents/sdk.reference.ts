import { concat, id, keccak256, solidityPackedKeccak256, toUtf8Bytes, ZeroHash, zeroPadValue } from "ethers";

/** The hashes of IDocumentRegistry once more, by other means than the SDK's: text instead of bytes, ethers' keccak256. */
const tag = (name: string) => id(`CommonSeal.Document.${name}.v1`);
const words = (...parts: (string | number)[]) =>
  solidityPackedKeccak256(
    parts.map((part) => (typeof part === "number" ? "uint256" : "bytes32")),
    parts,
  );

export const reference = {
  file: (salt: string, content: Uint8Array) => keccak256(concat([tag("File"), salt, content])),
  salt: (secret: string, name: string) => words(tag("Salt"), secret, id(name)),
  person: (key: string) => words(tag("Person"), key),
  holder: (salt: string, word: string) => keccak256(concat([tag("Holder"), salt, zeroPadValue(word, 32)])),
  /** `value` is the JSON text. */
  field: (name: string, salt: string, value: string) =>
    keccak256(words(tag("Field"), id(name), salt, keccak256(toUtf8Bytes(value)))),
  fields: (holder: string, count: number, root: string) => words(tag("Fields"), holder, count, root),
  leaf: (index: number, docHash: string) => keccak256(words(tag("Leaf"), index, docHash)),
  node: (left: string, right: string) => words(tag("Node"), left, right),
  /** The root of leaves filled up with zeros, by halves. */
  root(leaves: string[], size = 2 ** Math.ceil(Math.log2(leaves.length))): string {
    if (size === 1) return leaves[0] ?? ZeroHash;
    return this.node(this.root(leaves.slice(0, size / 2), size / 2), this.root(leaves.slice(size / 2), size / 2));
  },
};
