import { InputError } from "../shared/errors.ts";
import { type Keccak, loadKeccak } from "../shared/keccak.ts";
import { leafHash, nodeHash } from "./hash.ts";
import { depthOf, MAX_LEAVES, Tree, zeroNode } from "./tree.ts";

/** Hashes, one after the other. */
export type Hashes = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** Builds a root from leaves given one by one; keeps one node a level. */
export class RootBuilder {
  /** The left node that waits for its pair, by level. */
  readonly #waiting: (Uint8Array | undefined)[] = [];
  readonly #keccak: Keccak;
  #count = 0;

  constructor(keccak: Keccak) {
    this.#keccak = keccak;
  }

  get count(): number {
    return this.#count;
  }

  add(leaf: Uint8Array): void {
    this.#count++;
    let node = leaf;
    let level = 0;
    for (let left = this.#waiting[0]; left; left = this.#waiting[level]) {
      node = nodeHash(left, node, this.#keccak);
      this.#waiting[level++] = undefined;
    }
    this.#waiting[level] = node;
  }

  /** The root over all leaves so far, or with zero leaves up to `depth` levels. */
  root(depth = depthOf(this.#count)): Uint8Array {
    let node: Uint8Array | undefined;
    for (let level = 0; level < depth; level++) {
      const left = this.#waiting[level];
      if (left) node = nodeHash(left, node ?? zeroNode(level), this.#keccak);
      else if (node) node = nodeHash(node, zeroNode(level), this.#keccak);
    }
    return node ?? this.#waiting[depth] ?? zeroNode(depth);
  }
}

/** The root over documents in this order, and their number. Keeps one node a level. @throws InputError past 2^20 */
export async function rootOver(docHashes: Hashes): Promise<{ root: Uint8Array; count: number }> {
  const keccak = await loadKeccak();
  const builder = new RootBuilder(keccak);
  for await (const docHash of docHashes) {
    if (builder.count === MAX_LEAVES) throw tooMany();
    builder.add(leafHash(builder.count, docHash, keccak));
  }
  if (builder.count === 0) throw new InputError("A root stands for at least one document.");
  return { root: builder.root(), count: builder.count };
}

/** A document's place under a root. */
export interface Proof {
  index: number;
  docHash: Uint8Array;
  /** Siblings from the leaf to the root. */
  siblings: Uint8Array[];
}

/** Levels of the subtrees whose nodes are kept at once. */
const CUT = 10;

/**
 * The proofs of all documents under a root, in order. Two passes over the documents, which `docHashes` gives each time
 * from the beginning: the first keeps the tops of the subtrees of 1,024 leaves (32 KiB for a million), the second
 * rebuilds one such subtree at a time. Nothing is written to disk.
 * @throws InputError if the second pass is not over the same documents
 */
export async function* proofsOver(docHashes: () => Hashes): AsyncGenerator<Proof> {
  const { tops, count } = await topsOver(docHashes());
  const depth = depthOf(count);
  const cut = Math.min(depth, CUT);
  const upper = new Tree(tops, depth - cut, cut);
  let part: Uint8Array[] = [];
  let done = 0;
  const flush = function* (): Generator<Proof> {
    const lower = new Tree(
      part.map((docHash, i) => leafHash(done + i, docHash)),
      cut,
    );
    const top = done / 2 ** cut;
    if (!same(lower.root, tops[top])) throw new InputError("The documents changed while their proofs were made.");
    const above = upper.siblings(top);
    for (const [i, docHash] of part.entries()) {
      yield { index: done + i, docHash, siblings: [...lower.siblings(i), ...above] };
    }
    done += part.length;
    part = [];
  };
  for await (const docHash of docHashes()) {
    part.push(docHash);
    if (part.length === 2 ** cut) yield* flush();
  }
  if (part.length > 0) yield* flush();
  if (done !== count) throw new InputError("The documents changed while their proofs were made.");
}

async function topsOver(docHashes: Hashes): Promise<{ tops: Uint8Array[]; count: number }> {
  const keccak = await loadKeccak();
  const tops: Uint8Array[] = [];
  let count = 0;
  let builder = new RootBuilder(keccak);
  for await (const docHash of docHashes) {
    if (count === MAX_LEAVES) throw tooMany();
    builder.add(leafHash(count++, docHash, keccak));
    if (builder.count < 2 ** CUT) continue;
    tops.push(builder.root());
    builder = new RootBuilder(keccak);
  }
  if (builder.count > 0) tops.push(builder.root(Math.min(depthOf(count), CUT)));
  return { tops, count };
}

function tooMany(): InputError {
  return new InputError(`A root stands for at most ${MAX_LEAVES} documents: split the batch.`);
}

function same(a: Uint8Array, b: Uint8Array | undefined): boolean {
  return b !== undefined && a.length === b.length && a.every((byte, i) => byte === b[i]);
}
