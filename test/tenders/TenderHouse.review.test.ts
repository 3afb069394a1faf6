import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { listOf, openAll, seal } from "./bids.ts";
import { at, pass, publish, type Scene } from "./helpers.ts";
import {
  award,
  complain,
  Complaint,
  decide,
  judgedBy,
  PERIOD,
  reevaluate,
  reviewedScene,
  type ReviewScene,
  reviewStage,
  timeOf,
} from "./review.ts";
import { refused } from "./sealedScene.ts";
import { BOND, DAY, DEPOSIT, EVIDENCE, HOUR, Outcome, STANDSTILL, Status, ZeroAddress } from "./values.ts";

const load = () => networkHelpers.loadFixture(reviewedScene);
const reject = (s: ReviewScene, bidder: { address: string }) =>
  s.house.connect(s.officer).reject(s.tender, 0, bidder.address, 1, EVIDENCE);
const strike = (s: ReviewScene, bidders: { address: string }[]) =>
  s.house.strike(
    s.tender,
    0,
    bidders.map(({ address }) => address),
  );
const outcomeOf = async (s: ReviewScene) => (await s.house.lotOf(s.tender, 0)).award.outcome;
const undecided = async (s: ReviewScene) => (await s.house.tenderOf(s.tender)).undecidedLots;
const order = (s: ReviewScene) => listOf(s, s.tender, 0n, s.bids);
const settle = (s: ReviewScene, bidder: { address: string }) => s.house.settleBond(s.tender, 0, bidder.address);

describe("TenderHouse: under review", () => {
  describe("while a complaint is open", () => {
    it("nothing is awarded or closed, neither in its last second; in the next one it is", async () => {
      const s = await load();
      await complain(s, s.a);
      const { deadline } = await s.complaints.complaintOf(1);
      const stopped = [s.house, "TenderUnderReview", s.tender, 0] as const;
      await refused(award(s, s.d), ...stopped);
      await refused(s.house.connect(s.officer).awardWithDocuments(s.tender, 0, s.d, "0x"), ...stopped);
      await refused(s.house.connect(s.officer).closeLot(s.tender, 0, s.d), ...stopped);
      await at(deadline);
      await refused(award(s, s.d), ...stopped);
      await at(deadline + 1n);
      await award(s, s.d);
    });

    it("the authority cannot decide it to go on", async () => {
      const s = await load();
      await complain(s, s.a);
      await s.registry.connect(s.bodyAdmin).addKey(s.body, s.officer, 1n << 15n, 0, 2n ** 40n - 1n);
      const own = decide(s, 1n, Complaint.Rejected, { by: s.officer });
      await refused(own, s.complaints, "ComplaintReviewerPartial", 1, s.officer.address);
      await refused(award(s, s.d), s.house, "TenderUnderReview");
    });

    it("an award is not final, though its standstill is over", async () => {
      const s = await load();
      const end = (await timeOf(await award(s, s.d))) + STANDSTILL;
      const isFinal = () => s.house.isFinal(s.tender, 0, s.d);
      await at(end);
      await complain(s, s.a);
      await pass(end + DAY);
      expect(await isFinal()).to.equal(false);
      await decide(s, 1n, Complaint.Rejected);
      expect(await isFinal()).to.equal(true);
      expect(await s.house.isFinal(s.tender, 0, s.c)).to.equal(false);
    });

    it("no award is final in the standstill's last second; in the next one it is", async () => {
      const s = await load();
      const end = (await timeOf(await award(s, s.d))) + STANDSTILL;
      await at(end);
      await networkHelpers.mine();
      expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(false);
      await networkHelpers.mine();
      expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(true);
    });

    it("bonds are held, of the losers too until the standstill is over", async () => {
      const s = await load();
      const end = (await timeOf(await award(s, s.d))) + STANDSTILL;
      await complain(s, s.a);
      for (const bidder of [s.a, s.d]) {
        await refused(settle(s, bidder), s.house, "TenderBondHeld", s.tender, 0, bidder.address, end);
      }
      await decide(s, 1n, Complaint.Rejected);
      await at(end);
      await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, end);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(end);
      await complain(s, s.b);
      for (const bidder of [s.a, s.d]) await refused(settle(s, bidder), s.house, "TenderUnderReview", s.tender, 0);
      await snapshot.restore();
      await at(end + 1n);
      for (const bidder of [s.a, s.d]) await settle(s, bidder);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });

  describe("annul", () => {
    it("ends the lot, frees all bonds at once, and leaves nothing to award or to cancel", async () => {
      for (const decided of [true, false]) {
        const s = await load();
        if (decided) await award(s, s.d);
        expect(await undecided(s)).to.equal(decided ? 0n : 1n);
        await complain(s, s.a);
        const annulled = decide(s, 1n, Complaint.Annulled);
        await expect(annulled).to.emit(s.house, "LotAnnulled").withArgs(s.tender, 0);
        expect((await s.house.lotOf(s.tender, 0)).award).to.deep.equal([
          ...[ZeroAddress, await timeOf(await annulled), Outcome.Annulled],
        ]);
        expect(await undecided(s)).to.equal(0n);
        expect((await s.house.bidOf(s.tender, 0, s.d)).awardedAt).to.equal(0n);
        expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(false);
        for (const bidder of [s.a, s.b, s.c, s.d]) await settle(s, bidder);
        expect(await s.house.bondBalance(s.token, s.d)).to.deep.equal([DEPOSIT, 0n]);
        await refused(award(s, s.d), s.house, "TenderLotDecided", s.tender, 0, Outcome.Annulled);
        const cancelled = s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
        await refused(cancelled, s.house, "TenderIsDecided", s.tender);
      }
    });
  });

  describe("reopen", () => {
    it("lets the lot be awarded anew, to another after a rejection, and holds the bonds again", async () => {
      const s = await load();
      await award(s, s.d);
      await complain(s, s.c);
      await expect(reevaluate(s, 1n)).to.emit(s.house, "LotReopened").withArgs(s.tender, 0, s.awardDeadline);
      expect(await outcomeOf(s)).to.equal(Outcome.Undecided);
      expect(await undecided(s)).to.equal(1n);
      expect((await s.house.bidOf(s.tender, 0, s.d)).awardedAt).to.equal(0n);
      await refused(settle(s, s.d), s.house, "TenderBondHeld", s.tender, 0, s.d.address, 0);
      await refused(award(s, s.c), s.house, "TenderLowerBidStands");
      await reject(s, s.d);
      await strike(s, [s.d]);
      const again = await timeOf(await award(s, s.c));
      expect((await s.house.lotOf(s.tender, 0)).award).to.deep.equal([s.c.address, again, Outcome.Awarded]);
      expect(await undecided(s)).to.equal(0n);
      await at(again + STANDSTILL + 1n);
      await settle(s, s.d);
      expect(await s.house.isFinal(s.tender, 0, s.c)).to.equal(true);
      expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(false);
    });

    it("of a lot closed, and of one not decided", async () => {
      const s = await load();
      await complain(s, s.a);
      await reevaluate(s, 1n);
      expect(await undecided(s)).to.equal(1n);
      for (const bidder of [s.d, s.c, s.b, s.a]) await reject(s, bidder);
      await strike(s, [s.d, s.c, s.b, s.a]);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      expect(await undecided(s)).to.equal(0n);
      await complain(s, s.a);
      await reevaluate(s, 2n, [{ bidder: s.a.address, head: ZeroAddress }]);
      expect(await undecided(s)).to.equal(1n);
      await award(s, s.a);
    });

    it("moves the lot's award deadline, never back and to 180 days from now at most", async () => {
      const s = await load();
      await award(s, s.d);
      await complain(s, s.a);
      const reopen = (awardDeadline: bigint) => decide(s, 1n, Complaint.Reevaluated, { awardDeadline });
      const deadlineNow = async () => (await s.house.lotOf(s.tender, 0)).awardDeadline;
      const snapshot = await networkHelpers.takeSnapshot();
      await reopen(s.awardDeadline - 1n);
      expect(await deadlineNow()).to.equal(s.awardDeadline);
      await pass(s.awardDeadline);
      await refused(award(s, s.d), s.house, "TenderAwardClosed", s.tender, s.awardDeadline);
      await snapshot.restore();
      const { deadline } = await s.complaints.complaintOf(1);
      const most = deadline + 180n * DAY;
      await at(deadline - 1n);
      await refused(reopen(most), s.house, "TenderReopenInvalid", s.tender, 0, most);
      await at(deadline);
      await reopen(most);
      expect(await deadlineNow()).to.equal(most);
      expect((await s.house.tenderOf(s.tender)).awardDeadline).to.equal(s.awardDeadline);
      await at(most);
      await award(s, s.d);
    });
  });

  describe("postpone", () => {
    const deadlineNow = async (s: ReviewScene) => (await s.house.lotOf(s.tender, 0)).awardDeadline;
    const postponed = (s: ReviewScene, time: bigint) => [s.tender, 0, time, s.awardDeadline + time] as const;

    it("gives back the time in which complaints stop a lot that can be awarded", async () => {
      const s = await load();
      const first = complain(s, s.a);
      await expect(first)
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, PERIOD));
      const filed = await timeOf(await first);
      await at(filed + 3n * HOUR);
      const both = PERIOD + 3n * HOUR;
      await expect(complain(s, s.b))
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, both));
      // Once nothing stops it, a further one counts from its own begin.
      await at(filed + 3n * HOUR + PERIOD + 1n);
      await expect(complain(s, s.c))
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, both + PERIOD));
      expect(await deadlineNow(s)).to.equal(s.awardDeadline + both + PERIOD);
      expect((await s.house.tenderOf(s.tender)).awardDeadline).to.equal(s.awardDeadline);
      await at(s.awardDeadline + both + PERIOD);
      await award(s, s.d);
    });

    it("takes back what was not needed, as complaints are decided and withdrawn", async () => {
      const s = await load();
      const filed = await timeOf(await complain(s, s.a));
      await at(filed + HOUR);
      await complain(s, s.b);
      await at(filed + 2n * HOUR);
      await complain(s, s.c);
      expect(await deadlineNow(s)).to.equal(s.awardDeadline + PERIOD + 2n * HOUR);
      // The newest one still stops the lot as long.
      await expect(decide(s, 2n, Complaint.Rejected)).not.to.emit(s.house, "LotPostponed");
      await expect(decide(s, 3n, Complaint.Upheld))
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, PERIOD));
      await at(filed + DAY);
      await expect(s.complaints.connect(s.a).withdraw(1))
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, DAY));
      await at(filed + DAY + 10n);
      await complain(s, s.d);
      expect(await deadlineNow(s)).to.equal(s.awardDeadline + DAY + PERIOD);
    });

    it("leaves a day to award after a complaint that was filed in the last second", async () => {
      const s = await load();
      await at(s.awardDeadline);
      await expect(complain(s, s.a))
        .to.emit(s.house, "LotPostponed")
        .withArgs(...postponed(s, PERIOD + DAY));
      await refused(award(s, s.d), s.house, "TenderUnderReview");
      await at(s.awardDeadline + HOUR);
      await decide(s, 1n, Complaint.Rejected);
      const last = s.awardDeadline + HOUR + DAY;
      const snapshot = await networkHelpers.takeSnapshot();
      await at(last);
      await award(s, s.d);
      await snapshot.restore();
      await at(last + 1n);
      await refused(award(s, s.d), s.house, "TenderAwardClosed", s.tender, last);
    });

    it("is not due where nothing is left to award, whatever ends afterwards", async () => {
      const s = await load();
      await award(s, s.d);
      await expect(complain(s, s.a)).not.to.emit(s.house, "LotPostponed");
      await expect(decide(s, 1n, Complaint.Rejected)).not.to.emit(s.house, "LotPostponed");
      expect(await deadlineNow(s)).to.equal(s.awardDeadline);
      const t = await load();
      await complain(t, t.a);
      await t.house.connect(t.officer).cancel(t.tender, 1, EVIDENCE);
      await expect(t.complaints.connect(t.a).withdraw(1)).not.to.emit(t.house, "LotPostponed");
    });

    it("counts from the deadline that a review gave", async () => {
      const s = await load();
      const filed = await timeOf(await complain(s, s.a));
      const later = s.awardDeadline + PERIOD + DAY;
      await at(filed + HOUR);
      await decide(s, 1n, Complaint.Reevaluated, { awardDeadline: later });
      expect(await deadlineNow(s)).to.equal(later);
      await at(filed + 2n * HOUR);
      await complain(s, s.a);
      expect(await deadlineNow(s)).to.equal(later + PERIOD);
      await at(filed + 3n * HOUR);
      await decide(s, 2n, Complaint.Reevaluated, { awardDeadline: later });
      expect(await deadlineNow(s)).to.equal(later + HOUR);
    });
  });

  describe("reinstate", () => {
    const back = (bidder: { address: string }, head: { address: string } | string = ZeroAddress) => ({
      bidder: bidder.address,
      head: typeof head === "string" ? head : head.address,
    });

    it("lets a rejected bid stand in its place again", async () => {
      const s = await load();
      await reject(s, s.c);
      const { standing } = await s.house.lotOf(s.tender, 0);
      await complain(s, s.c);
      const decided = reevaluate(s, 1n, [back(s.c)]);
      await expect(decided).to.emit(s.house, "BidReinstated").withArgs(s.tender, 0, s.c.address, Status.Standing);
      expect((await s.house.bidOf(s.tender, 0, s.c)).status).to.equal(Status.Standing);
      expect((await s.house.lotOf(s.tender, 0)).standing).to.equal(standing + 1n);
      expect(await order(s)).to.deep.equal([4n, 3n, 2n, 1n]);
    });

    it("puts one struck from the head back there, after an award too", async () => {
      const s = await load();
      await reject(s, s.d);
      await strike(s, [s.d]);
      await award(s, s.c);
      expect(await order(s)).to.deep.equal([3n, 2n, 1n]);
      await complain(s, s.d);
      const stale = (head: string) =>
        refused(reevaluate(s, 1n, [back(s.d, head)]), s.house, "TenderPlaceStale", s.tender, 0, s.d.address, head);
      for (const head of [ZeroAddress, s.b.address, s.d.address, s.stranger.address]) await stale(head);
      await reevaluate(s, 1n, [back(s.d, s.c)]);
      expect(await order(s)).to.deep.equal([4n, 3n, 2n, 1n]);
      await refused(award(s, s.c), s.house, "TenderLowerBidStands");
      await award(s, s.d);
    });

    it("puts several back, the last one first; one that costs more than the head is placed", async () => {
      const s = await load();
      for (const bidder of [s.d, s.c, s.b]) await reject(s, bidder);
      await strike(s, [s.d, s.c, s.b]);
      await complain(s, s.d);
      const snapshot = await networkHelpers.takeSnapshot();
      await reevaluate(s, 1n, [back(s.b, s.a), back(s.c, s.b), back(s.d, s.c)]);
      expect(await order(s)).to.deep.equal([4n, 3n, 2n, 1n]);
      await snapshot.restore();
      await reevaluate(s, 1n, [back(s.d, s.a), back(s.b, s.d)]);
      expect(await order(s)).to.deep.equal([4n, 1n]);
      await refused(award(s, s.d), s.house, "TenderBidsUnplaced", s.tender, 0, 1);
      const wrong = s.house.place(s.tender, 0, s.b, ZeroAddress, s.d);
      await refused(wrong, s.house, "TenderPlaceStale");
      await s.house.place(s.tender, 0, s.b, s.d, s.a);
      expect(await order(s)).to.deep.equal([4n, 2n, 1n]);
      await award(s, s.d);
      expect((await s.house.lotOf(s.tender, 0)).standing).to.equal(3n);
    });

    it("puts one back before the bid that it is tied with, and as the only one", async () => {
      const base = await networkHelpers.loadFixture(reviewStage);
      const published = await publish(base, { judging: await judgedBy(base) });
      const bids = [await seal(base, published.tender, base.a, 100n), await seal(base, published.tender, base.b, 100n)];
      const s: ReviewScene = { ...base, ...published, bids: bids as Scene["bids"] };
      await pass(s.commitDeadline);
      await openAll(s, bids);
      await pass(s.revealDeadline);
      await reject(s, s.a);
      await strike(s, [s.a]);
      await complain(s, s.a);
      await reevaluate(s, 1n, [back(s.a, s.b)]);
      expect(await order(s)).to.deep.equal([1n, 2n]);
      await refused(award(s, s.b), s.house, "TenderLowerBidStands");
      for (const bidder of [s.a, s.b]) await reject(s, bidder);
      await strike(s, [s.a, s.b]);
      await complain(s, s.b);
      await reevaluate(s, 2n, [back(s.b)]);
      expect(await order(s)).to.deep.equal([2n]);
      await award(s, s.b);
    });

    it("refuses a bid that is not rejected, twice the same, or that never had a place", async () => {
      const s = await load();
      await reject(s, s.c);
      await complain(s, s.c);
      const status = (bidder: { address: string }, of: bigint) =>
        [s.house, "TenderBidStatus", s.tender, 0, bidder.address, of] as const;
      await refused(reevaluate(s, 1n, [back(s.a)]), ...status(s.a, Status.Standing));
      await refused(reevaluate(s, 1n, [back(s.stranger)]), ...status(s.stranger, Status.None));
      await refused(reevaluate(s, 1n, [back(s.c), back(s.c)]), ...status(s.c, Status.Standing));
      await reevaluate(s, 1n, [back(s.c)]);
    });
  });

  it("remedies are ordered by the tender's own complaints, and by nobody else", async () => {
    const s = await load();
    await award(s, s.d);
    const { complaints } = await s.house.tenderOf(s.tender);
    expect(complaints).to.equal(ethers.getAddress(await s.complaints.getAddress()));
    const only = [s.house, "TenderComplaintsOnly", s.tender, complaints] as const;
    for (const by of [s.officer, s.reviewer, s.bodyAdmin, s.platform, s.a]) {
      const house = s.house.connect(by);
      await refused(house.annul(s.tender, 0), ...only);
      await refused(house.reopen(s.tender, 0, s.awardDeadline), ...only);
      await refused(house.reinstate(s.tender, 0, s.d, ZeroAddress), ...only);
      await refused(house.postpone(s.tender, 0, DAY, 0), ...only);
    }
    for (const act of [s.house.annul(99, 0), s.house.reopen(99, 0, 0), s.house.reinstate(99, 0, s.d, s.c)]) {
      await refused(act, s.house, "TenderUnknown", 99);
    }
    const plain = await publish(s);
    await refused(s.house.annul(plain.tender, 0), s.house, "TenderComplaintsOnly", plain.tender, ZeroAddress);
    expect((await s.house.bondBalance(s.token, s.d))[1]).to.equal(BOND);
  });
});
