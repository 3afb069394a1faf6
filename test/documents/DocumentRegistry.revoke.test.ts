import { expect } from "chai";
import { at } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  expectRoles,
  id,
  ISSUER,
  KEY,
  keyWith,
  May,
  MOST_GAS,
  NOTHING,
  now,
  parts,
  plain,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
  statusOf,
  ZeroHash,
} from "./helpers.ts";

const { loadFixture } = networkHelpers;
const ROOT = id("root");
const hashes = [id("document 0"), id("document 1"), id("document 2")];

const revocation = async ({ documents }: Stage, hash = DOCUMENT) => {
  const { revoked, reason, revoker } = await documents.recordOf(ISSUER, hash);
  return [revoked, reason, revoker];
};

async function issued() {
  const s = await stage();
  await attested(s);
  await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, ROOT, 300, 0);
  return s;
}

const acts = {
  revoke: (s: Stage, hash: string, reason = REASON) => s.documents.connect(s.clerk).revoke(ISSUER, hash, reason),
  revokeMany: (s: Stage, hash: string, reason = REASON) =>
    s.documents.connect(s.clerk).revokeMany(ISSUER, reason, [hash]),
  revokeRoot: (s: Stage, hash: string, reason = REASON) =>
    s.documents.connect(s.clerk).revokeRoot(ISSUER, hash, reason),
};

describe("DocumentRegistry: revoke", () => {
  for (const [name, act] of Object.entries(acts)) {
    const [own, other] = name === "revokeRoot" ? [ROOT, DOCUMENT] : [DOCUMENT, ROOT];
    describe(name, () => {
      it("reverts when a hash is zero", async () => {
        const s = await loadFixture(issued);
        await expect(act(s, ZeroHash)).to.be.revertedWithCustomError(s.documents, "DocumentHashMissing");
      });

      it("reverts when there is no reason", async () => {
        const s = await loadFixture(issued);
        for (const hash of [own, id("unknown")]) {
          await expect(act(s, hash, 0n)).to.be.revertedWithCustomError(s.documents, "DocumentReasonMissing");
        }
      });

      it("reverts when the hash is attested as the other kind", async () => {
        const s = await loadFixture(issued);
        await expect(act(s, other))
          .to.be.revertedWithCustomError(s.documents, "DocumentKindMismatch")
          .withArgs(ISSUER, other);
      });

      it("reverts when it is revoked already, and the first revocation stays", async () => {
        const s = await loadFixture(issued);
        await at(s.start);
        await act(s, own);
        const before = await s.documents.recordOf(ISSUER, own);
        await expect(act(s, own, 9n))
          .to.be.revertedWithCustomError(s.documents, "DocumentAlreadyRevoked")
          .withArgs(ISSUER, own);
        expect(await s.documents.recordOf(ISSUER, own)).to.deep.equal(before);
        expect(await revocation(s, own)).to.deep.equal([BigInt(s.start), REASON, KEY]);
      });

      it("reverts when the hash was barred, as either kind", async () => {
        const s = await loadFixture(issued);
        await s.documents.connect(s.clerk).revoke(ISSUER, id("barred"), REASON);
        await s.documents.connect(s.clerk).revokeRoot(ISSUER, id("barred root"), REASON);
        for (const hash of [id("barred"), id("barred root")]) {
          await expect(act(s, hash))
            .to.be.revertedWithCustomError(s.documents, "DocumentAlreadyRevoked")
            .withArgs(ISSUER, hash);
        }
      });

      it("bars a hash not known: it is revoked, with nothing of an attestation", async () => {
        const s = await loadFixture(issued);
        await at(s.start);
        await act(s, id("unknown"));
        const expected = { ...NOTHING, status: Status.Revoked, revoked: BigInt(s.start), reason: REASON };
        expect(await now(s, id("unknown"))).to.deep.equal(expected);
        expect(await revocation(s, id("unknown"))).to.deep.equal([BigInt(s.start), REASON, KEY]);
        const leaf = await s.documents.verifyLeaf(ISSUER, id("unknown"), 0, DOCUMENT, []);
        expect(parts(leaf)).to.deep.equal(NOTHING);
      });

      it("leaves the same hash of another body alone", async () => {
        const s = await loadFixture(issued);
        await attested(s, { by: s.rival, agency: RIVAL, hash: id("shared") });
        await act(s, id("shared"));
        expect(await statusOf(s, id("shared"), RIVAL)).to.equal(Status.Valid);
      });

      it("keeps what the record says of the attestation", async () => {
        const s = await loadFixture(issued);
        const before = plain(await s.documents.recordOf(ISSUER, own));
        const revoker = await keyWith(s, ISSUER, May.Revoke | May.RevokeRoot);
        await at(s.start);
        await act({ ...s, clerk: revoker }, own, 255n);
        expect(plain(await s.documents.recordOf(ISSUER, own))).to.deep.equal({
          ...before,
          revoked: BigInt(s.start),
          reason: 255n,
          revoker: KEY + 1n,
        });
      });
    });
  }

  describe("revoke", () => {
    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(issued);
      await expectRoles(s, [ISSUER, May.Revoke], (caller) =>
        s.documents.connect(caller).revoke(ISSUER, DOCUMENT, REASON),
      );
    });

    it("revokes a document for good", async () => {
      const s = await loadFixture(issued);
      const before = await now(s);
      await at(s.start);
      await expect(acts.revoke(s, DOCUMENT)).to.emit(s.documents, "DocumentRevoked").withArgs(ISSUER, DOCUMENT);
      const revoked = { status: Status.Revoked, revoked: BigInt(s.start), reason: REASON };
      expect(await now(s)).to.deep.equal({ ...before, ...revoked });
    });
  });

  describe("revokeMany", () => {
    it("reverts when no hash is given, whoever asks", async () => {
      const s = await loadFixture(issued);
      for (const caller of [s.clerk, s.stranger]) {
        await expect(s.documents.connect(caller).revokeMany(ISSUER, REASON, [])).to.be.revertedWithCustomError(
          s.documents,
          "DocumentHashMissing",
        );
      }
    });

    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(issued);
      await expectRoles(s, [ISSUER, May.Revoke], (caller) =>
        s.documents.connect(caller).revokeMany(ISSUER, REASON, [DOCUMENT]),
      );
    });

    it("reverts as a whole when one is there twice, revoked, a root, or zero", async () => {
      const s = await loadFixture(issued);
      const act = s.documents.connect(s.clerk);
      await act.revoke(ISSUER, id("barred"), REASON);
      for (const [bad, error] of [
        [DOCUMENT, "DocumentAlreadyRevoked"],
        [id("barred"), "DocumentAlreadyRevoked"],
        [ROOT, "DocumentKindMismatch"],
        [ZeroHash, "DocumentHashMissing"],
      ] as const) {
        await expect(act.revokeMany(ISSUER, REASON, [DOCUMENT, bad])).to.be.revertedWithCustomError(s.documents, error);
      }
      expect(await statusOf(s)).to.equal(Status.Valid);
    });

    it("revokes documents and bars hashes together, with one event", async () => {
      const s = await loadFixture(issued);
      await attested(s, { hash: hashes[1] ?? "" });
      await at(s.start);
      await expect(s.documents.connect(s.clerk).revokeMany(ISSUER, REASON, hashes))
        .to.emit(s.documents, "DocumentsRevoked")
        .withArgs(ISSUER, KEY, REASON, hashes);
      for (const hash of hashes) {
        expect(await statusOf(s, hash)).to.equal(Status.Revoked);
        expect(await revocation(s, hash)).to.deep.equal([BigInt(s.start), REASON, KEY]);
      }
      expect((await s.documents.recordOf(ISSUER, hashes[0] ?? "")).issued).to.equal(0n);
      expect((await s.documents.recordOf(ISSUER, hashes[1] ?? "")).issued).to.be.greaterThan(0n);
    });

    it("takes 400 documents within the gas of a transaction", async () => {
      const s = await loadFixture(stage);
      const many = Array.from({ length: 400 }, (_, i) => id(`document ${i}`));
      const act = s.documents.connect(s.clerk);
      await act.attestMany(ISSUER, DIPLOMA, 0, many, { gasLimit: MOST_GAS });
      const sent = await act.revokeMany(ISSUER, REASON, many, { gasLimit: MOST_GAS });
      expect((await sent.wait())?.gasUsed).to.be.lessThan(MOST_GAS / 3n);
    });
  });

  describe("revokeRoot", () => {
    it("reverts for every caller but a key of the body with its permission: to revoke documents is not enough", async () => {
      const s = await loadFixture(issued);
      await expectRoles(s, [ISSUER, May.RevokeRoot], (caller) =>
        s.documents.connect(caller).revokeRoot(ISSUER, ROOT, REASON),
      );
    });

    it("revokes a root", async () => {
      const s = await loadFixture(issued);
      await at(s.start);
      await expect(acts.revokeRoot(s, ROOT)).to.emit(s.documents, "RootRevoked").withArgs(ISSUER, ROOT);
      expect(await revocation(s, ROOT)).to.deep.equal([BigInt(s.start), REASON, KEY]);
      expect(await now(s, ROOT)).to.deep.equal(NOTHING);
    });
  });
});
