import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { concat, dataSlice } from "ethers";
import type { DocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { textOf } from "../../sdk/src/documents/json.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { readBonds } from "../../sdk/src/tenders/bonds.ts";
import { guaranteeHolder, guaranteeWanted } from "../../sdk/src/tenders/guarantee.ts";
import { identityIn, type IdentityFile, readIdentityFile, signIdentity } from "../../sdk/src/tenders/identityFile.ts";
import { relayAct, signBid, type SignBidParameters, signWithdrawal } from "../../sdk/src/tenders/relay.ts";
import { readRelayFile, type RelayFile } from "../../sdk/src/tenders/relayFile.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { commitBid, replaceBid, withdrawBid } from "../../sdk/src/tenders/seal.ts";
import { Bench } from "./bench.ts";
import { refused, refusedLater } from "./committee/scene.ts";
import { Office } from "./office.ts";
import { noticeOf, type Played, type Scene } from "./scene.ts";

const FIVE = 5n * 10n ** 18n;

describe("bids of fresh accounts, by the SDK", function () {
  this.timeout(60_000);
  let bench: Bench;
  let scene: Scene;
  before(async () => {
    bench = await Bench.open();
    scene = bench.scene;
    await scene.fund("relayer", 50n);
  });
  after(() => bench.close());

  const parameters = (played: Played, price: bigint, more: Partial<SignBidParameters> = {}): SignBidParameters => ({
    tender: played.tender,
    lot: 0,
    bids: scene.stage.bids,
    ...more,
    bid: { price, quotation: NO_QUOTATION, ...more.bid },
  });
  const sign = async (played: Played, name: string, price: bigint, more = {}): Promise<RelayFile> => {
    const outcome = await signBid(await scene.as(name), parameters(played, price, more));
    if ("done" in outcome) throw new Error("done before");
    return outcome.relay;
  };
  const relay = async (file: RelayFile, by = "relayer") => {
    const outcome = await relayAct(await scene.as(by), file);
    return "act" in outcome ? (await outcome.act.send()).result : outcome;
  };
  const bidOf = async (played: Played, name: string) => bidAt(await played.model(), 0, await scene.address(name));

  describe("a signed bid", () => {
    it("is sent by anyone, who pays; again it says so; it is replaced, withdrawn, and sealed once more", async () => {
      const played = await bench.bidding({}, scene.bonded);
      const first = await sign(played, "ann", 700n);
      const bidder = await scene.address("ann");
      expect(await relay(first)).to.deep.equal({ act: "seal", bidder, number: 1 });
      expect(await relay(first)).to.deep.equal({ done: { act: "seal", bidder, number: 1 } });
      const payer = await scene.address("relayer");
      expect(await bidOf(played, "ann")).to.deep.include({ state: "sealed", payer });
      const same = await signBid(await scene.as("ann"), parameters(played, 700n));
      expect("done" in same && same.done.number).to.equal(1);
      const other = await signBid(await scene.as("ann"), parameters(played, 600n)).catch(describeError);
      expect(other).to.include("replace it with `tender replace`");
      const second = await sign(played, "ann", 600n, { again: true });
      expect(await relay(second)).to.include({ number: 2 });
      await refusedLater(relay(first), "was sealed, replaced or withdrawn since this was signed");
      const away = await signWithdrawal(await scene.as("ann"), { tender: played.tender, lot: 0 });
      expect(await relay(away, "anyone")).to.deep.equal({ act: "withdraw", bidder });
      expect(await relay(away)).to.deep.equal({ done: { act: "withdraw", bidder } });
      for (const old of [first, second]) await refusedLater(relay(old), "since this was signed");
      expect((await readBonds(scene.context, scene.token, payer)).locked).to.equal(0n);
      await refusedLater(signWithdrawal(await scene.as("ann"), { tender: played.tender, lot: 0 }), "has no sealed bid");
      expect(await relay(await sign(played, "ann", 500n))).to.include({ number: 3 });
      await refusedLater(relay(away), "since this was signed");
      await bench.open(played);
      expect(await bidOf(played, "ann")).to.deep.include({ state: "standing", price: 500n, payer });
    });

    it("is sent in a tender whose bidders open their bids, too", async () => {
      const played = await scene.publish();
      expect(await relay(await sign(played, "bea", 7n))).to.include({ number: 1 });
      await played.after("commit");
      expect(await played.reveal("bea")).to.deep.equal({ state: "standing", price: 7n });
    });

    it("is refused with anything in it changed, for another house or chain, or too late", async () => {
      const played = await bench.bidding();
      const file = await sign(played, "cas", 7n);
      if (file.act !== "seal") throw new Error("no sealing");
      const swapped = concat([dataSlice(file.sealed, 0, 100), "0xffff", dataSlice(file.sealed, 102)]);
      const rival = await sign(played, "rival", 9n);
      const forged: Partial<RelayFile>[] = [
        { sealed: swapped },
        { sealed: rival.act === "seal" ? rival.sealed : "0x" },
        { guarantee: "0x01" },
        { lot: 1 },
        { bidder: await scene.address("rival") },
        { deadline: file.deadline + 1 },
        { replaces: `0x${"11".repeat(32)}` },
        { act: "withdraw" },
        { signature: rival.signature },
        { signature: "0x1234" },
      ];
      for (const change of forged) await refusedLater(relay({ ...file, ...change }), "This is not what 0x");
      await refusedLater(relay({ ...file, chainId: "1" }), "signed for another chain: 1");
      await refusedLater(relay({ ...file, house: scene.treasury }), "signed for another house");
      const { time } = await scene.now();
      await refusedLater(sign(played, "cas", 7n, { until: time - 1 }), "is over: nobody could send it");
      const short = await sign(played, "cas", 7n, { until: time + 100 });
      await scene.stage.advanceTo(time + 101);
      await refusedLater(relay(short), "The act could be sent until");
      expect(await relay(file)).to.include({ number: 1 });
      await refusedLater(relay({ ...file, tender: "999" }), "This is not what 0x");
    });

    it("is read back from its file, and not from a broken one", async () => {
      const played = await bench.bidding();
      const file = await sign(played, "dan", 7n);
      const path = join(bench.folder, "relay.json");
      await writeFile(path, textOf(file));
      expect(await readRelayFile(path)).to.deep.equal(file);
      for (const [text, words] of [
        [textOf({ ...file, deadline: -1 }), "is not a relay file: deadline"],
        [textOf({ ...file, sealed: "0x1" }), "is not a relay file: sealed"],
        [textOf({ ...file, act: "open" }), "is not a relay file: act"],
        ['{"format"', "is not JSON"],
      ] as const) {
        await writeFile(path, text);
        await refusedLater(readRelayFile(path), words);
      }
      await refusedLater(readRelayFile(join(bench.folder, "none")), "cannot be read: ENOENT");
    });
  });

  describe("an identity", () => {
    it("names its vendor once the bid is opened; the vendor's documents count, and two bids of it are duplicates", async () => {
      const office = await Office.open(scene, "Tax Office");
      const [lot] = noticeOf().lots;
      if (!lot) throw new Error("no lot");
      const lots = [{ ...lot, requiredDocuments: [{ schema: office.clearance }] }];
      const played = await bench.bidding({ identities: true }, { lots });
      const { tender } = played;
      const vendor = await scene.address("vendor");
      const papers = [await office.attested(vendor)];
      for (const [name, price] of [
        ["eve", 7n],
        ["fay", 8n],
      ] as const) {
        const bidder = await scene.address(name);
        const file = await signIdentity(await scene.as("vendor"), { tender, lot: 0, bidder });
        const path = join(bench.folder, `${name}.json`);
        await writeFile(path, textOf(file));
        expect(await readIdentityFile(path)).to.deep.equal(file);
        const identity = identityIn(file, scene.context.genesisHash, await played.placeOf(name));
        const bid = { price, quotation: NO_QUOTATION, identity };
        const own = { bid, documents: papers };
        expect(await relay(await sign(played, name, price, own))).to.include({ act: "seal", bidder });
        const same = await signBid(await scene.as(name), parameters(played, price, own));
        expect("done" in same).to.equal(true);
      }
      const bare = signBid(await scene.as("gil"), parameters(played, 7n, { documents: papers }));
      await refusedLater(bare, "unknown, or of somebody else: the bid would be marked");
      await bench.open(played);
      for (const name of ["eve", "fay"]) expect(await bidOf(played, name)).to.include({ vendor, state: "duplicate" });
    });

    it("is refused for another bid, changed, or where bids have no room for it", async () => {
      const played = await bench.bidding({ identities: true });
      const { tender } = played;
      const place = await played.placeOf("hal");
      const file = await signIdentity(await scene.as("vendor"), { tender, lot: 0, bidder: place.bidder });
      const { genesisHash } = scene.context;
      const changed = (changes: Partial<IdentityFile>) => () => identityIn({ ...file, ...changes }, genesisHash, place);
      refused(changed({ tender: "9" }), "The identity is for a bid in tender 9, lot 0");
      refused(changed({ lot: 1 }), `The identity is for a bid in tender ${tender}, lot 1`);
      refused(changed({ bidder: scene.treasury }), `bidder ${scene.treasury}`);
      refused(changed({ chainId: "1" }), "in another house, or on another chain");
      refused(changed({ house: scene.treasury }), "in another house");
      refused(changed({ vendor: scene.treasury }), `This is not ${scene.treasury}'s signature`);
      const other = identityIn(file, genesisHash, place);
      const stolen = signBid(
        await scene.as("ida"),
        parameters(played, 7n, { bid: { price: 7n, quotation: NO_QUOTATION, identity: other } }),
      );
      await refusedLater(stolen, "The identity is none for a bid of");
      const narrow = await bench.bidding();
      const unasked = signIdentity(await scene.as("vendor"), { tender: narrow.tender, lot: 0, bidder: place.bidder });
      await refusedLater(unasked, "have no room for an identity");
      await refusedLater(
        signIdentity(await scene.as("vendor"), { tender, lot: 1, bidder: place.bidder }),
        "has no lot 1",
      );
    });
  });

  describe("a guarantee", () => {
    let bank: Office;
    before(async () => void (bank = await Office.open(scene, "Bank")));
    const publish = () => {
      const guarantee = { schema: bank.clearance, issuer: bank.agency };
      return bench.bidding({}, { ...scene.bonded, guarantee });
    };
    const issued = async (played: Played, name: string, schema = bank.clearance): Promise<DocumentFile> =>
      bank.attested(guaranteeHolder(await played.placeOf(name)), schema);

    it("stands for the bond of who shows it itself, and of who has it relayed", async () => {
      const played = await publish();
      expect(await guaranteeWanted(scene.context, played.tender)).to.deep.equal({
        schema: bank.clearance,
        issuer: bank.agency,
      });
      const outcome = await commitBid(
        await scene.as("jan"),
        parameters(played, 7n, { guarantee: await issued(played, "jan") }),
      );
      if (!("act" in outcome)) throw new Error("done before");
      expect((await outcome.act.send()).result).to.include({ number: 1 });
      const relayed = await sign(played, "kim", 8n, { guarantee: await issued(played, "kim") });
      expect(await relay(relayed, "poor relayer")).to.include({ number: 2 });
      for (const name of ["jan", "kim"]) {
        const bid = await bidOf(played, name);
        expect(bid.guarantee, name).to.match(/^0x01/);
        expect(bid).to.not.have.any.keys("payer");
        expect((await readBonds(scene.context, scene.token, bid.bidder)).locked).to.equal(0n);
      }
      const again = parameters(played, 6n, { guarantee: await issued(played, "jan") });
      await refusedLater(replaceBid(await scene.as("jan"), again), "replace it without a guarantee");
      const next = await replaceBid(await scene.as("jan"), parameters(played, 6n));
      if ("act" in next) await next.act.send();
      expect((await bidOf(played, "jan")).guarantee).to.match(/^0x01/);
      await withdrawBid(await scene.as("jan"), played.tender, 0).send();
      expect(await bidOf(played, "jan")).to.not.have.any.keys("guarantee");
      await scene.fund("jan");
      const paid = await commitBid(await scene.as("jan"), parameters(played, 5n));
      if ("act" in paid) await paid.act.send();
      expect((await readBonds(scene.context, scene.token, await scene.address("jan"))).locked).to.equal(FIVE);
    });

    it("of another bid or kind, revoked, or where none is accepted is refused before anything is sent", async () => {
      const played = await publish();
      const show = async (guarantee: DocumentFile, of = played) =>
        commitBid(await scene.as("lea"), parameters(of, 7n, { guarantee }));
      await refusedLater(show(await issued(played, "rival")), "unknown, or of somebody else.");
      await refusedLater(show(await issued(played, "lea", bank.extract)), "of another kind or issuer.");
      const revoked = await issued(played, "lea");
      await bank.revoke(revoked);
      await refusedLater(show(revoked), "yours is revoked.");
      const none = await bench.bidding({}, scene.bonded);
      await refusedLater(show(await issued(none, "lea"), none), `Tender ${none.tender} accepts no guarantee.`);
    });
  });
});
