import { expect } from "chai";
import { DocumentRegistry__factory } from "../../typechain-types/index.ts";
import { networkHelpers } from "../shared/house.ts";
import {
  attested,
  DIPLOMA,
  DOCUMENT,
  id,
  ISSUER,
  MAX_UINT40,
  REASON,
  RIVAL,
  signAttest,
  signRevoke,
  stage,
  Status,
  statusOf,
} from "./helpers.ts";
import { proofOf, treeOf } from "./trees.ts";

const { loadFixture } = networkHelpers;

describe("DocumentRegistry: what went wrong in others", () => {
  it("EAS: isAttestationValid is true of what was revoked or has expired; here no check calls that valid", async () => {
    const s = await loadFixture(stage);
    const tree = treeOf([id("a"), id("b")]);
    const act = s.documents.connect(s.clerk);
    await attested(s);
    await attested(s, { hash: id("expired"), expires: s.start });
    await act.attestRoot(ISSUER, DIPLOMA, tree.root, 2, 0);
    await act.revoke(ISSUER, DOCUMENT, REASON);
    await act.revokeLeaves(ISSUER, tree.root, 0, 1n, REASON);
    await networkHelpers.time.increaseTo(s.start + 1);
    const many = await s.documents.verifyMany(
      [DOCUMENT, id("expired")].map((docHash) => ({ agency: ISSUER, docHash })),
    );
    expect(many.map(({ status }) => status)).to.deep.equal([Status.Revoked, Status.Expired]);
    expect(await statusOf(s)).to.equal(Status.Revoked);
    expect((await s.documents.verifyAt(ISSUER, DOCUMENT, s.start)).status).to.equal(Status.Revoked);
    const [leaf] = await s.documents.verifyLeaf(ISSUER, tree.root, 0, id("a"), tree.proof(0));
    expect(leaf).to.equal(Status.Revoked);
    const [other] = await s.documents.verifyLeaf(ISSUER, tree.root, 1, id("b"), tree.proof(1));
    expect(other).to.equal(Status.Valid);
  });

  it("OpenAttestation's document-store: an inner node, with the rest of a proof, passes for a document; here none does", async () => {
    const s = await loadFixture(stage);
    const tree = treeOf(Array.from({ length: 8 }, (_, i) => id(`document ${i}`)));
    await s.documents.connect(s.clerk).attestRoot(ISSUER, DIPLOMA, tree.root, 8, 0);
    const accepted: string[] = [];
    for (const [height, level] of tree.levels.entries()) {
      for (const [place, node] of level.entries()) {
        const proof = proofOf(tree.levels.slice(height), place);
        // As it is, and filled up to the length that the root's record asks for.
        for (const siblings of [proof, [...Array.from({ length: height }, () => node), ...proof]]) {
          for (let index = 0; index < 8; index++) {
            const [status] = await s.documents.verifyLeaf(ISSUER, tree.root, index, node, siblings);
            if (status !== Status.Unknown) accepted.push(node);
          }
        }
      }
    }
    expect(accepted).to.deep.equal([]);
    expect(await statusOf(s, tree.root)).to.equal(Status.Unknown);
    const [status] = await s.documents.verifyLeaf(ISSUER, tree.root, 5, tree.documents[5] ?? "", tree.proof(5));
    expect(status).to.equal(Status.Valid);
  });

  it("Sign Protocol: a delegated signature could be sent again, and elsewhere; here it does its one act once", async () => {
    const s = await loadFixture(stage);
    const message = { agency: ISSUER, schema: DIPLOMA, hash: DOCUMENT, count: 0n, expires: 0n, deadline: MAX_UINT40 };
    const signature = await signAttest(s, s.clerk, message);
    const send = (documents = s.documents, agency = ISSUER) =>
      documents.connect(s.stranger).attestDelegated({ ...message, agency }, s.clerk.address, MAX_UINT40, signature);
    await send();
    await expect(send()).to.be.revertedWithCustomError(s.documents, "DocumentExists");
    const second = await new DocumentRegistry__factory(s.platform).deploy(s.registry);
    await expect(send(second)).to.be.revertedWithCustomError(second, "DocumentSignatureInvalid");
    await s.registry.connect(s.admin).addKey(RIVAL, s.clerk, 2n ** 48n - 1n, 0, MAX_UINT40);
    await expect(send(s.documents, RIVAL)).to.be.revertedWithCustomError(s.documents, "DocumentSignatureInvalid");
    const revocation = { agency: ISSUER, docHash: DOCUMENT, reason: REASON, deadline: MAX_UINT40 };
    const signed = await signRevoke(s, s.clerk, revocation);
    const revoke = () =>
      s.documents.connect(s.stranger).revokeDelegated(ISSUER, DOCUMENT, REASON, s.clerk.address, MAX_UINT40, signed);
    await revoke();
    await expect(revoke()).to.be.revertedWithCustomError(s.documents, "DocumentAlreadyRevoked");
    await expect(send()).to.be.revertedWithCustomError(s.documents, "DocumentExists");
    expect(await statusOf(s)).to.equal(Status.Revoked);
  });
});
