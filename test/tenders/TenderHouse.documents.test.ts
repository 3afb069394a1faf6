import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { open, seal, viewOf } from "./bids.ts";
import {
  AT_AWARD,
  bidWith,
  type DocumentScene,
  documentScene,
  evidence,
  held,
  issuer,
  LACKING,
  leafOf,
  Marks,
  opened,
  requiring,
} from "./evidence.ts";
import { eachRefused, pass, publish, stage, termsOf } from "./helpers.ts";
import { CEILING, EVIDENCE, Permission, Status, ZeroAddress, ZeroHash } from "./values.ts";

const marksOf = async (s: DocumentScene, who: HardhatEthersSigner): Promise<bigint> =>
  (await s.house.bidOf(s.tender, 0, who)).marks;

describe("TenderHouse: required documents", () => {
  describe("publish", () => {
    it("keeps what each lot requires", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const tax = await issuer(s);
      const word = requiring(
        { schema: tax.schema, issuer: tax.agency },
        { schema: tax.schema, more: AT_AWARD },
        { schema: tax.schema },
        { schema: tax.schema },
      );
      const { tender } = await publish(s, { ceilings: [0n, CEILING, 5n], required: [word, 0n, word] });
      for (const [lot, kept] of [[0n, word] as const, [CEILING, 0n] as const, [5n, word] as const].entries()) {
        const { ceiling, required } = await s.house.lotOf(tender, lot);
        expect([ceiling, required]).to.deep.equal(kept);
      }
    });

    it("reverts when the lots are not as many, a schema is none, or a fifth document is required", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const { schema } = await issuer(s);
      const good = requiring({ schema });
      const bad: [bigint[], bigint][] = [
        [[good, good], 2n],
        [[requiring({ schema: schema + 1n })], 0n],
        [[requiring({ schema: 0n, issuer: 1n })], 0n],
        [[requiring({ schema }, { schema: 0n, more: AT_AWARD })], 0n],
        [[requiring({ schema: 0n }, { schema })], 0n],
        [[1n << 192n], 0n],
        [[requiring({ schema }, { schema }, { schema }, { schema }, { schema })], 0n],
      ];
      for (const [required, lot] of bad) {
        await expect(s.house.connect(s.officer).publish(await termsOf(s, { required })))
          .to.be.revertedWithCustomError(s.house, "TenderRequirementInvalid")
          .withArgs(lot);
      }
    });
  });

  describe("open", () => {
    it("marks nothing where the documents are held", async () => {
      const s = await documentScene({ issuer: true });
      const { proof } = await held(s, s.tax, s.a.address);
      const bid = await seal(s, s.tender, s.a, bidWith(100n, proof));
      await pass(s.commitDeadline);
      await expect(open(s, bid))
        .to.emit(s.house, "BidOpened")
        .withArgs(s.tender, 0, s.a.address, 0, 1, Status.Standing, bid.bid, bid.salt)
        .and.not.to.emit(s.house, "BidMarked");
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(
        viewOf({ status: Status.Standing, number: 1n, price: 100n }),
      );
    });

    it("marks a bid that lacks one, in its place, and says so in an event", async () => {
      const s = await documentScene();
      const bid = await seal(s, s.tender, s.a, bidWith(100n, LACKING));
      await pass(s.commitDeadline);
      await expect(open(s, bid)).to.emit(s.house, "BidMarked").withArgs(s.tender, 0, s.a.address, Marks.Lacking);
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(
        viewOf({ status: Status.Standing, number: 1n, price: 100n, marks: Marks.Lacking }),
      );
      expect((await s.house.lotOf(s.tender, 0)).lowest).to.equal(1n);
    });

    it("marks a rival's document", async () => {
      const s = await documentScene();
      const { proof } = await held(s, s.tax, s.b.address);
      await opened(s, s.a, 100n, proof);
      expect(await marksOf(s, s.a)).to.equal(Marks.Unknown);
    });

    it("marks each requirement by itself", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const [tax, court] = [await issuer(s), await issuer(s)];
      const required = [requiring({ schema: tax.schema }, { schema: court.schema, issuer: tax.agency }, tax, court)];
      const t: DocumentScene = { ...s, tax, ...(await publish(s, { required })) };
      const [one, other] = [await held(s, tax, s.a.address), await held(s, court, s.a.address)];
      await opened(t, s.a, 100n, one.proof, other.proof, other.proof, LACKING);
      expect(await marksOf(t, s.a)).to.equal(
        (Marks.OtherIssuer << 4n) | (Marks.OtherSchema << 8n) | (Marks.Lacking << 12n),
      );
    });

    it("judges a document by the commit deadline, whatever happened to it since", async () => {
      const s = await documentScene();
      const { proof, docHash } = await held(s, s.tax, s.a.address, s.commitDeadline);
      const bid = await seal(s, s.tender, s.a, bidWith(100n, proof));
      await pass(s.commitDeadline);
      await s.documents.connect(s.tax.clerk).revoke(s.tax.agency, docHash, 1);
      await s.registry.suspend(s.tax.agency);
      await open(s, bid);
      expect(await marksOf(s, s.a)).to.equal(0n);
    });

    it("marks what was over, revoked, suspended or not yet there at the commit deadline", async () => {
      const over: Record<string, (s: DocumentScene) => Promise<string>> = {
        [`${Marks.Expired}`]: async (s) => (await held(s, s.tax, s.a.address, s.commitDeadline - 1n)).proof,
        [`${Marks.Revoked}`]: async (s) => {
          const { proof, docHash } = await held(s, s.tax, s.a.address);
          await s.documents.connect(s.tax.clerk).revoke(s.tax.agency, docHash, 1);
          return proof;
        },
        [`${Marks.IssuerSuspended}`]: async (s) => {
          const { proof } = await held(s, s.tax, s.a.address);
          await s.registry.suspend(s.tax.agency);
          return proof;
        },
        [`${Marks.Unknown}`]: (s) =>
          Promise.resolve(evidence(s.tax.agency, s.a.address, `${s.tax.agency} for ${s.a.address}`).proof),
      };
      for (const [mark, prepared] of Object.entries(over)) {
        const s = await documentScene();
        const proof = await prepared(s);
        const bid = await seal(s, s.tender, s.a, bidWith(100n, proof));
        await pass(s.commitDeadline);
        // Set right after the deadline, when it is too late.
        if (BigInt(mark) === Marks.IssuerSuspended) await s.registry.resume(s.tax.agency);
        if (BigInt(mark) === Marks.Unknown) await held(s, s.tax, s.a.address);
        await open(s, bid);
        expect(await marksOf(s, s.a), mark).to.equal(BigInt(mark));
      }
    });

    it("marks a document of a body that is not accredited", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const tax = await issuer(s, false);
      const t: DocumentScene = { ...s, tax, ...(await publish(s, { required: [requiring({ schema: tax.schema })] })) };
      await opened(t, s.a, 100n, (await held(s, tax, s.a.address)).proof);
      expect(await marksOf(t, s.a)).to.equal(Marks.IssuerNotAccredited);
    });

    it("judges a document under a root by its bit at the opening", async () => {
      for (const revoked of [false, true]) {
        const s = await documentScene();
        const leaf = leafOf(evidence(s.tax.agency, s.a.address));
        const documents = s.documents.connect(s.tax.clerk);
        await documents.attestRoot(s.tax.agency, s.tax.schema, leaf.root, 2, 0);
        const bid = await seal(s, s.tender, s.a, bidWith(100n, leaf.proof));
        await pass(s.commitDeadline);
        await documents.revokeLeaves(s.tax.agency, leaf.root, 0, revoked ? 1n : 2n, 1);
        await open(s, bid);
        expect(await marksOf(s, s.a)).to.equal(revoked ? Marks.Revoked : 0n);
      }
    });

    it("opens a bid whatever its proofs are", async () => {
      const garbage = ["0x", "0x01", `0x01${"ff".repeat(52)}`, `0xff${"00".repeat(60)}`, `0x16${"ab".repeat(1_000)}`];
      for (const proofs of [
        ...garbage,
        `0x03${"00".repeat(88)}`,
        `0x${"02".repeat(57)}`,
        `0x01${"00".repeat(53)}ffff`,
      ]) {
        const s = await documentScene();
        await opened(s, s.a, 100n, proofs);
        expect((await s.house.bidOf(s.tender, 0, s.a)).status, proofs).to.equal(Status.Standing);
        expect(await marksOf(s, s.a), proofs).to.be.oneOf([Marks.Lacking, Marks.Unknown]);
      }
    });

    it("does not look at proofs where the lot requires none", async () => {
      const s = await networkHelpers.loadFixture(stage);
      const t = await publish(s);
      const bid = await seal(s, t.tender, s.a, bidWith(100n, LACKING));
      await pass(t.commitDeadline);
      await expect(open(s, bid)).not.to.emit(s.house, "BidMarked");
      const view = viewOf({ status: Status.Standing, number: 1n, price: 100n });
      expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(view);
    });

    it("marks a bid that cannot win by its price just the same", async () => {
      for (const [price, status] of [[CEILING + 1n, Status.OverCeiling] as const, [5n, Status.UnderMinimum] as const]) {
        const s = await networkHelpers.loadFixture(stage);
        const tax = await issuer(s);
        const required = [requiring({ schema: tax.schema })];
        const t: DocumentScene = { ...s, tax, ...(await publish(s, { required, minimums: [6n] })) };
        await opened(t, s.a, price, LACKING);
        const view = viewOf({ status, number: 1n, price, marks: Marks.Lacking });
        expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(view);
      }
    });

    it("does not mark a malformed bid", async () => {
      const s = await documentScene();
      const bid = await seal(s, s.tender, s.a, bidWith(2n ** 59n, LACKING));
      await pass(s.commitDeadline);
      await expect(open(s, bid)).not.to.emit(s.house, "BidMarked");
      expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(viewOf({ status: Status.Malformed, number: 1n }));
    });
  });

  describe("a marked bid", () => {
    async function marked(): Promise<DocumentScene> {
      const s = await documentScene();
      const bids = [
        await seal(s, s.tender, s.a, bidWith(100n, LACKING)),
        await seal(s, s.tender, s.b, bidWith(200n, (await held(s, s.tax, s.b.address)).proof)),
      ] as const;
      await pass(s.commitDeadline);
      await open(s, bids[0]);
      await open(s, bids[1], { before: s.a.address });
      await pass(s.revealDeadline);
      return s;
    }

    it("is not awarded, nor the next one before it", async () => {
      const s = await marked();
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.a))
        .to.be.revertedWithCustomError(s.house, "TenderBidMarked")
        .withArgs(s.tender, 0, s.a.address, Marks.Lacking);
      await expect(s.house.connect(s.officer).award(s.tender, 0, s.b)).to.be.revertedWithCustomError(
        s.house,
        "TenderLowerBidStands",
      );
    });

    it("can be rejected, and the next one wins", async () => {
      const s = await marked();
      await s.house.connect(s.officer).reject(s.tender, 0, s.a, 3, EVIDENCE);
      await s.house.strike(s.tender, 0, [s.a]);
      await s.house.connect(s.officer).award(s.tender, 0, s.b);
      expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.b.address);
    });

    it("can be admitted in public, and then wins", async () => {
      const s = await marked();
      await expect(s.house.connect(s.officer).admit(s.tender, 0, s.a, 10, EVIDENCE))
        .to.emit(s.house, "BidAdmitted")
        .withArgs(s.tender, 0, s.a.address, s.key, 10, EVIDENCE);
      expect(await marksOf(s, s.a)).to.equal(0n);
      await s.house.connect(s.officer).award(s.tender, 0, s.a);
      expect((await s.house.lotOf(s.tender, 0)).award.winner).to.equal(s.a.address);
    });

    it("is admitted only by a key that may reject, with a reason, while it stands and the lot is undecided", async () => {
      const s = await marked();
      const admit = (by: HardhatEthersSigner, bidder = s.a.address, reason = 10, evidenceOf = EVIDENCE) =>
        s.house.connect(by).admit(s.tender, 0, bidder, reason, evidenceOf);
      await eachRefused(s, Permission.Reject, async (by) => {
        await expect(admit(by)).to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted");
      });
      for (const [reason, proof] of [[0, EVIDENCE] as const, [10, ZeroHash] as const]) {
        await expect(admit(s.officer, s.a.address, reason, proof))
          .to.be.revertedWithCustomError(s.house, "TenderReasonMissing")
          .withArgs(reason, proof);
      }
      // One without marks, and one that is no bidder.
      for (const [bidder, status] of [[s.b, Status.Standing] as const, [s.c, Status.None] as const]) {
        await expect(admit(s.officer, bidder.address))
          .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
          .withArgs(s.tender, 0, bidder.address, status);
      }
      await s.house.connect(s.officer).reject(s.tender, 0, s.a, 3, EVIDENCE);
      await s.house.strike(s.tender, 0, [s.a]);
      await expect(admit(s.officer))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.a.address, Status.Rejected);
      await s.house.connect(s.officer).award(s.tender, 0, s.b);
      await expect(admit(s.officer)).to.be.revertedWithCustomError(s.house, "TenderLotDecided");
    });

    it("is admitted once only, and before it has its place too", async () => {
      const s = await documentScene();
      const bid = await seal(s, s.tender, s.a, bidWith(100n, LACKING));
      await pass(s.commitDeadline);
      await open(s, bid, { before: s.stranger.address });
      const admit = () => s.house.connect(s.officer).admit(s.tender, 0, s.a, 10, EVIDENCE);
      await admit();
      await expect(admit())
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, s.a.address, Status.Unplaced);
      await s.house.place(s.tender, 0, s.a, ZeroAddress, ZeroAddress);
      await pass(s.revealDeadline);
      await s.house.connect(s.officer).award(s.tender, 0, s.a);
    });

    it("is admitted until the award deadline's last second", async () => {
      const s = await marked();
      await networkHelpers.time.setNextBlockTimestamp(s.awardDeadline);
      await s.house.connect(s.officer).admit(s.tender, 0, s.a, 10, EVIDENCE);
      const late = await marked();
      await pass(late.awardDeadline);
      await expect(late.house.connect(late.officer).admit(late.tender, 0, late.a, 10, EVIDENCE))
        .to.be.revertedWithCustomError(late.house, "TenderAwardClosed")
        .withArgs(late.tender, late.awardDeadline);
    });
  });
});
