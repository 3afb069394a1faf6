import { expect } from "chai";
import { concat, dataLength, dataSlice, getBytes, id, keccak256, Wallet } from "ethers";
import { suspendAgency } from "../../sdk/src/agencies/acts.ts";
import { accredit, endAccreditation } from "../../sdk/src/documents/accredit.ts";
import { type DocumentFile, placed } from "../../sdk/src/documents/documentFile.ts";
import { holderProof, LACKING } from "../../sdk/src/documents/holderProof.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { bidProofs, decodeBid, encodeBid } from "../../sdk/src/tenders/bid.ts";
import { identityMessage, packIdentity } from "../../sdk/src/tenders/identity.ts";
import { parseNotice } from "../../sdk/src/tenders/notice.ts";
import {
  holderAmong,
  type Mark,
  packRequired,
  proofsFor,
  type RequiredDocument,
  splitProofs,
  UNKNOWN_MARK,
  unpackMarks,
  unpackRequired,
} from "../../sdk/src/documents/required.ts";
import { refused, signed } from "../documents/sdk.samples.ts";
import { requiring } from "./evidence.ts";
import { Office } from "./office.ts";
import { noticeOf, Scene } from "./scene.ts";

const FOREVER = 2 ** 40 - 1;
const MOST_SCHEMA = 2 ** 24 - 1;
const MOST_ISSUER = 2 ** 23 - 1;

/** Numbers from 0 on that look random and are the same in every run. */
function dice(seed: string): (below: number) => number {
  let state = id(seed);
  return (below) => Number(BigInt((state = keccak256(state))) % BigInt(below));
}

describe("required documents in one word", () => {
  const extremes: RequiredDocument[] = [1, MOST_SCHEMA].flatMap((schema) =>
    [undefined, 1, MOST_ISSUER].flatMap((issuer) =>
      [false, true].map((atAward) => ({
        schema,
        ...(issuer === undefined ? {} : { issuer }),
        ...(atAward ? { atAward } : {}),
      })),
    ),
  );
  const asTheHouse = (required: RequiredDocument[]) =>
    requiring(
      ...required.map(({ schema, issuer = 0, atAward }) => ({
        schema: BigInt(schema),
        issuer: BigInt(issuer),
        more: atAward ? 1n << 47n : 0n,
      })),
    );

  it("are read as they were written, at the limits of every field and at every place", () => {
    for (const [i, one] of extremes.entries()) {
      const others = [1, 5, 7].map((step) => extremes[(i + step) % extremes.length] ?? one);
      for (const count of [1, 2, 3, 4]) {
        const required = [...others.slice(4 - count), one].reverse();
        const word = packRequired(required);
        expect(word).to.equal(asTheHouse(required));
        expect(unpackRequired(word)).to.deep.equal(required);
      }
    }
    expect(packRequired([])).to.equal(0n);
    expect(unpackRequired(0n)).to.deep.equal([]);
    expect(packRequired([{ schema: 1, issuer: 0, atAward: false }])).to.equal(packRequired([{ schema: 1 }]));
  });

  it("refuse a fifth, and numbers that do not fit", () => {
    refused(() => packRequired(Array.from({ length: 5 }, () => ({ schema: 1 }))), "at most 4 documents");
    for (const schema of [0, -1, MOST_SCHEMA + 1]) {
      refused(() => packRequired([{ schema: 1 }, { schema }]), `No lot can require schema ${schema}\\.`);
    }
    for (const issuer of [-1, MOST_ISSUER + 1]) {
      refused(() => packRequired([{ schema: 1, issuer }]), `No lot can require issuer ${issuer}\\.`);
    }
  });

  it("stand in a notice: one to four, each number within its limits, no other key", () => {
    const [lot] = noticeOf().lots;
    const withDocuments = (requiredDocuments: unknown) => ({ ...noticeOf(), lots: [{ ...lot, requiredDocuments }] });
    for (const good of [extremes.slice(0, 4), extremes.slice(8, 12), [{ schema: 1, atAward: false }]]) {
      expect(parseNotice(withDocuments(good)).lots[0]?.requiredDocuments).to.deep.equal(good);
    }
    const at = "^notice: lots\\.0\\.requiredDocuments";
    refused(() => parseNotice(withDocuments([])), at);
    refused(() => parseNotice(withDocuments(extremes.slice(0, 5))), `${at}: can be four at most`);
    for (const [key, values] of Object.entries({
      schema: [undefined, 0, MOST_SCHEMA + 1, 1.5, "1"],
      issuer: [0, MOST_ISSUER + 1, 1.5, "1"],
      atAward: ["yes", 1],
      holder: ["0x00"],
    })) {
      for (const value of values) {
        refused(() => parseNotice(withDocuments([{ schema: 1 }, { schema: 1, [key]: value }])), `${at}\\.1`);
      }
    }
  });
});

describe("a bid with proofs of documents", () => {
  const bid = { price: 287_500n, lottery: 7, quotation: id("quotation") };
  const vendor = new Wallet(id("a vendor"));
  const place = {
    chainId: 31_337n,
    house: vendor.address,
    tender: 1n,
    lot: 2,
    bidder: new Wallet(id("a bidder")).address,
  };
  const identified = async () => {
    const { domain, types, value } = identityMessage(place);
    return packIdentity(place, vendor.address, await vendor.signTypedData(domain, types, value));
  };

  it("is its 44 bytes and what follows, for a vendor that bids itself", () => {
    const plain = encodeBid(bid);
    expect(dataLength(plain)).to.equal(44);
    expect(decodeBid(plain, place)).to.deep.equal({ ...bid, vendor: place.bidder });
    for (const proofs of [LACKING, "0x0102", `0x01${"ab".repeat(53)}`]) {
      const bytes = encodeBid({ ...bid, proofs });
      expect(bytes).to.equal(concat([plain, proofs]));
      expect(decodeBid(bytes, place)).to.deep.equal({ ...bid, vendor: place.bidder, proofs });
      expect(bidProofs(bytes)).to.equal(proofs);
    }
  });

  it("has its proofs behind the identity of a vendor, whatever that is", async () => {
    const own = await identified();
    const strange = [own, "0x00", `0x14${"22".repeat(20)}`, `0x${"ff".repeat(300)}`];
    for (const proofs of ["0x", LACKING, `0x03${"ab".repeat(200)}`]) {
      for (const identity of strange) {
        const bytes = encodeBid({ ...bid, identity, proofs });
        expect(dataLength(bytes)).to.equal(44 + dataLength(identity) + dataLength(proofs));
        expect(bidProofs(bytes)).to.equal(proofs);
        const wanted = { ...bid, identity, vendor: vendor.address, ...(proofs === "0x" ? {} : { proofs }) };
        expect(decodeBid(bytes, place)).to.deep.equal(identity === own ? wanted : null);
      }
    }
  });

  it("has none where it is cut off, before, in or right behind the identity", async () => {
    const bytes = encodeBid({ ...bid, identity: await identified(), proofs: "0x" });
    for (const length of [0, 42, 43, 44, 45, dataLength(bytes) - 1, dataLength(bytes)]) {
      expect(bidProofs(dataSlice(bytes, 0, length)), `${length}`).to.equal("0x");
    }
    expect(bidProofs(`${bytes}0a`)).to.equal("0x0a");
  });

  it("is malformed where it is too short, its price too high or its identity another's, whatever follows", async () => {
    expect(decodeBid(dataSlice(encodeBid(bid), 0, 43), place)).to.equal(null);
    expect(decodeBid("0x", place)).to.equal(null);
    const dear = `0x0800000000000000${"00".repeat(36)}${"00".repeat(57)}`;
    expect(decodeBid(dear, place)).to.equal(null);
    expect(decodeBid(dear.replace("08", "07"), place)?.price).to.equal(7n << 56n);
    const bytes = encodeBid({ ...bid, identity: await identified(), proofs: LACKING });
    expect(decodeBid(dataSlice(bytes, 0, dataLength(bytes) - 2), place)).to.equal(null);
    for (const other of [
      { tender: 2n },
      { lot: 3 },
      { bidder: vendor.address },
      { chainId: 1n },
      { house: place.bidder },
    ]) {
      expect(decodeBid(bytes, { ...place, ...other })).to.equal(null);
    }
  });

  it("marks are told by name; a code that no registry gives says no more than unknown", () => {
    const codes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
    const word = codes.reduce((marks, code, i) => marks | (BigInt(code) << BigInt(4 * i)), 0n);
    const names = unpackMarks(word, codes.length);
    expect(new Set(names).size).to.equal(10);
    for (const code of codes) expect(unpackMarks(BigInt(code), 1)).to.deep.equal([names[code]]);
    for (const code of [10n, 15n]) expect(unpackMarks(code, 1)).to.deep.equal([UNKNOWN_MARK]);
    expect(unpackMarks(0n, 3)).to.deep.equal(["held", "held", "held"]);
    expect(unpackMarks(0x10n, 2)).to.deep.equal(["held", "lacking"]);
    expect(unpackMarks(0xfffn, 0)).to.deep.equal([]);
  });
});

describe("proofs of required documents", function () {
  this.timeout(60_000);
  let scene: Scene;
  let office: Office;
  let court: Office;
  let bidder: string;
  let rival: string;
  let own: DocumentFile;
  let leaf: DocumentFile;

  before(async () => {
    scene = await Scene.open();
    office = await Office.open(scene, "Tax Office");
    court = await Office.open(scene, "Court");
    bidder = await scene.address("bidder");
    rival = await scene.address("rival");
    own = await office.attested(bidder);
    leaf = await office.underRoot(bidder);
  });
  after(() => scene.stage.close());

  const marksOf = (word: bigint, proofs: string) =>
    scene.context.documents.documentMarks(word, proofs, bidder, FOREVER);
  const bytesOf = (proofs: string) => encodeBid({ price: 1n, lottery: 0, quotation: id("quotation"), proofs });

  describe("proofsFor", () => {
    it("takes for each requirement the document of its schema and issuer, whatever their order", async () => {
      await (await accredit(office.clerk, { schema: office.clearance, issuer: court.agency, until: FOREVER })).send();
      const foreign = await court.attested(bidder, office.clearance);
      const extract = await office.attested(bidder, office.extract);
      const required = [
        { schema: office.extract },
        { schema: office.clearance, issuer: court.agency },
        { schema: office.clearance, issuer: office.agency },
      ];
      const wanted = concat([extract, foreign, own].map(holderProof));
      expect(proofsFor(required, [own, foreign, extract])).to.deep.equal({ proofs: wanted, lacking: [] });
      expect(proofsFor(required, [extract, foreign, own])).to.deep.equal({ proofs: wanted, lacking: [] });
      expect(proofsFor([], [own])).to.deep.equal({ proofs: "0x", lacking: [] });
    });

    it("says which are lacking, and leaves a byte in their place", () => {
      const required = [
        { schema: office.extract },
        { schema: office.clearance },
        { schema: office.clearance, issuer: court.agency },
      ];
      expect(proofsFor(required, [own])).to.deep.equal({
        proofs: concat([LACKING, holderProof(own), LACKING]),
        lacking: [required[0], required[2]],
      });
    });

    it("refuses a document that is only signed, or that no account holds", () => {
      const required = [{ schema: office.clearance }];
      const person = { person: id("a person's key") };
      refused(() => proofsFor(required, [placed(own, signed)]), "only signed does not count in a tender");
      for (const holder of [person, undefined]) {
        refused(() => proofsFor(required, [office.document(holder)]), "must be held by an account");
      }
    });
  });

  describe("splitProofs", () => {
    it("gives each proof by itself, and lacking for what cannot be read", () => {
      const [record, under] = [holderProof(own), holderProof(leaf)];
      expect([dataLength(record), dataLength(under)]).to.deep.equal([54, 57 + 3 * 32]);
      const split = (proofs: string, count = 4) => splitProofs(bidProofs(bytesOf(proofs)), count);
      expect(split(concat([under, LACKING, record, under]))).to.deep.equal([under, LACKING, record, under]);
      expect(split(concat([record, under]))).to.deep.equal([record, under, LACKING, LACKING]);
      expect(split(concat([record, record]), 1)).to.deep.equal([record]);
      for (const cut of [dataSlice(record, 0, 53), dataSlice(under, 0, 152), "0x01", "0xff00", "0x", LACKING]) {
        expect(split(concat([record, cut]), 3)).to.deep.equal([record, LACKING, LACKING]);
      }
      for (const bytes of ["0x", "0x01", dataSlice(bytesOf("0x"), 0, 43), bytesOf("0x")]) {
        expect(splitProofs(bidProofs(bytes), 2), bytes).to.deep.equal([LACKING, LACKING]);
      }
    });

    it("agrees with what the registry reads, in 1,000 bids of good, cut and senseless bytes", async () => {
      const roll = dice("proofs of bids");
      const revoked = await office.attested(bidder);
      await office.revoke(revoked);
      const good = [own, leaf, revoked, await office.underRoot(bidder, office.clearance, 0, 1)].map(holderProof);
      good.push(holderProof(await office.attested(rival)), holderProof(await office.attested(bidder, office.extract)));
      const pick = () => good[roll(good.length)] ?? LACKING;
      const noise = (length: number) => dataSlice(concat(Array.from({ length: 40 }, (_, i) => id(`${i}`))), 0, length);
      const pieces = [
        pick,
        pick,
        pick,
        () => LACKING,
        () => dataSlice(pick(), 0, roll(54)),
        () => concat([pick(), noise(roll(3))]),
        () => concat(["0x01", noise(53)]),
        () => `0x${roll(256).toString(16).padStart(2, "0")}`,
        () => concat([Uint8Array.of(2 + roll(8)), noise(56 + 32 * roll(8))]),
      ];
      const seen = new Set<Mark>();
      for (let i = 0; i < 1_000; i++) {
        const count = 1 + roll(4);
        const required = Array.from({ length: count }, () => ({ schema: office.clearance }));
        const proofs = concat(Array.from({ length: roll(6) }, () => (pieces[roll(pieces.length)] ?? pick)()));
        const marks = await marksOf(packRequired(required), proofs);
        const split = splitProofs(bidProofs(bytesOf(proofs)), count);
        expect(split).to.have.length(count);
        expect(await marksOf(packRequired(required), concat(split)), proofs).to.equal(marks);
        const singly = await Promise.all(
          split.map((one) => marksOf(packRequired([{ schema: office.clearance }]), one)),
        );
        const names = unpackMarks(marks, count);
        expect(
          singly.flatMap((mark) => unpackMarks(mark, 1)),
          proofs,
        ).to.deep.equal(names);
        for (const name of names) seen.add(name);
      }
      expect([...seen].sort()).to.deep.equal(["held", "lacking", "of another kind", "revoked", UNKNOWN_MARK].sort());
    });
  });

  describe("marks", () => {
    it("are named for what is the matter", async () => {
      const body = await Office.open(scene, "Body");
      const { clearance: schema, agency, clerk } = body;
      const { time } = await scene.now();
      const expected: [Mark, DocumentFile, RequiredDocument?][] = [
        ["held", await body.attested(bidder), { schema, issuer: agency }],
        ["held", await body.underRoot(bidder)],
        [UNKNOWN_MARK, await body.attested(rival)],
        [UNKNOWN_MARK, body.document(bidder)],
        ["of another kind", await body.attested(bidder, body.extract)],
        ["of another issuer", await body.attested(bidder), { schema, issuer: court.agency }],
        ["expired", await body.attested(bidder, schema, time + 60)],
      ];
      const revoked = await body.attested(bidder);
      await body.revoke(revoked);
      expected.push(["revoked", revoked]);
      const unaccredited = body.document(bidder);
      await (await endAccreditation(clerk, { schema, issuer: agency })).send();
      await (await clerk.documents.attest(agency, schema, unaccredited.docHash, 0)).wait();
      expected.push(["its issuer is not accredited", unaccredited]);
      const unauthorised = body.document(bidder);
      await attestAndEndKey(body, unauthorised.docHash);
      expected.push(["its signer was not authorised", unauthorised]);
      await scene.stage.advanceTo(time + 120);

      const check = async (mark: Mark, proof: string, required: RequiredDocument = { schema }) =>
        expect(unpackMarks(await marksOf(packRequired([required]), proof), 1), mark).to.deep.equal([mark]);
      await check("lacking", LACKING);
      for (const [mark, document, required] of expected) await check(mark, holderProof(document), required);
      await suspendAgency(scene.context, agency).send();
      for (const [mark, document, required] of expected) {
        await check(mark === "held" ? "its issuer is suspended" : mark, holderProof(document), required);
      }
    });

    /** In one block, so that the key was over in the second in which it attested. */
    async function attestAndEndKey({ agency, clearance, clerk, admin }: Office, docHash: string): Promise<void> {
      const fees = (priority: bigint) => ({
        gasLimit: 1_000_000n,
        maxPriorityFeePerGas: priority,
        maxFeePerGas: 10n ** 11n,
      });
      const account = await actor(clerk);
      await scene.automine(false);
      const sent = [
        await clerk.documents.attest(agency, clearance, docHash, 0, fees(2n)),
        await admin.registry.endKey(agency, account, fees(1n)),
      ];
      await scene.automine(true);
      const blocks = await Promise.all(sent.map(async (one) => (await one.wait())?.blockNumber));
      expect(blocks[0]).to.equal(blocks[1]);
    }
  });

  describe("holderAmong", () => {
    const among = (proof: string, ...accounts: string[]) => holderAmong(scene.context, proof, accounts);

    it("finds whose document was cited", async () => {
      const proof = holderProof(await office.attested(rival));
      const stranger = await scene.address("stranger");
      expect(await among(proof, stranger, bidder, rival)).to.equal(rival);
      expect(await among(proof, rival.toLowerCase())).to.equal(rival.toLowerCase());
      expect(await among(proof, stranger, bidder)).to.equal(undefined);
    });

    it("finds nobody for one that is lacking, not attested, changed, or under a root", async () => {
      expect(await among(LACKING, bidder, rival)).to.equal(undefined);
      expect(await among(holderProof(office.document(rival)), bidder, rival)).to.equal(undefined);
      expect(await among(holderProof(await office.underRoot(rival)), bidder, rival)).to.equal(undefined);
      const bytes = getBytes(holderProof(own));
      for (const at of [4, 5, 6, 21, 22, 53]) {
        const changed = Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 1 : byte));
        expect(await among(concat([changed]), bidder), `byte ${at}`).to.equal(undefined);
      }
      expect(await among(concat([bytes]), bidder)).to.equal(bidder);
    });
  });
});
