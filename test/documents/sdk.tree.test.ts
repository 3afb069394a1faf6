import { expect } from "chai";
import { getBytes, id, ZeroHash } from "ethers";
import { leafHash, toHex } from "../../sdk/src/documents/hash.ts";
import { depthOf, MAX_LEAVES, multiRoot, rootOf, Tree } from "../../sdk/src/documents/tree.ts";
import { proofsOver, rootOver } from "../../sdk/src/documents/treeStream.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { reference } from "./sdk.reference.ts";

const SIZES = Array.from({ length: 70 }, (_, i) => i + 1);
const document = (i: number) => getBytes(id(`document ${i}`));
const documents = (count: number) => Array.from({ length: count }, (_, i) => document(i));
const rootOfAll = (count: number) => reference.root(documents(count).map((hash, i) => reference.leaf(i, toHex(hash))));

async function caught(act: Promise<unknown>): Promise<Error> {
  return act.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
}

/** A subset of 0 … count-1, the same in each run. */
function subset(count: number, seed: number): number[] {
  const bits = BigInt(id(`subset ${seed}`));
  return Array.from({ length: count }, (_, i) => i).filter((i) => (bits >> BigInt(i)) & 1n);
}

describe("trees of documents", function () {
  this.timeout(30_000);

  it("depth is the number of levels up to a power of two", () => {
    expect([1, 2, 3, 4, 5, 8, 9, 1023, 1024, 1025, MAX_LEAVES].map(depthOf)).to.deep.equal([
      0, 1, 2, 2, 3, 3, 4, 10, 10, 11, 20,
    ]);
  });

  it("the root of 1 to 70 documents is the one recomputed by halves, with zero leaves up to a power of two", async () => {
    for (const count of SIZES) {
      const { root, count: counted } = await rootOver(documents(count));
      expect([toHex(root), counted]).to.deep.equal([rootOfAll(count), count]);
    }
  });

  it("every document of 1 to 70 climbs to the root, and to no other from any other place", async () => {
    for (const count of SIZES) {
      const root = rootOfAll(count);
      const climb = (...args: Parameters<typeof rootOf>) => {
        const climbed = rootOf(...args);
        return climbed && toHex(climbed);
      };
      let next = 0;
      for await (const { index, docHash, siblings } of proofsOver(() => documents(count))) {
        expect(index).to.equal(next++);
        expect(toHex(docHash)).to.equal(toHex(document(index)));
        expect(climb(index, count, docHash, siblings)).to.equal(root);
        expect(climb(index ^ 1, count, docHash, siblings)).to.not.equal(root);
        expect(climb(index, count, document(-1), siblings)).to.not.equal(root);
        expect(climb(count, count, docHash, siblings)).to.equal(null);
        expect(climb(-1, count, docHash, siblings)).to.equal(null);
        if (count > 1) expect(climb(index, count, docHash, siblings.slice(1))).to.equal(null);
        expect(climb(index, count, docHash, [...siblings, getBytes(ZeroHash)])).to.equal(null);
      }
      expect(next).to.equal(count);
    }
  });

  it("proofs of a batch of several subtrees (2,500) are those of a tree kept whole", async () => {
    const all = documents(2500);
    const whole = new Tree(all.map((hash, i) => leafHash(i, hash)));
    expect(toHex(whole.root))
      .to.equal(toHex((await rootOver(all)).root))
      .and.to.equal(rootOfAll(2500));
    for await (const { index, siblings } of proofsOver(() => all)) {
      expect(siblings.map(toHex)).to.deep.equal(whole.siblings(index).map(toHex));
    }
  });

  it("a million documents take less than a minute; one more than 2^20 is refused", async () => {
    const same = document(0);
    function* endless() {
      for (;;) yield same;
    }
    const start = process.cpuUsage();
    const error = await caught(rootOver(endless()));
    const { user, system } = process.cpuUsage(start);
    expect(error.message).to.equal("A root stands for at most 1048576 documents: split the batch.");
    expect((user + system) / 1e6).to.be.lessThan(60);
  }).timeout(120_000);

  it("refuses no documents, and documents that change between the passes", async () => {
    expect(await caught(rootOver([]))).to.be.instanceOf(InputError);
    for (const second of [documents(5), [...documents(5), document(9)], [document(1), ...documents(6).slice(1)]]) {
      let pass = 0;
      const proofs = proofsOver(() => (pass++ === 0 ? documents(6) : second));
      const drain = async () => {
        for await (const { index } of proofs) expect(index).to.be.lessThan(6);
      };
      expect((await caught(drain())).message).to.equal("The documents changed while their proofs were made.");
    }
  });

  it("multi-proofs of any subset of 1 to 70 leaves yield the root, and are exactly consumed", () => {
    for (const count of SIZES) {
      const leaves = documents(count);
      const tree = new Tree(leaves);
      const root = reference.root(leaves.map(toHex));
      for (let seed = 0; seed < 6; seed++) {
        const indexes = seed === 0 ? leaves.map((_, i) => i) : subset(count, 100 * count + seed);
        const shown = indexes.map((index) => ({ index, leaf: document(index) }));
        const siblings = tree.multiSiblings(indexes.toReversed());
        const climb = (...args: Parameters<typeof multiRoot>) => {
          const climbed = multiRoot(...args);
          return climbed && toHex(climbed);
        };
        expect(climb(count, shown, siblings)).to.equal(root);
        expect(climb(count, shown, [...siblings, getBytes(ZeroHash)])).to.equal(null);
        if (siblings.length > 0) expect(climb(count, shown, siblings.slice(0, -1))).to.equal(null);
        if (shown.length === 0) continue;
        const [first, ...rest] = shown;
        if (!first) continue;
        expect(climb(count, [{ ...first, leaf: document(-1) }, ...rest], siblings)).to.not.equal(root);
        expect(climb(count, [first, first, ...rest], siblings)).to.equal(null);
        expect(climb(count, [...rest, { ...first, index: count }], siblings)).to.equal(null);
        if (rest.length > 0) expect(climb(count, [...rest, first], siblings)).to.equal(null);
      }
    }
  });

  it("siblings stand level by level from the leaves, left to right; with no leaf shown, the root alone", () => {
    const tree = new Tree(documents(5));
    const [a, b, c, d, e] = documents(5).map(toHex) as [string, string, string, string, string];
    const { node } = reference;
    expect(tree.multiSiblings([1, 4]).map(toHex)).to.deep.equal([a, ZeroHash, node(c, d), node(ZeroHash, ZeroHash)]);
    expect(tree.multiSiblings([]).map(toHex)).to.deep.equal([reference.root([a, b, c, d, e])]);
  });
});
