import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import type { Context } from "../../../sdk/src/shared/context.ts";
import { auditTender, type AuditResult } from "../../../sdk/src/tenders/audit/audit.ts";
import { CHECKS } from "../../../sdk/src/tenders/audit/checks.ts";
import { type Bid, open, openAll, seal } from "../bids.ts";
import { pass, publish, type PublishedTender, type Stage, stage } from "../helpers.ts";
import { id, ZeroAddress } from "../values.ts";
import { about, byCheck, findingsOf, type Lie, lying } from "./lies.ts";
import { contextOf } from "../reader.ts";

const LATER = 3_600n;

/** A tender played to its end, and how its audit went after each act. */
interface Played extends Stage, PublishedTender {
  context: Context;
  bids: Record<"a" | "b" | "c" | "d", Bid>;
  results: AuditResult[];
  statement: string;
  /** A block before the commit deadline, and the latest of all. */
  early: number;
  late: number;
}

/**
 * a bids 300 and is beaten by b's 200, which is rejected; c replaces its bid by one of 200, behind b's, and wins; d
 * withdraws. e does not open its bid, and loses its bond. Bonds are settled at the end.
 */
async function played(): Promise<Played> {
  const s = await stage();
  const context = await contextOf(s);
  const tender = await publish(s, { ceilings: [750n], minimums: [50n] });
  const results: AuditResult[] = [];
  const look = async () => results.push(await auditTender(context, tender.tender));
  const [e, f] = [s.bidders[4], s.bidders[5]];
  if (!e || !f) throw new Error("the chain has too few accounts");
  for (const one of [e, f]) {
    await s.token.mint(one, 10_000n);
    await s.token.connect(one).approve(s.house, 10_000n);
    await s.house.connect(one).depositBond(s.token, 10_000n);
  }
  await look();
  const sealBy = (by: typeof s.a, content: bigint | string) => seal(s, tender.tender, by, content);
  const bids = { a: await sealBy(s.a, 300n), b: await sealBy(s.b, 200n), c: await sealBy(s.c, 400n) } as Played["bids"];
  bids.d = await sealBy(s.d, 60n);
  await sealBy(e, 100n);
  const malformed = await sealBy(f, "0x1234");
  await s.house.connect(s.c).withdraw(tender.tender, 0);
  bids.c = await sealBy(s.c, 200n);
  await s.house.connect(s.d).withdraw(tender.tender, 0);
  const later = tender.commitDeadline + LATER;
  await s.house.connect(s.officer).proposeExtension(tender.tender, later);
  const extender = s.bidders[6];
  if (!extender) throw new Error("the chain has too few accounts");
  await s.registry.connect(s.admin).addKey(s.agency, extender, 1n << 13n, 0, 2n ** 40n - 1n);
  const told = async (reason: number) =>
    putJson(context.files, { format: "common-seal/statement/1", reason, statement: "As it is." });
  await s.house.connect(extender).extend(tender.tender, later, 99, await told(99));
  const early = await context.provider.getBlockNumber();
  await look();
  await pass(later);
  await openAll(s, [bids.a, bids.c]);
  await open(s, bids.b, { before: ZeroAddress, next: ZeroAddress });
  await open(s, malformed);
  await look();
  await s.house.place(tender.tender, 0, s.b, ZeroAddress, s.c);
  const statement = await told(1);
  await s.house.connect(s.officer).reject(tender.tender, 0, s.b, 1, statement);
  await look();
  await pass(tender.revealDeadline + LATER);
  await s.house.strike(tender.tender, 0, [s.b]);
  await look();
  await s.registry.suspend(s.agency);
  await s.registry.resume(s.agency);
  await s.house.connect(s.officer).award(tender.tender, 0, s.c);
  await look();
  for (const one of [s.a, s.b, e, f]) await s.house.settleBond(tender.tender, 0, one);
  await networkHelpers.time.increase(11n * 24n * LATER);
  await s.house.settleBond(tender.tender, 0, s.c);
  await look();
  const late = await context.provider.getBlockNumber();
  return { ...s, ...tender, context, bids, results, statement, early, late };
}

describe("audit of a tender whose bidders open their bids", () => {
  let s: Played;
  before(async () => {
    s = await networkHelpers.loadFixture(played);
  });

  it("agrees at every stage, and compares what has happened", () => {
    for (const [i, result] of s.results.entries()) {
      expect(byCheck(result), `after step ${i}`).to.deep.equal({});
      expect(result.differs).to.equal(0);
    }
    const compared = s.results.at(-1)?.checks.map(({ check, compared }) => [check, compared > 0]);
    const nothing = [
      ...["announced", "round", "scalars", "envelopes", "parts", "documents", "lottery", "selection"],
      ...["groups", "interests", "complaints", "remedies", "fees"],
    ];
    expect(compared).to.have.length(Object.keys(CHECKS).length);
    for (const [check, some] of compared ?? []) expect(some, String(check)).to.equal(!nothing.includes(String(check)));
    const unseen = s.results.flatMap(({ checks }) => checks.flatMap((one) => one.unseen.map(({ detail }) => detail)));
    expect(new Set(unseen.map((detail) => detail.replace(/bafk\w+/, "…")))).to.deep.equal(
      new Set(["the notice … is not in the store"]),
    );
  });

  it("tells a statement that the store does not have, and one that is another's", async () => {
    const elsewhere = await contextOf(s);
    const { differs, checks } = await auditTender(elsewhere, s.tender);
    expect(differs).to.equal(0);
    expect(checks.flatMap(({ unseen }) => unseen.map(({ detail }) => detail.split(/:| baf/)[0]))).to.deep.equal([
      "the notice",
      "TenderExtended",
      "BidRejected",
    ]);
    const other = about("BidRejected", () => ({ reason: 2n }));
    expect(await findingsOf("decisions", lying(s.context, other), s.tender)).to.match(
      /gives the reason 1 instead of 2/,
    );
  });

  const lies: [check: string, what: string, lie: (s: Played) => Lie, detail: RegExp][] = [
    [
      "commitments",
      "another price in an opening",
      () => about("BidOpened", ({ bid }) => ({ bid: String(bid).replace(/00c8/, "00c7") })),
      /opened as another bid than was sealed/,
    ],
    ["commitments", "another salt", () => about("BidOpened", () => ({ salt: id("salt") })), /than was sealed/],
    [
      "commitments",
      "a sealing left out",
      (played) => about("BidCommitted", ({ bidder }) => (bidder === played.a.address ? null : {})),
      /one is missing/,
    ],
    [
      "keys",
      "an award by a key without permission",
      () => about("LotAwarded", () => ({ key: 0 })),
      /not permitted tender.award/,
    ],
    [
      "keys",
      "an act of a key that nobody added",
      () => about("AgencyKeyAdded", ({ index }) => (index === 1n ? null : {})),
      /BidRejected.*not permitted tender.reject/,
    ],
    [
      "keys",
      "an act of a key whose time was over",
      () => about("AgencyKeyAdded", () => ({ until: 5 })),
      /TenderExtended/,
    ],
    ["statuses", "a bid over the ceiling", () => about("BidOpened", () => ({ status: 5 })), /is standing or unplaced/],
    [
      "statuses",
      "a bid well formed that is not",
      () => about("BidOpened", ({ status }) => (status === 6n ? { status: 3 } : {})),
      /and is malformed/,
    ],
    ["statuses", "no withdrawal", () => about("BidWithdrawn", () => null), /BidCommitted of a bid that is sealed/],
    ["times", "an opening before the deadline", (p) => about("BidOpened", () => ({ block: p.early })), /only after/],
    ["times", "an award before its time", (p) => about("LotAwarded", () => ({ block: p.early })), /only after/],
    [
      "times",
      "a sealing after the deadline",
      (p) => about("BidCommitted", () => ({ block: p.late })),
      /possible until/,
    ],
    [
      "times",
      "an extension nobody had proposed",
      () => about("ExtensionProposed", () => null),
      /not proposed by another key/,
    ],
    [
      "times",
      "an extension proposed and confirmed by one key",
      () => about("TenderExtended", () => ({ key: 1 })),
      /not proposed by another key/,
    ],
    [
      "award",
      "another winner",
      (p) => about("LotAwarded", () => ({ winner: p.a.address, vendor: p.a.address, number: 1, price: 300 })),
      /the lowest bid that stands is that of/,
    ],
    ["award", "another standstill", () => about("LotAwarded", () => ({ standstillEnd: 5 })), /standstill was told/],
    ["award", "another vendor", (p) => about("LotAwarded", () => ({ vendor: p.b.address })), /to the vendor/],
    [
      "award",
      "no rejection of the lower bid",
      () => about("BidRejected", () => null),
      /the lowest bid that stands is that of/,
    ],
    ["order", "another price of the winner", () => about("LotAwarded", () => ({ price: 250 })), /is bid \d at 200/],
    [
      "order",
      "a bid that never took its place",
      () => (name) => (name === "BidPlaced" || name === "BidRejected" ? null : {}),
      /1 bids had yet to take/,
    ],
    ["decisions", "a reason of another act", () => about("BidRejected", () => ({ reason: 20 })), /none of its codes/],
    [
      "bonds",
      "a bond kept of a bid that stood",
      (p) => about("BondForfeited", () => ({ bidder: p.a.address })),
      /BondForfeited of a bid that is standing/,
    ],
    ["bonds", "another treasury", (p) => about("BondForfeited", () => ({ treasury: p.a.address })), /instead of/],
    ["bonds", "a bond freed before its time", () => about("LotAwarded", () => null), /held until the lot is decided/],
  ];

  for (const [check, what, lie, detail] of lies) {
    it(`${check}: ${what}`, async () => {
      expect(await findingsOf(check, lying(s.context, lie(s)), s.tender)).to.match(detail);
    });
  }
});
