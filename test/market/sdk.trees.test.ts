import { keccak_256 } from "@noble/hashes/sha3.js";
import { expect } from "chai";
import { concat, getBytes, id, keccak256, toBeHex } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { NumberedHashes } from "../../sdk/src/market/seal/chunk.ts";
import { loadKeccak } from "../../sdk/src/shared/keccak.ts";
import { RootBuilder, SealedRoots } from "../../sdk/src/market/seal/tree.ts";
import { KEY, noise, oracle } from "./sealing.ts";

const leaves = (count: number) => Array.from({ length: count }, (_, i) => getBytes(id(`leaf ${i}`)));

describe("trees of the market", () => {
  it("the root of 1 to 130 leaves is that of the tree built level by level", async () => {
    const hash = await loadKeccak();
    for (let count = 1; count <= 130; count++) {
      const builder = new RootBuilder(hash);
      for (const leaf of leaves(count)) builder.add(leaf);
      expect(toHex(builder.root()), `${count} leaves`).to.equal(oracle.root(leaves(count)));
      expect(builder.proof).to.deep.equal([]);
    }
  });

  it("the proof of each of 1 to 40 leaves leads from it to the root, and from no other", () => {
    for (let count = 1; count <= 40; count++) {
      const all = leaves(count);
      const root = oracle.root(all);
      for (const [i, leaf] of all.entries()) {
        const builder = new RootBuilder(keccak_256, i);
        for (const one of all) builder.add(one);
        expect(toHex(builder.root())).to.equal(root);
        const proof = builder.proof.map(toHex);
        expect(oracle.climb(leaf, proof), `${i} of ${count}`).to.equal(root);
        expect(oracle.climb(noise(32), proof)).to.not.equal(root);
        if (count > 1) expect(oracle.climb(leaf, proof.slice(0, -1))).to.not.equal(root);
        expect(proof.length).to.be.at.most(Math.ceil(Math.log2(count)));
      }
    }
  });

  it("there is no root over nothing", () => {
    expect(() => new RootBuilder(keccak_256).root()).to.throw("There is no root over no leaves.");
    expect(() => new SealedRoots(keccak_256).roots()).to.throw("There is no root over no leaves.");
  });

  it("the key's stream and the salts go on past 2^32, as uint256", async () => {
    const hashes = new NumberedHashes(await loadKeccak(), KEY, "key");
    for (const number of [0, 1, 255, 256, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 5, 2 ** 45 + 7, 2 ** 53 - 1, 3]) {
      expect(toHex(hashes.at(number)), `${number}`).to.equal(keccak256(concat([KEY, toBeHex(number, 32)])));
    }
  });
});
