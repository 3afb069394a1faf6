import { expect } from "chai";
import type { Signer } from "ethers";
import { DocumentRegistry__factory } from "../../typechain-types/index.ts";
import { at } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  type Domain,
  EVERY,
  id,
  ISSUER,
  KEY,
  LICENCE,
  malleated,
  MAX_LEAVES,
  MAX_UINT40,
  May,
  now,
  plain,
  REASON,
  RIVAL,
  signAttest,
  signRevoke,
  type Stage,
  stage,
  Status,
  statusOf,
  walletOf,
  ZeroAddress,
  ZeroHash,
} from "./helpers.ts";

const { loadFixture } = networkHelpers;

const attestation = { agency: ISSUER, schema: DIPLOMA, hash: DOCUMENT, count: 0n, expires: 0n, deadline: MAX_UINT40 };
const revocation = { agency: ISSUER, docHash: DOCUMENT, reason: REASON, deadline: MAX_UINT40 };
type Attest = typeof attestation;
type Revoke = typeof revocation;
type Act = (s: Stage, change?: object, told?: object, signing?: Signing) => Promise<unknown>;

interface Signing {
  by?: Signer & { address: string };
  signer?: string;
  signature?: string;
  domain?: Partial<Domain>;
}

/** What the stranger sends of what `by` signed; `told` is changed after signing. */
const attestIt: Act = async (s, change = {}, told = {}, { by = s.clerk, signer, signature, domain } = {}) => {
  const message: Attest = { ...attestation, ...change };
  const proof = signature ?? (await signAttest(s, by, message, domain));
  const sent = { ...message, ...told };
  return s.documents.connect(s.stranger).attestDelegated(sent, signer ?? by.address, sent.deadline, proof);
};

const revokeIt: Act = async (s, change = {}, told = {}, { by = s.clerk, signer, signature, domain } = {}) => {
  const message: Revoke = { ...revocation, ...change };
  const proof = signature ?? (await signRevoke(s, by, message, domain));
  const { agency, docHash, reason, deadline } = { ...message, ...told };
  const act = s.documents.connect(s.stranger);
  return act.revokeDelegated(agency, docHash, reason, signer ?? by.address, deadline, proof);
};

const acts = {
  attestDelegated: {
    act: attestIt,
    permission: May.Attest,
    told: [
      { agency: RIVAL },
      { schema: LICENCE },
      { hash: id("other") },
      { count: 1n },
      { expires: MAX_UINT40 },
      { deadline: MAX_UINT40 - 1n },
    ],
    sign: (s: Stage, by: Signer) => signAttest(s, by, attestation),
  },
  revokeDelegated: {
    act: revokeIt,
    permission: May.Revoke,
    told: [{ agency: RIVAL }, { docHash: id("other") }, { reason: 1n }, { deadline: MAX_UINT40 - 1n }],
    sign: (s: Stage, by: Signer) => signRevoke(s, by, revocation),
  },
};

async function expectInvalid(s: Stage, sent: Promise<unknown>, signer: string, what: string): Promise<void> {
  await expect(sent, what).to.be.revertedWithCustomError(s.documents, "DocumentSignatureInvalid").withArgs(signer);
}

describe("DocumentRegistry: delegated acts", () => {
  for (const [name, { act, permission, told, sign }] of Object.entries(acts)) {
    describe(name, () => {
      it("reverts when the deadline is past, not in its last second", async () => {
        const s = await loadFixture(stage);
        await at(s.start + 1);
        await expect(act(s, { deadline: s.start }))
          .to.be.revertedWithCustomError(s.documents, "DocumentDeadlinePast")
          .withArgs(s.start, s.start + 1);
        await at(s.start + 2);
        await act(s, { deadline: s.start + 2 });
      });

      it("reverts when any argument was changed after signing", async () => {
        const s = await loadFixture(stage);
        for (const change of told)
          await expectInvalid(s, act(s, {}, change), s.clerk.address, Object.keys(change)[0] ?? "");
      });

      it("reverts when signed for another chain, another contract, another name or version", async () => {
        const s = await loadFixture(stage);
        const second = await new DocumentRegistry__factory(s.platform).deploy(s.registry);
        const domains = [
          { chainId: 1n },
          { verifyingContract: await second.getAddress() },
          { name: "Common Seal" },
          { version: "2" },
        ];
        for (const domain of domains) {
          await expectInvalid(s, act(s, {}, {}, { domain }), s.clerk.address, Object.keys(domain)[0] ?? "");
        }
      });

      it("reverts when another than the signer named has signed", async () => {
        const s = await loadFixture(stage);
        await expectInvalid(s, act(s, {}, {}, { by: s.stranger, signer: s.clerk.address }), s.clerk.address, "other");
        await expectInvalid(s, act(s, {}, {}, { signer: s.rival.address }), s.rival.address, "other named");
      });

      it("reverts when the signature is none: empty, cut, longer, malleated", async () => {
        const s = await loadFixture(stage);
        const good = await sign(s, s.clerk);
        for (const signature of ["0x", good.slice(0, -2), `${good}00`, malleated(good), `0x${"00".repeat(65)}`]) {
          await expectInvalid(s, act(s, {}, {}, { signature }), s.clerk.address, signature);
        }
        await act(s, {}, {}, { signature: good });
      });

      it("reverts when the zero address is named as the signer, which has no key", async () => {
        const s = await loadFixture(stage);
        for (const signature of ["0x", `0x${"00".repeat(65)}`, malleated(await sign(s, s.clerk))]) {
          await expect(act(s, {}, {}, { signature, signer: ZeroAddress }))
            .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
            .withArgs(ISSUER, ZeroAddress, permission);
        }
        await expectInvalid(s, act(s, {}, {}, { signer: ZeroAddress }), ZeroAddress, "a signature of somebody");
      });

      it("reverts when the signer is not allowed it: nobody, another body's key, lacking, later, ended, suspended", async () => {
        const s = await loadFixture(stage);
        const keys = s.registry.connect(s.admin);
        const [, , , without, later, ended] = s.bidders;
        if (!without || !later || !ended) throw new Error("the chain has too few accounts");
        await keys.addKey(ISSUER, without, EVERY & ~permission, 0, MAX_UINT40);
        await keys.addKey(ISSUER, later, EVERY, s.end, MAX_UINT40);
        await keys.addKey(ISSUER, ended, EVERY, 0, MAX_UINT40);
        await keys.endKey(ISSUER, ended);
        const refused = async (by: Signer & { address: string }) =>
          expect(act(s, {}, {}, { by }))
            .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
            .withArgs(ISSUER, by.address, permission);
        for (const by of [s.stranger, s.admin, s.rival, without, later, ended]) await refused(by);
        await s.registry.suspend(ISSUER);
        await refused(s.clerk);
        await s.registry.resume(ISSUER);
        await act(s);
      });

      it("is sent by anyone, for a signer whose key needs this permission only", async () => {
        const s = await loadFixture(stage);
        const [, , , by] = s.bidders;
        if (!by) throw new Error("the chain has too few accounts");
        await s.registry.connect(s.admin).addKey(ISSUER, by, permission, 0, MAX_UINT40);
        await act(s, {}, {}, { by });
        const { key, revoker } = await s.documents.recordOf(ISSUER, DOCUMENT);
        expect([key, revoker]).to.include(KEY + 1n);
      });

      it("takes the signature of a contract account, and of no other", async () => {
        const s = await loadFixture(stage);
        const [, , , owner, other] = s.bidders;
        if (!owner || !other) throw new Error("the chain has too few accounts");
        const wallet = await walletOf(owner);
        const reverting = await walletOf(null, "RevertingWallet");
        const wrong = await walletOf(null, "WrongWordWallet");
        for (const account of [wallet, reverting, wrong]) {
          await s.registry.connect(s.admin).addKey(ISSUER, account, permission, 0, MAX_UINT40);
        }
        await expectInvalid(s, act(s, {}, {}, { by: other, signer: wallet }), wallet, "another's");
        for (const signer of [reverting, wrong])
          await expectInvalid(s, act(s, {}, {}, { by: owner, signer }), signer, "");
        await act(s, {}, {}, { by: owner, signer: wallet });
        const { key, revoker } = await s.documents.recordOf(ISSUER, DOCUMENT);
        expect([key, revoker]).to.include(KEY + 1n);
      });

      it("cannot be sent to a second registry of the same bodies", async () => {
        const s = await loadFixture(stage);
        const second = await new DocumentRegistry__factory(s.platform).deploy(s.registry);
        const signature = await sign(s, s.clerk);
        await act(s, {}, {}, { signature });
        const sent = act({ ...s, documents: second }, {}, {}, { signature });
        await expectInvalid(s, sent, s.clerk.address, "replay");
      });
    });
  }

  describe("attestDelegated", () => {
    it("attests a document as its signer would have", async () => {
      const s = await loadFixture(stage);
      await at(s.start);
      await expect(attestIt(s, { expires: MAX_UINT40, schema: LICENCE }))
        .to.emit(s.documents, "DocumentAttested")
        .withArgs(ISSUER, DOCUMENT);
      expect(plain(await s.documents.recordOf(ISSUER, DOCUMENT))).to.deep.equal({
        schema: LICENCE,
        issued: BigInt(s.start),
        expires: MAX_UINT40,
        revoked: 0n,
        reason: 0n,
        key: KEY,
        revoker: 0n,
        count: 0n,
        leavesRevoked: false,
      });
    });

    it("attests a root where a count is signed", async () => {
      const s = await loadFixture(stage);
      await expect(attestIt(s, { count: BigInt(MAX_LEAVES) }))
        .to.emit(s.documents, "RootAttested")
        .withArgs(ISSUER, DOCUMENT, MAX_LEAVES);
      expect((await s.documents.recordOf(ISSUER, DOCUMENT)).count).to.equal(BigInt(MAX_LEAVES));
    });

    it("reverts as the signer's own act would", async () => {
      const s = await loadFixture(stage);
      await attested(s, { hash: id("there") });
      await at(s.start);
      for (const [change, error] of [
        [{ hash: ZeroHash }, "DocumentHashMissing"],
        [{ count: BigInt(MAX_LEAVES + 1) }, "DocumentCountInvalid"],
        [{ expires: 1n }, "DocumentExpiryPast"],
        [{ hash: id("there") }, "DocumentExists"],
      ] as const) {
        await expect(attestIt(s, change)).to.be.revertedWithCustomError(s.documents, error);
      }
    });

    it("cannot be replayed: not after it, not after the document was revoked", async () => {
      const s = await loadFixture(stage);
      const replay = async () =>
        expect(attestIt(s)).to.be.revertedWithCustomError(s.documents, "DocumentExists").withArgs(ISSUER, DOCUMENT);
      await attestIt(s);
      await replay();
      await s.documents.connect(s.clerk).revoke(ISSUER, DOCUMENT, REASON);
      await replay();
      expect(await statusOf(s)).to.equal(Status.Revoked);
    });

    it("is recalled by revoking the hash before it is sent", async () => {
      const s = await loadFixture(stage);
      for (const [i, recall] of [
        () => s.documents.connect(s.clerk).revoke(ISSUER, id("recalled 0"), REASON),
        () => s.documents.connect(s.clerk).revokeRoot(ISSUER, id("recalled 1"), REASON),
        () => revokeIt(s, { docHash: id("recalled 2") }),
      ].entries()) {
        const hash = id(`recalled ${i}`);
        await recall();
        for (const count of [0n, 2n]) {
          await expect(attestIt(s, { hash, count }))
            .to.be.revertedWithCustomError(s.documents, "DocumentExists")
            .withArgs(ISSUER, hash);
        }
        expect(await statusOf(s, hash)).to.equal(Status.Revoked);
      }
    });

    it("ends with the key of its signer", async () => {
      const s = await loadFixture(stage);
      await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
      await expect(attestIt(s)).to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted");
    });
  });

  describe("revokeDelegated", () => {
    it("revokes a document, and bars a hash, as its signer would have", async () => {
      const s = await loadFixture(stage);
      await attested(s);
      for (const [i, docHash] of [DOCUMENT, id("unknown")].entries()) {
        await at(s.start + i);
        await expect(revokeIt(s, { docHash })).to.emit(s.documents, "DocumentRevoked").withArgs(ISSUER, docHash);
        expect(await now(s, docHash)).to.include({
          status: Status.Revoked,
          revoked: BigInt(s.start + i),
          reason: REASON,
        });
        expect((await s.documents.recordOf(ISSUER, docHash)).revoker).to.equal(KEY);
      }
    });

    it("reverts as the signer's own act would, and cannot be replayed", async () => {
      const s = await loadFixture(stage);
      await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, id("root"), 2, 0);
      await revokeIt(s);
      for (const [change, error] of [
        [{}, "DocumentAlreadyRevoked"],
        [{ docHash: ZeroHash }, "DocumentHashMissing"],
        [{ docHash: id("root") }, "DocumentKindMismatch"],
        [{ docHash: id("other"), reason: 0n }, "DocumentReasonMissing"],
      ] as const) {
        await expect(revokeIt(s, change)).to.be.revertedWithCustomError(s.documents, error);
      }
    });
  });

  describe("eip712Domain", () => {
    it("tells wallets the name, the version, the chain and the contract", async () => {
      const { documents } = await loadFixture(stage);
      const { fields, name, version, chainId, verifyingContract, salt, extensions } = await documents.eip712Domain();
      expect([fields, name, version, chainId, verifyingContract, salt, extensions]).to.deep.equal([
        "0x0f",
        "Common Seal Documents",
        "1",
        31_337n,
        await documents.getAddress(),
        ZeroHash,
        [],
      ]);
    });
  });
});
