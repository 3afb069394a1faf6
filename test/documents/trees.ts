import { concat, id, keccak256, toBeHex, ZeroHash, zeroPadValue } from "ethers";

/** The typed hashes of IDocumentRegistry, written by its text alone. */
const tag = (kind: string): string => id(`CommonSeal.Document.${kind}.v1`);
const word = (value: bigint | number): string => toBeHex(value, 32);

export const fileHash = (salt: string, content: string): string => keccak256(concat([tag("File"), salt, content]));

export const holderLeaf = (salt: string, holder: string): string =>
  keccak256(concat([tag("Holder"), salt, zeroPadValue(holder, 32)]));

export const fieldsHash = (holder: string, count: bigint | number, root: string): string =>
  keccak256(concat([tag("Fields"), holder, word(count), root]));

export const leafHash = (index: bigint | number, docHash: string): string =>
  keccak256(keccak256(concat([tag("Leaf"), word(index), docHash])));

export const nodeHash = (left: string, right: string): string => keccak256(concat([tag("Node"), left, right]));

export interface Field {
  index: number;
  nameHash: string;
  salt: string;
  valueHash: string;
}

export const fieldLeaf = ({ nameHash, salt, valueHash }: Field): string =>
  keccak256(keccak256(concat([tag("Field"), nameHash, salt, valueHash])));

/** The levels of a tree from its leaves, filled with zero up to a power of two, to its root. */
export function levelsOf(leaves: string[]): string[][] {
  let level = [...leaves];
  while ((level.length & (level.length - 1)) !== 0) level.push(ZeroHash);
  const levels = [level];
  while (level.length > 1) {
    const below = level;
    level = Array.from({ length: below.length / 2 }, (_, i) => nodeHash(below[2 * i] ?? "", below[2 * i + 1] ?? ""));
    levels.push(level);
  }
  return levels;
}

export const rootOf = (levels: string[][]): string => levels.at(-1)?.[0] ?? "";

export function proofOf(levels: string[][], index: number): string[] {
  return levels.slice(0, -1).map((level, depth) => level[(index >> depth) ^ 1] ?? "");
}

/** The siblings that several leaves do not yield among themselves: level by level, from left to right. */
export function siblingsOf(levels: string[][], indexes: number[]): string[] {
  const siblings: string[] = [];
  let known = new Set(indexes);
  for (const level of levels.slice(0, -1)) {
    for (const index of [...known].sort((a, b) => a - b)) {
      if (!known.has(index ^ 1)) siblings.push(level[index ^ 1] ?? "");
    }
    known = new Set([...known].map((index) => index >> 1));
  }
  return siblings;
}

/** A tree over documents, as a root stands for them. */
export interface Tree {
  documents: string[];
  levels: string[][];
  root: string;
  proof(index: number): string[];
}

export function treeOf(documents: string[]): Tree {
  const levels = levelsOf(documents.map((document, index) => leafHash(index, document)));
  return { documents, levels, root: rootOf(levels), proof: (index) => proofOf(levels, index) };
}

/** One path through a tree of `depth` levels, the rest of which nobody knows. */
export function pathOf(depth: number, index: number, document: string): { root: string; proof: string[] } {
  const proof = Array.from({ length: depth }, (_, level) => id(`sibling ${level} of ${index}`));
  let root = leafHash(index, document);
  for (const [level, sibling] of proof.entries()) {
    root = (index >> level) & 1 ? nodeHash(sibling, root) : nodeHash(root, sibling);
  }
  return { root, proof };
}

/** A document of fields with its holder. */
export interface Fields {
  salt: string;
  holder: string;
  holderLeaf: string;
  fields: Field[];
  levels: string[][];
  root: string;
  hash: string;
  /** What shows the fields with these indexes. */
  shown(indexes: number[]): { holderLeaf: string; count: number; fields: Field[]; siblings: string[] };
}

export function fieldsOf(name: string, count: number, holder: string): Fields {
  const fields = Array.from({ length: count }, (_, index) => ({
    index,
    nameHash: id(`field ${index}`),
    salt: id(`${name}: salt ${index}`),
    valueHash: id(`"${name}: value ${index}"`),
  }));
  const levels = levelsOf(fields.map(fieldLeaf));
  const root = rootOf(levels);
  const salt = id(`${name}: salt of the holder`).slice(0, 34);
  const leaf = holderLeaf(salt, holder);
  return {
    salt,
    holder,
    holderLeaf: leaf,
    fields,
    levels,
    root,
    hash: fieldsHash(leaf, count, root),
    shown: (indexes) => ({
      holderLeaf: leaf,
      count,
      fields: fields.filter(({ index }) => indexes.includes(index)),
      siblings: indexes.length === 0 ? [root] : siblingsOf(levels, indexes),
    }),
  };
}
