import { expect } from "chai";
import { addKey } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { accredit, registerSchema } from "../../sdk/src/documents/accredit.ts";
import { attest } from "../../sdk/src/documents/attest.ts";
import { type DocumentFile, makeDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { originOf, placeIn } from "../../sdk/src/documents/placement.ts";
import { schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { commitBid } from "../../sdk/src/tenders/seal.ts";
import { refusedLater } from "../documents/sdk.samples.ts";
import { noticeOf, Scene } from "../tenders/scene.ts";

const FAR = 2 ** 40 - 1;

describe("findings: a document that ends before the commit deadline", function () {
  this.timeout(60_000);
  let scene: Scene;
  let clerk: Context;

  before(async () => {
    scene = await Scene.open();
    const account = await scene.stage.account("clerk");
    const key = { agency: scene.agency, account: await account.getAddress(), permissions: permissionBits("document") };
    await addKey(await scene.as("admin"), { ...key, until: FAR }).send();
    clerk = actingAs(scene.context, account);
    const { agency } = scene;
    await (await registerSchema(clerk, { agency, accreditor: agency, json: schemaOf("tax-clearance") })).send();
    await (await accredit(clerk, { schema: 1, issuer: agency, until: FAR })).send();
  });
  after(() => scene.stage.close());

  const clearance = async (expires: number): Promise<DocumentFile> => {
    const origin = originOf(placeIn(scene.context), scene.agency, 1);
    const holder = await scene.address("bidder");
    const file = makeDocumentFile(origin, { fields: { standing: "good" }, holder });
    await (await attest(clerk, { agency: scene.agency, schema: 1, docHash: file.docHash, expires })).send();
    return file;
  };

  it("is not sealed unless the bid may be marked; one that holds at the deadline is", async () => {
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    const required = { ...lot, requiredDocuments: [{ schema: 1 }] };
    const played = await scene.publish({ lots: [required] });
    const { commitDeadline } = played.schedule;
    const [early, last, endless] = [
      await clearance(commitDeadline - 1),
      await clearance(commitDeadline),
      await clearance(0),
    ];
    const context = await scene.as("bidder");
    const seal = (documents: DocumentFile[], marked = false) =>
      commitBid(context, {
        ...{ tender: played.tender, lot: 0, bid: { price: 100n, quotation: NO_QUOTATION, proofs: "0x" } },
        ...{ documents, marked, bids: scene.stage.bids },
      });
    await refusedLater(seal([early]), "yours expires before it: the bid would be marked");
    for (const documents of [[last], [endless], [last, early]]) expect(await seal(documents)).to.have.property("act");
    expect(await seal([early], true), "marked by will").to.have.property("act");
  });
});
