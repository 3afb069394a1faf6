import { expect } from "chai";
import { actingAs, type Context } from "../../../sdk/src/shared/context.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { type Consortium, formConsortium, signConsortium } from "../../../sdk/src/tenders/consortium.ts";
import { MockJudge__factory } from "../../../typechain-types/index.ts";
import { networkHelpers } from "../../shared/house.ts";
import { openAll, seal } from "../bids.ts";
import { BY_PRICE, pass, publish } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import {
  award,
  complain,
  Complaint,
  decide,
  FREE,
  judgedBy,
  type ReviewScene,
  reviewStage,
  timeOf,
} from "../review.ts";
import { DAY, EVIDENCE, MAX_UINT40, Permission, STANDSTILL, ZeroAddress } from "../values.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";

interface Told extends ReviewScene {
  context: Context;
  /** What the audit found after each act. */
  found: Record<string, string[]>[];
  /** Blocks before the commit deadline, of the award, and after all. */
  early: number;
  awarded: number;
  late: number;
}

/**
 * d's bid, the lowest, is rejected and struck. a complains and withdraws that; d complains, and is reinstated. It is
 * awarded. b's complaint about that is rejected; c's is not decided, and lapses. Then bonds and fees are paid.
 */
async function complained(): Promise<Told> {
  const stage = await reviewStage();
  const context = await contextOf(stage);
  const published = await publish(stage, { judging: await judgedBy(stage) });
  const bids: ReviewScene["bids"] = [
    await seal(stage, published.tender, stage.a, 400n),
    await seal(stage, published.tender, stage.b, 300n),
    await seal(stage, published.tender, stage.c, 200n),
    await seal(stage, published.tender, stage.d, 100n),
  ];
  const early = await context.provider.getBlockNumber();
  await pass(published.commitDeadline);
  const s = { ...stage, ...published, bids };
  await openAll(s, bids);
  await pass(s.revealDeadline);
  const found: Told["found"] = [];
  const look = async () => found.push(byCheck(await auditTender(context, s.tender)));
  const statement = (decision: string) =>
    putJson(context.files, { format: "common-seal/decision/1", decision, statement: "As it is." });
  await s.house.connect(s.officer).reject(s.tender, 0, s.d, 1, EVIDENCE);
  await s.house.strike(s.tender, 0, [s.d]);
  await complain(s, s.a);
  await complain(s, s.d);
  await look();
  await s.complaints.connect(s.a).withdraw(1);
  const reinstated = [{ bidder: s.d.address, head: s.c.address }];
  const anew = { statement: await statement("reevaluate"), awardDeadline: s.awardDeadline + DAY, reinstated };
  await decide(s, 2n, Complaint.Reevaluated, anew);
  await look();
  const end = (await timeOf(await award(s, s.d))) + STANDSTILL;
  const awarded = await context.provider.getBlockNumber();
  await complain(s, s.b);
  await decide(s, 3n, Complaint.Rejected, { statement: await statement("reject") });
  await complain(s, s.c);
  await look();
  await pass(end);
  await s.complaints.lapse(4);
  for (const bidder of [s.a, s.d]) await s.house.settleBond(s.tender, 0, bidder);
  for (const account of [s.d, s.c, s.treasury]) await s.complaints.collect(s.token, account);
  await look();
  return { ...s, context, found, early, awarded, late: await context.provider.getBlockNumber() };
}

describe("audit of complaints", () => {
  let s: Told;
  before(async () => {
    s = await networkHelpers.loadFixture(complained);
  });

  it("agrees at every stage, and compares", async () => {
    for (const [i, found] of s.found.entries()) expect(found, `after step ${i}`).to.deep.equal({});
    const { checks } = await auditTender(s.context, s.tender);
    const compared = Object.fromEntries(checks.map(({ check, compared: number }) => [check, number]));
    expect(compared).to.include({ remedies: 12, fees: 3 });
    expect(compared["complaints"]).to.be.greaterThan(20);
    expect(compared["interests"]).to.be.greaterThan(3);
  });

  /** A lie about the event of one complaint. */
  const ofOne =
    (name: string, complaint: bigint, changes: ReturnType<Lie>): (() => Lie) =>
    () =>
      about(name, (args) => (args["complaint"] === complaint ? changes : {}));

  const lies: [check: string, what: string, lie: (told: Told) => Lie, detail: RegExp][] = [
    [
      "complaints",
      "another review",
      () => about("ReviewBegun", () => ({ review: [1, 3, 5, ZeroAddress, 0, ZeroAddress] })),
      /the review begun is 1,3,5/,
    ],
    ["complaints", "no review", () => about("ReviewBegun", () => null), /the review begun is none/],
    [
      "complaints",
      "a complaint of who has no bid",
      (p) => about("ComplaintFiled", () => ({ complainant: p.stranger.address })),
      /has no bid in the lot nor is its vendor/,
    ],
    [
      "complaints",
      "a complaint before the opening",
      (p) => about("ComplaintFiled", () => ({ block: p.early })),
      /complaints are heard after/,
    ],
    [
      "complaints",
      "a complaint after the standstill",
      (p) => about("ComplaintFiled", ({ complaint }) => (complaint === 4n ? { block: p.late } : {})),
      /complaints are heard after .* until/,
    ],
    [
      "complaints",
      "a complaint about an award that there is not",
      (p) => about("ComplaintFiled", ({ complaint }) => (complaint === 4n ? { winner: p.a.address } : {})),
      /until never/,
    ],
    ["complaints", "more time to decide", ofOne("ComplaintFiled", 4n, { deadline: MAX_UINT40 }), /told to be due at/],
    [
      "complaints",
      "a second complaint about the same",
      (p) =>
        about("ComplaintFiled", ({ complaint }) =>
          complaint === 4n ? { bidder: p.b.address, complainant: p.b.address } : {},
        ),
      /had complained about the same before/,
    ],
    [
      "complaints",
      "a decision after its time",
      (p) => about("ComplaintDecided", ({ complaint }) => (complaint === 3n ? { block: p.late } : {})),
      /ComplaintDecided of complaint 3 at .* whose deadline is/,
    ],
    [
      "complaints",
      "one that lapsed before its time",
      (p) => about("ComplaintLapsed", () => ({ block: p.awarded + 3 })),
      /ComplaintLapsed of complaint 4/,
    ],
    [
      "complaints",
      "a complaint that ends twice",
      () => about("ComplaintDecided", () => ({ complaint: 1n })),
      /ComplaintDecided of complaint 1, which had ended before/,
    ],
    ["complaints", "a decision that is none", ofOne("ComplaintDecided", 3n, { status: 6 }), /which is no decision/],
    [
      "complaints",
      "an award while a complaint was open",
      ofOne("ComplaintWithdrawn", 1n, null),
      /LotAwarded while complaint 1 stopped the lot/,
    ],
    [
      "decisions",
      "another decision than its statement gives",
      ofOne("ComplaintDecided", 3n, { status: 3 }),
      /decides reject, and it is upheld/,
    ],
    ["decisions", "no statement", ofOne("ComplaintDecided", 3n, { statement: `0x${"00".repeat(32)}` }), /is not named/],
    [
      "keys",
      "a decision by a key that nobody added",
      ofOne("ComplaintDecided", 3n, { key: 9 }),
      /by key 9 of agency 3, which was not permitted tender.review/,
    ],
    [
      "keys",
      "a decision by a key without the permission",
      () => about("AgencyKeyAdded", ({ agency }) => (agency === 3n ? { permissions: 7 } : {})),
      /not permitted tender.review/,
    ],
    ["remedies", "no remedy", () => about("LotReopened", () => null), /was reevaluated, and no LotReopened followed/],
    [
      "remedies",
      "a remedy that was not ordered",
      ofOne("ComplaintDecided", 2n, { status: 3 }),
      /LotReopened without a decision/,
    ],
    ["remedies", "a bid reinstated by nobody", ofOne("ComplaintDecided", 2n, null), /BidReinstated without a decision/],
    ["remedies", "time taken from the lot", () => about("LotPostponed", () => null), /deadline was not moved/],
    [
      "remedies",
      "a deadline moved by less than a complaint takes",
      () => about("LotPostponed", () => ({ postponed: 1 })),
      /the award deadline was moved by 1 s to .*, and it is by 432000 s to/,
    ],
    [
      "remedies",
      "time for scores by nobody's order",
      (p) => about("LotPostponed", () => ({ as: { name: "ScoresPostponed", args: [p.tender, MAX_UINT40] } })),
      /the time for scores was moved without a decision/,
    ],
    [
      "remedies",
      "a deadline moved to another time",
      () => about("LotPostponed", () => ({ awardDeadline: 5 })),
      /was moved by 432000 s to 1970/,
    ],
    [
      "remedies",
      "a deadline moved for no complaint",
      ofOne("ComplaintFiled", 2n, null),
      /was moved, and no complaint took time of the lot/,
    ],
    [
      "remedies",
      "more time than a review can give",
      () => about("LotReopened", () => ({ awardDeadline: MAX_UINT40 })),
      /the lot was given until/,
    ],
    [
      "remedies",
      "less time than the lot had",
      () => about("LotReopened", () => ({ awardDeadline: 5 })),
      /the lot was given until 1970/,
    ],
    [
      "statuses",
      "a bid reinstated that was not rejected",
      (p) => about("BidReinstated", () => ({ bidder: p.a.address })),
      /BidReinstated of a bid that is standing/,
    ],
    ["award", "no reinstatement", () => about("BidReinstated", () => null), /the lowest bid that stands is that of/],
    ["fees", "another amount", () => about("ComplaintFeesPaid", () => ({ amount: 1 })), /fees of 1 were paid to/],
    [
      "fees",
      "paid to another",
      (p) => about("ComplaintFeesPaid", () => ({ account: p.stranger.address })),
      /, and 0 were due/,
    ],
    ["fees", "kept, though the complaint was right", ofOne("ComplaintDecided", 2n, { status: 2 }), /and 0 were due/],
    ["fees", "given back, though it was rejected", ofOne("ComplaintDecided", 3n, { status: 3 }), /100 .* and 50 were/],
    [
      "bonds",
      "freed while a complaint stopped the lot",
      () => (name, args) => {
        if (name === "ComplaintLapsed") return null;
        return name === "ComplaintFiled" && args["complaint"] === 4n ? { deadline: MAX_UINT40 } : {};
      },
      /BondReleased while complaint 4 stopped the lot/,
    ],
    [
      "bonds",
      "freed while complaints could be filed",
      (p) => about("BondReleased", ({ bidder }) => (bidder === p.a.address ? { block: p.awarded } : {})),
      /held while complaints can be filed/,
    ],
    [
      "interests",
      "a decision by a bidder",
      (p) => about("AgencyKeyAdded", ({ account }) => (account === p.reviewer.address ? { account: p.d.address } : {})),
      /was decided by .*, who bids in the lot/,
    ],
    [
      "interests",
      "a decision by a key of the agency",
      (p) =>
        about("AgencyKeyAdded", ({ account }) =>
          account === p.reviewer.address ? { account: p.officer.address } : {},
        ),
      /who acts for the agency/,
    ],
    [
      "interests",
      "a decision by the agency's admin",
      (p) =>
        about("AgencyKeyAdded", ({ account }) => (account === p.reviewer.address ? { account: p.admin.address } : {})),
      /who acts for the agency/,
    ],
    [
      "interests",
      "a reviewer that the agency's admin manages",
      (p) => about("AgencyRegistered", () => ({ admin: p.admin.address })),
      /by a body that the agency's admin manages/,
    ],
  ];
  for (const [check, what, lie, detail] of lies) {
    it(`${check}: ${what}`, async () => {
      expect(await findingsOf(check, lying(s.context, lie(s)), s.tender)).to.match(detail);
    });
  }
});

describe("audit of what a review leaves behind", () => {
  it("an annulled lot: bids never opened lose nothing, and the annulment is what was decided", async () => {
    const s = await networkHelpers.loadFixture(reviewStage);
    const context = await contextOf(s);
    const published = await publish(s, { judging: await judgedBy(s, FREE) });
    const bids = [
      await seal(s, published.tender, s.a, 400n),
      await seal(s, published.tender, s.b, 300n),
      await seal(s, published.tender, s.c, 200n),
      await seal(s, published.tender, s.d, 100n),
    ] satisfies ReviewScene["bids"];
    const scene: ReviewScene = { ...s, ...published, bids };
    await pass(published.commitDeadline);
    await openAll(s, bids.slice(0, 3));
    await complain(scene, s.a);
    await pass(published.revealDeadline);
    await decide(scene, 1n, Complaint.Annulled);
    for (const bidder of [s.a, s.d]) await s.house.settleBond(scene.tender, 0, bidder);
    expect(byCheck(await auditTender(context, scene.tender))).to.deep.equal({});
    const lies: [string, Lie, RegExp][] = [
      ["remedies", about("LotAnnulled", () => null), /was annulled, and no LotAnnulled followed/],
      ["remedies", about("ComplaintDecided", () => ({ status: 2 })), /LotAnnulled without a decision that orders it/],
      ["bonds", about("LotAnnulled", () => null), /BondReleased of a bid that is sealed/],
    ];
    for (const [check, lie, detail] of lies) {
      expect(await findingsOf(check, lying(context, lie), scene.tender)).to.match(detail);
    }
  });

  it("a review by a contract that is not the house's: what it orders is not seen, and is no difference", async () => {
    const s = await networkHelpers.loadFixture(reviewStage);
    const context = await contextOf(s);
    const judge = await new MockJudge__factory(s.platform).deploy();
    const { tender, commitDeadline } = await publish(s, { judging: { ...BY_PRICE, complaints: judge } });
    await seal(s, tender, s.a, 400n);
    await pass(commitDeadline);
    await judge.order(s.house, s.house.interface.encodeFunctionData("annul", [tender, 0]));
    const { checks } = await auditTender(context, tender);
    const ofReview = checks.filter(({ check }) => ["complaints", "remedies", "fees"].includes(check));
    expect(ofReview.map(({ compared }) => compared)).to.deep.equal([0, 0, 0]);
    expect(ofReview[1]?.unseen[0]?.detail).to.match(/^LotAnnulled was ordered by 0x\w+, whose logs are not read$/);
    expect(byCheck({ tender, block: 0, checks, differs: 0 })).to.deep.equal({});
  });

  it("a partner of a bidder who decides as a key of the reviewer: the house lets it, and the audit tells it", async () => {
    const s = await networkHelpers.loadFixture(reviewStage);
    const context = await contextOf(s);
    const published = await publish(s, { judging: await judgedBy(s, FREE) });
    const partner = s.stranger;
    await s.registry.connect(s.bodyAdmin).addKey(s.body, partner, Permission.Review, 0, MAX_UINT40);
    const consortium: Consortium = {
      ...{ tender: published.tender, lot: 0, lead: s.a.address },
      shares: { [s.a.address]: 6_000, [partner.address]: 4_000 },
    };
    const { member, signature } = await signConsortium(actingAs(context, partner), consortium);
    await formConsortium(actingAs(context, s.a), consortium, { [member]: signature }).send();
    const bids = [await seal(s, published.tender, s.b, 300n)];
    const scene = { ...s, ...published, bids } as unknown as ReviewScene;
    const own = await seal(s, published.tender, s.a, 200n);
    await pass(published.commitDeadline);
    await openAll(s, [own, ...bids]);
    await complain(scene, s.b);
    await decide(scene, 1n, Complaint.Rejected, { by: partner });
    const { interests, ...rest } = byCheck(await auditTender(context, scene.tender));
    expect(rest).to.deep.equal({});
    expect(interests).to.have.length(1);
    expect(interests?.[0]).to.match(/was decided by 0x\w+, who is a member of the consortium that 0x\w+ leads/);
    const withdrawn = about("ConsortiumFormed", () => ({ lead: s.c.address }));
    expect(await findingsOf("interests", lying(context, withdrawn), scene.tender), "its lead does not bid").to.equal(
      "",
    );
  });
});
