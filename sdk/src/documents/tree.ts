import { leafHash, nodeHash, WORD } from "./hash.ts";

/** A root stands for at most this many documents. */
export const MAX_LEAVES = 2 ** 20;

/** Levels above the leaves of a tree of `count` leaves, filled up to a power of two. */
export function depthOf(count: number): number {
  let depth = 0;
  while (2 ** depth < count) depth++;
  return depth;
}

const zeros: Uint8Array[] = [new Uint8Array(WORD)];

/** The node, so many levels above the leaves, that stands for nothing but zero leaves. */
export function zeroNode(level: number): Uint8Array {
  const known = zeros[level];
  if (known) return known;
  const below = zeroNode(level - 1);
  return (zeros[level] = nodeHash(below, below));
}

/** A tree kept whole: of few leaves. */
export class Tree {
  readonly #levels: Uint8Array[][];
  readonly #base: number;

  /** @param base level of the leaves above the real ones, where they are nodes themselves */
  constructor(leaves: Uint8Array[], depth = depthOf(leaves.length), base = 0) {
    this.#base = base;
    this.#levels = [leaves];
    for (let level = 0; level < depth; level++) {
      const above: Uint8Array[] = [];
      const size = this.#levels[level]?.length ?? 0;
      for (let i = 0; i < size; i += 2) above.push(nodeHash(this.#at(level, i), this.#at(level, i + 1)));
      this.#levels.push(above);
    }
  }

  get root(): Uint8Array {
    return this.#at(this.#levels.length - 1, 0);
  }

  /** From a leaf to the root. */
  siblings(index: number): Uint8Array[] {
    return this.#levels.slice(0, -1).map((_, level) => this.#at(level, (index >> level) ^ 1));
  }

  /** The nodes that leaves do not yield: level by level from the leaves, left to right; of no leaves, the root alone. */
  multiSiblings(indexes: number[]): Uint8Array[] {
    if (indexes.length === 0) return [this.root];
    const siblings: Uint8Array[] = [];
    let known = new Set(indexes.toSorted((a, b) => a - b));
    for (let level = 0; level < this.#levels.length - 1; level++) {
      for (const index of known) if (!known.has(index ^ 1)) siblings.push(this.#at(level, index ^ 1));
      known = new Set([...known].map((index) => index >> 1));
    }
    return siblings;
  }

  #at(level: number, index: number): Uint8Array {
    return this.#levels[level]?.[index] ?? zeroNode(level + this.#base);
  }
}

/** The root to which a document climbs; null where the index or the number of siblings does not fit the count. */
export function rootOf(index: number, count: number, docHash: Uint8Array, siblings: Uint8Array[]): Uint8Array | null {
  if (!Number.isInteger(index) || index < 0 || index >= count || siblings.length !== depthOf(count)) return null;
  return siblings.reduce(
    (node, sibling, level) => ((index >> level) & 1 ? nodeHash(sibling, node) : nodeHash(node, sibling)),
    leafHash(index, docHash),
  );
}

/**
 * The root that some leaves and siblings yield; null where indexes do not rise, lie beyond the count, or siblings are too
 * few or too many. As `IDocumentRegistry.disclosedHash` climbs.
 */
export function multiRoot(
  count: number,
  leaves: { index: number; leaf: Uint8Array }[],
  siblings: Uint8Array[],
): Uint8Array | null {
  if (leaves.length === 0) return siblings.length === 1 ? (siblings[0] ?? null) : null;
  if (leaves.some(({ index }, i) => index >= count || index <= (leaves[i - 1]?.index ?? -1))) return null;
  let nodes = leaves.map(({ index, leaf }) => ({ index, node: leaf }));
  let used = 0;
  for (let level = 0; level < depthOf(count); level++) {
    const above: typeof nodes = [];
    for (let i = 0; i < nodes.length; i++) {
      const { index, node } = nodes[i] as (typeof nodes)[number];
      const next = nodes[i + 1];
      const paired = index % 2 === 0 && next?.index === index + 1;
      const sibling = paired ? next.node : siblings[used++];
      if (!sibling) return null;
      if (paired) i++;
      above.push({ index: index >> 1, node: index % 2 === 0 ? nodeHash(node, sibling) : nodeHash(sibling, node) });
    }
    nodes = above;
  }
  return used === siblings.length ? (nodes[0]?.node ?? null) : null;
}
