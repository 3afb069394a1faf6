import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { ethers, networkHelpers } from "../shared/house.ts";
import { openAll, seal } from "../tenders/bids.ts";
import {
  commit,
  type EvaluationTerms,
  type Judged,
  list,
  listed,
  type PanelStage,
  points,
  progress,
  rankedByPrice,
} from "../tenders/evaluation/scene.ts";
import { at, newAccount, pass, publish, UNBONDED } from "../tenders/helpers.ts";
import {
  award,
  complain,
  Complaint,
  decide,
  FREE,
  judgedBy,
  reviewedScene,
  type ReviewScene,
  type ReviewStage,
  reviewStage,
  STATEMENT,
} from "../tenders/review.ts";
import * as sealed from "../tenders/sealedScene.ts";
import { DAY, EVIDENCE, HOUR, id, MAX_UINT40, Permission, STANDSTILL, ZeroAddress } from "../tenders/values.ts";

const { refused } = sealed;

const scene = () => networkHelpers.loadFixture(reviewedScene);
const deadlineOf = async (s: ReviewScene) => (await s.house.lotOf(s.tender, 0)).awardDeadline;

/** Complaints are heard without a fee, by a body of which this is the only key. */
const heardBy = (reviewerOf: (s: PanelStage) => HardhatEthersSigner | Promise<HardhatEthersSigner>) => {
  const keys: HardhatEthersSigner[] = [];
  const judging = async (s: PanelStage) => {
    const [bodyAdmin, reviewer] = [await newAccount(), await reviewerOf(s)];
    await s.registry.register(id("review body"), id("metadata"), bodyAdmin);
    await s.registry.connect(bodyAdmin).addKey(3, reviewer, Permission.Review, 0, MAX_UINT40);
    keys.push(reviewer);
    const { reviewTerms } = await judgedBy({ ...s, body: 3n } as unknown as ReviewStage, FREE);
    return { complaints: await s.complaints.getAddress(), reviewTerms };
  };
  return { judging, keys };
};

/** Bids of 400, 300, 200 and 100, ranked by price; two win. */
async function framework(terms: Partial<EvaluationTerms> = {}): Promise<Judged & { reviewer: HardhatEthersSigner }> {
  const { judging, keys } = heardBy(newAccount);
  const s = await rankedByPrice({ terms: { winners: 2, ...terms }, judging });
  return { ...s, reviewer: keys[0] ?? s.stranger };
}

/** Bids of so many accounts in a tender without bonds, opened; a complaint is to be decided in 60 days. */
async function crowd(bidders: number): Promise<ReviewScene & { crowd: HardhatEthersSigner[] }> {
  const s = await networkHelpers.loadFixture(reviewStage);
  const judging = await judgedBy(s, { ...FREE, decisionPeriod: 60n * DAY });
  const published = await publish(s, { ...UNBONDED, judging });
  const accounts: HardhatEthersSigner[] = [];
  const bids = [];
  for (let i = 0; i < bidders; i++) {
    const account = await newAccount();
    accounts.push(account);
    bids.push(await seal(s, published.tender, account, BigInt(100 + i)));
  }
  await pass(published.commitDeadline);
  await openAll(s, bids);
  await pass(published.revealDeadline);
  return { ...s, ...published, bids: bids as unknown as ReviewScene["bids"], crowd: accounts };
}

describe("findings: complaints and the time to award", () => {
  it("the first of several winners takes no other one's award by a complaint about its own", async () => {
    const s = await framework();
    await at(s.awardDeadline - DAY);
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    await s.complaints.connect(s.d).complain(s.tender, 0, s.d, ZeroAddress, EVIDENCE);
    await refused(s.house.connect(s.officer).award(s.tender, 0, s.c), s.house, "TenderUnderReview");
    await pass((await s.complaints.complaintOf(1)).deadline);
    await s.house.connect(s.officer).award(s.tender, 0, s.c);
  });

  it("complaints withdrawn at once move no deadline by more than they stopped the lot", async () => {
    const s = await crowd(7);
    for (const [i, by] of s.crowd.entries()) {
      await complain(s, by);
      await s.complaints.connect(by).withdraw(i + 1);
    }
    expect((await deadlineOf(s)) - s.awardDeadline).to.be.lessThan(HOUR);
  });

  it("complaints use up no time to award, though others were withdrawn before", async () => {
    const s = await crowd(8);
    const [winner] = s.crowd;
    if (!winner) throw new Error("nobody bids");
    for (const [i, by] of s.crowd.slice(0, 7).entries()) {
      await complain(s, by);
      await s.complaints.connect(by).withdraw(i + 1);
    }
    const last = s.crowd[7] ?? winner;
    await at((await deadlineOf(s)) - 20n * DAY);
    await complain(s, last);
    const { deadline } = await s.complaints.complaintOf(8);
    await at(deadline - 30n * DAY);
    await decide(s, 8n, Complaint.Rejected);
    await award(s, winner);
  });

  it("complaints that lapse use up no time to award", async () => {
    const s = await crowd(7);
    const [winner] = s.crowd;
    if (!winner) throw new Error("nobody bids");
    let next = s.awardDeadline - DAY;
    for (const [i, by] of s.crowd.entries()) {
      await at(next);
      await complain(s, by);
      next = (await s.complaints.complaintOf(i + 1)).deadline + 1n;
    }
    await at(next);
    await award(s, winner);
  });
});

describe("findings: who decides a complaint", () => {
  it("an agency's admin makes nobody partial by handing over its office to the reviewer's admin", async () => {
    const s = await scene();
    await complain(s, s.a);
    await s.registry.connect(s.admin).transferAdmin(s.agency, s.bodyAdmin);
    await decide(s, 1n, Complaint.Upheld);
  });

  it("an agency's admin makes nobody partial by handing over its office to the reviewer's key", async () => {
    const s = await scene();
    await complain(s, s.a);
    await s.registry.connect(s.admin).transferAdmin(s.agency, s.reviewer);
    await decide(s, 1n, Complaint.Upheld);
  });

  it("who was the agency's admin when the complaint was filed does not decide it", async () => {
    const s = await scene();
    await complain(s, s.a);
    await s.registry.connect(s.bodyAdmin).addKey(s.body, s.admin, Permission.Review, 0, MAX_UINT40);
    await refused(decide(s, 1n, Complaint.Rejected, { by: s.admin }), s.complaints, "ComplaintReviewerPartial");
    await s.registry.connect(s.admin).transferAdmin(s.agency, s.stranger);
    await refused(decide(s, 1n, Complaint.Rejected, { by: s.admin }), s.complaints, "ComplaintReviewerPartial");
  });
});

describe("findings: lots annulled and judged anew", () => {
  it("nobody signs a contract of a lot that a review annulled", async () => {
    const s = await framework({ signPeriod: 5n * DAY });
    await s.house.connect(s.officer).award(s.tender, 0, s.d);
    const { time } = (await s.house.lotOf(s.tender, 0)).award;
    await at(time + STANDSTILL + 1n);
    await s.evaluation.callToSign(s.tender, 0, s.d);
    await s.house.connect(s.officer).award(s.tender, 0, s.c);
    await s.complaints.connect(s.b).complain(s.tender, 0, s.b, s.c, EVIDENCE);
    await s.complaints.connect(s.reviewer).decide(1, Complaint.Annulled, STATEMENT, 0, []);
    expect(await s.house.isFinal(s.tender, 0, s.d)).to.equal(false);
    const signing = s.evaluation.connect(s.d).sign(s.tender, 0, s.d, id("contract"), s.d, "0x");
    await expect(signing).to.revert(ethers);
  });

  it("bids rejected after a stranger listed them leave the stage, as long as nobody has scored", async () => {
    const s = await listed();
    const [a = "", ...others] = s.bidders;
    const relist = () => s.evaluation.connect(s.stranger).relist(s.tender, 0);
    const unchanged = [s.evaluation, "EvaluationListChanged", 4, 4] as const;
    await refused(relist(), ...unchanged);
    await s.house.connect(s.officer).reject(s.tender, 0, a, 1, EVIDENCE);
    await relist();
    await list(s, 0, others);
    expect((await progress(s)).bids).to.equal(3n);
    await s.house.connect(s.officer).reject(s.tender, 0, others[0] ?? "", 1, EVIDENCE);
    const [first] = s.evaluators;
    await commit(s, first, points(s, 1, 1, 1), { generation: 1 });
    await refused(relist(), s.evaluation, "EvaluationStep", 1, 0);
  });
});
