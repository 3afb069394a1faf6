import { expect } from "chai";
import type { Signer } from "ethers";
import type { SignedDocumentStruct } from "../../typechain-types/contracts/documents/DocumentRegistry.ts";
import { DocumentRegistry__factory } from "../../typechain-types/index.ts";
import { at, passTo } from "../agencies/body.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  DIPLOMA,
  DOCUMENT,
  type Domain,
  EVERY,
  id,
  ISSUER,
  KEY,
  LICENCE,
  malleated,
  MAX_UINT40,
  May,
  NO_SCHEMA,
  NOBODY,
  NOTHING,
  plain,
  REASON,
  RIVAL,
  signDocument,
  type Stage,
  stage,
  Status,
  walletOf,
  ZeroAddress,
} from "./helpers.ts";

const { loadFixture } = networkHelpers;
const LIST = id("list");
const PLACE = 0xabc123;
const signed: SignedDocumentStruct = {
  agency: ISSUER,
  schema: DIPLOMA,
  list: LIST,
  index: PLACE,
  docHash: DOCUMENT,
  expires: 0,
};

interface Check {
  document?: Partial<SignedDocumentStruct>;
  /** What the check is told in place of what was signed. */
  told?: Partial<SignedDocumentStruct>;
  by?: Signer & { address: string };
  domain?: Partial<Domain>;
  signer?: string;
  signature?: string;
}

async function check(s: Stage, asked: Check = {}): Promise<Record<string, unknown>> {
  const document = { ...signed, ...asked.document };
  const signature = asked.signature ?? (await signDocument(s, asked.by ?? s.clerk, document, asked.domain));
  const signer = asked.signer ?? asked.by?.address ?? s.clerk.address;
  return plain(await s.documents.verifySigned({ ...document, ...asked.told }, signer, signature));
}

const VALID = { ...NOTHING, status: Status.Valid, schema: DIPLOMA, key: KEY };

describe("DocumentRegistry: verifySigned", () => {
  it("finds a document valid that a key of the body has signed", async () => {
    const s = await loadFixture(stage);
    expect(await check(s)).to.deep.equal(VALID);
    const document = { expires: MAX_UINT40, schema: LICENCE };
    expect(await check(s, { document })).to.deep.equal({ ...VALID, ...document });
  });

  it("knows nothing of it where any part was changed after signing", async () => {
    const s = await loadFixture(stage);
    const changes: Partial<SignedDocumentStruct>[] = [
      { agency: RIVAL },
      { schema: LICENCE },
      { list: id("other list") },
      { index: PLACE + 1 },
      { docHash: id("other document") },
      { expires: s.end },
    ];
    for (const told of changes) expect(await check(s, { told }), Object.keys(told)[0]).to.deep.equal(NOTHING);
  });

  it("knows nothing of it when signed for another chain, contract, name or version", async () => {
    const s = await loadFixture(stage);
    const second = await new DocumentRegistry__factory(s.platform).deploy(s.registry);
    const domains: Partial<Domain>[] = [
      { chainId: 1n },
      { verifyingContract: await second.getAddress() },
      { name: "Common Seal" },
      { version: "2" },
    ];
    for (const domain of domains) expect(await check(s, { domain }), Object.keys(domain)[0]).to.deep.equal(NOTHING);
  });

  it("knows nothing of it when another signed: nobody's key, another body's, another signer named", async () => {
    const s = await loadFixture(stage);
    for (const asked of [
      { by: s.stranger },
      { by: s.rival },
      { by: s.admin },
      { by: s.stranger, signer: s.clerk.address },
      { signer: s.rival.address },
      { document: { agency: NOBODY } },
      { document: { agency: 0n } },
    ]) {
      expect(await check(s, asked)).to.deep.equal(NOTHING);
    }
  });

  it("knows nothing of it by a signature that is none: empty, cut, malleated, and the zero address as its signer", async () => {
    const s = await loadFixture(stage);
    const signature = await signDocument(s, s.clerk, signed);
    const bad = ["0x", signature.slice(0, -2), `${signature}00`, malleated(signature), `0x${"00".repeat(65)}`];
    for (const signature of bad) {
      expect(await check(s, { signature })).to.deep.equal(NOTHING);
      expect(await check(s, { signature, signer: ZeroAddress })).to.deep.equal(NOTHING);
    }
  });

  it("holds to its last second, and is expired in the one after", async () => {
    const s = await loadFixture(stage);
    const document = { expires: s.start };
    await passTo(s.start);
    expect(await check(s, { document })).to.include({ status: Status.Valid });
    await passTo(s.start + 1);
    expect(await check(s, { document })).to.include({ status: Status.Expired, expires: BigInt(s.start) });
  });

  it("is revoked by its place in its list: not by a neighbour, another list, another body's", async () => {
    const s = await loadFixture(stage);
    const [word, bit] = [PLACE >> 8, 1n << BigInt(PLACE & 255)];
    const act = s.documents.connect(s.clerk);
    await act.revokeListed(ISSUER, LIST, word, (2n ** 256n - 1n) ^ bit, REASON);
    await act.revokeListed(ISSUER, LIST, word + 1, bit, REASON);
    await act.revokeListed(ISSUER, id("other list"), word, bit, REASON);
    await s.documents.connect(s.rival).revokeListed(RIVAL, LIST, word, bit, REASON);
    expect(await check(s)).to.deep.equal(VALID);
    await act.revokeListed(ISSUER, LIST, word, bit, REASON);
    expect(await check(s)).to.deep.equal({ ...VALID, status: Status.Revoked });
  });

  it("is revoked by its hash as well, in this body only", async () => {
    const s = await loadFixture(stage);
    await s.documents.connect(s.rival).revoke(RIVAL, DOCUMENT, REASON);
    await s.documents.connect(s.clerk).revoke(ISSUER, id("other document"), REASON);
    expect(await check(s)).to.deep.equal(VALID);
    await s.documents.connect(s.clerk).revoke(ISSUER, DOCUMENT, REASON);
    expect(await check(s)).to.deep.equal({ ...VALID, status: Status.Revoked });
  });

  it("is not authorised by a second key of an account: what ended with the first one does not come back", async () => {
    const s = await loadFixture(stage);
    const keys = s.registry.connect(s.admin);
    await keys.endKey(ISSUER, s.clerk);
    await keys.addKey(ISSUER, s.clerk, EVERY, 0, MAX_UINT40);
    expect(await check(s)).to.include({ status: Status.SignerNotAuthorised, key: KEY + 1n });
  });

  it("reaches the first and the last place of a list", async () => {
    const s = await loadFixture(stage);
    for (const index of [0, 2 ** 32 - 1]) {
      const act = s.documents.connect(s.clerk);
      await act.revokeListed(ISSUER, LIST, BigInt(index) >> 8n, 1n << (BigInt(index) & 255n), REASON);
      expect(await check(s, { document: { index } })).to.include({ status: Status.Revoked });
    }
  });

  it("holds while the key is valid: not before, not after, not when it was ended", async () => {
    const s = await loadFixture(stage);
    const keys = s.registry.connect(s.admin);
    await keys.addKey(ISSUER, s.stranger, May.Attest, s.start, s.start + 10);
    const by = s.stranger;
    for (const [second, status] of [
      [s.start - 1, Status.SignerNotAuthorised],
      [s.start, Status.Valid],
      [s.start + 10, Status.Valid],
      [s.start + 11, Status.SignerNotAuthorised],
    ] as const) {
      await passTo(second);
      expect(await check(s, { by }), `${second - s.start}`).to.include({ status, key: KEY + 1n });
    }
    await keys.endKey(ISSUER, s.clerk);
    expect(await check(s)).to.include({ status: Status.SignerNotAuthorised, compromised: false });
  });

  it("is not authorised by a key that may do everything but attest", async () => {
    const s = await loadFixture(stage);
    await s.registry.connect(s.admin).addKey(ISSUER, s.stranger, EVERY & ~May.Attest, 0, MAX_UINT40);
    expect(await check(s, { by: s.stranger })).to.include({ status: Status.SignerNotAuthorised });
  });

  it("is told that its key was compromised, and that it is not authorised any more", async () => {
    const s = await loadFixture(stage);
    await at(s.start);
    await s.registry.connect(s.admin).markCompromised(ISSUER, KEY, s.start);
    expect(await check(s)).to.include({ status: Status.SignerNotAuthorised, compromised: true });
  });

  it("holds while the body is accredited for its schema", async () => {
    const s = await loadFixture(stage);
    for (const schema of [NO_SCHEMA, 0n]) {
      expect(await check(s, { document: { schema } })).to.include({ status: Status.IssuerNotAccredited, schema });
    }
    await passTo(s.end);
    expect(await check(s)).to.include({ status: Status.Valid });
    await passTo(s.end + 1);
    expect(await check(s)).to.include({ status: Status.IssuerNotAccredited });
  });

  it("is suspended with its issuer, and holds when it is resumed", async () => {
    const s = await loadFixture(stage);
    await s.registry.suspend(ISSUER);
    expect(await check(s)).to.include({ status: Status.IssuerSuspended });
    await s.registry.resume(ISSUER);
    expect(await check(s)).to.include({ status: Status.Valid });
  });

  it("is found revoked before not authorised, not accredited, expired, suspended", async () => {
    const s = await loadFixture(stage);
    const document = { expires: s.start };
    const expected = async (status: bigint) => expect(await check(s, { document })).to.include({ status });
    await s.registry.suspend(ISSUER);
    await expected(Status.IssuerSuspended);
    await passTo(s.start + 1);
    await expected(Status.Expired);
    await s.documents.connect(s.ministry).endAccreditation(DIPLOMA, ISSUER);
    await expected(Status.IssuerNotAccredited);
    await s.registry.connect(s.admin).endKey(ISSUER, s.clerk);
    await expected(Status.SignerNotAuthorised);
    await s.registry.resume(ISSUER);
    await s.registry.connect(s.admin).addKey(ISSUER, s.stranger, May.Revoke, 0, MAX_UINT40);
    const bit = 1n << BigInt(PLACE & 255);
    await s.documents.connect(s.stranger).revokeListed(ISSUER, LIST, PLACE >> 8, bit, REASON);
    await expected(Status.Revoked);
  });

  describe("by a contract account", () => {
    it("holds by the signature of its owner, and not by another's", async () => {
      const s = await loadFixture(stage);
      const wallet = await walletOf(s.stranger);
      await s.registry.connect(s.admin).addKey(ISSUER, wallet, May.Attest, 0, MAX_UINT40);
      const signature = await signDocument(s, s.stranger, signed);
      expect(await check(s, { signer: wallet, signature })).to.deep.equal({ ...VALID, key: KEY + 1n });
      expect(await check(s, { signer: wallet, by: s.rival })).to.deep.equal(NOTHING);
      expect(await check(s, { signer: wallet, signature, told: { index: 1 } })).to.deep.equal(NOTHING);
    });

    it("does not hold where the account reverts, answers otherwise, or is no wallet", async () => {
      const s = await loadFixture(stage);
      const wallets = [await walletOf(null, "RevertingWallet"), await walletOf(null, "WrongWordWallet")];
      for (const wallet of [...wallets, await s.documents.getAddress()]) {
        await s.registry.connect(s.admin).addKey(ISSUER, wallet, May.Attest, 0, MAX_UINT40);
        expect(await check(s, { signer: wallet })).to.deep.equal(NOTHING);
      }
    });
  });
});
