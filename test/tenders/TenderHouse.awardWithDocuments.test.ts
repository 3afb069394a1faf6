import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  AT_AWARD,
  type DocumentScene,
  documentScene,
  evidence,
  held,
  issuer,
  LACKING,
  Marks,
  opened,
  requiring,
} from "./evidence.ts";
import { eachRefused, pass, publish, stage } from "./helpers.ts";
import { DAY, EVIDENCE, id, Permission, Status, ZeroAddress } from "./values.ts";

describe("TenderHouse: awardWithDocuments", () => {
  /** A lot that requires a document at the award again; a's bid holds it at the opening. */
  async function awaiting(expires = 0n): Promise<DocumentScene & { proof: string; docHash: string }> {
    const s = await documentScene({ more: AT_AWARD });
    const one = await held(s, s.tax, s.a.address, expires);
    await opened(s, s.a, 100n, one.proof);
    await pass(s.revealDeadline);
    return { ...s, proof: one.proof, docHash: one.docHash };
  }
  const award = (s: DocumentScene, proofs: string, by = s.officer) =>
    s.house.connect(by).awardWithDocuments(s.tender, 0, s.a, proofs);

  it("awards to who still holds it", async () => {
    const s = await awaiting();
    await expect(award(s, s.proof)).to.emit(s.house, "LotAwarded");
  });

  it("reverts where it is not shown, or does not hold any more, and an award without documents too", async () => {
    const s = await awaiting();
    const refused = async (sent: Promise<unknown>, marks: bigint) =>
      expect(sent).to.be.revertedWithCustomError(s.house, "TenderBidMarked").withArgs(s.tender, 0, s.a.address, marks);
    await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), Marks.Lacking);
    await refused(award(s, "0x"), Marks.Lacking);
    await refused(award(s, (await held(s, s.tax, s.b.address)).proof), Marks.Unknown);
    await s.documents.connect(s.tax.clerk).revoke(s.tax.agency, s.docHash, 5);
    await refused(award(s, s.proof), Marks.Revoked);
    expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(ZeroAddress);
  });

  it("takes a renewed one where the bid's is over", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const until = (await networkHelpers.time.latest()) + Number(8n * DAY);
    const t = await awaiting(BigInt(until));
    await expect(award(t, t.proof))
      .to.be.revertedWithCustomError(t.house, "TenderBidMarked")
      .withArgs(t.tender, 0, t.a.address, Marks.Expired);
    const renewed = evidence(t.tax.agency, s.a.address, "renewed");
    await t.documents.connect(t.tax.clerk).attest(t.tax.agency, t.tax.schema, renewed.docHash, 0);
    await award(t, renewed.proof);
    expect((await t.house.lotOf(t.tender, 0)).award.winner).to.equal(t.a.address);
  });

  it("asks only for those required at the award", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const [tax, court] = [await issuer(s), await issuer(s)];
    const required = [requiring({ schema: tax.schema }, { schema: court.schema, more: AT_AWARD })];
    const t: DocumentScene = { ...s, tax, ...(await publish(s, { required })) };
    const proofs = [await held(s, tax, s.a.address), await held(s, court, s.a.address)].map(({ proof }) => proof);
    await opened(t, s.a, 100n, ...proofs);
    await pass(t.revealDeadline);
    await expect(award(t, proofs[0] ?? "0x"))
      .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
      .withArgs(t.tender, 0, s.a.address, Marks.OtherSchema);
    await award(t, proofs[1] ?? "0x");
    expect((await t.house.lotOf(t.tender, 0)).award.winner).to.equal(s.a.address);
  });

  it("asks for none that was wanting at the opening and admitted, and for the others still", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const [tax, court] = [await issuer(s), await issuer(s)];
    const required = [requiring({ schema: tax.schema, more: AT_AWARD }, { schema: court.schema, more: AT_AWARD })];
    const t: DocumentScene = { ...s, tax, ...(await publish(s, { required })) };
    const { proof } = await held(s, court, s.a.address);
    await opened(t, s.a, 100n, LACKING, proof);
    await s.house.connect(s.officer).admit(t.tender, 0, s.a, 10, EVIDENCE);
    await pass(t.revealDeadline);
    await expect(award(t, LACKING))
      .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
      .withArgs(t.tender, 0, s.a.address, Marks.Lacking);
    await award(t, proof);
    expect((await s.house.lotOf(t.tender, 0)).award.winner).to.equal(s.a.address);
  });

  it("is refused to keys without the permission, before the reveal deadline, and for another than the lowest", async () => {
    const s = await awaiting();
    await eachRefused(s, Permission.Award, async (by) => {
      await expect(award(s, s.proof, by)).to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted");
    });
    await expect(s.house.connect(s.officer).awardWithDocuments(s.tender, 0, s.b, s.proof))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(s.tender, 0, s.b.address, Status.None);
    const early = await documentScene({ more: AT_AWARD });
    const { proof } = await held(early, early.tax, early.a.address);
    await opened(early, early.a, 100n, proof);
    await expect(award(early, proof)).to.be.revertedWithCustomError(early.house, "TenderRevealRunning");
  });

  it("works where nothing is required at the award", async () => {
    const s = await documentScene();
    await opened(s, s.a, 100n, (await held(s, s.tax, s.a.address)).proof);
    await pass(s.revealDeadline);
    await award(s, id("anything"));
    expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.a.address);
  });
});
