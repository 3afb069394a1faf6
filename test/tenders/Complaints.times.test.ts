import { expect } from "chai";
import { MockJudge__factory } from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { seal } from "./bids.ts";
import { at, pass, publish } from "./helpers.ts";
import {
  award,
  complain,
  Complaint,
  decide,
  FREE,
  judgedBy,
  PERIOD,
  reevaluate,
  reviewed,
  reviewedScene,
  type ReviewScene,
  reviewStage,
  timeOf,
} from "./review.ts";
import { bidding, refused, sealedStage } from "./sealedScene.ts";
import { DAY, EVIDENCE, id, STANDSTILL, ZeroAddress } from "./values.ts";

const load = () => networkHelpers.loadFixture(reviewedScene);

describe("Complaints: the time to complain, and how often", () => {
  it("begins in the second after the commit deadline", async () => {
    const s = await networkHelpers.loadFixture(reviewStage);
    const { tender, commitDeadline } = await publish(s, { judging: await judgedBy(s) });
    await seal(s, tender, s.a, 500n);
    await at(commitDeadline);
    const scene = { ...s, tender } as ReviewScene;
    await refused(complain(scene, s.a), s.complaints, "ComplaintTooEarly", tender, commitDeadline);
    await at(commitDeadline + 1n);
    await complain(scene, s.a);
  });

  it("ends with the award deadline of a lot not decided, which each complaint moves", async () => {
    const s = await load();
    const snapshot = await networkHelpers.takeSnapshot();
    await at(s.awardDeadline + 1n);
    await refused(complain(s, s.a), s.complaints, "ComplaintTooLate", s.tender, 0, s.awardDeadline);
    await snapshot.restore();
    await at(s.awardDeadline);
    await complain(s, s.a);
    const moved = s.awardDeadline + PERIOD + DAY;
    await at(moved + 1n);
    await refused(complain(s, s.b), s.complaints, "ComplaintTooLate", s.tender, 0, moved);
  });

  it("ends with the later award deadline of a lot that a review opened anew", async () => {
    const s = await load();
    await award(s, s.d);
    await complain(s, s.a);
    const later = s.awardDeadline + DAY;
    await decide(s, 1n, Complaint.Reevaluated, { awardDeadline: later });
    const snapshot = await networkHelpers.takeSnapshot();
    await at(later + 1n);
    await refused(complain(s, s.b), s.complaints, "ComplaintTooLate", s.tender, 0, later);
    await snapshot.restore();
    await at(later);
    await complain(s, s.b);
  });

  it("is heard about each of several awards, of one block too", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const judge = await new MockJudge__factory(stage.platform).deploy();
    const s = await reviewed({ judging: await judgedBy(stage, {}, { rule: judge }) }, stage);
    for (const bidder of [s.c, s.d]) await judge.choose(bidder, true);
    await ethers.provider.send("evm_setAutomine", [false]);
    for (const bidder of [s.d, s.c]) await s.house.connect(s.officer).award(s.tender, 0, bidder, { gasLimit: 500_000 });
    await networkHelpers.mine();
    await ethers.provider.send("evm_setAutomine", [true]);
    const bids = await Promise.all([s.d, s.c].map((bidder) => s.house.bidOf(s.tender, 0, bidder)));
    const now = BigInt(await networkHelpers.time.latest());
    expect(bids.map(({ awardedAt }) => awardedAt)).to.deep.equal([now, now]);
    await complain(s, s.a);
    const before = [s.complaints, "ComplaintFiledBefore", 1] as const;
    await refused(complain(s, s.a, { winner: s.d.address }), ...before);
    await complain(s, s.a, { winner: s.c.address });
    expect(await s.complaints.complaintCount()).to.equal(2n);
  });

  it("ends with the standstill: its last second is in time, a second later is late", async () => {
    const s = await load();
    const end = (await timeOf(await award(s, s.d))) + STANDSTILL;
    await at(end);
    await complain(s, s.a);
    await at(end + 1n);
    await refused(complain(s, s.b), s.complaints, "ComplaintTooLate", s.tender, 0, end);
    const named = complain(s, s.b, { winner: s.d.address });
    await refused(named, s.complaints, "ComplaintTooLate", s.tender, 0, end);
  });

  it("is heard about a lot closed without a winner, in the same time", async () => {
    const s = await load();
    for (const bidder of [s.d, s.c, s.b, s.a]) {
      await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
    }
    await s.house.strike(s.tender, 0, [s.d, s.c, s.b, s.a]);
    const end = (await timeOf(await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress))) + STANDSTILL;
    await at(end);
    await complain(s, s.d);
    await at(end + 1n);
    await refused(complain(s, s.a), s.complaints, "ComplaintTooLate", s.tender, 0, end);
  });

  it("is refused where nothing is left to complain about: annulled, cancelled, lapsed, or no such award", async () => {
    const s = await load();
    const late = [s.complaints, "ComplaintTooLate", s.tender, 0, 0] as const;
    await refused(complain(s, s.a, { winner: s.d.address }), ...late);
    const snapshot = await networkHelpers.takeSnapshot();
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await refused(complain(s, s.a), ...late);
    await snapshot.restore();
    await complain(s, s.a);
    await decide(s, 1n, Complaint.Annulled);
    await refused(complain(s, s.b), ...late);
  });

  it("is refused once the committee failed", async () => {
    const stage = { ...(await networkHelpers.loadFixture(sealedStage)) };
    const [bodyAdmin] = stage.bidders.slice(-2);
    await stage.registry.register(id("review body"), id("metadata"), bodyAdmin ?? ZeroAddress);
    const body = { ...stage, body: await stage.registry.agencyCount() } as unknown as ReviewScene;
    const t = await bidding({ terms: { judging: await judgedBy(body, FREE) } }, stage);
    const s = { ...body, tender: t.tender };
    await t.house.connect(t.a).commitEnvelope(t.tender, 0, ethers.zeroPadBytes("0x01", 32 + 96 + 160 + 32 + 260));
    await at(t.scalarsDeadline);
    await complain(s, t.a);
    await pass(t.scalarsDeadline);
    expect(await t.house.lapsed(t.tender)).to.equal(true);
    await t.complaints.connect(t.a).withdraw(1);
    await refused(complain(s, t.a), s.complaints, "ComplaintTooLate", t.tender, 0, 0);
  });

  it("is heard once before a decision and once about each", async () => {
    const s = await load();
    const before = [s.complaints, "ComplaintFiledBefore"] as const;
    await complain(s, s.a);
    await refused(complain(s, s.a), ...before, 1);
    await decide(s, 1n, Complaint.Rejected);
    await refused(complain(s, s.a, { grounds: id("other grounds") }), ...before, 1);
    await award(s, s.d);
    await complain(s, s.a);
    await refused(complain(s, s.a, { winner: s.d.address }), ...before, 2);
    await reevaluate(s, 2n);
    await complain(s, s.a);
    await refused(complain(s, s.a), ...before, 3);
    await s.complaints.connect(s.a).withdraw(3);
    await award(s, s.d);
    await complain(s, s.a);
    expect(await s.complaints.complaintCount()).to.equal(4n);
  });
});
