import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import type { Context } from "../../../sdk/src/shared/context.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { held, issuer, LACKING, requiring } from "../evidence.ts";
import { flipped } from "../sealed.ts";
import {
  bidding,
  identityOf,
  judge,
  open,
  openAll,
  publish,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  toAwards,
  TWO_PARTS,
} from "../sealedScene.ts";
import { EVIDENCE, id } from "../values.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";
import { contextOf } from "../reader.ts";

type Told = SealedScene & { context: Context; bids: Record<string, SealedBid>; early: number };

/** An audit that must agree. */
async function agrees(s: { context: Context; tender: bigint }): Promise<void> {
  const result = await auditTender(s.context, s.tender);
  expect(byCheck(result)).to.deep.equal({});
}

const garble = (envelope: string): string => flipped(envelope, 300);

/**
 * A lot that requires a document. a, b and c are tied at 300, whose lottery numbers add up to 1 + 2 + 4 + 9 = 16 with
 * d's: the second of the three is drawn. e sealed garbage and is void; f and g are of one vendor.
 */
async function tied(): Promise<Told> {
  const stage = await sealedStage();
  const context = await contextOf(stage);
  const office = await issuer(stage);
  const s = await bidding(
    { terms: { required: [requiring(office)], ceilings: [1_000n] }, sealing: { bidLengths: [400] } },
    stage,
  );
  await agrees({ ...s, context });
  const [e, f, g] = [s.bidders[4], s.bidders[5], s.bidders[6]];
  if (!e || !f || !g) throw new Error("the chain has too few accounts");
  for (const one of [e, f, g]) {
    await s.token.mint(one, 10_000n);
    await s.token.connect(one).approve(s.house, 10_000n);
    await s.house.connect(one).depositBond(s.token, 10_000n);
  }
  const bids: Told["bids"] = {};
  const lottery = { a: 1n, b: 2n, c: 4n } as const;
  for (const name of ["a", "b", "c"] as const) {
    const { proof } = await held(s, office, s[name].address);
    bids[name] = await seal(s, s[name], 300n, { lottery: lottery[name], proofs: proof });
  }
  bids["d"] = await seal(s, s.d, 900n, { lottery: 9n, proofs: LACKING });
  bids["e"] = await seal(s, e, 100n, { garble, lottery: 50n });
  bids["f"] = await seal(s, f, 110n, { lottery: 60n });
  bids["g"] = await seal(s, g, 120n, { lottery: 70n, identity: await identityOf(s, f, g.address) });
  const early = await context.provider.getBlockNumber();
  await agrees({ ...s, context });
  await publish(s);
  await agrees({ ...s, context });
  const { a, b, c, d, f: own, g: front } = bids as Record<string, SealedBid> & Record<"a", SealedBid>;
  await openAll(
    s,
    [a, b, c, d, own, front].filter((one) => one !== undefined),
  );
  if (bids["e"]) await judge(s, bids["e"]);
  await agrees({ ...s, context });
  await toAwards(s);
  await s.house.strike(s.tender, 0, [f, g]);
  await s.house.draw(s.tender, 0, [s.a, s.b, s.c, s.a, s.b]);
  await s.house.connect(s.officer).award(s.tender, 0, s.b);
  await s.house.settleBond(s.tender, 0, e);
  await agrees({ ...s, context });
  return { ...s, context, bids, early };
}

/** Two parts: a's technical part is rejected, b and c are priced; c's price is garbage and is not convicted. */
async function twoParts(): Promise<Told> {
  const stage = await sealedStage();
  const context = await contextOf(stage);
  const s = await bidding({ sealing: TWO_PARTS }, stage);
  const bids = {
    a: await seal(s, s.a, 300n),
    b: await seal(s, s.b, 400n),
    c: await seal(s, s.c, 500n, { garble: (envelope, part) => (part === 1 ? garble(envelope) : envelope) }),
    d: await seal(s, s.d, 600n),
  };
  const early = await context.provider.getBlockNumber();
  await publish(s);
  for (const bid of Object.values(bids)) await open(s, bid);
  await s.house.connect(s.officer).reject(s.tender, 0, s.a, 1, EVIDENCE);
  await agrees({ ...s, context });
  const priced = await scored(s);
  await agrees({ ...s, context });
  await publish(priced, [1, 2, 4], 1);
  await open(priced, bids.b, {}, 1);
  await agrees({ ...s, context });
  return { ...priced, context, bids, early };
}

describe("audit of a tender that a committee opens", () => {
  let s: Told;
  before(async () => {
    s = await networkHelpers.loadFixture(tied);
  });

  it("agrees at every stage, and compares all that there is", async () => {
    const { checks, differs } = await auditTender(s.context, s.tender);
    expect(differs).to.equal(0);
    expect(checks.filter(({ compared }) => compared === 0).map(({ check }) => check)).to.deep.equal([
      "announced",
      "round",
      "parts",
      "decisions",
      "selection",
      "groups",
      ...["interests", "complaints", "remedies", "fees"],
    ]);
  });

  const lies: [check: string, what: string, lie: (s: Told) => Lie, detail: RegExp][] = [
    [
      "scalars",
      "another scalar",
      () => about("ScalarPublished", ({ seat }) => (seat === 0n ? { scalar: 5n } : {})),
      /not that of its point/,
    ],
    [
      "scalars",
      "an opening without enough scalars",
      () => about("ScalarPublished", ({ seat }) => (seat === 0n ? null : {})),
      /did not begin with scalar 3/,
    ],
    [
      "scalars",
      "no seats",
      () => about("SeatTaken", ({ seat }) => (seat === 4n ? null : {})),
      /before all seats were taken/,
    ],
    [
      "scalars",
      "another threshold",
      () => about("CommitteeFormed", () => ({ threshold: 2 })),
      /other seats than were published/,
    ],
    [
      "times",
      "a scalar before the deadline",
      (p) => about("ScalarPublished", () => ({ block: p.early })),
      /scalars were accepted from/,
    ],
    [
      "times",
      "a conviction before the scalars",
      (p) => about("BidVoided", () => ({ block: p.early })),
      /too few scalars/,
    ],
    ["envelopes", "a conviction that was none", () => about("BidVoided", () => null), /was not convicted/],
    [
      "envelopes",
      "a conviction of a sound envelope",
      (p) => about("BidVoided", () => ({ bidder: p.d.address })),
      /which acquit it/,
    ],
    [
      "envelopes",
      "a bid that nobody opened",
      (p) => about("BidOpened", ({ bidder }) => (bidder === p.d.address ? null : {})),
      /could be opened by anyone, and was not/,
    ],
    [
      "commitments",
      "another envelope, and another length",
      (p) =>
        about("BidSealed", ({ bidder, sealed_ }) =>
          bidder === p.a.address ? { sealed_: `${String(sealed_)}00` } : {},
        ),
      /bytes were sealed instead of/,
    ],
    ["vendors", "no duplicates", () => about("BidsDuplicate", () => null), /is one of 2 of/],
    [
      "vendors",
      "duplicates that are none",
      (p) => about("BidsDuplicate", () => ({ other: p.d.address })),
      /is the only one of/,
    ],
    [
      "vendors",
      "another vendor",
      (p) => about("BidIdentified", () => ({ vendor: p.a.address })),
      /is not what was told/,
    ],
    [
      "documents",
      "no mark",
      () => about("BidMarked", ({ marks }) => (marks === 1n ? null : {})),
      /told to be held, and is lacking/,
    ],
    [
      "documents",
      "a mark that is none",
      (p) => about("BidMarked", () => ({ bidder: p.a.address })),
      /told to be lacking, and is held/,
    ],
    ["lottery", "another sum", () => about("TiesDrawn", () => ({ sum: 17 })), /the numbers add up to 16/],
    ["lottery", "no draw", () => about("TiesDrawn", () => null), /without a draw among 3/],
    [
      "lottery",
      "another of the tied wins",
      (p) => about("LotAwarded", () => ({ winner: p.a.address, vendor: p.a.address, number: 1 })),
      /of 3 bids with the sum 16 draws/,
    ],
    [
      "lottery",
      "a draw at another price",
      () => about("TiesDrawn", () => ({ price: 7 })),
      /which no bid in the order has/,
    ],
    [
      "award",
      "to a marked bid",
      (p) => about("BidMarked", () => ({ bidder: p.b.address })),
      /marked and not admitted: lacking/,
    ],
    [
      "award",
      "to a void bid",
      (p) => about("BidVoided", () => ({ bidder: p.b.address })),
      /the lowest bid that stands/,
    ],
    [
      "bonds",
      "a void bid's bond given back",
      () => about("BidVoided", () => null),
      /BondForfeited of a bid that is sealed/,
    ],
  ];
  for (const [check, what, lie, detail] of lies) {
    it(`${check}: ${what}`, async () => {
      expect(await findingsOf(check, lying(s.context, lie(s)), s.tender)).to.match(detail);
    });
  }
});

describe("audit of a tender of two parts", () => {
  let s: Told;
  before(async () => {
    s = await networkHelpers.loadFixture(twoParts);
  });

  it("tells a sound price that nobody opened, and garbage that nobody convicted, once it is too late", async () => {
    const { checks } = await auditTender(s.context, s.tender);
    expect(checks.find(({ check }) => check === "parts")?.compared).to.equal(6);
    const snapshot = await networkHelpers.takeSnapshot();
    await toAwards(s);
    const { envelopes, ...rest } = byCheck(await auditTender(s.context, s.tender));
    expect(rest).to.deep.equal({});
    expect(envelopes?.map((detail) => detail.slice(0, 40))).to.have.length(2);
    expect(envelopes?.join()).to.match(/part 1 is not what was committed to.*part 1 could be opened by anyone/);
    await snapshot.restore();
  });

  const lies: [check: string, what: string, lie: (s: Told) => Lie, detail: RegExp][] = [
    ["times", "scores before their time", (p) => about("ScoresRevealed", () => ({ block: p.early })), /only after/],
    [
      "times",
      "other times of the price part",
      () => about("ScoresRevealed", () => ({ judgeDeadline: 5 })),
      /judgeDeadline of the price part/,
    ],
    ["parts", "no scores", () => about("ScoresRevealed", () => null), /before the technical scores were revealed/],
    [
      "parts",
      "a price without a technical part",
      (p) => about("BidOpened", ({ bidder, part }) => (bidder === p.b.address && part === 0n ? null : {})),
      /without a technical part/,
    ],
    [
      "statuses",
      "a technical part that stands",
      () => about("BidOpened", ({ part }) => (part === 0n ? { status: 3 } : {})),
      /and is part opened/,
    ],
  ];
  for (const [check, what, lie, detail] of lies) {
    it(`${check}: ${what}`, async () => {
      expect(await findingsOf(check, lying(s.context, lie(s)), s.tender)).to.match(detail);
    });
  }

  it("agrees with a tender that lapses, or is cancelled, in which nothing can be opened any more", async () => {
    const snapshot = await networkHelpers.takeSnapshot();
    const lapsing = await bidding({}, s);
    await seal(lapsing, s.a, 5n);
    await seal(lapsing, s.b, 5n, { garble });
    await networkHelpers.time.increaseTo(lapsing.scalarsDeadline + 1n);
    await s.house.settleBond(lapsing.tender, 0, s.a);
    await agrees({ context: s.context, tender: lapsing.tender });
    const cancelled = await bidding({}, s);
    await seal(cancelled, s.a, 5n);
    await seal(cancelled, s.b, 5n, { garble });
    await publish(cancelled);
    await s.house.connect(s.officer).cancel(cancelled.tender, 20, id("statement"));
    await s.house.settleBond(cancelled.tender, 0, s.b);
    await networkHelpers.time.increaseTo(cancelled.judgeDeadline + 1n);
    await agrees({ context: s.context, tender: cancelled.tender });
    await snapshot.restore();
  });
});
