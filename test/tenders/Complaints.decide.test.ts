import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, keyWith, newAccount } from "./helpers.ts";
import {
  award,
  complain,
  Complaint,
  decide,
  FEE,
  reevaluate,
  reviewed,
  reviewedScene,
  type ReviewScene,
  STATEMENT,
  statusOf,
  PERIOD,
} from "./review.ts";
import { refused } from "./sealedScene.ts";
import { CEILING, DAY, EVIDENCE, MAX_UINT40, Outcome, Permission, ZeroHash } from "./values.ts";

/** A scene with a complaint of a's. */
async function complained(): Promise<ReviewScene> {
  const s = await reviewed();
  await complain(s, s.a);
  return s;
}

const load = () => networkHelpers.loadFixture(complained);

/** Gives an account a key of the reviewing body. */
async function appointed(s: ReviewScene, account: HardhatEthersSigner): Promise<HardhatEthersSigner> {
  await s.registry.connect(s.bodyAdmin).addKey(s.body, account, Permission.Review, 0, MAX_UINT40);
  return account;
}

const partial = (s: ReviewScene, by: HardhatEthersSigner) =>
  refused(decide(s, 1n, Complaint.Rejected, { by }), s.complaints, "ComplaintReviewerPartial", 1, by.address);

describe("Complaints: decide", () => {
  describe("is refused to", () => {
    it("everyone without a key of the reviewer, above all to the authority", async () => {
      const s = await load();
      const other = await newAccount();
      const without = Permission.Review ^ (2n ** 48n - 1n);
      await s.registry.connect(s.bodyAdmin).addKey(s.body, other, without, 0, MAX_UINT40);
      const own = await keyWith(s, 2n ** 48n - 1n);
      for (const by of [s.officer, own, other, s.admin, s.bodyAdmin, s.stranger, s.a, s.d, s.treasury]) {
        const refusal = ["AgencyKeyNotPermitted", s.body, by.address, Permission.Review] as const;
        await refused(decide(s, 1n, Complaint.Rejected, { by }), s.registry, ...refusal);
      }
      await s.registry.suspend(s.body);
      await refused(decide(s, 1n, Complaint.Rejected), s.registry, "AgencyKeyNotPermitted");
      await s.registry.resume(s.body);
      await decide(s, 1n, Complaint.Rejected);
    });

    it("a key of the reviewer that is, will be or ever was one of the agency when the complaint is filed", async () => {
      const s = await networkHelpers.loadFixture(reviewedScene);
      const agency = s.registry.connect(s.admin);
      const ended = await keyWith(s, Permission.Cancel);
      await agency.endKey(s.agency, ended);
      const from = BigInt(await networkHelpers.time.latest()) + DAY;
      const future = await newAccount();
      await agency.addKey(s.agency, future, 1n, from, MAX_UINT40);
      await complain(s, s.a);
      for (const by of [s.officer, ended, future]) await partial(s, await appointed(s, by));
      // Added again and again it is the same account.
      for (let i = 0; i < 2; i++) {
        await agency.addKey(s.agency, ended, 1n, 0, MAX_UINT40);
        await partial(s, ended);
        await agency.endKey(s.agency, ended);
      }
    });

    it("a key of the reviewer that is the agency's admin, the complainant, or a bidder of the lot", async () => {
      const s = await load();
      for (const by of [s.admin, s.a, s.d]) await partial(s, await appointed(s, by));
    });

    it("a reviewer that was handed over to the agency's admin", async () => {
      const s = await load();
      await s.registry.connect(s.bodyAdmin).transferAdmin(s.body, s.admin);
      await partial(s, s.reviewer);
    });
  });

  it("is not for the agency to prevent, by adding the reviewer's key to its own after the complaint", async () => {
    const s = await load();
    const agency = s.registry.connect(s.admin);
    for (let i = 0; i < 2; i++) {
      await agency.addKey(s.agency, s.reviewer, 1n, 0, MAX_UINT40);
      await agency.endKey(s.agency, s.reviewer);
    }
    await agency.addKey(s.agency, s.reviewer, 1n, 0, MAX_UINT40);
    await decide(s, 1n, Complaint.Annulled);
  });

  it("is refused without a statement, with no decision, or with an order that it does not give", async () => {
    const s = await load();
    const noFile = decide(s, 1n, Complaint.Rejected, { statement: ZeroHash });
    await refused(noFile, s.complaints, "ComplaintFileMissing");
    const { None, Open, Withdrawn, Lapsed, Rejected, Upheld, Annulled, Reevaluated } = Complaint;
    const invalid = (status: bigint, awardDeadline = 0n) =>
      [s.complaints, "ComplaintDecisionInvalid", 1, status, awardDeadline] as const;
    for (const status of [None, Open, Withdrawn, Lapsed]) await refused(decide(s, 1n, status), ...invalid(status));
    const reinstated = [{ bidder: s.d.address, head: s.c.address }];
    for (const status of [Rejected, Upheld, Annulled]) {
      await refused(decide(s, 1n, status, { awardDeadline: s.awardDeadline }), ...invalid(status, s.awardDeadline));
      await refused(decide(s, 1n, status, { reinstated }), ...invalid(status));
    }
    const now = BigInt(await networkHelpers.time.latest()) + 100n;
    await at(now);
    await refused(decide(s, 1n, Reevaluated, { awardDeadline: now }), ...invalid(Reevaluated, now));
    await at(now + 1n);
    await decide(s, 1n, Reevaluated, { awardDeadline: now + 2n });
  });

  it("comes until the deadline's last second", async () => {
    const s = await load();
    const { deadline } = await s.complaints.complaintOf(1);
    await at(deadline);
    await decide(s, 1n, Complaint.Annulled);
  });

  it("comes once: no decision is decided again, whatever it was", async () => {
    const s = await load();
    const { Rejected, Upheld, Reevaluated, Annulled } = Complaint;
    for (const status of [Rejected, Upheld, Reevaluated, Annulled]) {
      const snapshot = await networkHelpers.takeSnapshot();
      const awardDeadline = status === Reevaluated ? s.awardDeadline : 0n;
      const decided = decide(s, 1n, status, { awardDeadline });
      await expect(decided).to.emit(s.complaints, "ComplaintDecided").withArgs(1, status, 1, STATEMENT);
      expect(await statusOf(s, 1n)).to.equal(status);
      const notOpen = [s.complaints, "ComplaintNotOpen", 1, status] as const;
      for (const again of [Rejected, Annulled]) await refused(decide(s, 1n, again), ...notOpen);
      await refused(s.complaints.connect(s.a).withdraw(1), ...notOpen);
      await at(BigInt(await networkHelpers.time.latest()) + PERIOD + 1n);
      await refused(s.complaints.lapse(1), ...notOpen);
      await snapshot.restore();
    }
  });

  it("gives the fee back unless the complaint is rejected", async () => {
    const s = await load();
    const { Rejected, Upheld, Reevaluated, Annulled } = Complaint;
    for (const status of [Rejected, Upheld, Reevaluated, Annulled]) {
      const snapshot = await networkHelpers.takeSnapshot();
      await decide(s, 1n, status, { awardDeadline: status === Reevaluated ? s.awardDeadline : 0n });
      const [to, not] = status === Rejected ? [s.treasury, s.a] : [s.a, s.treasury];
      expect(await s.complaints.feesDue(s.token, to)).to.equal(FEE);
      expect(await s.complaints.feesDue(s.token, not)).to.equal(0n);
      const before = await s.token.balanceOf(to);
      await s.complaints.collect(s.token, to);
      expect(await s.token.balanceOf(to)).to.equal(before + FEE);
      expect(await s.token.balanceOf(s.complaints)).to.equal(0n);
      await snapshot.restore();
    }
  });

  it("of one complaint leaves the others open", async () => {
    const s = await load();
    await complain(s, s.b);
    await decide(s, 1n, Complaint.Rejected);
    expect(await s.complaints.blocks(s.tender, 0)).to.equal(true);
    await decide(s, 2n, Complaint.Annulled);
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.Annulled);
  });

  it("reverts as a whole where the house refuses the order; the complaint can be decided otherwise", async () => {
    const s = await load();
    await complain(s, s.b);
    await decide(s, 1n, Complaint.Annulled);
    const decided = ["TenderLotDecided", s.tender, 0, Outcome.Annulled] as const;
    await refused(decide(s, 2n, Complaint.Annulled), s.house, ...decided);
    await refused(reevaluate(s, 2n), s.house, "TenderReopenInvalid", s.tender, 0, s.awardDeadline);
    expect(await statusOf(s, 2n)).to.equal(Complaint.Open);
    await decide(s, 2n, Complaint.Upheld);
  });

  it("of a tender cancelled meanwhile orders nothing anew, but annuls an award of it", async () => {
    const s = await networkHelpers.loadFixture(reviewedScene);
    const two = await reviewed({ ceilings: [CEILING, CEILING] }, s);
    await award(two, two.d);
    await complain(two, two.a);
    await complain(two, two.b);
    await two.house.connect(two.officer).cancel(two.tender, 1, EVIDENCE);
    await refused(reevaluate(two, 1n), two.house, "TenderIsCancelled", two.tender);
    await decide(two, 1n, Complaint.Annulled);
    expect((await two.house.lotOf(two.tender, 0)).award.outcome).to.equal(Outcome.Annulled);
    expect((await two.house.tenderOf(two.tender)).undecidedLots).to.equal(1n);
    await decide(two, 2n, Complaint.Rejected);
    expect(await two.complaints.feesDue(two.token, two.a)).to.equal(FEE);
  });
});
