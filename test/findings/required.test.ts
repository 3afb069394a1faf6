import { expect } from "chai";
import type { DocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { holderProof } from "../../sdk/src/documents/holderProof.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { type Mark, packRequired, type RequiredDocument } from "../../sdk/src/documents/required.ts";
import { revealBid, type Revealed } from "../../sdk/src/tenders/reveal.ts";
import { commitBid } from "../../sdk/src/tenders/seal.ts";
import { refused, refusedLater } from "../documents/sdk.samples.ts";
import { Office } from "../tenders/office.ts";
import { noticeOf, type Played, Scene } from "../tenders/scene.ts";

describe("findings: required documents", function () {
  this.timeout(60_000);
  let scene: Scene;
  let office: Office;
  let bidder: string;

  before(async () => {
    scene = await Scene.open();
    office = await Office.open(scene, "Tax Office");
    bidder = await scene.address("a");
  });
  after(() => scene.stage.close());

  const publish = (...requiredDocuments: RequiredDocument[]): Promise<Played> => {
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    return scene.publish({ lots: [{ ...lot, requiredDocuments }] });
  };
  const clearance = () => ({ schema: office.clearance, issuer: office.agency });
  const sealing = async (played: Played, documents: DocumentFile[], marked = false) =>
    commitBid(await scene.as("a"), {
      tender: played.tender,
      lot: 0,
      bid: { price: 100n, quotation: NO_QUOTATION },
      documents,
      marked,
      bids: scene.stage.bids,
    });
  const commit = async (...parameters: Parameters<typeof sealing>): Promise<"sent" | "done"> => {
    const outcome = await sealing(...parameters);
    if ("act" in outcome) await outcome.act.send();
    return "act" in outcome ? "sent" : "done";
  };
  const reveal = async (played: Played): Promise<Revealed> => {
    const outcome = await revealBid(await scene.as("a"), { tender: played.tender, lot: 0, bids: scene.stage.bids });
    return "act" in outcome ? (await outcome.act.send()).result : outcome.done;
  };

  it("a reveal run again tells the marks as the first one did", async () => {
    const played = await publish(clearance(), { schema: office.extract });
    await commit(played, [await office.attested(bidder)], true);
    await played.after("commit");
    const told: Revealed = { state: "standing", price: 100n, documents: ["held", "lacking"] satisfies Mark[] };
    expect(await reveal(played)).to.deep.equal(told);
    expect(await reveal(played)).to.deep.equal(told);
  });

  it("a malformed bid's documents are not said to be held: nobody looked at them", async () => {
    const played = await publish(clearance());
    await played.commitBytes("a", "0x00");
    await played.after("commit");
    const { state, documents } = await reveal(played);
    expect(state).to.equal("malformed");
    expect(documents ?? []).to.not.include("held");
  });

  it("a document that will be over at the commit deadline is refused at the sealing: it would be marked", async () => {
    const played = await publish(clearance());
    const document = await office.attested(bidder, office.clearance, played.schedule.commitDeadline - 1);
    await refusedLater(
      sealing(played, [document]),
      "at the commit deadline, and yours expires before it: the bid would be marked",
    );
  });

  it("a sealing run again is done, whatever became of its documents since", async () => {
    const played = await publish(clearance());
    const document = await office.attested(bidder);
    expect(await commit(played, [document])).to.equal("sent");
    await office.revoke(document);
    expect(await commit(played, [document])).to.equal("done");
  });

  it("of several documents that fit by schema and issuer the one that holds is taken", async () => {
    const played = await publish(clearance());
    const [old, good] = [await office.attested(bidder), await office.attested(bidder)];
    await office.revoke(old);
    expect(await commit(played, [old, good])).to.equal("sent");
    const [{ file } = { file: { bid: "" } }] = (await scene.stage.bids.list()).kept.slice(-1);
    expect(file.bid.endsWith(holderProof(good).slice(2))).to.equal(true);
  });

  it("numbers that are no whole numbers are refused as those that do not fit", () => {
    for (const bad of [1.5, NaN]) {
      refused(() => packRequired([{ schema: bad }]), "No lot can require schema");
      refused(() => packRequired([{ schema: 1, issuer: bad }]), "No lot can require issuer");
    }
  });

  it("a leaf revoked by itself has no time of revocation, although its root was revoked after the second asked for", async () => {
    const { clerk, agency } = office;
    const { docHash, placement } = await office.underRoot(bidder);
    if (placement.kind !== "leaf") throw new Error("it stands under no root");
    const { root, index, proof } = placement;
    await (await clerk.documents.revokeLeaves(agency, root, 0, 1 << index, 3)).wait();
    const { time } = await scene.now();
    await scene.stage.advanceTo(time + 60);
    await (await clerk.documents.revokeRoot(agency, root, 2)).wait();
    const { revoked, reason } = await clerk.documents.verifyLeafAt(agency, root, index, docHash, proof, time);
    expect([revoked, reason]).to.deep.equal([0n, 0n]);
  });
});
