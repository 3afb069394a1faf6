import { expect } from "chai";
import { concat, keccak256 } from "ethers";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  id,
  ISSUER,
  KEY,
  MAX_LEAVES,
  NOTHING,
  now,
  parts,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
  ZeroHash,
} from "./helpers.ts";
import { fileHash, leafHash, nodeHash, pathOf, proofOf, type Tree, treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const named = (count: number): Tree => treeOf(Array.from({ length: count }, (_, i) => id(`document ${i}`)));
const MAX_INDEX = 2n ** 256n - 1n;

const root = (s: Stage, hash: string, count: number) =>
  s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, hash, count, 0);

async function leaf(
  { documents }: Stage,
  hash: string,
  index: bigint | number,
  document: string,
  proof: string[],
  agency = ISSUER,
): Promise<Record<string, unknown>> {
  return parts(await documents.verifyLeaf(agency, hash, index, document, proof));
}

/** The fixture's root over five documents: three levels, three places filled with zero. */
const five = named(5);
async function rooted() {
  const s = await stage();
  await root(s, five.root, 5);
  return s;
}
const third = five.documents[2] ?? "";

describe("DocumentRegistry: documents under a root", () => {
  describe("verifyLeaf", () => {
    for (const count of [1, 2, 3, 4, 5, 100]) {
      it(`finds each of ${count} documents in its place, and in no other`, async () => {
        const s = await loadFixture(stage);
        const tree = named(count);
        await root(s, tree.root, count);
        const { issued } = await s.documents.recordOf(ISSUER, tree.root);
        for (const [index, document] of tree.documents.entries()) {
          const found = await leaf(s, tree.root, index, document, tree.proof(index));
          expect(found).to.deep.equal({ ...NOTHING, status: Status.Valid, schema: DIPLOMA, issued, key: KEY });
        }
        for (const [index, document] of tree.documents.slice(0, 5).entries()) {
          for (const other of [
            index ^ 1,
            index + 1,
            index + 2 ** tree.proof(index).length,
            BigInt(index) + (1n << 64n),
          ]) {
            expect(await leaf(s, tree.root, other, document, tree.proof(index))).to.deep.equal(NOTHING);
          }
        }
      });
    }

    it("finds the first and the last of 2^20 documents, and none after the last", async () => {
      const s = await loadFixture(stage);
      for (const index of [0, 699_050, MAX_LEAVES - 1]) {
        const path = pathOf(20, index, DOCUMENT);
        await root(s, path.root, MAX_LEAVES);
        expect(await leaf(s, path.root, index, DOCUMENT, path.proof)).to.include({ status: Status.Valid });
        for (const other of [index ^ 1, BigInt(index) + BigInt(MAX_LEAVES), MAX_INDEX]) {
          expect(await leaf(s, path.root, other, DOCUMENT, path.proof)).to.deep.equal(NOTHING);
        }
        await s.documents
          .connect(s.clerk)
          .revokeLeaves(ISSUER, path.root, index >> 8, 1n << BigInt(index & 255), REASON);
        expect(await leaf(s, path.root, index, DOCUMENT, path.proof)).to.include({ status: Status.Revoked });
      }
    });

    it("finds nothing in a place beyond the count, though the tree would have it", async () => {
      const s = await loadFixture(stage);
      const [four, path] = [named(4), pathOf(20, MAX_LEAVES - 1, DOCUMENT)];
      await root(s, four.root, 3);
      expect(await leaf(s, four.root, 2, four.documents[2] ?? "", four.proof(2))).to.include({ status: Status.Valid });
      expect(await leaf(s, four.root, 3, four.documents[3] ?? "", four.proof(3))).to.deep.equal(NOTHING);
      await root(s, path.root, MAX_LEAVES - 1);
      expect(await leaf(s, path.root, MAX_LEAVES - 1, DOCUMENT, path.proof)).to.deep.equal(NOTHING);
    });

    it("finds nothing of the zeros that fill a tree", async () => {
      const s = await loadFixture(rooted);
      for (const index of [5, 6, 7]) {
        expect(await leaf(s, five.root, index, ZeroHash, five.proof(index))).to.deep.equal(NOTHING);
      }
      expect(await leaf(s, five.root, 4, ZeroHash, five.proof(4))).to.deep.equal(NOTHING);
    });

    it("finds nothing by a proof that is padded, cut, oversized, of another place or of another tree", async () => {
      const s = await loadFixture(rooted);
      const proof = five.proof(2);
      expect(await leaf(s, five.root, 2, third, proof)).to.include({ status: Status.Valid });
      const other = treeOf(five.documents.map((document, i) => (i === 0 ? id("other") : document)));
      const bad = [
        [],
        proof.slice(0, -1),
        proof.slice(1),
        [...proof, ZeroHash],
        [ZeroHash, ...proof],
        [...proof, ...proof],
        Array.from({ length: 300 }, () => ZeroHash),
        [...proof].reverse(),
        five.proof(3),
        other.proof(2),
        [...proof.slice(0, -1), ZeroHash],
      ];
      for (const siblings of bad) expect(await leaf(s, five.root, 2, third, siblings)).to.deep.equal(NOTHING);
      expect(await leaf(s, other.root, 2, third, other.proof(2))).to.deep.equal(NOTHING);
    });

    it("finds nothing of an inner node, of a leaf's hash, of the root, in any place and by any part of a proof", async () => {
      const s = await loadFixture(rooted);
      for (const [height, level] of five.levels.entries()) {
        for (const [place, node] of level.entries()) {
          for (const index of new Set([place, place << height, 0, 4])) {
            const whole = five.proof(index);
            for (const proof of [whole, whole.slice(height), proofOf(five.levels.slice(height), place)]) {
              expect(await leaf(s, five.root, index, node, proof)).to.deep.equal(NOTHING);
            }
          }
        }
      }
    });

    it("finds nothing under the root of an inner tree, which nobody attested", async () => {
      const s = await loadFixture(rooted);
      const [inner = ""] = five.levels[2] ?? [];
      expect(await leaf(s, inner, 2, third, five.proof(2).slice(0, -1))).to.deep.equal(NOTHING);
    });

    it("finds nothing where the issuer gave a count of another depth", async () => {
      const s = await loadFixture(stage);
      await root(s, five.root, 4);
      expect(await leaf(s, five.root, 2, third, five.proof(2))).to.deep.equal(NOTHING);
      expect(await leaf(s, five.root, 2, third, five.proof(2).slice(0, 2))).to.deep.equal(NOTHING);
    });

    it("does not take a document for a root, whatever is asked of it", async () => {
      const s = await loadFixture(stage);
      const single = named(1);
      const [document = ""] = single.documents;
      await attested(s, { hash: single.root });
      await attested(s, { hash: document });
      expect(await leaf(s, single.root, 0, document, [])).to.deep.equal(NOTHING);
      expect(await leaf(s, document, 0, document, [])).to.deep.equal(NOTHING);
      expect(await leaf(s, single.root, 0, single.root, [])).to.deep.equal(NOTHING);
    });

    it("does not take a root for a document, and the document under a root is none by itself", async () => {
      const s = await loadFixture(stage);
      const single = named(1);
      await root(s, single.root, 1);
      expect(await now(s, single.root)).to.deep.equal(NOTHING);
      expect(await now(s, single.documents[0])).to.deep.equal(NOTHING);
      expect(await leaf(s, single.root, 0, single.documents[0] ?? "", [])).to.include({ status: Status.Valid });
      expect(await leaf(s, single.root, 0, single.root, [])).to.deep.equal(NOTHING);
    });

    it("does not know another body's root", async () => {
      const s = await loadFixture(rooted);
      expect(await leaf(s, five.root, 2, third, five.proof(2), RIVAL)).to.deep.equal(NOTHING);
    });

    it("finds a root's documents revoked with it, and each by itself", async () => {
      const s = await loadFixture(rooted);
      await s.documents.connect(s.clerk).revokeLeaves(ISSUER, five.root, 0, 1n << 2n, REASON);
      const single = await leaf(s, five.root, 2, third, five.proof(2));
      expect(single).to.include({ status: Status.Revoked, revoked: 0n, reason: 0n });
      expect(await leaf(s, five.root, 1, five.documents[1] ?? "", five.proof(1))).to.include({ status: Status.Valid });
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, five.root, REASON);
      for (const index of [1, 2]) {
        const found = await leaf(s, five.root, index, five.documents[index] ?? "", five.proof(index));
        expect(found).to.include({ status: Status.Revoked, reason: REASON });
      }
      expect(await leaf(s, five.root, 2, id("no such"), five.proof(2))).to.deep.equal(NOTHING);
    });
  });

  describe("content that imitates a tree", () => {
    it("a file of the bytes of two leaves is not their node, nor one of tag and leaves", async () => {
      const s = await loadFixture(rooted);
      const [left = "", right = ""] = five.levels[0] ?? [];
      const [node = ""] = five.levels[1] ?? [];
      const contents = [concat([left, right]), concat([id("CommonSeal.Document.Node.v1"), left, right])];
      for (const content of contents) {
        for (const salt of ["0x", ZeroHash, id("salt"), left]) {
          const file = fileHash(salt, content);
          expect(file).to.not.equal(node);
          await attested(s, { hash: file });
          for (const index of [0, 1]) {
            const found = await leaf(s, file, index, five.documents[index] ?? "", five.proof(index).slice(0, 1));
            expect(found).to.deep.equal(NOTHING);
          }
        }
      }
    });

    it("a document of 64 bytes that spells a leaf's inside, or a node, does not stand under the root", async () => {
      const s = await loadFixture(stage);
      // The issuer is made to attest a batch with a file whose bytes are two hashes of the attacker's choice.
      const forged = id("forged");
      const evil = fileHash(id("salt"), concat([leafHash(0, forged), leafHash(1, forged)]));
      const tree = treeOf([id("honest"), evil]);
      await root(s, tree.root, 2);
      expect(await leaf(s, tree.root, 1, evil, tree.proof(1))).to.include({ status: Status.Valid });
      const deeper = [leafHash(1, forged), ...tree.proof(1)];
      for (const index of [0, 1, 2, 3]) {
        for (const proof of [deeper, deeper.slice(0, 2), tree.proof(1)]) {
          expect(await leaf(s, tree.root, index, forged, proof)).to.deep.equal(NOTHING);
        }
      }
    });

    it("a tree without types is none: leaves as they are, or nodes without a tag", async () => {
      const s = await loadFixture(stage);
      const [a, b] = [id("a"), id("b")];
      const leaves = [leafHash(0, a), leafHash(1, b)] as const;
      for (const [hash, sibling] of [
        [nodeHash(a, b), b],
        [keccak256(concat([a, b])), b],
        [keccak256(concat(leaves)), leaves[1]],
      ] as const) {
        await root(s, hash, 2);
        expect(await leaf(s, hash, 0, a, [sibling])).to.deep.equal(NOTHING);
      }
    });
  });
});
