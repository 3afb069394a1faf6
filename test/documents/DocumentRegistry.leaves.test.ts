import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  expectRoles,
  id,
  ISSUER,
  leavesAct,
  KEY,
  keyWith,
  May,
  MAX_LEAVES,
  plain,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
} from "./helpers.ts";
import { treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const FULL = 2n ** 256n - 1n;
const MAX_WORD = 2n ** 256n - 1n;
const LIST = id("list");
const tree = treeOf(Array.from({ length: 300 }, (_, i) => id(`document ${i}`)));

async function rooted() {
  const s = await stage();
  await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 300, 0);
  return s;
}

const revoke = (s: Stage, word: bigint | number, mask: bigint, reason = REASON, root = tree.root) =>
  s.documents.connect(s.clerk).revokeLeaves(ISSUER, root, word, mask, reason);

/** Indexes of the tree's documents that a check finds revoked, of these. */
async function revokedOf({ documents }: Stage, indexes: number[]): Promise<number[]> {
  const revoked: number[] = [];
  for (const index of indexes) {
    const document = tree.documents[index] ?? "";
    const [status] = await documents.verifyLeaf(ISSUER, tree.root, index, document, tree.proof(index));
    expect(status).to.be.oneOf([Status.Valid, Status.Revoked]);
    if (status === Status.Revoked) revoked.push(index);
  }
  return revoked;
}

describe("DocumentRegistry: places revoked", () => {
  describe("revokeLeaves", () => {
    it("reverts when the hash is no root: unknown, a document, barred, another body's root", async () => {
      const s = await loadFixture(rooted);
      await attested(s);
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, id("barred"), REASON);
      await s.documents.connect(s.rival).attestRoot(RIVAL, DIPLOMA, id("rival's"), 3, 0);
      for (const hash of [id("unknown"), DOCUMENT, id("barred"), id("rival's")]) {
        await expect(revoke(s, 0, 1n, REASON, hash))
          .to.be.revertedWithCustomError(s.documents, "DocumentKindMismatch")
          .withArgs(ISSUER, hash);
      }
    });

    it("reverts when the mask is empty or reaches beyond the documents", async () => {
      const s = await loadFixture(rooted);
      const bad: [bigint, bigint][] = [
        [0n, 0n],
        [1n, 0n],
        [1n, 1n << 44n],
        [1n, FULL],
        [1n, 1n << 255n],
        [2n, 0n],
        [2n, 1n],
        [MAX_WORD, 1n],
        [2n ** 248n, 1n],
        [2n ** 248n + 1n, 1n],
        [BigInt(MAX_LEAVES), 1n],
      ];
      for (const [word, mask] of bad) {
        await expect(revoke(s, word, mask), `${word} ${mask}`)
          .to.be.revertedWithCustomError(s.documents, "DocumentMaskInvalid")
          .withArgs(tree.root, word, mask);
      }
    });

    it("reverts when there is no reason", async () => {
      const s = await loadFixture(rooted);
      await expect(revoke(s, 0, 1n, 0n)).to.be.revertedWithCustomError(s.documents, "DocumentReasonMissing");
    });

    it("reverts when all named were revoked before", async () => {
      const s = await loadFixture(rooted);
      await revoke(s, 0, 6n);
      for (const mask of [6n, 2n, 4n]) {
        await expect(revoke(s, 0, mask))
          .to.be.revertedWithCustomError(s.documents, "DocumentAlreadyRevoked")
          .withArgs(ISSUER, tree.root);
      }
    });

    it("reverts for every caller but a key of the body with its permission: to revoke roots is not enough", async () => {
      const s = await loadFixture(rooted);
      await expectRoles(s, [ISSUER, May.Revoke], (caller) =>
        s.documents.connect(caller).revokeLeaves(ISSUER, tree.root, 0, 1n, REASON),
      );
    });

    it("revokes the places in the mask, at the borders of words and up to the last document", async () => {
      const s = await loadFixture(rooted);
      await expect(revoke(s, 0, 1n | (1n << 255n)))
        .to.emit(s.documents, "LeavesRevoked")
        .withArgs(ISSUER, tree.root, 1n | (1n << 255n), leavesAct(0, KEY, REASON));
      await expect(revoke(s, 1, 1n | (1n << 43n)))
        .to.emit(s.documents, "LeavesRevoked")
        .withArgs(ISSUER, tree.root, 1n | (1n << 43n), leavesAct(1, KEY, REASON));
      const around = [0, 1, 2, 127, 128, 254, 255, 256, 257, 298, 299];
      expect(await revokedOf(s, around)).to.deep.equal([0, 255, 256, 299]);
      expect(await s.documents.revokedLeaves(ISSUER, tree.root, 0)).to.equal(1n | (1n << 255n));
      expect(await s.documents.revokedLeaves(ISSUER, tree.root, 1)).to.equal(1n | (1n << 43n));
      expect(await s.documents.revokedLeaves(ISSUER, tree.root, 2)).to.equal(0n);
      expect((await s.documents.recordOf(ISSUER, tree.root)).leavesRevoked).to.equal(true);
    });

    it("adds to what was revoked, and its event names what is new", async () => {
      const s = await loadFixture(rooted);
      await revoke(s, 0, 0b0110n);
      const other = await keyWith(s, ISSUER, May.Revoke);
      await expect(s.documents.connect(other).revokeLeaves(ISSUER, tree.root, 0, 0b1111n, 9))
        .to.emit(s.documents, "LeavesRevoked")
        .withArgs(ISSUER, tree.root, 0b1001n, leavesAct(0, KEY + 1n, 9));
      expect(await s.documents.revokedLeaves(ISSUER, tree.root, 0)).to.equal(0b1111n);
      expect(await revokedOf(s, [0, 1, 2, 3, 4])).to.deep.equal([0, 1, 2, 3]);
    });

    it("takes a whole word, and the last word as far as there are documents", async () => {
      const s = await loadFixture(rooted);
      await revoke(s, 0, FULL);
      await revoke(s, 1, (1n << 44n) - 1n);
      expect(await revokedOf(s, [0, 100, 255, 256, 299])).to.deep.equal([0, 100, 255, 256, 299]);
    });

    it("knows where the last word ends, for any count", async () => {
      const s = await loadFixture(stage);
      for (const count of [1, 255, 256, 257, 512, MAX_LEAVES - 1, MAX_LEAVES]) {
        const root = id(`root of ${count}`);
        await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, root, count, 0);
        const [last, beyond] = [BigInt(count - 1), BigInt(count)];
        await revoke(s, last >> 8n, 1n << (last & 255n), REASON, root);
        expect(await s.documents.revokedLeaves(ISSUER, root, last >> 8n)).to.equal(1n << (last & 255n));
        await expect(revoke(s, beyond >> 8n, 1n << (beyond & 255n), REASON, root))
          .to.be.revertedWithCustomError(s.documents, "DocumentMaskInvalid")
          .withArgs(root, beyond >> 8n, 1n << (beyond & 255n));
      }
    });

    it("changes nothing else in the record, and nothing under the same root of another body", async () => {
      const s = await loadFixture(rooted);
      await s.documents.connect(s.rival).attestRoot(RIVAL, DIPLOMA, tree.root, 300, 0);
      const before = plain(await s.documents.recordOf(ISSUER, tree.root));
      await revoke(s, 0, 1n);
      expect(plain(await s.documents.recordOf(ISSUER, tree.root))).to.deep.equal({
        ...before,
        leavesRevoked: true,
      });
      expect((await s.documents.recordOf(RIVAL, tree.root)).leavesRevoked).to.equal(false);
      expect(await s.documents.revokedLeaves(RIVAL, tree.root, 0)).to.equal(0n);
      const [status] = await s.documents.verifyLeaf(RIVAL, tree.root, 0, tree.documents[0] ?? "", tree.proof(0));
      expect(status).to.equal(Status.Valid);
    });

    it("is possible under a root that is revoked as a whole", async () => {
      const s = await loadFixture(rooted);
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, tree.root, REASON);
      await revoke(s, 0, 1n);
      expect(await revokedOf(s, [0, 1])).to.deep.equal([0, 1]);
    });

    it("costs a root of which nothing is revoked no look at the bits", async () => {
      const s = await loadFixture(rooted);
      const measure = () =>
        s.documents.verifyLeaf.estimateGas(ISSUER, tree.root, 5, tree.documents[5] ?? "", tree.proof(5));
      const before = await measure();
      await revoke(s, 0, 1n);
      expect((await measure()) - before).to.be.within(2000n, 3000n);
    });
  });

  describe("revokeListed", () => {
    const listed = (s: Stage, word: bigint | number, mask: bigint, reason = REASON) =>
      s.documents.connect(s.clerk).revokeListed(ISSUER, LIST, word, mask, reason);

    it("reverts when the mask is empty", async () => {
      const s = await loadFixture(stage);
      await expect(listed(s, 3, 0n))
        .to.be.revertedWithCustomError(s.documents, "DocumentMaskInvalid")
        .withArgs(LIST, 3, 0n);
    });

    it("reverts when there is no reason", async () => {
      const s = await loadFixture(stage);
      await expect(listed(s, 0, 1n, 0n)).to.be.revertedWithCustomError(s.documents, "DocumentReasonMissing");
    });

    it("reverts when all named were revoked before", async () => {
      const s = await loadFixture(stage);
      await listed(s, 0, 3n);
      await expect(listed(s, 0, 2n))
        .to.be.revertedWithCustomError(s.documents, "DocumentAlreadyRevoked")
        .withArgs(ISSUER, LIST);
    });

    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Revoke], (caller) =>
        s.documents.connect(caller).revokeListed(ISSUER, LIST, 0, 1n, REASON),
      );
    });

    it("revokes places in any word, of this body's list only, and its event names what is new", async () => {
      const s = await loadFixture(stage);
      await listed(s, 0, 1n);
      await expect(listed(s, 0, 3n))
        .to.emit(s.documents, "ListedRevoked")
        .withArgs(ISSUER, LIST, 0, 2n, KEY, REASON);
      await listed(s, 2n ** 24n - 1n, 1n << 255n);
      await listed(s, MAX_WORD, FULL, 255n);
      expect(await s.documents.revokedListed(ISSUER, LIST, 0)).to.equal(3n);
      expect(await s.documents.revokedListed(ISSUER, LIST, 2n ** 24n - 1n)).to.equal(1n << 255n);
      expect(await s.documents.revokedListed(ISSUER, LIST, MAX_WORD)).to.equal(FULL);
      expect(await s.documents.revokedListed(ISSUER, LIST, 1)).to.equal(0n);
      expect(await s.documents.revokedListed(ISSUER, id("other list"), 0)).to.equal(0n);
      expect(await s.documents.revokedListed(RIVAL, LIST, 0)).to.equal(0n);
      expect(await s.documents.revokedLeaves(ISSUER, LIST, 0)).to.equal(0n);
    });
  });
});
