import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { bidBytes, open, seal } from "./bids.ts";
import { at, BY_PRICE, pass, publish, termsOf } from "./helpers.ts";
import {
  complain,
  Complaint,
  type Complaining,
  decide,
  FEE,
  FREE,
  GROUNDS,
  judgedBy,
  PERIOD,
  reviewed,
  reviewedScene,
  type ReviewScene,
  type ReviewTerms,
  reviewStage,
  statusOf,
  timeOf,
} from "./review.ts";
import { identityOf, refused, type SealedScene } from "./sealedScene.ts";
import { DAY, DEPOSIT, MAX_UINT40, Permission, ZeroAddress, ZeroHash } from "./values.ts";

const load = () => networkHelpers.loadFixture(reviewedScene);

describe("Complaints: terms and filing", () => {
  describe("begin", () => {
    it("is the house's alone", async () => {
      const s = await networkHelpers.loadFixture(reviewStage);
      const { reviewTerms } = await judgedBy(s);
      const begin = s.complaints.connect(s.officer).begin(1, s.agency, reviewTerms);
      await refused(begin, s.complaints, "ComplaintHouseOnly", s.officer.address);
    });

    it("refuses terms of another form, a time out of bounds, half a fee, and a tender without a standstill", async () => {
      const s = await networkHelpers.loadFixture(reviewStage);
      const attempt = async (changes: Partial<ReviewTerms>, standstill = DAY) =>
        s.house.connect(s.officer).publish(await termsOf(s, { standstill, judging: await judgedBy(s, changes) }));
      const wrong: Partial<ReviewTerms>[] = [
        { decisionPeriod: DAY - 1n },
        { decisionPeriod: 60n * DAY + 1n },
        { feeToken: ZeroAddress },
        { feeAmount: 0n },
        { treasury: ZeroAddress },
        { ...FREE, treasury: s.treasury.address },
        { treasury: await s.complaints.getAddress() },
      ];
      for (const changes of wrong) await refused(attempt(changes), s.complaints, "ComplaintTermsInvalid", 1);
      await refused(attempt({}, DAY - 1n), s.complaints, "ComplaintTermsInvalid", 1);
      for (const reviewTerms of ["0x", ethers.zeroPadBytes("0x", 159), ethers.zeroPadBytes("0x", 192)]) {
        const judging = { ...BY_PRICE, complaints: s.complaints, reviewTerms };
        const publication = s.house.connect(s.officer).publish(await termsOf(s, { judging }));
        await refused(publication, s.complaints, "ComplaintTermsInvalid", 1);
      }
      const noToken = attempt({ feeToken: s.stranger.address });
      await refused(noToken, s.complaints, "TokenInvalid", s.stranger.address);
      for (const decisionPeriod of [DAY, 60n * DAY]) await attempt({ decisionPeriod });
      await attempt(FREE);
    });

    it("refuses as reviewer the agency, a body with the same admin, and one that does not exist", async () => {
      const s = await networkHelpers.loadFixture(reviewStage);
      const attempt = async (reviewer: bigint) =>
        s.house.connect(s.officer).publish(await termsOf(s, { judging: await judgedBy(s, { reviewer }) }));
      for (const reviewer of [s.agency, 2n]) {
        await refused(attempt(reviewer), s.complaints, "ComplaintReviewerInvalid", s.agency, reviewer);
      }
      for (const reviewer of [0n, 4n]) await refused(attempt(reviewer), s.registry, "AgencyUnknown", reviewer);
    });

    it("keeps the terms, and tells them", async () => {
      const s = await networkHelpers.loadFixture(reviewStage);
      const token = ethers.getAddress(await s.token.getAddress());
      const review = [s.agency, s.body, PERIOD, token, FEE, s.treasury.address];
      const terms = await termsOf(s, { judging: await judgedBy(s) });
      await expect(s.house.connect(s.officer).publish(terms))
        .to.emit(s.complaints, "ReviewBegun")
        .withArgs(1, s.body, review);
      expect(await s.complaints.reviewOf(1)).to.deep.equal(review);
      expect(await s.complaints.reviewOf(2)).to.deep.equal([0n, 0n, 0n, ZeroAddress, 0n, ZeroAddress]);
    });
  });

  describe("complain", () => {
    it("is refused to who has no bid in the lot, and in another's name", async () => {
      const s = await load();
      const attempts: [HardhatEthersSigner, string][] = [
        [s.stranger, s.stranger.address],
        [s.stranger, s.a.address],
        [s.b, s.a.address],
        [s.officer, s.d.address],
        [s.stranger, ZeroAddress],
      ];
      for (const [by, bidder] of attempts) {
        const only = ["ComplaintBidderOnly", s.tender, 0, bidder, by.address] as const;
        await refused(complain(s, by, { bidder }), s.complaints, ...only);
      }
    });

    it("is refused without grounds, of a tender not heard here, and of one or a lot that does not exist", async () => {
      const s = await load();
      await refused(complain(s, s.a, { grounds: ZeroHash }), s.complaints, "ComplaintFileMissing");
      const plain = await publish(s);
      await refused(complain(s, s.a, plain), s.complaints, "ComplaintUnheard", plain.tender);
      await refused(complain(s, s.a, { tender: 99n }), s.complaints, "ComplaintUnheard", 99);
      await refused(complain(s, s.a, { lot: 1n }), s.house, "TenderLotUnknown", s.tender, 1);
    });

    it("is open to the vendor whom the bid names, not to both for one bid, nor to one who withdrew", async () => {
      const stage = await networkHelpers.loadFixture(reviewStage);
      const vendor = stage.stranger;
      const { tender, commitDeadline } = await publish(stage, { judging: await judgedBy(stage, FREE) });
      const { chainId } = await ethers.provider.getNetwork();
      const place = { ...stage, tender, chainId } as unknown as SealedScene;
      const identity = await identityOf(place, vendor, stage.a.address);
      const bid = await seal(stage, tender, stage.a, bidBytes(500n, ZeroHash, 0n, identity));
      await seal(stage, tender, stage.b, 600n);
      await stage.house.connect(stage.b).withdraw(tender, 0);
      const s = { ...stage, tender } as ReviewScene;
      const byVendor: Complaining = { bidder: s.a.address };
      await pass(commitDeadline);
      await refused(complain(s, vendor, byVendor), s.complaints, "ComplaintBidderOnly");
      await open(s, bid);
      const filed = complain(s, vendor, byVendor);
      const values = [1, tender, 0, vendor.address, s.a.address, ZeroAddress, GROUNDS];
      const deadline = (await timeOf(await filed)) + PERIOD;
      await expect(filed)
        .to.emit(s.complaints, "ComplaintFiled")
        .withArgs(...values, deadline);
      await refused(complain(s, s.a), s.complaints, "ComplaintFiledBefore", 1);
      await refused(complain(s, s.b), s.complaints, "ComplaintBidderOnly");
    });

    it("is not decided by the vendor behind a bid", async () => {
      const stage = await networkHelpers.loadFixture(reviewStage);
      const { tender, commitDeadline } = await publish(stage, { judging: await judgedBy(stage, FREE) });
      const { chainId } = await ethers.provider.getNetwork();
      const place = { ...stage, tender, chainId } as unknown as SealedScene;
      const identity = await identityOf(place, stage.stranger, stage.a.address);
      const bid = await seal(stage, tender, stage.a, bidBytes(500n, ZeroHash, 0n, identity));
      const s = { ...stage, tender } as ReviewScene;
      await pass(commitDeadline);
      await open(s, bid);
      await complain(s, s.a);
      await s.registry.connect(s.bodyAdmin).addKey(s.body, s.stranger, Permission.Review, 0, MAX_UINT40);
      const own = decide(s, 1n, Complaint.Rejected, { by: s.stranger });
      await refused(own, s.complaints, "ComplaintReviewerPartial", 1, s.stranger.address);
    });

    it("takes the fee, and none where the terms name none", async () => {
      const s = await load();
      const filed = await complain(s, s.a);
      const deadline = (await timeOf(filed)) + PERIOD;
      expect(await s.token.balanceOf(s.complaints)).to.equal(FEE);
      expect(await s.token.balanceOf(s.a)).to.equal(DEPOSIT - FEE);
      const { admin, keyCount } = await s.registry.agencyOf(s.agency);
      expect(await s.complaints.complaintOf(1)).to.deep.equal([
        ...[s.a.address, deadline, 0n, Complaint.Open, keyCount, admin, s.tender, 0n, 0n],
      ]);
      await s.token.connect(s.b).approve(s.complaints, FEE - 1n);
      await refused(complain(s, s.b), s.token, "ERC20InsufficientAllowance");
      const free = await reviewed({ judging: await judgedBy(s, FREE) }, s);
      await complain(free, free.a);
      expect(await s.token.balanceOf(s.complaints)).to.equal(FEE);
    });
  });

  describe("withdraw", () => {
    it("is the complainant's alone, once and in time; the fee is lost", async () => {
      const s = await load();
      const filed = await complain(s, s.a);
      for (const by of [s.b, s.officer, s.reviewer]) {
        const refusal = ["ComplaintComplainantOnly", 1, s.a.address] as const;
        await refused(s.complaints.connect(by).withdraw(1), s.complaints, ...refusal);
      }
      await refused(s.complaints.connect(s.a).withdraw(2), s.complaints, "ComplaintUnknown", 2);
      const snapshot = await networkHelpers.takeSnapshot();
      await at((await timeOf(filed)) + PERIOD + 1n);
      const late = s.complaints.connect(s.a).withdraw(1);
      await refused(late, s.complaints, "ComplaintNotOpen", 1, Complaint.Lapsed);
      await snapshot.restore();
      await expect(s.complaints.connect(s.a).withdraw(1)).to.emit(s.complaints, "ComplaintWithdrawn").withArgs(1);
      expect(await s.complaints.feesDue(s.token, s.treasury)).to.equal(FEE);
      expect(await s.complaints.blocks(s.tender, 0)).to.equal(false);
      const again = s.complaints.connect(s.a).withdraw(1);
      await refused(again, s.complaints, "ComplaintNotOpen", 1, Complaint.Withdrawn);
      await refused(decide(s, 1n, Complaint.Upheld), s.complaints, "ComplaintNotOpen", 1, Complaint.Withdrawn);
    });
  });

  describe("blocks", () => {
    it("as long as one complaint of the lot is open and in time, whichever was filed or ended first", async () => {
      const s = await load();
      const blocks = () => s.complaints.blocks(s.tender, 0);
      expect(await blocks()).to.equal(false);
      const now = BigInt(await networkHelpers.time.latest());
      for (const [i, by] of [s.a, s.b, s.c, s.d].entries()) {
        await at(now + 100n * BigInt(i + 1));
        await complain(s, by);
      }
      const links = async () => {
        const all = await Promise.all([1, 2, 3, 4].map((one) => s.complaints.complaintOf(one)));
        return all.map(({ older, newer }) => [older, newer]);
      };
      expect(await links()).to.deep.equal([
        [0n, 2n],
        [1n, 3n],
        [2n, 4n],
        [3n, 0n],
      ]);
      await s.complaints.connect(s.b).withdraw(2);
      await decide(s, 4n, Complaint.Rejected);
      expect(await links()).to.deep.equal([
        [0n, 3n],
        [0n, 0n],
        [1n, 0n],
        [0n, 0n],
      ]);
      await decide(s, 3n, Complaint.Upheld);
      await at(now + 100n + PERIOD);
      await networkHelpers.mine();
      expect(await blocks()).to.equal(true);
      expect(await statusOf(s, 1n)).to.equal(Complaint.Open);
      await networkHelpers.mine();
      expect(await blocks()).to.equal(false);
      expect(await statusOf(s, 1n)).to.equal(Complaint.Lapsed);
      await s.complaints.lapse(1);
      expect(await blocks()).to.equal(false);
    });

    it("stops the other lots of the tender not at all", async () => {
      const s = await load();
      await complain(s, s.a);
      expect(await s.complaints.blocks(s.tender, 1)).to.equal(false);
      expect(await s.complaints.blocks(s.tender + 1n, 0)).to.equal(false);
    });
  });

  describe("lapse", () => {
    it("comes a second after the deadline, once, by anyone; the fee goes back", async () => {
      const s = await load();
      const deadline = (await timeOf(await complain(s, s.a))) + PERIOD;
      const lapse = () => s.complaints.connect(s.stranger).lapse(1);
      await refused(s.complaints.lapse(2), s.complaints, "ComplaintUnknown", 2);
      await at(deadline);
      await refused(lapse(), s.complaints, "ComplaintNotLapsed", 1, deadline);
      await at(deadline + 1n);
      await refused(decide(s, 1n, Complaint.Annulled), s.complaints, "ComplaintNotOpen", 1, Complaint.Lapsed);
      await expect(lapse()).to.emit(s.complaints, "ComplaintLapsed").withArgs(1);
      await refused(lapse(), s.complaints, "ComplaintNotOpen", 1, Complaint.Lapsed);
      expect(await s.complaints.feesDue(s.token, s.a)).to.equal(FEE);
      await expect(s.complaints.connect(s.stranger).collect(s.token, s.a))
        .to.emit(s.complaints, "ComplaintFeesPaid")
        .withArgs(ethers.getAddress(await s.token.getAddress()), s.a.address, FEE);
      expect(await s.token.balanceOf(s.a)).to.equal(DEPOSIT);
      const nothing = s.complaints.collect(s.token, s.a);
      await refused(nothing, s.complaints, "ComplaintNothingDue");
    });
  });

  it("complaintOf refuses a number that was not given", async () => {
    const s = await load();
    await refused(s.complaints.complaintOf(0), s.complaints, "ComplaintUnknown", 0);
    await refused(s.complaints.complaintOf(1), s.complaints, "ComplaintUnknown", 1);
  });
});
