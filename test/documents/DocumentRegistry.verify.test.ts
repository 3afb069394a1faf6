import { expect } from "chai";
import { at, inOneBlock, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  EVERY,
  id,
  ISSUER,
  KEY,
  keyWith,
  May,
  MAX_UINT40,
  NOBODY,
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
import { treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const gasLimit = 1_000_000;
const compromise = (s: Stage, index: bigint, since: number) =>
  s.registry.connect(s.admin).markCompromised(ISSUER, index, since);

/** A document attested at `start` that is valid until `start + 100`. */
async function issued() {
  const s = await stage();
  await attested(s, { second: s.start, expires: s.start + 100 });
  return s;
}

/**
 * A document whose record meets every reason at once: attested in the second in which its key and the accreditation
 * ended, expired, its issuer suspended, revoked.
 */
async function spoilt(skip: string[] = []): Promise<Stage> {
  const s = await stage();
  const { documents, registry, admin, ministry, clerk, start } = s;
  const revoker = await keyWith(s, ISSUER, May.Revoke);
  const acts: Record<string, () => Promise<unknown>> = {
    attest: () => documents.connect(clerk).attest(ISSUER, DIPLOMA, DOCUMENT, start + 100, { gasLimit }),
    endKey: () => registry.connect(admin).endKey(ISSUER, clerk, { gasLimit }),
    endAccreditation: () => documents.connect(ministry).endAccreditation(DIPLOMA, ISSUER, { gasLimit }),
  };
  const kept = Object.entries(acts).filter(([name]) => !skip.includes(name));
  await inOneBlock(
    start,
    kept.map(([, act]) => act),
  );
  if (!skip.includes("revoke")) await documents.connect(revoker).revoke(ISSUER, DOCUMENT, REASON);
  if (!skip.includes("suspend")) await registry.suspend(ISSUER);
  if (!skip.includes("expire")) await passTo(start + 101);
  return s;
}

describe("DocumentRegistry: verify", () => {
  describe("verify", () => {
    it("names the parts of its answer, as verifyLeaf does", async () => {
      const { documents } = await loadFixture(stage);
      for (const view of ["verify", "verifyLeaf"] as const) {
        const names = documents.interface.getFunction(view).outputs.map(({ name }) => name);
        expect(names, view).to.deep.equal(Object.keys(NOTHING));
      }
    });

    it("knows nothing of a hash never attested, of another body's, of no body's, of zero", async () => {
      const s = await loadFixture(issued);
      for (const [agency, hash] of [
        [ISSUER, id("unknown")],
        [ISSUER, ZeroHash],
        [RIVAL, DOCUMENT],
        [NOBODY, DOCUMENT],
        [0n, DOCUMENT],
      ] as const) {
        expect(await now(s, hash, agency)).to.deep.equal(NOTHING);
      }
    });

    it("finds a document valid to its last second, and expired in the one after", async () => {
      const s = await loadFixture(issued);
      const valid = {
        ...NOTHING,
        status: Status.Valid,
        schema: DIPLOMA,
        issued: BigInt(s.start),
        expires: BigInt(s.start + 100),
        key: KEY,
      };
      expect(await now(s)).to.deep.equal(valid);
      await passTo(s.start + 100);
      expect(await now(s)).to.deep.equal(valid);
      await passTo(s.start + 101);
      expect(await now(s)).to.deep.equal({ ...valid, status: Status.Expired });
    });

    it("finds a document valid for ever that has no last second", async () => {
      const s = await loadFixture(stage);
      await attested(s);
      await passTo(s.end + 5);
      expect(await statusOf(s)).to.equal(Status.Valid);
    });

    it("finds a document valid after its key was ended, marked as compromised, or has expired", async () => {
      const s = await loadFixture(stage);
      const keys = s.registry.connect(s.admin);
      const [ended, compromised] = [await keyWith(s, ISSUER, May.Attest), await keyWith(s, ISSUER, May.Attest)];
      await keys.addKey(ISSUER, s.stranger, May.Attest, 0, s.start + 9);
      const issuers = { ended, compromised, expired: s.stranger };
      for (const [name, by] of Object.entries(issuers)) await attested(s, { hash: id(name), by });
      // In the last second of the key that expires.
      await attested(s, { second: s.start + 9, hash: id("last second"), by: s.stranger });
      await keys.endKey(ISSUER, ended);
      await compromise(s, KEY + 2n, s.start);
      await passTo(s.start + 99);
      for (const name of [...Object.keys(issuers), "last second"]) {
        expect(await statusOf(s, id(name)), name).to.equal(Status.Valid);
      }
    });

    it("finds that the issuer is suspended while it is, whether its key is active, ended or expired", async () => {
      const s = await loadFixture(stage);
      const { registry, admin, start } = s;
      await registry.connect(admin).addKey(ISSUER, s.stranger, EVERY, 0, start + 50);
      const ended = await keyWith(s, ISSUER, EVERY);
      const hashes = [id("active"), id("expired"), id("ended")];
      for (const [i, by] of [s.clerk, s.stranger, ended].entries()) await attested(s, { hash: hashes[i] ?? "", by });
      await registry.connect(admin).endKey(ISSUER, ended);
      await passTo(start + 51);
      for (const [act, status] of [
        [registry.suspend, Status.IssuerSuspended],
        [registry.resume, Status.Valid],
        [registry.suspend, Status.IssuerSuspended],
      ] as const) {
        await act(ISSUER);
        for (const hash of hashes) expect(await statusOf(s, hash), hash).to.equal(status);
      }
      await attested(s, { by: s.rival, agency: RIVAL });
      expect(await statusOf(s, DOCUMENT, RIVAL)).to.equal(Status.Valid);
    });

    it("finds that the issuer was not accredited at issue, whatever was given later", async () => {
      const s = await loadFixture(stage);
      const { documents, ministry, start } = s;
      await documents.connect(ministry).endAccreditation(DIPLOMA, ISSUER);
      await attested(s, { second: start });
      expect(await statusOf(s)).to.equal(Status.IssuerNotAccredited);
      await at(start + 1);
      await documents.connect(ministry).accredit(DIPLOMA, ISSUER, start + 5);
      expect(await statusOf(s)).to.equal(Status.IssuerNotAccredited);
      for (const [second, status] of [
        [start + 5, Status.Valid],
        [start + 6, Status.IssuerNotAccredited],
      ] as const) {
        await attested(s, { second, hash: id(`${second}`) });
        expect(await statusOf(s, id(`${second}`))).to.equal(status);
      }
      await documents.connect(ministry).accredit(DIPLOMA, ISSUER, MAX_UINT40);
      expect(await statusOf(s, id(`${start + 5}`))).to.equal(Status.Valid);
      expect(await statusOf(s, id(`${start + 6}`))).to.equal(Status.IssuerNotAccredited);
    });

    it("finds a document good whose accreditation ended after it was issued, or was given in the same second", async () => {
      const s = await loadFixture(issued);
      await s.documents.connect(s.ministry).endAccreditation(DIPLOMA, ISSUER);
      expect(await statusOf(s)).to.equal(Status.Valid);
      await inOneBlock(s.start + 50, [
        () => s.documents.connect(s.clerk).attest(ISSUER, DIPLOMA, id("same second"), 0, { gasLimit }),
        () => s.documents.connect(s.ministry).accredit(DIPLOMA, ISSUER, s.end, { gasLimit }),
      ]);
      expect(await statusOf(s, id("same second"))).to.equal(Status.Valid);
    });
  });

  describe("order of what is found", () => {
    const order: [skip: string[], status: bigint][] = [
      [["attest", "revoke"], Status.Unknown],
      [["attest"], Status.Revoked],
      [[], Status.Revoked],
      [["revoke"], Status.SignerNotAuthorised],
      [["revoke", "endKey"], Status.IssuerNotAccredited],
      [["revoke", "endKey", "endAccreditation"], Status.Expired],
      [["revoke", "endKey", "endAccreditation", "expire"], Status.IssuerSuspended],
      [["revoke", "endKey", "endAccreditation", "expire", "suspend"], Status.Valid],
    ];
    for (const [skip, status] of order) {
      const name = Object.entries(Status).find(([, value]) => value === status)?.[0];
      it(`${name} comes first without ${skip.join(", ") || "exception"}`, async () => {
        const s = await spoilt(skip);
        expect(await statusOf(s)).to.equal(status);
      });
    }
  });

  describe("same second", () => {
    it("a document of the second in which its key ended is not authorised, nor that of a compromise", async () => {
      for (const end of ["endKey", "compromise"]) {
        const s = await stage();
        const document = () => s.documents.connect(s.clerk).attest(ISSUER, DIPLOMA, DOCUMENT, 0, { gasLimit });
        const over = () =>
          end === "endKey"
            ? s.registry.connect(s.admin).endKey(ISSUER, s.clerk, { gasLimit })
            : s.registry.connect(s.admin).markCompromised(ISSUER, KEY, s.start, { gasLimit });
        await inOneBlock(s.start, [document, over]);
        const found = await now(s);
        expect(found["status"]).to.equal(Status.SignerNotAuthorised);
        expect(found["compromised"]).to.equal(end === "compromise");
      }
    });

    it("a document of the second before the key's end is good", async () => {
      const s = await loadFixture(issued);
      await at(s.start + 1);
      await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
      expect(await statusOf(s)).to.equal(Status.Valid);
    });

    it("a document of the second in which its issuer was suspended is suspended, and good when it is resumed", async () => {
      const s = await loadFixture(stage);
      await inOneBlock(s.start, [
        () => s.documents.connect(s.clerk).attest(ISSUER, DIPLOMA, DOCUMENT, 0, { gasLimit }),
        () => s.registry.suspend(ISSUER, { gasLimit }),
      ]);
      expect(await statusOf(s)).to.equal(Status.IssuerSuspended);
      await s.registry.resume(ISSUER);
      expect(await statusOf(s)).to.equal(Status.Valid);
    });
  });

  describe("compromised", () => {
    it("is told of documents from the second of the compromise on, and changes no status", async () => {
      const s = await loadFixture(issued);
      await attested(s, { second: s.start + 1, hash: id("later") });
      await compromise(s, KEY, s.start + 1);
      expect(await now(s)).to.include({ status: Status.Valid, compromised: false });
      expect(await now(s, id("later"))).to.include({ status: Status.Valid, compromised: true });
      await compromise(s, KEY, s.start);
      expect(await now(s)).to.include({ status: Status.Valid, compromised: true });
    });

    it("is told of the key that revoked, not of the one that attested", async () => {
      const s = await loadFixture(issued);
      const revoker = await keyWith(s, ISSUER, May.Revoke);
      await at(s.start + 10);
      await s.documents.connect(revoker).revoke(ISSUER, DOCUMENT, REASON);
      await compromise(s, KEY, s.start);
      expect(await now(s)).to.include({ status: Status.Revoked, compromised: false, key: KEY });
      await compromise(s, KEY + 1n, s.start + 11);
      expect(await now(s)).to.include({ status: Status.Revoked, compromised: false });
      await compromise(s, KEY + 1n, s.start + 10);
      expect(await now(s)).to.include({ status: Status.Revoked, compromised: true });
      expect(plain(await s.documents.verifyAt(ISSUER, DOCUMENT, s.start + 9))).to.include({
        status: Status.Valid,
        compromised: true,
      });
    });

    it("is told of the key that barred a hash", async () => {
      const s = await loadFixture(stage);
      await at(s.start);
      await s.documents.connect(s.clerk).revoke(ISSUER, DOCUMENT, REASON);
      await compromise(s, KEY, s.start);
      expect(await now(s)).to.include({ status: Status.Revoked, compromised: true, issued: 0n, schema: 0n });
    });
  });

  describe("verifyMany", () => {
    it("answers nothing when nothing is asked", async () => {
      const { documents } = await loadFixture(stage);
      expect(await documents.verifyMany([])).to.deep.equal([]);
    });

    it("answers in the order asked, the same document twice, of several bodies, roots as unknown", async () => {
      const s = await loadFixture(issued);
      const tree = treeOf([DOCUMENT, id("second")]);
      await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 2, 0);
      await s.documents.connect(s.clerk).revoke(ISSUER, id("barred"), REASON);
      await attested(s, { by: s.rival, agency: RIVAL, hash: id("rival's") });
      const asked: [bigint, string, bigint][] = [
        [ISSUER, id("barred"), Status.Revoked],
        [ISSUER, DOCUMENT, Status.Valid],
        [RIVAL, DOCUMENT, Status.Unknown],
        [RIVAL, id("rival's"), Status.Valid],
        [ISSUER, tree.root, Status.Unknown],
        [ISSUER, DOCUMENT, Status.Valid],
      ];
      const answers = await s.documents.verifyMany(asked.map(([agency, docHash]) => ({ agency, docHash })));
      expect(answers.map(({ status }) => status)).to.deep.equal(asked.map(([, , status]) => status));
      for (const [i, [agency, docHash]] of asked.entries()) {
        expect(plain(answers[i] ?? {})).to.deep.equal(parts(await s.documents.verify(agency, docHash)));
      }
    });
  });
});
