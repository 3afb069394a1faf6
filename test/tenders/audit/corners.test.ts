import { expect } from "chai";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { open as openPlain, openAll as openAllPlain, seal as sealPlain } from "../bids.ts";
import {
  bidWith,
  documentScene,
  type DocumentScene,
  evidence,
  held,
  issuer,
  LACKING,
  leafOf,
  requiring,
} from "../evidence.ts";
import { pass, sealedScene, stage, termsOf } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import { actOf, commitFor, fresh, signed } from "../relaying.ts";
import { noticeOf } from "../scene.ts";
import { commitmentOf, envelopeOf, flipped, pointOf } from "../sealed.ts";
import {
  bidding,
  handedIn,
  judge,
  judgementOf,
  newSalt,
  openAll,
  openingOf,
  placeOf,
  prepared,
  publish,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  toAwards,
} from "../sealedScene.ts";
import { CEILING, EVIDENCE, id, ZeroAddress } from "../values.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";

type Told = Parameters<typeof contextOf>[0] & { tender: bigint };

const garble = (envelope: string): string => flipped(envelope, 300);
const agrees = async (s: Told): Promise<void> => {
  expect(byCheck(await auditTender(await contextOf(s), s.tender))).to.deep.equal({});
};
const caught = async (s: Told, check: string, lie: Lie, detail: RegExp): Promise<void> => {
  expect(await findingsOf(check, lying(await contextOf(s), lie), s.tender)).to.match(detail);
};

describe("audit of sealed ceilings", () => {
  /** A sealed ceiling with bids of a at 500 and b at 700 opened; bids are opened no more. */
  async function scene(ceiling: bigint, minimum = 0n, garbled = false): Promise<SealedScene & { one: SealedBid }> {
    const from = await networkHelpers.loadFixture(sealedStage);
    const s = await bidding({ sealing: { sealedCeilings: true }, terms: { ceilings: [0n] } }, from);
    const bidder = ethers.getAddress(await s.house.getAddress());
    const [place, salt] = [await placeOf(s, bidder), newSalt()];
    const bid = ethers.solidityPacked(["uint64", "uint64"], [ceiling, minimum]);
    const sound = envelopeOf(place, (s.secrets[0] ?? []).map(pointOf), s.threshold, salt, bid);
    const part = { bid, salt, commitment: commitmentOf(place, bid, salt), envelope: garbled ? garble(sound) : sound };
    const sealed = ethers.concat([part.commitment, part.envelope]);
    const ready = { tender: s.tender, lot: 0n, bidder, parts: [part], price: 0n, sealed, number: 0n, time: 0n };
    const one = await handedIn(s, ready, await s.house.connect(s.officer).sealCeiling(s.tender, 0, sealed));
    const bids = [await seal(s, s.a, 500n), await seal(s, s.b, 700n)];
    await publish(s);
    await openAll(s, bids);
    await pass(s.revealDeadline);
    return { ...s, one };
  }

  it("agrees with one that was opened, and catches another ceiling and a winner under the minimum", async () => {
    const s = await scene(600n, 100n);
    await agrees(s);
    await s.house.openCeiling(s.tender, 0, openingOf(s.one));
    await toAwards(s);
    await s.house.connect(s.officer).award(s.tender, 0, s.a);
    await agrees(s);
    await caught(
      s,
      "commitments",
      about("CeilingOpened", () => ({ ceiling: 400n })),
      /told as 400 with minimum 100/,
    );
    await caught(
      s,
      "commitments",
      about("CeilingOpened", () => ({ salt: id("salt") })),
      /as another than was sealed/,
    );
    await caught(
      s,
      "award",
      about("CeilingOpened", () => ({ ceiling: 400n })),
      /500 is over the ceiling 400/,
    );
    await caught(
      s,
      "award",
      about("CeilingOpened", () => ({ minimum: 550n })),
      /500 is under the minimum 550/,
    );
    await caught(
      s,
      "envelopes",
      about("CeilingOpened", () => null),
      /sealed ceiling could be opened by anyone/,
    );
  });

  it("agrees with a void one, and catches that it was sound or not convicted", async () => {
    const s = await scene(600n, 0n, true);
    await s.house.judgeCeiling(s.tender, 0, judgementOf(s.one, [0, 1, 2]));
    await agrees(s);
    await toAwards(s);
    await caught(
      s,
      "envelopes",
      about("CeilingVoided", () => null),
      /sealed ceiling is not what was committed to/,
    );
  });

  it("agrees with a lot that is closed because all are over it, and catches another outcome", async () => {
    const s = await scene(400n);
    await s.house.openCeiling(s.tender, 0, openingOf(s.one));
    await toAwards(s);
    await s.house.connect(s.officer).closeLot(s.tender, 0, s.a);
    await agrees(s);
    await caught(
      s,
      "award",
      about("LotClosed", () => ({ outcome: 2 })),
      /closed with outcome 2, and it is 3/,
    );
    await caught(
      s,
      "award",
      about("CeilingOpened", () => ({ ceiling: 500n })),
      /can win/,
    );
  });
});

describe("audit of what stands beside a bid", () => {
  it("a notice: that the terms published are those it tells", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const context = await contextOf(s);
    const terms = await termsOf(s);
    const iso = (time: unknown) => new Date(Number(time) * 1000).toISOString();
    const { commitDeadline, revealDeadline, awardDeadline } = terms;
    const times = { commitDeadline, revealDeadline, awardDeadline };
    const notice = noticeOf({
      times: Object.fromEntries(Object.entries(times).map(([name, time]) => [name, iso(time)])),
    });
    const findings = async (changes: Parameters<typeof termsOf>[1], kept: object = notice) => {
      const documents = await putJson(context.files, kept);
      await s.house.connect(s.officer).publish({ ...terms, documents, ...changes });
      return findingsOf("announced", context, await s.house.tenderCount());
    };
    expect(await findings({})).to.equal("");
    expect(await findings({ ceilings: [CEILING - 1n] })).to.match(/ceilings: published is 749999, and .* 750000/);
    expect(await findings({ minimums: [1n] })).to.match(/^the minimums: published is 1/);
    expect(await findings({ awardDeadline: BigInt(awardDeadline) + 1n })).to.match(/^awardDeadline: published is/);
    expect(await findings({ decimals: 0, tax: 1 })).to.match(/^the number of decimals: .*\nthe tax basis: /);
    expect(await findings({}, { ...notice, format: "other" })).to.match(/or is no notice$/);
  });

  it("a guarantee: that it held, and that it is called where the bid is void", async () => {
    const from = await networkHelpers.loadFixture(sealedStage);
    const bank = await issuer(from);
    const terms = { guarantee: requiring({ schema: bank.schema, issuer: bank.agency }) };
    const s = await bidding({ terms }, from);
    const types = ["bytes32", "uint256", "address", "uint64", "uint16", "address"];
    const values = [id("CommonSeal.Guarantee.v1"), s.chainId, await s.house.getAddress(), s.tender, 0, fresh.address];
    const holder = ethers.dataSlice(ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode(types, values)), 12);
    const { proof: guarantee } = await held(s, bank, holder);
    const bid = await prepared(s, fresh, 500n, { garble });
    const act = await actOf(s, fresh.address, { sealed: bid.sealed, guarantee });
    const own = await handedIn(s, bid, await commitFor(s, fresh.address, act, await signed(s, fresh, "SealBid", act)));
    await publish(s);
    await judge(s, own);
    await s.house.settleBond(s.tender, 0, fresh);
    await agrees(s);
    await caught(
      s,
      "bonds",
      about("GuaranteeShown", () => null),
      /but it was paid/,
    );
    const other = evidence(bank.agency, s.a.address).proof;
    await caught(
      s,
      "documents",
      about("GuaranteeShown", () => ({ proof: other })),
      /taken that is unknown/,
    );
  });

  it("scalars that leaked: sealing stops with those of all seats but one of the threshold", async () => {
    const s = await bidding({}, await networkHelpers.loadFixture(sealedStage));
    await seal(s, s.a, 5n);
    for (const seat of [0, 1]) await s.committee.proveLeak(s.house, s.tender, 0, seat, s.secrets[0]?.[seat] ?? 0n);
    await agrees(s);
    await caught(
      s,
      "scalars",
      about("SealingStopped", () => null),
      /sealing stops when 2 scalars/,
    );
    const one = about("ScalarLeaked", ({ seat }) => (seat === 0n ? null : {}));
    await caught(s, "scalars", one, /not otherwise/);
  });

  it("a second round: that all were over the ceiling, and that only those bid who had bid", async () => {
    const over = CEILING + 1n;
    const s = await sealedScene([over, over + 1n, over + 2n, "0x"]);
    await openAllPlain(s, s.bids);
    await pass(s.revealDeadline);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
    await agrees(s);
    await s.house.connect(s.officer).publish(await termsOf(s, { rebidOf: s.tender }));
    const again = { ...s, tender: await s.house.tenderCount() };
    await sealPlain(s, again.tender, s.a, 5n);
    await agrees(again);
    const other = about("BidCommitted", ({ tender }) => (tender === again.tender ? { bidder: s.d.address } : {}));
    await caught(again, "round", other, /the bidder was malformed in the round before/);
    await caught(
      again,
      "round",
      about("LotClosed", () => ({ outcome: 2 })),
      /cannot be repeated/,
    );
  });

  describe("required documents", () => {
    let s: DocumentScene;
    let revoke: (leaf: bigint) => Promise<unknown>;
    before(async () => {
      s = await documentScene();
      const { agency, schema, clerk } = s.tax;
      const documents = s.documents.connect(clerk);
      const leaf = leafOf(evidence(agency, s.a.address));
      await documents.attestRoot(agency, schema, leaf.root, 2, 0);
      const revoked = await held(s, s.tax, s.b.address);
      await documents.revoke(agency, revoked.docHash, 1);
      const bids = [
        await sealPlain(s, s.tender, s.a, bidWith(300n, leaf.proof)),
        await sealPlain(s, s.tender, s.b, bidWith(400n, revoked.proof)),
        await sealPlain(s, s.tender, s.c, bidWith(200n, LACKING)),
      ];
      await pass(s.commitDeadline);
      await openAllPlain(s, bids);
      revoke = (mask) => documents.revokeLeaves(agency, leaf.root, 0, mask, 1);
    });

    it("agrees with what held at the deadline, also once a document was revoked by itself afterwards", async () => {
      await agrees(s);
      const mark = about("BidMarked", ({ bidder }) => (bidder === s.b.address ? null : {}));
      await caught(s, "documents", mark, /told to be held, and is revoked/);
      await revoke(1n);
      await agrees(s);
      const revoked = about("BidMarked", ({ bidder }) => (bidder === s.b.address ? { bidder: s.a.address } : {}));
      await caught(s, "documents", revoked, /told to be revoked, and is not revoked/);
    });

    it("agrees with a bid that was admitted and won, and catches that it was not admitted", async () => {
      await s.house.connect(s.officer).admit(s.tender, 0, s.c, 10, EVIDENCE);
      await pass(s.revealDeadline);
      await s.house.connect(s.officer).award(s.tender, 0, s.c);
      await agrees(s);
      await caught(
        s,
        "award",
        about("BidAdmitted", () => null),
        /marked and not admitted: lacking/,
      );
      await caught(
        s,
        "decisions",
        about("BidAdmitted", () => ({ reason: 1 })),
        /none of its codes/,
      );
      await caught(
        s,
        "statuses",
        about("BidAdmitted", ({ bidder }) => (bidder ? { bidder: s.d.address } : {})),
        /of a bid that is none/,
      );
    });
  });

  it("a document revoked by itself before the opening is marked; a bid that nobody opened loses its bond", async () => {
    const s = await documentScene();
    const { agency, schema, clerk } = s.tax;
    const documents = s.documents.connect(clerk);
    const leaf = leafOf(evidence(agency, s.a.address));
    await documents.attestRoot(agency, schema, leaf.root, 2, 0);
    const bid = await sealPlain(s, s.tender, s.a, bidWith(300n, leaf.proof));
    await sealPlain(s, s.tender, s.b, bidWith(300n, LACKING));
    await pass(s.commitDeadline);
    await documents.revokeLeaves(agency, leaf.root, 0, 1n, 1);
    await openPlain(s, bid);
    await pass(s.revealDeadline);
    await s.house.connect(s.officer).cancel(s.tender, 20, EVIDENCE);
    for (const one of [s.a, s.b]) await s.house.settleBond(s.tender, 0, one);
    await agrees(s);
    await caught(
      s,
      "documents",
      about("BidMarked", () => null),
      /told to be held, and is revoked/,
    );
    await caught(
      s,
      "bonds",
      about("TenderCancelled", () => null),
      /held until the lot is decided/,
    );
  });
});
