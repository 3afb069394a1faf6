import hre from "hardhat";
import { expect } from "chai";
import { at, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  EVERY,
  expectRoles,
  id,
  ISSUER,
  KEY,
  keyWith,
  LICENCE,
  May,
  MAX_LEAVES,
  MAX_UINT40,
  MOST_GAS,
  NO_SCHEMA,
  now,
  plain,
  REASON,
  RIVAL,
  type Stage,
  stage,
  Status,
  statusOf,
  ZeroHash,
} from "./helpers.ts";
import { treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const many = (count: number, name = "document"): string[] =>
  Array.from({ length: count }, (_, i) => id(`${name} ${i}`));

const record = async ({ documents }: Stage, hash = DOCUMENT, agency = ISSUER) =>
  plain(await documents.recordOf(agency, hash));

/** The record of what the clerk attested in this second. */
const recordOf = (second: number, change: object = {}) => ({
  schema: DIPLOMA,
  issued: BigInt(second),
  expires: 0n,
  revoked: 0n,
  reason: 0n,
  key: KEY,
  revoker: 0n,
  count: 0n,
  leavesRevoked: false,
  ...change,
});

const acts = {
  attest: (s: Stage, hash: string, expires: bigint | number = 0n) =>
    s.documents.connect(s.clerk).attest(ISSUER, DIPLOMA, hash, expires),
  attestMany: (s: Stage, hash: string, expires: bigint | number = 0n) =>
    s.documents.connect(s.clerk).attestMany(ISSUER, DIPLOMA, expires, [hash]),
  attestRoot: (s: Stage, hash: string, expires: bigint | number = 0n) =>
    s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, hash, 1, expires),
};

describe("DocumentRegistry: attest", () => {
  for (const [name, act] of Object.entries(acts)) {
    describe(name, () => {
      it("reverts when a hash is zero", async () => {
        const s = await loadFixture(stage);
        await expect(act(s, ZeroHash)).to.be.revertedWithCustomError(s.documents, "DocumentHashMissing").withArgs();
      });

      it("reverts when the last second is over, not in that second", async () => {
        const s = await loadFixture(stage);
        await at(s.start + 1);
        await expect(act(s, DOCUMENT, s.start))
          .to.be.revertedWithCustomError(s.documents, "DocumentExpiryPast")
          .withArgs(s.start, s.start + 1);
        await at(s.start + 2);
        await act(s, DOCUMENT, s.start + 2);
        expect((await record(s))["expires"]).to.equal(BigInt(s.start + 2));
      });

      it("reverts when the hash was attested before, as a document or as a root", async () => {
        const s = await loadFixture(stage);
        for (const [before, earlier] of Object.entries(acts)) {
          await earlier(s, id(before));
          await expect(act(s, id(before)))
            .to.be.revertedWithCustomError(s.documents, "DocumentExists")
            .withArgs(ISSUER, id(before));
        }
      });

      it("reverts when the hash was barred, as a document or as a root", async () => {
        const s = await loadFixture(stage);
        await s.documents.connect(s.clerk).revoke(ISSUER, DOCUMENT, REASON);
        await s.documents.connect(s.clerk).revokeRoot(ISSUER, id("root"), REASON);
        for (const barred of [DOCUMENT, id("root")]) {
          await expect(act(s, barred))
            .to.be.revertedWithCustomError(s.documents, "DocumentExists")
            .withArgs(ISSUER, barred);
        }
      });

      it("reverts when the hash was attested and revoked", async () => {
        const s = await loadFixture(stage);
        await attested(s);
        await s.documents.connect(s.clerk).revoke(ISSUER, DOCUMENT, REASON);
        await expect(act(s, DOCUMENT)).to.be.revertedWithCustomError(s.documents, "DocumentExists");
      });

      it("is possible for the same hash in another body", async () => {
        const s = await loadFixture(stage);
        await s.documents.connect(s.rival).attest(RIVAL, DIPLOMA, DOCUMENT, 0);
        await at(s.start);
        await act(s, DOCUMENT);
        expect((await record(s))["issued"]).to.equal(BigInt(s.start));
        expect(await statusOf(s, DOCUMENT, RIVAL)).to.equal(Status.Valid);
      });
    });
  }

  describe("attest", () => {
    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Attest], (caller) =>
        s.documents.connect(caller).attest(ISSUER, DIPLOMA, DOCUMENT, 0),
      );
    });

    it("attests a document", async () => {
      const s = await loadFixture(stage);
      await at(s.start);
      await expect(s.documents.connect(s.clerk).attest(ISSUER, LICENCE, DOCUMENT, MAX_UINT40))
        .to.emit(s.documents, "DocumentAttested")
        .withArgs(ISSUER, DOCUMENT);
      expect(await record(s)).to.deep.equal(recordOf(s.start, { schema: LICENCE, expires: MAX_UINT40 }));
      expect(await now(s)).to.deep.equal({
        status: Status.Valid,
        compromised: false,
        schema: LICENCE,
        issued: BigInt(s.start),
        expires: MAX_UINT40,
        revoked: 0n,
        reason: 0n,
        key: KEY,
      });
    });

    it("takes any schema, of which a check then says that the body is not accredited", async () => {
      const s = await loadFixture(stage);
      for (const schema of [0n, NO_SCHEMA, 2n ** 32n - 1n]) {
        const hash = id(`schema ${schema}`);
        await attested(s, { hash, schema });
        expect(await statusOf(s, hash)).to.equal(Status.IssuerNotAccredited);
        expect((await record(s, hash))["schema"]).to.equal(schema);
      }
    });

    it("keeps the key's position, however high", async () => {
      const s = await loadFixture(stage);
      for (let i = 0; i < 5; i++) {
        const key = await keyWith(s, ISSUER, May.Attest);
        await attested(s, { hash: id(`by ${i}`), by: key });
        expect((await record(s, id(`by ${i}`)))["key"]).to.equal(KEY + 1n + BigInt(i));
      }
    });
  });

  describe("attestMany", () => {
    it("reverts when no hash is given, whoever asks", async () => {
      const s = await loadFixture(stage);
      for (const caller of [s.clerk, s.stranger]) {
        await expect(s.documents.connect(caller).attestMany(ISSUER, DIPLOMA, 0, [])).to.be.revertedWithCustomError(
          s.documents,
          "DocumentHashMissing",
        );
      }
    });

    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Attest], (caller) =>
        s.documents.connect(caller).attestMany(ISSUER, DIPLOMA, 0, many(2)),
      );
    });

    it("reverts as a whole when one hash is there twice, was there before, or is zero", async () => {
      const s = await loadFixture(stage);
      await attested(s);
      const act = s.documents.connect(s.clerk);
      const [a = "", b = ""] = many(2);
      for (const [hashes, twice] of [
        [[a, b, a], a],
        [[a, DOCUMENT, b], DOCUMENT],
      ] as const) {
        await expect(act.attestMany(ISSUER, DIPLOMA, 0, [...hashes]))
          .to.be.revertedWithCustomError(s.documents, "DocumentExists")
          .withArgs(ISSUER, twice);
      }
      await expect(act.attestMany(ISSUER, DIPLOMA, 0, [a, ZeroHash])).to.be.revertedWithCustomError(
        s.documents,
        "DocumentHashMissing",
      );
      for (const hash of [a, b]) expect(await statusOf(s, hash)).to.equal(Status.Unknown);
    });

    it("attests documents of one kind and expiry, with one event", async () => {
      const s = await loadFixture(stage);
      const hashes = many(3);
      await at(s.start);
      await expect(s.documents.connect(s.clerk).attestMany(ISSUER, LICENCE, s.start + 9, hashes))
        .to.emit(s.documents, "DocumentsAttested")
        .withArgs(ISSUER, LICENCE, KEY, s.start + 9, hashes);
      for (const hash of hashes) {
        const expected = recordOf(s.start, { schema: LICENCE, expires: BigInt(s.start + 9) });
        expect(await record(s, hash)).to.deep.equal(expected);
      }
    });

    it("takes 400 documents within the gas of a transaction, and few more than 600 do not fit", async function () {
      // Instrumented contracts run without limits of gas; `npm test` runs this.
      if (hre.globalOptions.coverage) return this.skip();
      const s = await loadFixture(stage);
      const act = s.documents.connect(s.clerk);
      const sent = await act.attestMany(ISSUER, DIPLOMA, 0, many(400), { gasLimit: MOST_GAS });
      expect((await sent.wait())?.gasUsed).to.be.lessThan((MOST_GAS * 2n) / 3n);
      const statuses = await s.documents.verifyMany(many(400).map((docHash) => ({ agency: ISSUER, docHash })));
      expect(new Set(statuses.map(({ status }) => status))).to.deep.equal(new Set([Status.Valid]));
      for (const [count, gasLimit] of [
        [800, MOST_GAS],
        [2, MOST_GAS + 1n],
      ] as const) {
        const refused = await act.attestMany(ISSUER, DIPLOMA, 0, many(count, "more"), { gasLimit }).then(
          () => "not refused",
          ({ message }: Error) => message,
        );
        expect(refused).to.match(/out of gas|gas limit/i);
      }
      expect(await statusOf(s, many(1, "more")[0])).to.equal(Status.Unknown);
    });
  });

  describe("attestRoot", () => {
    it("reverts when the count is zero, or more than 2^20", async () => {
      const s = await loadFixture(stage);
      for (const count of [0, MAX_LEAVES + 1, 2 ** 32 - 1]) {
        await expect(s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, DOCUMENT, count, 0))
          .to.be.revertedWithCustomError(s.documents, "DocumentCountInvalid")
          .withArgs(count, MAX_LEAVES);
      }
    });

    it("reverts for every caller but a key of the body with its permission", async () => {
      const s = await loadFixture(stage);
      await expectRoles(s, [ISSUER, May.Attest], (caller) =>
        s.documents.connect(caller).attestRoot(ISSUER, DIPLOMA, DOCUMENT, 2, 0),
      );
    });

    it("attests a root of 1 to 2^20 documents", async () => {
      const s = await loadFixture(stage);
      for (const count of [1, 2, MAX_LEAVES]) {
        const root = id(`root of ${count}`);
        const second = s.start + count;
        await at(second);
        await expect(s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, root, count, MAX_UINT40))
          .to.emit(s.documents, "RootAttested")
          .withArgs(ISSUER, root, count);
        const expected = recordOf(second, { expires: MAX_UINT40, count: BigInt(count) });
        expect(await record(s, root)).to.deep.equal(expected);
        expect(await statusOf(s, root)).to.equal(Status.Unknown);
      }
    });
  });

  describe("recordOf", () => {
    it("is all zero of a hash that is not known", async () => {
      const s = await loadFixture(stage);
      expect(Object.values(await record(s)).map(Number)).to.deep.equal(Array.from({ length: 9 }, () => 0));
      await attested(s);
      expect(await record(s, DOCUMENT, RIVAL)).to.deep.equal(await record(s, id("unknown")));
    });

    it("keeps the largest values apart", async () => {
      const s = await loadFixture(stage);
      const key = await keyWith(s, ISSUER, EVERY);
      const tree = treeOf(many(2));
      const schema = 2n ** 32n - 1n;
      await at(s.start);
      await s.documents.connect(key).attestRoot(ISSUER, schema, tree.root, MAX_LEAVES, MAX_UINT40);
      const attestedRecord = recordOf(s.start, {
        schema,
        expires: MAX_UINT40,
        key: KEY + 1n,
        count: BigInt(MAX_LEAVES),
      });
      expect(await record(s, tree.root)).to.deep.equal(attestedRecord);
      await s.documents.connect(s.clerk).revokeLeaves(ISSUER, tree.root, 4095, 2n ** 255n, 255);
      expect(await record(s, tree.root)).to.deep.equal({ ...attestedRecord, leavesRevoked: true });
      await at(s.start + 5);
      await s.documents.connect(s.clerk).revokeRoot(ISSUER, tree.root, 255);
      expect(await record(s, tree.root)).to.deep.equal({
        ...attestedRecord,
        leavesRevoked: true,
        revoked: BigInt(s.start + 5),
        reason: 255n,
        revoker: KEY,
      });
      await passTo(s.start + 6);
      const leaf = await s.documents.verifyLeaf(ISSUER, tree.root, 0, tree.documents[0] ?? "", tree.proof(0));
      expect(leaf[0]).to.equal(Status.Unknown);
    });
  });
});
