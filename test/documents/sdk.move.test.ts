import { expect } from "chai";
import { accredit } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { moveDocument } from "../../sdk/src/documents/move.ts";
import { originOf } from "../../sdk/src/documents/placement.ts";
import { revokeDocument } from "../../sdk/src/documents/revoke.ts";
import { contentOfJson, sampleOf } from "../../sdk/src/documents/schemas/index.ts";
import { revokeDelegated, signRevocation } from "../../sdk/src/documents/sign.ts";
import { verifyAll } from "../../sdk/src/documents/verify.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { Desk } from "./sdk.desk.ts";
import { refusedLater } from "./sdk.samples.ts";

const MOVED_AWAY = 8;

/** The chamber stands in for the new town. */
describe("moving a document from one body to another", function () {
  this.timeout(60_000);
  let desk: Desk;
  before(async () => {
    desk = await Desk.open();
    await (await accredit(desk.chamber, { schema: 1, issuer: 1, until: 2 ** 40 - 1 })).send();
  });
  after(() => desk.stage.close());

  /** A document of the old body, on record, an order to revoke it, and the new body's document. */
  async function parts() {
    const old = desk.document();
    await (await attest(desk.clerk, { ...desk.issue, docHash: old.docHash })).send();
    const fresh = makeDocumentFile(originOf(desk.place, 1, 1), contentOfJson(sampleOf("tax-clearance")));
    const deadline = (await desk.now()) + 1_000;
    const order = { agency: 2, docHash: old.docHash, reason: MOVED_AWAY, deadline };
    const issue = { agency: 1, schema: 1, expires: 0, docHash: fresh.docHash };
    return { old, fresh, order: await signRevocation(desk.clerk, order), issue };
  }
  const statuses = async (...files: DocumentFile[]) =>
    (await verifyAll(desk.sources(), files)).map(({ status }) => status);

  it("does both in one transaction", async () => {
    const { old, fresh, order, issue } = await parts();
    expect(await statuses(old, fresh)).to.deep.equal(["valid", "unknown"]);
    const before = await desk.stage.provider.getBlockNumber();
    await (await moveDocument(desk.chamber, { order, issue })).send();
    expect(await desk.stage.provider.getBlockNumber()).to.equal(before + 1);
    expect(await statuses(old, fresh)).to.deep.equal(["revoked", "valid"]);
  });

  it("does neither where one of them is refused", async () => {
    const { old, fresh, order, issue } = await parts();
    const forged = { ...order, reason: 3 };
    const act = await moveDocument(desk.chamber, { order: forged, issue });
    const error = await act.send().then(
      () => "nothing was thrown",
      (thrown: unknown) => describeError(thrown),
    );
    expect(error).to.match(/^DocumentSignatureInvalid/);
    const late = await moveDocument(desk.chamber, { order, issue });
    await (await attest(desk.chamber, issue)).send();
    expect(await late.send().catch(describeError)).to.match(/^DocumentExists/);
    expect(await statuses(old, fresh)).to.deep.equal(["valid", "valid"]);
  });

  it("attests alone where somebody has sent the order before", async () => {
    const { old, fresh, order, issue } = await parts();
    await revokeDelegated(await desk.as("stranger"), order).send();
    await (await moveDocument(desk.chamber, { order, issue })).send();
    expect(await statuses(old, fresh)).to.deep.equal(["revoked", "valid"]);
  });

  it("does nothing where the old document was revoked for another reason", async () => {
    const { old, order, issue } = await parts();
    await (await revokeDocument(desk.clerk, old, { reason: 4 })).send();
    await refusedLater(
      moveDocument(desk.chamber, { order, issue }),
      "for another reason: obtained by a false statement",
    );
  });
});
