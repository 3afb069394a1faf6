import { expect } from "chai";
import { ethers, networkHelpers } from "../shared/house.ts";
import { viewOf } from "./bids.ts";
import { at, pass } from "./helpers.ts";
import { flipped } from "./sealed.ts";
import {
  bidding,
  fails,
  judge,
  MARGIN,
  open,
  openAll,
  openingOf,
  prepared,
  publish,
  refused,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  statusOf,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { BOND, DEPOSIT, EVIDENCE, id, Phase, Status, ZeroAddress, ZeroHash } from "./values.ts";

type Scene = SealedScene & { bid: SealedBid };

/** A tender of two parts with a bid of a. */
async function scene(garble?: (envelope: string, part: number) => string): Promise<Scene> {
  const s = await bidding({ sealing: TWO_PARTS });
  return { ...s, bid: await seal(s, s.a, 500n, garble ? { garble } : {}) };
}

const publishPrices = (s: SealedScene, seats = [0, 1, 2]) =>
  s.committee.publish(
    s.house,
    s.tender,
    seats,
    seats.map((seat) => s.secrets[1]?.[seat] ?? 0n),
  );
const openPrice = (s: SealedScene, bid: SealedBid) => open(s, bid, {}, 1);

/** The technical part is opened, and the scores are revealed. */
async function priceScene(garble?: (envelope: string, part: number) => string): Promise<Scene> {
  const s = await scene(garble);
  await publish(s);
  await open(s, s.bid);
  return { ...(await scored(s)), bid: s.bid };
}

/** All orders of these. */
function orders<T>(all: T[]): T[][] {
  if (all.length === 0) return [[]];
  return all.flatMap((one, i) => orders(all.filter((_, j) => j !== i)).map((rest) => [one, ...rest]));
}

describe("TenderHouse: bids of two parts", () => {
  it("are sealed as two commitments with their envelopes, of the lengths that the tender fixes", async () => {
    const s = await scene();
    const { sealedLength, technicalLength } = await s.house.tenderOf(s.tender);
    const technical = 32 + 96 + 5 * 32 + 32 + 200;
    expect([technicalLength, sealedLength]).to.deep.equal([
      BigInt(technical),
      BigInt(technical + 32 + 96 + 160 + 32 + 60),
    ]);
    const { sealed } = await prepared(s, s.b, 500n);
    const short = ethers.dataSlice(sealed, 0, technical);
    await refused(
      s.house.connect(s.b).commitEnvelope(s.tender, 0, short),
      s.house,
      "TenderSealedLength",
      ...[s.tender, technical, sealedLength],
    );
  });

  it("no order of acts lets a price scalar or a price opening in before the scores are revealed", async function () {
    this.timeout(120_000);
    const s = await scene((envelope, part) => (part === 1 ? flipped(envelope, 0) : envelope));
    await at(s.commitDeadline + MARGIN);
    const acts = {
      keys: () => publish(s, [0, 1, 2]),
      open: () => open(s, s.bid),
      reject: () => s.house.connect(s.officer).reject(s.tender, 0, s.a, 1, EVIDENCE),
      T1: () => pass(s.scalarsDeadline),
      T2: () => pass(s.revealDeadline),
      T3: () => pass(s.judgeDeadline),
    };
    const names = Object.keys(acts) as (keyof typeof acts)[];
    const times = ["T1", "T2", "T3"];
    const histories = orders(names).filter((order) => {
      const passing = order.filter((name) => times.includes(name));
      return passing.join() === times.join();
    });
    expect(histories).to.have.length(120);
    const keys = await Promise.all([0, 1, 2].map((seat) => s.committee.keyOf(s.house, s.tender, 1, seat)));
    const snapshot = await networkHelpers.takeSnapshot();
    let opened = 0;
    for (const history of histories) {
      for (const name of history) {
        await acts[name]().catch(() => undefined);
        await publishPrices(s).catch(() => undefined);
        await publishPrices(s, [3]).catch(() => undefined);
        expect(await fails(openPrice(s, s.bid))).to.equal(true);
        expect(await fails(judge(s, s.bid, [0, 1, 2], {}, 1))).to.equal(true);
        const status = await statusOf(s, s.a);
        expect(status).to.be.oneOf([Status.Sealed, Status.PartOpened, Status.Rejected]);
        if (status === Status.PartOpened) opened++;
      }
      expect((await s.committee.committeeOf(s.house, s.tender)).published[1]).to.equal(0n);
      const now = await Promise.all([0, 1, 2].map((seat) => s.committee.keyOf(s.house, s.tender, 1, seat)));
      expect(now).to.deep.equal(keys);
      await snapshot.restore();
    }
    expect(opened).to.be.greaterThan(30);
  });

  it("a price scalar counts for nothing even while its seat's technical one is out", async () => {
    const s = await scene();
    await publish(s);
    const wrong = [s.committee, "CommitteeScalarWrong", s.tender, 0, 3] as const;
    await refused(publishPrices(s, [3]), ...wrong);
    await publishPrices(s, [0, 1, 2]);
    const { published } = await s.committee.committeeOf(s.house, s.tender);
    expect(published).to.deep.equal([0b111n, 0n]);
  });

  it("open their technical part first, then after the scores their price part", async () => {
    const s = await scene();
    await publish(s);
    await expect(open(s, s.bid))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, s.a.address, 0, 1, Status.PartOpened, s.bid.parts[0]?.bid, s.bid.parts[0]?.salt);
    expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(viewOf({ status: Status.PartOpened }));
    await refused(open(s, s.bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.PartOpened);
    const later = await scored(s);
    await publish(later, [2, 3, 4], 1);
    await expect(openPrice(later, s.bid))
      .to.emit(s.house, "BidOpened")
      .withArgs(s.tender, 0, s.a.address, 1, 1, Status.Standing, s.bid.parts[1]?.bid, s.bid.parts[1]?.salt);
    expect(await s.house.bidOf(s.tender, 0, s.a)).to.deep.equal(
      viewOf({ status: Status.Standing, number: 1n, price: 500n }),
    );
    await toAwards(later);
    await s.house.connect(s.officer).award(s.tender, 0, s.a);
  });

  it("are refused where the other part, or the part itself, is another", async () => {
    const s = await scene();
    await publish(s);
    const other = await prepared(s, s.a, 500n);
    const mismatch = [s.house, "TenderOpeningMismatch", s.tender, 0, s.a.address] as const;
    await refused(open(s, s.bid, { other: openingOf(other).other }), ...mismatch);
    await refused(open(s, s.bid, {}, 1), ...mismatch);
    await open(s, s.bid);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    await refused(open(later, s.bid, { other: openingOf(other, 1).other }, 1), ...mismatch);
    const [technical, price] = [openingOf(s.bid), openingOf(s.bid, 1)];
    await refused(s.house.open(s.tender, 0, s.a, technical), ...mismatch);
    await refused(s.house.open(s.tender, 0, s.a, { ...technical, other: price.other }), ...mismatch);
    await openPrice(later, s.bid);
  });

  it("are opened no more once their technical part was not: the price of such a bid stays shut", async () => {
    const s = await scene();
    await publish(s);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    await refused(openPrice(later, s.bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Sealed);
    await toAwards(later);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
    await s.house.settleBond(s.tender, 0, s.a);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("are rejected on their technical part until the scores are revealed, and then no more", async () => {
    const s = await scene();
    const second = await seal(s, s.b, 600n, { lottery: 5n });
    await publish(s);
    await open(s, s.bid);
    await open(s, second);
    await expect(s.house.connect(s.officer).reject(s.tender, 0, s.a, 2, EVIDENCE))
      .to.emit(s.house, "BidRejected")
      .withArgs(s.tender, 0, s.a.address, s.key, 2, EVIDENCE);
    const later = await scored(s);
    const status = [s.house, "TenderBidStatus", s.tender, 0] as const;
    const rejecting = () => s.house.connect(s.officer).reject(s.tender, 0, s.b, 2, EVIDENCE);
    await refused(rejecting(), ...status, s.b.address, Status.PartOpened);
    await publish(later, [0, 1, 2], 1);
    await refused(rejecting(), ...status, s.b.address, Status.PartOpened);
    await refused(openPrice(later, s.bid), ...status, s.a.address, Status.Rejected);
    await openPrice(later, second);
    expect((await s.house.lotOf(s.tender, 0)).lotterySum).to.equal(5n);
    await rejecting();
    await toAwards(later);
    await s.house.strike(s.tender, 0, [s.b]);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
  });

  it("lose bid and bond for garbage in either part; the technical one is judged in its own time only", async () => {
    for (const part of [0, 1]) {
      const s = await scene((envelope, i) => (i === part ? flipped(envelope, 300) : envelope));
      await publish(s);
      await open(s, s.bid);
      if (part === 0) await judge(s, s.bid);
      else await refused(judge(s, s.bid), s.house, "TenderEnvelopeSound", s.tender, 0, s.a.address);
      if (part === 1) {
        const later = await scored(s);
        await refused(judge(later, s.bid, [0, 1, 2], {}, 1), s.house, "TenderKeysNotOut", s.tender, 1);
        await publish(later, [0, 1, 2], 1);
        await openPrice(later, s.bid);
        await expect(judge(later, s.bid, [0, 1, 2], {}, 1))
          .to.emit(s.house, "BidVoided")
          .withArgs(s.tender, 0, s.a.address, 1, [0n, 1n, 2n]);
      }
      expect(await statusOf(s, s.a)).to.equal(Status.Voided);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(BOND);
    }
  });

  it("void a garbage price part also of a bid whose technical part was never opened, or rejected", async () => {
    const s = await scene((envelope, part) => (part === 1 ? flipped(envelope, 300) : envelope));
    const rejected = await seal(s, s.b, 1n, {
      garble: (envelope, part) => (part === 1 ? flipped(envelope, 300) : envelope),
    });
    await publish(s);
    await open(s, rejected);
    await s.house.connect(s.officer).reject(s.tender, 0, s.b, 1, EVIDENCE);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    for (const bid of [s.bid, rejected]) {
      await judge(later, bid, [0, 1, 2], {}, 1);
      expect(await statusOf(s, bid.bidder)).to.equal(Status.Voided);
    }
  });

  it("are Malformed by a technical part whose identity does not fit", async () => {
    const s = await bidding({ sealing: TWO_PARTS });
    const raw = [
      ethers.zeroPadBytes(ethers.concat([id("technical"), "0x0056", "0x15"]), 200),
      ethers.zeroPadBytes("0x", 60),
    ];
    const bid = await seal(s, s.a, 0n, { raw });
    const valid = await seal(s, s.b, 2n);
    await publish(s);
    await openAll(s, [bid, valid]);
    expect([await statusOf(s, s.a), await statusOf(s, s.b)]).to.deep.equal([Status.Malformed, Status.PartOpened]);
    const later = await scored(s);
    await publish(later, [0, 1, 2], 1);
    await refused(openPrice(later, bid), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Malformed);
    await openPrice(later, valid);
  });

  it("a technical part does not open as if there were no price part", async () => {
    const s = await scene();
    await publish(s);
    const alone = open(s, s.bid, { other: ZeroHash });
    await refused(alone, s.house, "TenderOpeningMismatch", s.tender, 0, s.a.address);
    await open(s, s.bid);
  });

  describe("revealScores", () => {
    const reveal = (s: SealedScene, by = s.scorer) => s.house.connect(by).revealScores(s.tender, id("scores"));

    it("is the scorer's alone", async () => {
      const s = await scene();
      await publish(s);
      await pass(s.judgeDeadline);
      for (const by of [s.officer, s.admin, s.platform, s.stranger, s.a]) {
        await refused(reveal(s, by), s.house, "TenderScorerOnly", s.tender, s.scorer.address);
      }
      const one = await bidding();
      await refused(reveal(one), one.house, "TenderScorerOnly", one.tender, ZeroAddress);
    });

    it("comes after T3's last second and until D's, once", async () => {
      const s = await scene();
      await publish(s);
      const closed = [s.house, "TenderScoresClosed", s.tender] as const;
      await refused(reveal(s), ...closed, s.judgeDeadline + 1n, s.scoresDeadline);
      await at(s.judgeDeadline);
      await refused(reveal(s), ...closed, s.judgeDeadline + 1n, s.scoresDeadline);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(s.scoresDeadline + 1n);
      await refused(reveal(s), ...closed, s.judgeDeadline + 1n, s.scoresDeadline);
      await snapshot.restore();
      await at(s.scoresDeadline);
      const nothing = s.house.connect(s.scorer).revealScores(s.tender, ZeroHash);
      await refused(nothing, s.house, "TenderReasonMissing", 0, ZeroHash);
      await reveal(s);
      await refused(reveal(s), ...closed, 0, s.scoresDeadline);
    });

    it("shifts all times of the price part as from the commit deadline, and tells them", async () => {
      const s = await scene();
      await publish(s);
      const now = s.judgeDeadline + 1234n;
      const shift = now - s.commitDeadline;
      await at(now);
      const times = [s.scalarsDeadline, s.revealDeadline, s.judgeDeadline, s.awardDeadline].map((t) => t + shift);
      await expect(reveal(s))
        .to.emit(s.house, "ScoresRevealed")
        .withArgs(s.tender, id("scores"), ...times);
      const t = await s.house.tenderOf(s.tender);
      expect([t.scalarsDeadline, t.revealDeadline, t.judgeDeadline, t.awardDeadline]).to.deep.equal(times);
      expect([t.commitDeadline, t.scoresDeadline, t.scoredAt, t.phase]).to.deep.equal([
        s.commitDeadline,
        s.scoresDeadline,
        now,
        Phase.Scored,
      ]);
      expect(await s.house.openingTimes(s.tender)).to.deep.equal([1n, s.commitDeadline, now + MARGIN, times[0]]);
    });

    it("is refused where the technical keys never came out, and after a cancellation", async () => {
      const s = await scene();
      await pass(s.judgeDeadline);
      await refused(reveal(s), s.house, "TenderLapsed", s.tender);
      const other = await scene();
      await publish(other);
      await pass(other.judgeDeadline);
      await other.house.connect(other.officer).cancel(other.tender, 1, EVIDENCE);
      await refused(reveal(other), other.house, "TenderIsCancelled", other.tender);
    });

    it("not made until D lets the tender lapse: bonds are free, and nothing is awarded", async () => {
      const s = await scene();
      await publish(s);
      await open(s, s.bid);
      await at(s.scoresDeadline);
      await refused(s.house.settleBond(s.tender, 0, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
      expect(await s.house.lapsed(s.tender)).to.equal(false);
      await pass(s.scoresDeadline);
      expect(await s.house.lapsed(s.tender)).to.equal(true);
      await refused(s.house.connect(s.officer).award(s.tender, 0, s.a), s.house, "TenderLapsed", s.tender);
      await refused(s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress), s.house, "TenderLapsed", s.tender);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });

  describe("the price part's times", () => {
    it("T1: its scalars from the margin after the scores until the last second", async () => {
      const s = await priceScene();
      const { scoredAt } = await s.house.tenderOf(s.tender);
      const from = scoredAt + MARGIN;
      const closed = [s.committee, "CommitteePublishClosed", s.tender, 1, from, s.scalarsDeadline] as const;
      await at(from - 1n);
      await refused(publishPrices(s), ...closed);
      await at(from);
      await publishPrices(s, [0, 1]);
      await refused(openPrice(s, s.bid), s.house, "TenderKeysNotOut", s.tender, 1);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(s.scalarsDeadline);
      await expect(publishPrices(s, [2]))
        .to.emit(s.house, "OpeningBegun")
        .withArgs(s.tender, 1);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.PriceOpened);
      await openPrice(s, s.bid);
      await snapshot.restore();
      await at(s.scalarsDeadline + 1n);
      await refused(publishPrices(s, [2]), ...closed);
      await refused(openPrice(s, s.bid), s.house, "TenderLapsed", s.tender);
      await s.house.settleBond(s.tender, 0, s.a);
      expect(await s.house.lapsed(s.tender)).to.equal(true);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });

    it("T2 and T3: opened and judged until their last seconds", async () => {
      const s = await priceScene((envelope, part) => (part === 1 ? flipped(envelope, 300) : envelope));
      await publish(s, [0, 1, 2], 1);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(s.revealDeadline);
      await openPrice(s, s.bid);
      await at(s.judgeDeadline);
      await judge(s, s.bid, [0, 1, 2], {}, 1);
      await snapshot.restore();
      await at(s.revealDeadline + 1n);
      await refused(openPrice(s, s.bid), s.house, "TenderRevealClosed", s.tender, s.revealDeadline);
      await at(s.judgeDeadline + 1n);
      await refused(judge(s, s.bid, [0, 1, 2], {}, 1), s.house, "TenderJudgeClosed", s.tender, s.judgeDeadline);
    });

    it("refuse technical scalars that come now", async () => {
      const s = await priceScene();
      const { publishFrom } = await s.house.openingTimes(s.tender);
      await at(publishFrom);
      const late = s.committee.publish(s.house, s.tender, [3], [s.secrets[0]?.[3] ?? 0n]);
      await refused(late, s.committee, "CommitteeScalarWrong", s.tender, 1, 3);
    });
  });
});
