import { expect } from "chai";
import { concat, type ErrorDescription } from "ethers";
import type { DocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { holderProof, LACKING } from "../../sdk/src/documents/holderProof.ts";
import { getJson } from "../../sdk/src/shared/files.ts";
import { bidProofs, decodeBid, encodeBid, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { admitBid, awardLot } from "../../sdk/src/tenders/decide.ts";
import { describeKept } from "../../sdk/src/tenders/keptBids.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import type { RequiredDocument } from "../../sdk/src/documents/required.ts";
import { packRequired } from "../../sdk/src/documents/required.ts";
import { commitBid, placeFor, replaceBid, type SealOutcome } from "../../sdk/src/tenders/seal.ts";
import { refusedLater } from "../documents/sdk.samples.ts";
import { Office } from "./office.ts";
import { noticeOf, type Played, Scene } from "./scene.ts";

describe("a tender whose lots require documents", function () {
  this.timeout(60_000);
  let scene: Scene;
  let office: Office;
  let court: Office;

  before(async () => {
    scene = await Scene.open();
    office = await Office.open(scene, "Tax Office");
    court = await Office.open(scene, "Court");
  });
  after(() => scene.stage.close());

  /** A tender of which lot 0 requires these, and lot 1 nothing. */
  const publish = (...requiredDocuments: RequiredDocument[]): Promise<Played> => {
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    return scene.publish({
      lots: [
        { ...lot, requiredDocuments },
        { ...lot, id: "L2" },
      ],
    });
  };
  const clearance = () => ({ schema: office.clearance, issuer: office.agency });
  const sealing = (played: Played, documents: DocumentFile[], more: { marked?: boolean; lot?: number } = {}) => ({
    tender: played.tender,
    lot: 0,
    bid: { price: 100n, quotation: NO_QUOTATION },
    documents,
    bids: scene.stage.bids,
    ...more,
  });
  const sent = async (outcome: SealOutcome): Promise<boolean> => {
    if ("act" in outcome) await outcome.act.send();
    return "act" in outcome;
  };
  const commit = async (played: Played, name: string, ...rest: [DocumentFile[], { marked?: boolean }?]) =>
    sent(await commitBid(await scene.as(name), sealing(played, ...rest)));
  const reveal = (played: Played, name: string) => played.reveal(name);
  const bidOf = async (played: Played, name: string) => bidAt(await played.model(), 0, await scene.address(name));
  /** The bid files of a bidder, as it would open them. */
  const kept = async (played: Played, name: string) => {
    const context = await scene.as(name);
    return scene.stage.bids.find(await placeFor(context, played.tender, 0), context.genesisHash);
  };
  const admit = async (played: Played, name: string) => {
    const statement = { reason: 10, statement: "The clearance was shown on paper." };
    const bidder = await scene.address(name);
    return (await admitBid(scene.officer, { tender: played.tender, lot: 0, bidder, ...statement })).send();
  };
  const award = async (played: Played, name: string, documents?: DocumentFile[]) => {
    const bidder = await scene.address(name);
    const parameters = { tender: played.tender, lot: 0, bidder, ...(documents ? { documents } : {}) };
    return (await awardLot(scene.officer, parameters)).send();
  };
  /** The call of the house that a transaction is. */
  const sentIn = async (tx: string) => {
    const data = (await scene.stage.provider.getTransaction(tx))?.data ?? "0x";
    return scene.context.house.interface.parseTransaction({ data });
  };
  /** Expects the house to refuse an act because of these marks. */
  const refusedForMarks = async (act: Promise<unknown>, marks: bigint) => {
    const error = await act.then(
      () => new Error("it was not refused"),
      (thrown: Error) => thrown,
    );
    const { data } = error as { data?: string };
    const told: ErrorDescription | null = scene.context.house.interface.parseError(data ?? "0x");
    expect([told?.name, told?.args.at(-1)], error.message).to.deep.equal(["TenderBidMarked", marks]);
  };

  it("is published as its notice says, and read so", async () => {
    const required = [clearance(), { schema: court.extract, atAward: true }];
    const played = await publish(...required);
    const model = await played.model();
    expect(model.lots.map((lot) => lot.required)).to.deep.equal([required, []]);
    expect((await scene.context.house.lotOf(played.tender, 0)).required).to.equal(packRequired(required));
    expect((await scene.context.house.lotOf(played.tender, 1)).required).to.equal(0n);
    const notice = (await getJson(scene.context.files, played.documents)) as { lots: object[] };
    expect(notice.lots.map((lot) => "requiredDocuments" in lot)).to.deep.equal([true, false]);
    expect(notice.lots[0]).to.deep.include({ requiredDocuments: required });
  });

  it("a tender without any is read as well", async () => {
    const played = await scene.publish();
    expect(lotAt(await played.model(), 0).required).to.deep.equal([]);
  });

  describe("commitBid", () => {
    it("seals a bid with its proofs; run again it is done; its file opens it", async () => {
      const played = await publish(clearance(), { schema: court.extract });
      const bidder = await scene.address("a");
      const documents = [await court.attested(bidder, court.extract), await office.underRoot(bidder)];
      expect(await commit(played, "a", documents)).to.equal(true);
      expect(await commit(played, "a", documents)).to.equal(false);
      const files = await kept(played, "a");
      expect(files).to.have.length(1);
      const proofs = concat([documents[1], documents[0]].map((one) => holderProof(one as DocumentFile)));
      expect(decodeBid(files[0]?.file.bid ?? "0x", await played.placeOf("a"))).to.deep.equal({
        price: 100n,
        lottery: 0,
        vendor: bidder,
        quotation: NO_QUOTATION,
        proofs,
      });
      await played.after("commit");
      expect(await reveal(played, "a")).to.deep.equal({ state: "standing", price: 100n, documents: ["held", "held"] });
      expect((await bidOf(played, "a")).opened?.bytes).to.equal(files[0]?.file.bid);
    });

    it("refuses what is missing, a rival's, over or revoked, in one line, and keeps and sends nothing", async () => {
      const played = await publish({ schema: office.extract }, clearance());
      const bidder = await scene.address("b");
      const extract = await office.attested(bidder, office.extract);
      const { time } = await scene.now();
      const expired = await office.attested(bidder, office.clearance, time + 30);
      const revoked = await office.attested(bidder);
      await office.revoke(revoked);
      await scene.stage.advanceTo(time + 60);
      const rival = await office.attested(await scene.address("rival"));
      const yours = (why: string) =>
        `^Lot 0 requires a document of schema ${office.clearance} by agency ${office.agency}, and yours is ${why}: ` +
        "the bid would be marked\\.$";
      const context = await scene.as("b");
      const refused = (documents: DocumentFile[], words: string) =>
        refusedLater(commitBid(context, sealing(played, documents)), words);
      await refused([extract], yours("lacking"));
      await refused([extract, rival], yours("unknown, or of somebody else"));
      await refused([extract, office.document(bidder)], yours("unknown, or of somebody else"));
      await refused([extract, expired], yours("expired"));
      await refused([extract, revoked], yours("revoked"));
      await refused([await office.attested(bidder)], `schema ${office.extract} by any accredited body, .* is lacking`);
      await refusedLater(replaceBid(context, sealing(played, [extract])), "No bid of yours is sealed in this lot");
      expect(await kept(played, "b")).to.deep.equal([]);
      expect((await played.model()).lots[0]?.bids).to.deep.equal([]);
    });

    it("seals it all the same where the bid may be marked, with what there is", async () => {
      const played = await publish(clearance(), clearance());
      const rival = await office.attested(await scene.address("rival"));
      await commit(played, "c", [rival], { marked: true });
      await commit(played, "d", [], { marked: true });
      expect(await commit(played, "d", [], { marked: true })).to.equal(false);
      const proofs = async (name: string) => bidProofs((await kept(played, name))[0]?.file.bid ?? "0x");
      expect(await proofs("c")).to.equal(concat([holderProof(rival), holderProof(rival)]));
      expect(await proofs("d")).to.equal(concat([LACKING, LACKING]));
    });

    it("refuses documents where the lot requires none", async () => {
      const played = await publish(clearance());
      const documents = [await office.attested(await scene.address("a"))];
      for (const marked of [false, true]) {
        await refusedLater(
          commitBid(await scene.as("a"), sealing(played, documents, { marked, lot: 1 })),
          `^Lot 1 of tender ${played.tender} requires no documents\\.$`,
        );
      }
      expect(await sent(await commitBid(await scene.as("a"), sealing(played, [], { lot: 1 })))).to.equal(true);
    });

    it("another document makes another bid: it takes a replacement", async () => {
      const played = await publish(clearance());
      const bidder = await scene.address("a");
      const [one, other] = [await office.attested(bidder), await office.attested(bidder)];
      await commit(played, "a", [one]);
      const context = await scene.as("a");
      await refusedLater(commitBid(context, sealing(played, [other])), "replace it with `tender replace`");
      expect(await sent(await replaceBid(context, sealing(played, [other])))).to.equal(true);
      expect(await sent(await replaceBid(context, sealing(played, [other])))).to.equal(false);
      await played.after("commit");
      await reveal(played, "a");
      const { opened } = await bidOf(played, "a");
      expect(bidProofs(opened?.bytes ?? "0x")).to.equal(holderProof(other));
      const states = (await describeKept(scene.context, scene.stage.bids)).bids
        .filter(({ tender }) => tender === played.tender.toString())
        .map(({ state, price }) => [state, price]);
      expect(states).to.have.deep.members([
        ["replaced", "1 UAH"],
        ["standing", "1 UAH"],
      ]);
    });
  });

  describe("revealBid, readTender, admitBid", () => {
    it("tell the marks, and the admission beside them", async () => {
      const played = await publish(clearance(), { schema: court.extract });
      const [a, rival] = [await scene.address("a"), await scene.address("rival")];
      const extract = await court.attested(a, court.extract);
      await commit(played, "a", [await office.attested(rival), extract], { marked: true });
      await commit(played, "d", [], { marked: true });
      await played.after("commit");
      const marks = ["unknown, or of somebody else", "held"];
      expect(await reveal(played, "a")).to.deep.equal({ state: "standing", price: 100n, documents: marks });
      expect((await reveal(played, "d")).documents).to.deep.equal(["lacking", "lacking"]);
      const before = await bidOf(played, "a");
      expect([before.state, before.marks, before.admitted]).to.deep.equal(["standing", marks, undefined]);
      expect((await bidOf(played, "d")).marks).to.deep.equal(["lacking", "lacking"]);

      const { block, tx } = await admit(played, "a");
      const { admitted, ...rest } = await bidOf(played, "a");
      expect(rest).to.deep.equal(before);
      expect(admitted).to.deep.include({ block, tx, reason: 10, key: 0 });
      expect(await getJson(scene.context.files, admitted?.evidence ?? "")).to.deep.equal({
        format: "common-seal/statement/1",
        reason: 10,
        statement: "The clearance was shown on paper.",
      });
      expect((await bidOf(played, "d")).admitted).to.equal(undefined);
      const bidder = await scene.address("d");
      const nameless = { tender: played.tender, lot: 0, bidder, reason: 12, statement: "No such code." };
      await refusedLater(admitBid(scene.officer, nameless), "No such reason: 12");
    });

    it("a bid without marks tells none", async () => {
      const played = await publish(clearance());
      await commit(played, "a", [await office.attested(await scene.address("a"))]);
      await played.after("commit");
      await reveal(played, "a");
      expect(await bidOf(played, "a")).to.not.have.any.keys("marks", "admitted");
    });

    it("a malformed bid tells no price and no documents, now or later; proofs that no lot asks for spoil none", async () => {
      const [lot] = noticeOf().lots;
      if (!lot) throw new Error("no lot");
      const lots = [lot, { ...lot, id: "L2", requiredDocuments: [clearance()] }];
      const played = await scene.publish({ lots });
      const bid = { price: 100n, lottery: 0, quotation: NO_QUOTATION, proofs: LACKING };
      await played.commitBytes("a", encodeBid(bid));
      await played.commitBytes("b", encodeBid({ ...bid, identity: "0x14" }), 1);
      await played.after("commit");
      expect(await reveal(played, "a")).to.deep.equal({ state: "standing", price: 100n });
      for (let i = 0; i < 2; i++) expect(await played.reveal("b", 1)).to.deep.equal({ state: "malformed" });
      expect(await played.reveal("a")).to.deep.equal({ state: "standing", price: 100n });
    });
  });

  describe("awardLot", () => {
    const again = () => ({ ...clearance(), atAward: true });
    /** The bid of `a`, opened after its time, in a lot that requires an extract now and clearances at the award too. */
    async function opened(until?: number) {
      const played = await publish(again(), { schema: court.extract }, { schema: office.extract, atAward: true });
      const a = await scene.address("a");
      const documents = [
        await office.attested(a, office.clearance, until === undefined ? 0 : played.schedule.revealDeadline + until),
        await court.attested(a, court.extract),
        await office.attested(a, office.extract),
      ] as const;
      await commit(played, "a", [...documents]);
      await played.after("commit");
      await reveal(played, "a");
      await played.after("reveal");
      return { played, a, documents };
    }

    it("shows the proofs of the opened bid that are required at the award, and no others", async () => {
      const { played, documents } = await opened();
      const { tx } = await award(played, "a");
      const call = await sentIn(tx);
      expect([call?.name, call?.args.at(-1)]).to.deep.equal([
        "awardWithDocuments",
        concat([documents[0], documents[2]].map(holderProof)),
      ]);
      expect(lotAt(await played.model(), 0).award?.winner).to.equal(await scene.address("a"));
    });

    it("is refused where one holds no more, and takes a renewed one in its place", async () => {
      const { played, a, documents } = await opened(30);
      await scene.stage.advanceTo(played.schedule.revealDeadline + 60);
      await refusedForMarks(award(played, "a"), 5n);
      await refusedForMarks(award(played, "a", [await court.attested(a, court.extract)]), 5n);
      await office.revoke(documents[2]);
      await refusedForMarks(award(played, "a", [await office.attested(a)]), 6n << 4n);
      const renewed = [await office.attested(a, office.extract), await office.underRoot(a)];
      await award(played, "a", renewed);
      expect(lotAt(await played.model(), 0).award?.winner).to.equal(a);
    });

    it("leaves out what was wanting at the opening and was admitted, and nothing else", async () => {
      const played = await publish(again(), { schema: office.extract, atAward: true });
      const bidder = await scene.address("d");
      const extract = await office.attested(bidder, office.extract);
      await commit(played, "d", [extract], { marked: true });
      await played.after("commit");
      await reveal(played, "d");
      await played.after("reveal");
      // To hold it later does not make up for it.
      await refusedForMarks(award(played, "d", [await office.attested(bidder)]), 1n);
      await admit(played, "d");
      await office.revoke(extract);
      await refusedForMarks(award(played, "d"), 6n);
      const renewed = await office.attested(bidder, office.extract);
      const { tx } = await award(played, "d", [renewed]);
      expect((await sentIn(tx))?.args.at(-1)).to.equal(holderProof(renewed));
      expect(lotAt(await played.model(), 0).award?.winner).to.equal(bidder);
    });

    it("without any required at the award a marked bid wins once it is admitted", async () => {
      const played = await publish(clearance());
      await commit(played, "d", [], { marked: true });
      await played.after("commit");
      await reveal(played, "d");
      await played.after("reveal");
      await refusedForMarks(award(played, "d"), 1n);
      await admit(played, "d");
      const { tx } = await award(played, "d");
      expect((await sentIn(tx))?.name).to.equal("award");
      expect(lotAt(await played.model(), 0).award?.winner).to.equal(await scene.address("d"));
    });
  });
});
