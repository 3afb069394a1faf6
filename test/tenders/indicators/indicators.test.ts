import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import type { Context } from "../../../sdk/src/shared/context.ts";
import type { Indication } from "../../../sdk/src/tenders/indicators/indication.ts";
import { byVendor, readIndications } from "../../../sdk/src/tenders/indicators/indicators.ts";
import { openAll, ranked, seal } from "../bids.ts";
import { pass, publish, type Stage, stage, UNBONDED } from "../helpers.ts";
import { contextOf } from "../reader.ts";
import {
  bidding,
  openAll as openSealed,
  prepared,
  publish as publishScalars,
  seal as sealEnvelope,
  sealedStage,
  toAwards,
} from "../sealedScene.ts";

type Name = "a" | "b" | "c" | "d";
/** The prices of a lot, by bidder. */
type Prices = Partial<Record<Name, bigint>>;

/** Plays a tender of these lots to its awards. */
async function play(s: Stage, lots: Prices[]): Promise<bigint> {
  const { tender, commitDeadline, revealDeadline } = await publish(s, { ...UNBONDED, ceilings: lots.map(() => 0n) });
  const sealed = [];
  for (const [lot, prices] of lots.entries()) {
    for (const [name, price] of Object.entries(prices)) {
      sealed.push(await seal(s, tender, s[name as Name], price, BigInt(lot)));
    }
  }
  await pass(commitDeadline);
  for (const lot of lots.keys())
    await openAll(
      s,
      sealed.filter((bid) => bid.lot === BigInt(lot)),
    );
  await pass(revealDeadline);
  for (const lot of lots.keys()) {
    const [first] = ranked(sealed.filter((bid) => bid.lot === BigInt(lot)));
    await s.house.connect(s.officer).award(tender, lot, first?.bidder ?? s.a);
  }
  return tender;
}

const flaggedLots = (found: Indication[], indicator: string): number[] =>
  found.filter((one) => one.indicator === indicator && one.flagged).flatMap(({ lots }) => lots.map(({ lot }) => lot));

/** Each indicator with the lot in which it is planted, and its clean twin. */
const PAIRS: [indicator: string, planted: Prices, twin: Prices][] = [
  ["identical prices", { a: 100_000n, b: 120_000n, c: 120_000n }, { a: 100_000n, b: 120_000n, c: 120_001n }],
  ["close to the winner", { a: 100_000n, b: 101_000n, c: 140_000n }, { a: 100_000n, b: 101_001n, c: 140_000n }],
  ["single bid", { d: 100_000n }, { b: 100_000n, d: 130_000n }],
  ["cover bids", { a: 100_000n, b: 103_000n, c: 106_000n }, { a: 100_000n, b: 104_000n, c: 108_000n }],
];

describe("indicators of collusion", () => {
  let s: Stage;
  let context: Context;
  before(async () => {
    s = await networkHelpers.loadFixture(stage);
    context = await contextOf(s);
  });

  describe("of one lot", () => {
    let found: Indication[];
    let tender: bigint;
    before(async () => {
      tender = await play(
        s,
        PAIRS.flatMap(([, planted, twin]) => [planted, twin]),
      );
      found = await readIndications(context, { tender });
    });

    for (const [i, [indicator]] of PAIRS.entries()) {
      it(`${indicator}: the planted case is flagged, its clean twin is not`, () => {
        const pair = found.filter(
          (one) => one.indicator === indicator && Math.floor((one.lots[0]?.lot ?? -1) / 2) === i,
        );
        expect(pair.map(({ flagged }) => flagged)).to.deep.equal([true, false]);
        expect(pair[1]?.vendors).to.deep.equal([]);
      });
    }

    it("gives the numbers that went into each formula, and names the vendors", () => {
      const planted = (i: number) =>
        found.find(({ indicator, lots }) => indicator === PAIRS[i]?.[0] && lots[0]?.lot === 2 * i);
      expect(planted(0)?.numbers).to.deep.equal({ price: 120_000n, vendors: 2, bids: 3 });
      expect(planted(0)?.vendors).to.deep.equal([s.b.address, s.c.address]);
      expect(planted(1)?.numbers).to.deep.equal({
        winner: 100_000n,
        closest: 101_000n,
        difference: 1_000n,
        bound: "100 bp",
      });
      expect(planted(1)?.vendors).to.deep.equal([s.a.address, s.b.address]);
      expect(planted(2)?.numbers).to.deep.equal({ bids: 1, sealed: 1 });
      // Of 100, 103 and 106 the mean is 103 and the variance 6: 2.449 / 103 is 2.378 %.
      expect(planted(3)?.numbers).to.deep.include({ bids: 3, sum: 309_000n, variation: "237 bp" });
    });

    it("looks with other bounds where they are given", async () => {
      const bounds = { identical: 3, close: 101n, cover: 330n, coverBids: 4 };
      const other = await readIndications(context, { tender, bounds });
      expect(flaggedLots(other, "identical prices")).to.deep.equal([]);
      expect(flaggedLots(other, "cover bids")).to.deep.equal([]);
      const three = await readIndications(context, { tender, bounds: { cover: 330n } });
      expect(flaggedLots(three, "cover bids")).to.deep.equal([6, 7]);
      const wider = await readIndications(context, { tender, bounds: { close: 102n } });
      expect(flaggedLots(wider, "close to the winner")).to.deep.equal([2, 3]);
    });

    it("counts for each vendor which indicators concern it", () => {
      const own = byVendor(found).get(s.d.address);
      expect(Object.fromEntries(own ?? [])).to.deep.equal({ "single bid": 1 });
    });
  });

  describe("over an agency's tenders", () => {
    const dear = { a: { a: 100n, b: 150n }, b: { a: 150n, b: 100n } };
    const twins = { c: { c: 100n, d: 150n }, d: { c: 150n, d: 100n } };
    const rotations = (found: Indication[]) => found.filter(({ indicator }) => indicator === "rotating winners");

    it("rotating winners: who wins in turn is flagged, who wins as often but not in turn is not", async () => {
      const snapshot = await networkHelpers.takeSnapshot();
      await play(s, [dear.a, dear.b, twins.c, twins.d]);
      expect(rotations(await readIndications(context, { agency: 1 }))).to.deep.equal([]);
      const last = await play(s, [dear.a, dear.b, twins.d, twins.c]);
      const found = rotations(await readIndications(context, { agency: 1 }));
      expect(found.map(({ flagged, numbers }) => [flagged, numbers])).to.deep.equal([
        [true, { lots: 4, winners: 2, wins: "2+2", windows: 3, turns: 3, bound: "10000 bp" }],
        [false, { lots: 4, winners: 2, wins: "2+2", windows: 3, turns: 2, bound: "10000 bp" }],
      ]);
      expect(found[0]?.vendors).to.deep.equal([s.a.address, s.b.address]);
      expect(found[0]?.lots.at(-1)).to.deep.equal({ tender: last, lot: 1 });
      expect(rotations(await readIndications(context, { agency: 2 }))).to.deep.equal([]);
      expect(rotations(await readIndications(context, { tender: last }))).to.deep.equal([]);
      const looser = rotations(await readIndications(context, { bounds: { rotation: 6_666n } }));
      expect(looser.map(({ flagged }) => flagged)).to.deep.equal([true, true]);
      await snapshot.restore();
    });
  });
});

describe("withdrawn low bids", () => {
  it("are flagged where they were lower than the winner's, withdrawn or replaced by higher ones; else not", async () => {
    const s = await bidding({ terms: { ceilings: [0n, 0n, 0n, 0n] } }, await networkHelpers.loadFixture(sealedStage));
    const context = await contextOf(s);
    const replaced = async (by: HardhatEthersSigner, first: bigint, then: bigint, lot: bigint) => {
      await sealEnvelope(s, by, first, { lot });
      const bid = await prepared(s, by, then, { lot });
      const tx = await s.house.connect(by).replaceEnvelope(s.tender, lot, bid.sealed);
      return {
        ...bid,
        number: (await s.house.tenderOf(s.tender)).commits,
        time: BigInt((await tx.getBlock())?.timestamp ?? 0),
      };
    };
    const bids = [];
    for (const lot of [0n, 1n, 2n, 3n]) bids.push(await sealEnvelope(s, s.a, 300n, { lot }));
    // Withdrawn below the winner's price, and above it.
    for (const [lot, price] of [
      [0n, 200n],
      [1n, 400n],
    ] as const) {
      await sealEnvelope(s, s.b, price, { lot });
      await s.house.connect(s.b).withdraw(s.tender, lot);
    }
    // Replaced upwards, behind the winner; and downwards, which is competition.
    bids.push(await replaced(s.b, 299n, 500n, 2n), await replaced(s.b, 350n, 310n, 3n));
    const sealed = await readIndications(context, { tender: s.tender });
    expect(sealed).to.deep.equal([]);
    await publishScalars(s);
    for (const lot of [0n, 1n, 2n, 3n])
      await openSealed(
        s,
        bids.filter((bid) => bid.lot === lot),
      );
    await toAwards(s);
    for (const lot of [0n, 1n, 2n, 3n]) await s.house.connect(s.officer).award(s.tender, lot, s.a);
    const found = (await readIndications(context, { tender: s.tender })).filter(
      ({ indicator }) => indicator === "withdrawn low bid",
    );
    expect(found.map(({ flagged, vendors }) => [flagged, vendors])).to.deep.equal([
      [true, [s.a.address, s.b.address]],
      [false, []],
      [true, [s.a.address, s.b.address]],
      [false, []],
    ]);
    expect(found.map(({ numbers }) => numbers["lower"])).to.deep.equal(["200 withdrawn", "", "299 replaced", ""]);
    expect(found[3]?.numbers).to.deep.include({ winner: 300n, earlier: 1, lowest: 350n });
  });
});
