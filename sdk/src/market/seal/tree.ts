import { utf8ToBytes } from "@noble/hashes/utils.js";
import { WORD } from "../../documents/hash.ts";
import type { Keccak } from "../../shared/keccak.ts";

/** A root built from leaves given one by one; keeps one node a level. Nodes are those of OpenZeppelin's MerkleProof. */
export class RootBuilder {
  readonly #hash: Keccak;
  /** The left node that waits for its pair, by level. */
  readonly #waiting: (Uint8Array | undefined)[] = [];
  readonly #pair = new Uint8Array(2 * WORD);
  readonly #target: number | undefined;
  /** The node above the target leaf. */
  #tracked: Uint8Array | undefined;
  #count = 0;

  /** Siblings of the target leaf, from the leaf to the root: whole once the root has been asked for. */
  readonly proof: Uint8Array[] = [];

  constructor(hash: Keccak, target?: number) {
    this.#hash = hash;
    this.#target = target;
  }

  add(leaf: Uint8Array): void {
    if (this.#count++ === this.#target) this.#tracked = leaf;
    let node = leaf;
    let level = 0;
    for (let left = this.#waiting[0]; left; left = this.#waiting[level]) {
      node = this.#join(left, node);
      this.#waiting[level++] = undefined;
    }
    this.#waiting[level] = node;
  }

  /** The root over all leaves, at least one; ends the building. A level's odd last node moves up as it is. */
  root(): Uint8Array {
    let node: Uint8Array | undefined;
    for (const left of this.#waiting) if (left) node = node ? this.#join(left, node) : left;
    this.#waiting.length = 0;
    if (!node) throw new Error("There is no root over no leaves.");
    return node;
  }

  #join(a: Uint8Array, b: Uint8Array): Uint8Array {
    const ordered = isBelow(a, b);
    this.#pair.set(ordered ? a : b);
    this.#pair.set(ordered ? b : a, WORD);
    const node = this.#hash(this.#pair);
    if (this.#tracked === a || this.#tracked === b) {
      this.proof.push(this.#tracked === a ? b : a);
      this.#tracked = node;
    }
    return node;
  }
}

function isBelow(a: Uint8Array, b: Uint8Array): boolean {
  for (let i = 0; i < WORD; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return true;
}

/** The leaves of both trees: their 96 bytes are never those of a node. */
export class Leaves {
  readonly #hash: Keccak;
  readonly #leaf = new Uint8Array(3 * WORD);
  readonly #contentLeaf = new Uint8Array(3 * WORD);

  constructor(hash: Keccak) {
    this.#hash = hash;
    this.#contentLeaf.set(hash(utf8ToBytes("CommonSeal.Market.Content.v1")));
  }

  /** Leaf of a sealed chunk: its number, the hash of the plain chunk and that of the sealed one. */
  sealed(index: number, plainHash: Uint8Array, sealedHash: Uint8Array): Uint8Array {
    setNumber(this.#leaf, 0, index);
    this.#leaf.set(plainHash, WORD);
    this.#leaf.set(sealedHash, 2 * WORD);
    return this.#hash(this.#leaf);
  }

  /** Leaf of a plain chunk: the tag, its number and hash. */
  content(index: number, plainHash: Uint8Array): Uint8Array {
    setNumber(this.#contentLeaf, WORD, index);
    this.#contentLeaf.set(plainHash, 2 * WORD);
    return this.#hash(this.#contentLeaf);
  }
}

function setNumber(bytes: Uint8Array, at: number, value: number): void {
  new DataView(bytes.buffer).setBigUint64(at + WORD - 8, BigInt(value));
}

/** Both roots of sealed data, built chunk by chunk. */
export class SealedRoots {
  readonly #hash: Keccak;
  readonly #leaves: Leaves;
  readonly #root: RootBuilder;
  readonly #content: RootBuilder;
  #count = 0;

  constructor(hash: Keccak) {
    this.#hash = hash;
    this.#leaves = new Leaves(hash);
    this.#root = new RootBuilder(hash);
    this.#content = new RootBuilder(hash);
  }

  get count(): number {
    return this.#count;
  }

  add(plainHash: Uint8Array, sealedChunk: Uint8Array): void {
    this.#root.add(this.#leaves.sealed(this.#count, plainHash, this.#hash(sealedChunk)));
    this.#content.add(this.#leaves.content(this.#count++, plainHash));
  }

  /** Ends the building. */
  roots(): { root: Uint8Array; content: Uint8Array } {
    return { root: this.#root.root(), content: this.#content.root() };
  }
}
