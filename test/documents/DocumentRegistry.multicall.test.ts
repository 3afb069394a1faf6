import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  id,
  ISSUER,
  leavesAct,
  MAX_UINT40,
  NOTHING,
  parts,
  REASON,
  RIVAL,
  signAttest,
  signRevoke,
  type Stage,
  stage,
  Status,
  statusOf,
} from "./helpers.ts";
import { treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;
const tree = treeOf([id("a"), id("b"), id("c")]);

const attest = ({ documents }: Stage, hash: string, agency = ISSUER) =>
  documents.interface.encodeFunctionData("attest", [agency, DIPLOMA, hash, 0]);
const revoke = ({ documents }: Stage, hash: string, agency = ISSUER) =>
  documents.interface.encodeFunctionData("revoke", [agency, hash, REASON]);

describe("DocumentRegistry: multicall", () => {
  it("does several acts of one sender in one transaction", async () => {
    const s = await loadFixture(stage);
    await attested(s);
    const encode = s.documents.interface;
    const acts = [
      attest(s, id("new")),
      revoke(s, DOCUMENT),
      encode.encodeFunctionData("attestRoot", [ISSUER, DIPLOMA, tree.root, 3, 0]),
      encode.encodeFunctionData("revokeLeaves", [ISSUER, tree.root, 0, 2n, REASON]),
      encode.encodeFunctionData("revokeListed", [ISSUER, id("list"), 0, 1n, REASON]),
    ];
    const sent = s.documents.connect(s.clerk).multicall(acts);
    await expect(sent).to.emit(s.documents, "DocumentAttested").withArgs(ISSUER, id("new"));
    await expect(sent).to.emit(s.documents, "DocumentRevoked").withArgs(ISSUER, DOCUMENT);
    await expect(sent).to.emit(s.documents, "RootAttested").withArgs(ISSUER, tree.root, 3);
    await expect(sent)
      .to.emit(s.documents, "LeavesRevoked")
      .withArgs(ISSUER, tree.root, 2n, leavesAct(0, 1n, REASON));
    await expect(sent).to.emit(s.documents, "ListedRevoked").withArgs(ISSUER, id("list"), 0, 1n, 1n, REASON);
    expect(await statusOf(s, id("new"))).to.equal(Status.Valid);
    expect(await statusOf(s)).to.equal(Status.Revoked);
  });

  it("reverts as a whole, with the reason of the act that failed", async () => {
    const s = await loadFixture(stage);
    await attested(s);
    const clerk = s.documents.connect(s.clerk);
    await expect(clerk.multicall([attest(s, id("new")), revoke(s, DOCUMENT), attest(s, DOCUMENT)]))
      .to.be.revertedWithCustomError(s.documents, "DocumentExists")
      .withArgs(ISSUER, DOCUMENT);
    await expect(clerk.multicall([attest(s, id("new")), attest(s, id("rival's"), RIVAL)]))
      .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
      .withArgs(RIVAL, s.clerk.address, 64n);
    expect(await statusOf(s, id("new"))).to.equal(Status.Unknown);
    expect(await statusOf(s)).to.equal(Status.Valid);
  });

  it("lends nobody the rights of another: the sender acts, also in a call within a call", async () => {
    const s = await loadFixture(stage);
    const within = s.documents.interface.encodeFunctionData("multicall", [[attest(s, DOCUMENT)]]);
    for (const data of [attest(s, DOCUMENT), within]) {
      await expect(s.documents.connect(s.stranger).multicall([data]))
        .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
        .withArgs(ISSUER, s.stranger.address, 64n);
    }
    await s.documents.connect(s.clerk).multicall([within]);
    expect(await statusOf(s)).to.equal(Status.Valid);
  });

  it("moves a document from one body to another: out by the one's signature, in by the other's act", async () => {
    const s = await loadFixture(stage);
    await attested(s, { hash: id("registered") });
    const message = { agency: ISSUER, docHash: id("registered"), reason: REASON, deadline: MAX_UINT40 };
    const signature = await signRevoke(s, s.clerk, message);
    const out = s.documents.interface.encodeFunctionData("revokeDelegated", [
      ISSUER,
      id("registered"),
      REASON,
      s.clerk.address,
      MAX_UINT40,
      signature,
    ]);
    const move = [out, attest(s, id("moved"), RIVAL)];
    await expect(s.documents.connect(s.stranger).multicall(move)).to.be.revertedWithCustomError(
      s.registry,
      "AgencyKeyNotPermitted",
    );
    expect(await statusOf(s, id("registered"))).to.equal(Status.Valid);
    await s.documents.connect(s.rival).multicall(move);
    expect(await statusOf(s, id("registered"))).to.equal(Status.Revoked);
    expect(await statusOf(s, id("moved"), RIVAL)).to.equal(Status.Valid);
    expect((await s.documents.recordOf(ISSUER, id("registered"))).revoked).to.equal(
      (await s.documents.recordOf(RIVAL, id("moved"))).issued,
    );
    await expect(s.documents.connect(s.rival).multicall(move)).to.be.revertedWithCustomError(
      s.documents,
      "DocumentAlreadyRevoked",
    );
  });

  it("sends the signed acts of two bodies together", async () => {
    const s = await loadFixture(stage);
    const acts: string[] = [];
    for (const [agency, key] of [[ISSUER, s.clerk] as const, [RIVAL, s.rival] as const]) {
      const message = { agency, schema: DIPLOMA, hash: DOCUMENT, count: 0n, expires: 0n };
      const signature = await signAttest(s, key, { ...message, deadline: MAX_UINT40 });
      const args = [message, key.address, MAX_UINT40, signature] as const;
      acts.push(s.documents.interface.encodeFunctionData("attestDelegated", [...args]));
    }
    await s.documents.connect(s.stranger).multicall(acts);
    for (const agency of [ISSUER, RIVAL]) expect(await statusOf(s, DOCUMENT, agency)).to.equal(Status.Valid);
  });

  it("answers several checks in one call, each as it would be answered alone", async () => {
    const s = await loadFixture(stage);
    await attested(s);
    await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 3, 0);
    const encode = s.documents.interface;
    const leaf = [ISSUER, tree.root, 1, tree.documents[1] ?? "", tree.proof(1)] as const;
    const answers = await s.documents.multicall.staticCall([
      encode.encodeFunctionData("verify", [ISSUER, DOCUMENT]),
      encode.encodeFunctionData("verify", [ISSUER, id("unknown")]),
      encode.encodeFunctionData("verifyLeaf", [...leaf]),
      encode.encodeFunctionData("schemaCount"),
    ]);
    const [known, unknown, under, count] = answers as [string, string, string, string];
    expect(parts(encode.decodeFunctionResult("verify", known))).to.deep.equal(
      parts(await s.documents.verify(ISSUER, DOCUMENT)),
    );
    expect(parts(encode.decodeFunctionResult("verify", unknown))).to.deep.equal(NOTHING);
    expect(parts(encode.decodeFunctionResult("verifyLeaf", under))).to.deep.equal(
      parts(await s.documents.verifyLeaf(...leaf)),
    );
    expect(BigInt(count)).to.equal(2n);
  });
});
