import { expect } from "chai";
import { at, inOneBlock, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  expectPast,
  id,
  ISSUER,
  KEY,
  keyWith,
  May,
  NOTHING,
  past,
  plain,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
} from "./helpers.ts";
import { treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const gasLimit = 1_000_000;
const tree = treeOf([id("a"), id("b"), id("c")]);

/** A document attested at `start` that is valid until `start + 100`, and a root of three attested at `start + 1`. */
async function issued() {
  const s = await stage();
  await attested(s, { second: s.start, expires: s.start + 100 });
  await at(s.start + 1);
  await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 3, s.start + 100);
  return s;
}

const leafAt = async (s: Stage, time: number, index = 0, hash = tree.documents[index] ?? "") =>
  plain(await s.documents.verifyLeafAt(ISSUER, tree.root, index, hash, tree.proof(index), time));

/** What was found of the document, and of the root's first one, at the end of these seconds after `start`. */
async function expectBoth(s: Stage, expected: [offset: number, status: bigint][]): Promise<void> {
  for (const [offset, status] of expected) {
    expect((await past(s, s.start + offset))["status"], `document, start + ${offset}`).to.equal(status);
    expect((await leafAt(s, s.start + offset))["status"], `leaf, start + ${offset}`).to.equal(status);
  }
}

describe("DocumentRegistry: the past", () => {
  describe("verifyAt", () => {
    it("reverts when the second is not over", async () => {
      const s = await loadFixture(issued);
      await passTo(s.start + 5);
      for (const time of [s.start + 5, s.start + 6, 2 ** 40 - 1]) {
        await expect(s.documents.verifyAt(ISSUER, DOCUMENT, time))
          .to.be.revertedWithCustomError(s.documents, "DocumentTimeNotPast")
          .withArgs(time);
      }
      expect((await past(s, s.start + 4))["status"]).to.equal(Status.Valid);
    });

    it("knows nothing of what is not known, is a root, or is another body's", async () => {
      const s = await loadFixture(issued);
      await attested(s, { by: s.rival, agency: RIVAL, hash: id("rival's") });
      await passTo(s.start + 9);
      for (const hash of [id("unknown"), tree.root, id("rival's")]) {
        expect(await past(s, s.start + 8, hash)).to.deep.equal(NOTHING);
      }
    });

    it("knows a document from the second of its attestation to its last one, and that it expired then", async () => {
      const s = await loadFixture(issued);
      await passTo(s.start + 200);
      await expectPast(
        s,
        new Map([
          [0, Status.Unknown],
          [s.start - 1, Status.Unknown],
          [s.start, Status.Valid],
          [s.start + 100, Status.Valid],
          [s.start + 101, Status.Expired],
        ]),
      );
      expect(await past(s, s.start - 1)).to.deep.equal(NOTHING);
    });

    it("does not know of a revocation made later", async () => {
      const s = await loadFixture(issued);
      const revoker = await keyWith(s, ISSUER, May.Revoke);
      await at(s.start + 50);
      await s.documents.connect(revoker).revoke(ISSUER, DOCUMENT, REASON);
      await passTo(s.start + 200);
      const valid = { ...NOTHING, schema: DIPLOMA, issued: BigInt(s.start), expires: BigInt(s.start + 100), key: KEY };
      expect(await past(s, s.start + 49)).to.deep.equal({ ...valid, status: Status.Valid });
      const revoked = { ...valid, status: Status.Revoked, revoked: BigInt(s.start + 50), reason: REASON };
      for (const second of [50, 150]) expect(await past(s, s.start + second)).to.deep.equal(revoked);
    });

    it("knows a barred hash as revoked from that second on, and nothing of it before", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 50);
      await s.documents.connect(s.clerk).revoke(ISSUER, id("barred"), REASON);
      await passTo(s.start + 200);
      expect(await past(s, s.start + 49, id("barred"))).to.deep.equal(NOTHING);
      expect((await past(s, s.start + 50, id("barred")))["status"]).to.equal(Status.Revoked);
    });

    it("knows a document attested and revoked in one second as revoked", async () => {
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.clerk);
      await inOneBlock(s.start, [
        () => act.attest(ISSUER, DIPLOMA, DOCUMENT, 0, { gasLimit }),
        () => act.revoke(ISSUER, DOCUMENT, REASON, { gasLimit }),
      ]);
      await passTo(s.start + 5);
      await expectPast(
        s,
        new Map([
          [s.start - 1, Status.Unknown],
          [s.start, Status.Revoked],
        ]),
      );
    });
  });

  describe("verifyAt and verifyLeafAt", () => {
    it("know suspensions as they were at the end of each second, whatever came later", async () => {
      const s = await loadFixture(issued);
      const { registry, start } = s;
      await at(start + 10);
      await registry.suspend(ISSUER);
      await at(start + 20);
      await registry.resume(ISSUER);
      await inOneBlock(start + 30, [
        () => registry.suspend(ISSUER, { gasLimit }),
        () => registry.resume(ISSUER, { gasLimit }),
      ]);
      await at(start + 40);
      await registry.suspend(ISSUER);
      await passTo(start + 200);
      const expected: [number, bigint][] = [
        [9, Status.Valid],
        [10, Status.IssuerSuspended],
        [19, Status.IssuerSuspended],
        [20, Status.Valid],
        [30, Status.Valid],
        [39, Status.Valid],
        [40, Status.IssuerSuspended],
        [100, Status.IssuerSuspended],
        [101, Status.Expired],
      ];
      await expectBoth(s, expected);
      await registry.resume(ISSUER);
      await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
      await expectBoth(s, expected);
    });

    it("do not know of a suspension before the attestation, made under an earlier key", async () => {
      const s = await loadFixture(stage);
      const { registry, start } = s;
      await at(start);
      await registry.suspend(ISSUER);
      await at(start + 5);
      await registry.resume(ISSUER);
      const later = await keyWith(s, ISSUER, May.Attest);
      await attested(s, { second: start + 10, by: later });
      await passTo(start + 20);
      await expectPast(
        s,
        new Map([
          [start + 4, Status.Unknown],
          [start + 10, Status.Valid],
        ]),
      );
    });

    it("do not count an accreditation that ended later, nor one that was given later", async () => {
      const s = await loadFixture(issued);
      const ministry = s.documents.connect(s.ministry);
      await at(s.start + 20);
      await ministry.endAccreditation(DIPLOMA, ISSUER);
      await attested(s, { second: s.start + 30, hash: id("between") });
      await at(s.start + 40);
      await ministry.accredit(DIPLOMA, ISSUER, s.end);
      await passTo(s.start + 60);
      await expectBoth(s, [
        [19, Status.Valid],
        [20, Status.Valid],
        [59, Status.Valid],
      ]);
      for (const second of [30, 39, 40, 59]) {
        expect((await past(s, s.start + second, id("between")))["status"]).to.equal(Status.IssuerNotAccredited);
      }
    });

    it("do not count an end of the key made later", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 20);
      await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
      await passTo(s.start + 30);
      await expectBoth(s, [
        [1, Status.Valid],
        [19, Status.Valid],
        [20, Status.Valid],
        [29, Status.Valid],
      ]);
    });

    it("judge by the end of the second when the key or the accreditation ended in that of the attestation", async () => {
      for (const [what, status] of [
        ["key", Status.SignerNotAuthorised],
        ["accreditation", Status.IssuerNotAccredited],
      ] as const) {
        const s = await stage();
        const act = s.documents.connect(s.clerk);
        await inOneBlock(s.start, [
          () => act.attest(ISSUER, DIPLOMA, DOCUMENT, 0, { gasLimit }),
          () => act.attestRoot(ISSUER, DIPLOMA, tree.root, 3, 0, { gasLimit }),
          () =>
            what === "key"
              ? s.registry.connect(s.admin).endKey(ISSUER, s.clerk, { gasLimit })
              : s.documents.connect(s.ministry).endAccreditation(DIPLOMA, ISSUER, { gasLimit }),
        ]);
        await passTo(s.start + 9);
        await expectBoth(s, [
          [-1, Status.Unknown],
          [0, status],
          [8, status],
        ]);
      }
    });

    it("tell a compromise recorded later by the flag alone, however early the second", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 50);
      await s.registry.connect(s.admin).markCompromised(ISSUER, KEY, s.start + 1);
      await passTo(s.start + 60);
      for (const second of [10, 49, 50, 59]) {
        // The document was attested one second before the compromise, the root in its first one.
        expect(await past(s, s.start + second)).to.include({ status: Status.Valid, compromised: false });
        expect(await leafAt(s, s.start + second)).to.include({ status: Status.Valid, compromised: true });
      }
    });
  });

  describe("verifyLeafAt", () => {
    it("reverts when the second is not over", async () => {
      const s = await loadFixture(issued);
      await passTo(s.start + 5);
      for (const time of [s.start + 5, s.start + 6]) {
        await expect(leafAt(s, time)).to.be.revertedWithCustomError(s.documents, "DocumentTimeNotPast").withArgs(time);
      }
    });

    it("tells what a document of its own would be told of", async () => {
      const s = await loadFixture(issued);
      await passTo(s.start + 200);
      const known = {
        ...NOTHING,
        schema: DIPLOMA,
        issued: BigInt(s.start + 1),
        expires: BigInt(s.start + 100),
        key: KEY,
      };
      expect(await leafAt(s, s.start)).to.deep.equal(NOTHING);
      expect(await leafAt(s, s.start + 1)).to.deep.equal({ ...known, status: Status.Valid });
      expect(await leafAt(s, s.start + 101)).to.deep.equal({ ...known, status: Status.Expired });
      expect(await leafAt(s, s.start + 1, 1, id("a"))).to.deep.equal(NOTHING);
    });

    it("knows the root's revocation from its second on", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 50);
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, tree.root, REASON);
      await passTo(s.start + 60);
      expect(await leafAt(s, s.start + 49)).to.include({ status: Status.Valid, revoked: 0n, reason: 0n });
      const revoked = { status: Status.Revoked, revoked: BigInt(s.start + 50), reason: REASON };
      expect(await leafAt(s, s.start + 50)).to.include(revoked);
    });

    it("counts a leaf revoked by itself however early the second is, but not before the root was there", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 50);
      await s.documents.connect(s.clerk).revokeLeaves(ISSUER, tree.root, 0, 1n, REASON);
      await passTo(s.start + 60);
      expect(await leafAt(s, s.start)).to.deep.equal(NOTHING);
      for (const second of [1, 49, 50]) {
        expect(await leafAt(s, s.start + second)).to.include({ status: Status.Revoked, revoked: 0n, reason: 0n });
        expect(await leafAt(s, s.start + second, 1)).to.include({ status: Status.Valid });
      }
    });

    it("does not tell of a leaf revoked by itself the time at which its root was revoked later", async () => {
      const s = await loadFixture(issued);
      await s.documents.connect(s.clerk).revokeLeaves(ISSUER, tree.root, 0, 1n, REASON);
      await at(s.start + 50);
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, tree.root, REASON);
      await passTo(s.start + 60);
      expect(await leafAt(s, s.start + 50)).to.include({ status: Status.Revoked, revoked: BigInt(s.start + 50) });
      expect(await leafAt(s, s.start + 49)).to.include({ status: Status.Revoked, revoked: 0n, reason: 0n });
    });
  });
});
