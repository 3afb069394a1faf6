import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { pass } from "./helpers.ts";
import { flipped } from "./sealed.ts";
import {
  bidding,
  type BidOptions,
  identityOf,
  judge,
  open,
  openAll,
  type Options,
  publish,
  refused,
  seal,
  type SealedBid,
  type SealedScene,
  toAwards,
} from "./sealedScene.ts";
import { CEILING, EVIDENCE, Outcome, ZeroAddress } from "./values.ts";

type Bidder = "a" | "b" | "c" | "d";
type Scene = SealedScene & { bids: Record<Bidder, SealedBid> };
const ALL: Bidder[] = ["a", "b", "c", "d"];
/** a, b and c are tied, behind or before d. The sum is 1 + 2 + 4 + 9 = 16, which passes over one of three. */
const LOTTERY: Record<Bidder, bigint> = { a: 1n, b: 2n, c: 4n, d: 9n };
const PRICE: Record<Bidder, bigint> = { a: 300n, b: 300n, c: 300n, d: 900n };
const garble = (envelope: string): string => flipped(envelope, 300);

function orders<T>(all: T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one, i) => orders(all.filter((_, j) => j !== i)).map((rest) => [one, ...rest]));
}

/** Bids of all four, sealed in this order; the scalars are out. */
async function scene(
  changes: Partial<Record<Bidder, BidOptions & { price?: bigint }>> = {},
  options: Options = {},
): Promise<Scene> {
  const s = await bidding(options);
  const bids = {} as Record<Bidder, SealedBid>;
  for (const name of ALL) {
    const { price = PRICE[name], ...rest } = changes[name] ?? {};
    bids[name] = await seal(s, s[name], price, { lottery: LOTTERY[name], ...rest });
  }
  await publish(s);
  return { ...s, bids };
}

const opened = async (...parameters: Parameters<typeof scene>): Promise<Scene> => {
  const s = await scene(...parameters);
  await openAll(s, Object.values(s.bids));
  return s;
};

const draw = (s: Scene, names: string, by: HardhatEthersSigner = s.stranger) =>
  s.house.connect(by).draw(
    s.tender,
    0,
    [...names].map((name) => s[name as Bidder]),
  );
const strike = (s: Scene, names: string) =>
  s.house.strike(
    s.tender,
    0,
    [...names].map((name) => s[name as Bidder]),
  );
const award = (s: Scene, name: Bidder) => s.house.connect(s.officer).award(s.tender, 0, s[name]);
const reject = (s: Scene, name: Bidder) => s.house.connect(s.officer).reject(s.tender, 0, s[name], 1, EVIDENCE);

/** The order of the lot, from the head. */
async function order(s: Scene): Promise<string> {
  const names = new Map(ALL.map((name) => [s.bids[name].number, name]));
  let found = "";
  let number = (await s.house.lotOf(s.tender, 0)).lowest;
  while (number !== 0n && found.length <= ALL.length) {
    const name = names.get(number);
    if (!name) throw new Error(`no bid has the number ${number}`);
    found += name;
    number = (await s.house.bidOf(s.tender, 0, s[name])).next;
  }
  return found;
}

describe("TenderHouse: ties by lottery", () => {
  it("are drawn by the sum of all lottery numbers, and turned so that the others follow the one drawn", async () => {
    const s = await opened();
    await toAwards(s);
    expect(await order(s)).to.equal("abcd");
    await refused(award(s, "a"), s.house, "TenderTiesUndrawn", s.tender, 0);
    await expect(draw(s, "abcab")).to.emit(s.house, "TiesDrawn").withArgs(s.tender, 0, 300n, 16n);
    expect(await order(s)).to.equal("bcad");
    expect((await s.house.lotOf(s.tender, 0)).drawn).to.equal(301n);
    await refused(award(s, "a"), s.house, "TenderLowerBidStands", s.tender, 0, s.a.address, s.bids.b.number);
    await award(s, "b");
  });

  it("end the same whoever opens last", async () => {
    const s = await scene();
    const snapshot = await networkHelpers.takeSnapshot();
    for (const names of orders(ALL)) {
      await openAll(
        s,
        names.map((name) => s.bids[name]),
      );
      await toAwards(s);
      await draw(s, "abcab");
      expect(await order(s)).to.equal("bcad");
      await snapshot.restore();
    }
  });

  for (const [extra, picked] of [
    [9n, "bca"],
    [10n, "cab"],
    [11n, "abc"],
  ] as const) {
    it(`a sum of ${7n + extra} makes the order ${picked}`, async () => {
      const s = await opened({ d: { lottery: extra } });
      await toAwards(s);
      await draw(s, "abcabc".slice(0, picked.startsWith("a") ? 3 : 6));
      expect(await order(s)).to.equal(`${picked}d`);
      await award(s, picked[0] as Bidder);
    });
  }

  it("count bids over the ceiling and under the minimum, and those not tied", async () => {
    const s = await opened({ d: { price: CEILING + 1n, lottery: 10n } });
    await toAwards(s);
    await expect(draw(s, "abcabc")).to.emit(s.house, "TiesDrawn").withArgs(s.tender, 0, 300n, 17n);
    expect(await order(s)).to.equal("cab");
  });

  it("do not count a bid never opened, nor one opened that is garbage: both end the same", async () => {
    for (const garbageOpened of [false, true]) {
      const s = await scene({ d: { garble, lottery: 500n } });
      const honest = ALL.slice(0, 3).map((name) => s.bids[name]);
      await openAll(s, garbageOpened ? [s.bids.d, ...honest] : honest);
      await judge(s, s.bids.d);
      await toAwards(s);
      await expect(draw(s, "abcab")).to.emit(s.house, "TiesDrawn").withArgs(s.tender, 0, 300n, 7n);
      expect((await order(s)).slice(0, 3)).to.equal("bca");
    }
  });

  it("pass over void bids and duplicates among the tied ones", async () => {
    // b is out: of a and c, by sums whose remainders of two and of three name different bids.
    const cases = [
      [true, { d: { lottery: 3n } }, 8n, "a"],
      [true, { d: { lottery: 2n } }, 7n, "c"],
      [false, { c: { lottery: 3n } }, 4n, "a"],
      [false, { c: { lottery: 6n } }, 7n, "c"],
    ] as const;
    for (const [judged, lotteries, sum, picked] of cases) {
      const plain = await bidding();
      const identity = await identityOf(plain, plain.d, plain.b.address);
      const s = await scene({ b: judged ? { garble } : { identity }, ...lotteries });
      await openAll(s, Object.values(s.bids));
      if (judged) await judge(s, s.bids.b);
      await toAwards(s);
      const drawing = draw(s, picked === "a" ? "abc" : "abcabc");
      await expect(drawing).to.emit(s.house, "TiesDrawn").withArgs(s.tender, 0, 300n, sum);
      expect(await order(s)).to.equal(picked === "a" ? "abcd" : "cabd");
      await award(s, picked);
    }
  });

  it("need no draw where void bids before it leave one alone, nor for a single bid", async () => {
    const s = await opened({ a: { garble }, b: { garble }, c: { lottery: 0n } });
    for (const name of ["a", "b"] as const) await judge(s, s.bids[name]);
    await toAwards(s);
    await strike(s, "ab");
    await award(s, "c");
  });

  it("a head that is void is drawn among the others and struck where it then stands first", async () => {
    // Without a's number: 2 + 4 + 10 = 16, of two: none passed over.
    const s = await opened({ a: { garble }, d: { lottery: 10n } });
    await judge(s, s.bids.a);
    await toAwards(s);
    await draw(s, "abc");
    expect(await order(s)).to.equal("abcd");
    await refused(award(s, "b"), s.house, "TenderLowerBidStands", s.tender, 0, s.b.address, s.bids.a.number);
    await strike(s, "a");
    await award(s, "b");
  });

  describe("a rejection changes no pick", () => {
    it("one rejected later yields to the next without another draw", async () => {
      const s = await opened();
      await toAwards(s);
      await draw(s, "abcab");
      await reject(s, "b");
      await refused(award(s, "c"), s.house, "TenderLowerBidStands", s.tender, 0, s.c.address, s.bids.b.number);
      await strike(s, "b");
      await refused(draw(s, "ca"), s.house, "TenderDrawNeedless", s.tender, 0);
      expect(await order(s)).to.equal("cad");
      await reject(s, "c");
      await strike(s, "c");
      await award(s, "a");
    });

    it("nor one before the draw, or in the middle of it, of whichever bid", async () => {
      const s = await opened();
      await toAwards(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const name of ALL) {
        for (const after of [0, 2, 4]) {
          const given = "abcab";
          if (after > 0) await draw(s, given.slice(0, after));
          await reject(s, name);
          await expect(draw(s, given.slice(after)))
            .to.emit(s.house, "TiesDrawn")
            .withArgs(s.tender, 0, 300n, 16n);
          expect(await order(s)).to.equal("bcad");
          if (name === "b") await strike(s, "b");
          await award(s, name === "b" ? "c" : "b");
          await snapshot.restore();
        }
      }
    });

    it("nor one before T3, while bids are still opened", async () => {
      const s = await scene();
      await openAll(s, [s.bids.a, s.bids.b]);
      await reject(s, "a");
      await open(s, s.bids.c, { before: s.b.address });
      await open(s, s.bids.d, { before: s.c.address });
      await toAwards(s);
      // It still counts among the tied ones and in the sum.
      await refused(s.house.strike(s.tender, 0, [s.a]), s.house, "TenderHeadStands", ...[s.tender, 0, s.a.address]);
      await draw(s, "abcab");
      expect(await order(s)).to.equal("bcad");
    });
  });

  describe("draw", () => {
    it("goes on in pieces of any size, and awaits the end", async () => {
      const s = await opened({ d: { lottery: 10n } });
      await toAwards(s);
      const snapshot = await networkHelpers.takeSnapshot();
      for (const pieces of [
        ["a", "b", "c", "a", "b", "c"],
        ["ab", "ca", "bc"],
        ["abca", "bc"],
        ["abc", "abc"],
      ]) {
        for (const [i, piece] of pieces.entries()) {
          await refused(award(s, "a"), s.house, "TenderTiesUndrawn", s.tender, 0);
          const drawing = draw(s, piece);
          if (i < pieces.length - 1) await expect(drawing).not.to.emit(s.house, "TiesDrawn");
          else await expect(drawing).to.emit(s.house, "TiesDrawn").withArgs(s.tender, 0, 300n, 17n);
        }
        expect(await order(s)).to.equal("cabd");
        await snapshot.restore();
      }
    });

    it("refuses every other order, and stays where it was", async () => {
      const s = await opened();
      await toAwards(s);
      const wrong = [[], ["b", "ac", "aa", "abd", "abcb", "abcac"], ["a", "d", "bb", "bd"]] as const;
      for (const names of wrong[1]) await refused(draw(s, names), s.house, "TenderDrawOrder", s.tender, 0);
      await draw(s, "a");
      for (const names of wrong[2]) await refused(draw(s, names), s.house, "TenderDrawOrder", s.tender, 0);
      await draw(s, "bc");
      for (const names of ["b", "c", "d", "ac"]) {
        await refused(draw(s, names), s.house, "TenderDrawOrder", s.tender, 0);
      }
      await refused(draw(s, ""), s.house, "TenderDrawNeedless", s.tender, 0);
      await refused(s.house.draw(s.tender, 0, [s.stranger]), s.house, "TenderDrawOrder", s.tender, 0);
      await refused(strike(s, "a"), s.house, "TenderTiesUndrawn", s.tender, 0);
      await draw(s, "ab");
      expect(await order(s)).to.equal("bcad");
      await refused(draw(s, "b"), s.house, "TenderDrawNeedless", s.tender, 0);
    });

    it("is refused before T3's last second is over, and while a bid is Unplaced", async () => {
      const s = await scene();
      await openAll(s, [s.bids.a, s.bids.b]);
      await open(s, s.bids.c);
      await pass(s.revealDeadline);
      await refused(draw(s, "ab"), s.house, "TenderRevealRunning", s.tender, s.judgeDeadline);
      await toAwards(s);
      await refused(draw(s, "ab"), s.house, "TenderBidsUnplaced", s.tender, 0, 1);
      await s.house.place(s.tender, 0, s.c, s.b, ZeroAddress);
      // 1 + 2 + 4 = 7: passes over one of three.
      await draw(s, "abcab");
      await award(s, "b");
    });

    it("is needless in an empty lot, and in a tender with ties to the earlier bid", async () => {
      const s = await scene();
      await toAwards(s);
      await refused(draw(s, "a"), s.house, "TenderDrawNeedless", s.tender, 0);
      const early = await opened({}, { sealing: { earliest: true } });
      await toAwards(early);
      await refused(draw(early, "abcab"), early.house, "TenderDrawNeedless", early.tender, 0);
      await award(early, "a");
    });

    it("is frozen at T3: nothing that counts can change after it", async () => {
      const s = await opened({ d: { garble } });
      await toAwards(s);
      await refused(judge(s, s.bids.d), s.house, "TenderJudgeClosed", s.tender, s.judgeDeadline);
      await refused(open(s, s.bids.d), s.house, "TenderRevealClosed", s.tender, s.revealDeadline);
      expect((await s.house.lotOf(s.tender, 0)).lotterySum).to.equal(16n);
    });
  });

  describe("strike", () => {
    it("takes from the head only what cannot win, in order", async () => {
      const s = await opened({ a: { price: 100n }, b: { price: 200n }, c: { garble } });
      await judge(s, s.bids.c);
      await reject(s, "a");
      await toAwards(s);
      for (const [names, at] of [
        ["b", "b"],
        ["ab", "b"],
        ["aa", "a"],
        ["c", "c"],
        ["d", "d"],
      ] as const) {
        await refused(strike(s, names), s.house, "TenderHeadStands", s.tender, 0, s[at].address);
      }
      await refused(s.house.strike(s.tender, 0, [s.stranger]), s.house, "TenderHeadStands");
      await strike(s, "a");
      expect(await order(s)).to.equal("bcd");
      await reject(s, "b");
      await strike(s, "bc");
      await award(s, "d");
    });

    it("of one rejected under the ceiling leaves a lot without a winner, not one over its ceiling", async () => {
      for (const rejected of [true, false]) {
        const prices = { a: { price: 100n }, b: { price: CEILING + 1n }, c: { price: CEILING + 2n } };
        const s = await scene(prices);
        const { a, ...others } = s.bids;
        await openAll(s, rejected ? [a] : []);
        for (const bid of [others.b, others.c]) await open(s, bid);
        if (rejected) await reject(s, "a");
        await toAwards(s);
        if (rejected) await strike(s, "a");
        await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
        const { outcome } = (await s.house.lotOf(s.tender, 0)).award;
        expect(outcome).to.equal(rejected ? Outcome.NoWinner : Outcome.OverCeiling);
      }
    });

    it("is refused before T3 is over, and takes nothing from an empty lot", async () => {
      const s = await opened({ a: { garble } });
      await judge(s, s.bids.a);
      await refused(strike(s, "a"), s.house, "TenderRevealRunning", s.tender, s.judgeDeadline);
      const empty = await scene();
      await toAwards(empty);
      await refused(strike(empty, "a"), empty.house, "TenderHeadStands", empty.tender, 0, empty.a.address);
    });
  });
});
