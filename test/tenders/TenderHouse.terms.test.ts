import { expect } from "chai";
import type { SealingTermsStruct, TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { networkHelpers } from "../shared/house.ts";
import { open, openAll, seal, viewOf } from "./bids.ts";
import { AT_AWARD, issuer, requiring } from "./evidence.ts";
import {
  committeeTermsOf,
  expectKept,
  openedScene,
  pass,
  publish,
  publishTerms,
  sealedScene,
  stage,
  type Stage,
  termsOf,
  UNBONDED,
} from "./helpers.ts";
import {
  BOND,
  CEILING,
  DAY,
  MAX_PRICE,
  MINUTE,
  Outcome,
  Phase,
  Rules,
  STANDSTILL,
  Status,
  ZeroAddress,
} from "./values.ts";

describe("TenderHouse: publish, terms of a committee", () => {
  const load = () => networkHelpers.loadFixture(stage);
  type Sealing = Partial<SealingTermsStruct>;
  type Changes = Partial<TenderTermsStruct>;

  async function refused(s: Stage, terms: TenderTermsStruct, what: string): Promise<void> {
    await expect(s.house.connect(s.officer).publish(terms), what).to.be.revertedWithCustomError(
      s.house,
      "TenderSealingInvalid",
    );
  }

  /** The terms with the first changes can be published, those with the second cannot. */
  async function bounded(good: [Sealing, Changes?], bad: [Sealing, Changes?], what: string): Promise<void> {
    const s = await load();
    await refused(s, await committeeTermsOf(s, ...bad), what);
    await publishTerms(s, await committeeTermsOf(s, ...good));
    expect(await s.house.tenderCount(), what).to.equal(1n);
  }

  /** Deadlines as short as they may be, from a commit deadline a week away. */
  async function times() {
    const s = await load();
    const { commitDeadline } = await termsOf(s);
    const commit = BigInt(commitDeadline);
    const scalars = commit + DAY + 30n * MINUTE;
    const reveal = scalars + 3n * DAY;
    return { commit, scalars, reveal, judge: reveal + 3n * DAY };
  }

  it("bids are sealed from a day before the commit deadline at the latest", async () => {
    const { commit } = await times();
    const latest = commit - 86_400n;
    await bounded([{ bidsFrom: latest }], [{ bidsFrom: latest + 1n }], "bidsFrom");
    await bounded([{ bidsFrom: 0n }], [{ bidsFrom: commit + 1n }], "bidsFrom");
  });

  it("scalars are published for a day, from half an hour after the commit deadline, at least", async () => {
    const { commit, scalars } = await times();
    expect(scalars - commit).to.equal(88_200n);
    await bounded([{ scalarsDeadline: scalars }], [{ scalarsDeadline: scalars - 1n }], "scalarsDeadline");
    await bounded([{}], [{ scalarsDeadline: 0n }], "scalarsDeadline");
  });

  it("bids are opened for three days at least", async () => {
    const { scalars, reveal, judge } = await times();
    const judgeDeadline = judge + 1n;
    await bounded([{ judgeDeadline }, { revealDeadline: reveal }], [{ scalarsDeadline: scalars + 1n }], "opening");
    await bounded([{ judgeDeadline }], [{ judgeDeadline }, { revealDeadline: reveal - 1n }], "opening");
  });

  it("envelopes are judged for three days at least, and before the award deadline", async () => {
    const { reveal, judge } = await times();
    expect(judge - reveal).to.equal(259_200n);
    await bounded([{ judgeDeadline: judge }], [{ judgeDeadline: judge - 1n }], "judging");
    await bounded([{}, { revealDeadline: reveal }], [{}, { revealDeadline: reveal + 1n }], "judging");
    await bounded([{}, { awardDeadline: judge + 1n }], [{}, { awardDeadline: judge }], "award");
  });

  it("a bid has one or two parts", async () => {
    await bounded([{ bidLengths: [64] }], [{ bidLengths: [] }], "none");
    const three = { ...(await twoParts()), bidLengths: [64, 64, 64] };
    await bounded([await twoParts()], [three], "three");
  });

  it("each part is long enough for what it has to hold", async () => {
    const two = await twoParts();
    await bounded([{ bidLengths: [44] }], [{ bidLengths: [43] }], "one part");
    await bounded([{ ...two, bidLengths: [34, 42] }], [{ ...two, bidLengths: [33, 42] }], "technical part");
    await bounded([{ ...two, bidLengths: [34, 42] }], [{ ...two, bidLengths: [34, 41] }], "price part");
  });

  it("what is sealed is no longer than 65,535 bytes", async () => {
    const two = await twoParts();
    // A commitment, a point, three shares and a salt beside each part.
    const most = 65_535 - (32 + 96 + 3 * 32 + 32);
    await bounded([{ bidLengths: [most] }], [{ bidLengths: [most + 1] }], "one part");
    const price = most - 256 - 34;
    await bounded([{ ...two, bidLengths: [34, price] }], [{ ...two, bidLengths: [34, price + 1] }], "two parts");
    await bounded([{ ...two, bidLengths: [34, price] }], [{ ...two, bidLengths: [35, price] }], "two parts");
  });

  async function twoParts(): Promise<Sealing> {
    const { judge } = await times();
    return { bidLengths: [64, 42], scoresDeadline: judge + 1n, scorer: (await load()).stranger };
  }

  it("two parts have a scorer, and a deadline of the scores between judging and award", async () => {
    const { judge } = await times();
    const two = await twoParts();
    await bounded([two], [{ ...two, scorer: ZeroAddress }], "scorer");
    await bounded([two], [{ ...two, scoresDeadline: judge }], "scoresDeadline");
    const awardDeadline = judge + 10n;
    await bounded(
      [{ ...two, scoresDeadline: awardDeadline }, { awardDeadline }],
      [{ ...two, scoresDeadline: awardDeadline + 1n }, { awardDeadline }],
      "scoresDeadline",
    );
  });

  it("ceilings are published or sealed, and minimums with them", async () => {
    const sealedCeilings = true;
    await bounded(
      [{ sealedCeilings }, { ceilings: [0n, 0n] }],
      [{ sealedCeilings }, { ceilings: [0n, 1n] }],
      "ceiling",
    );
    const ceilings = [0n];
    await bounded([{ sealedCeilings }, { ceilings }], [{ sealedCeilings }, { ceilings, minimums: [0n] }], "minimum");
  });

  it("seats are those that the committee allows", async () => {
    const s = await load();
    await expect(s.house.connect(s.officer).publish(await committeeTermsOf(s, { seats: [1n, 1n, 2n] })))
      .to.be.revertedWithCustomError(s.committee, "CommitteeSeatsInvalid")
      .withArgs(3, 2);
    expect(await s.house.tenderCount()).to.equal(0n);
  });

  it("keeps what one part needs, and forms the committee", async () => {
    const s = await load();
    const sealing = { openByBidders: true, bidsFrom: 77n, scorer: s.stranger, scoresDeadline: 5n };
    const terms = await committeeTermsOf(s, sealing, { ...UNBONDED, ceilings: [0n, CEILING] });
    await expect(s.house.connect(s.officer).publish(terms))
      .to.emit(s.committee, "CommitteeFormed")
      .withArgs(await s.house.getAddress(), 1, 2, 1, [1n, 2n, 3n]);
    await expectKept(s, 1n, {
      commitDeadline: terms.commitDeadline,
      revealDeadline: terms.revealDeadline,
      awardDeadline: terms.awardDeadline,
      lots: 2n,
      undecidedLots: 2n,
      rules: Rules.CommitteeSealed | Rules.Lottery | Rules.OpenByBidders,
      phase: Phase.Forming,
      sealedLength: 64n + 256n,
      agency: s.agency,
      standstill: STANDSTILL,
      seats: 3n,
      scalarsDeadline: terms.sealing.scalarsDeadline,
      judgeDeadline: terms.sealing.judgeDeadline,
      bidsFrom: 77n,
    });
  });

  it("keeps what two parts need", async () => {
    const s = await load();
    const two = await twoParts();
    const sealing = { ...two, seats: [1n, 2n, 3n, 4n, 5n], threshold: 3, earliest: true, sealedCeilings: true };
    const terms = await committeeTermsOf(s, sealing, { ceilings: [0n] });
    await expect(s.house.connect(s.officer).publish(terms))
      .to.emit(s.committee, "CommitteeFormed")
      .withArgs(await s.house.getAddress(), 1, 3, 2, sealing.seats);
    await expectKept(s, 1n, {
      commitDeadline: terms.commitDeadline,
      revealDeadline: terms.revealDeadline,
      awardDeadline: terms.awardDeadline,
      lots: 1n,
      undecidedLots: 1n,
      rules: Rules.Bonded | Rules.CommitteeSealed | Rules.TwoParts | Rules.SealedCeilings,
      phase: Phase.Forming,
      sealedLength: 2n * (32n + 96n + 5n * 32n + 32n) + 64n + 42n,
      technicalLength: 32n + 96n + 5n * 32n + 32n + 64n,
      agency: s.agency,
      standstill: STANDSTILL,
      treasury: s.treasury.address,
      seats: 5n,
      bondToken: await s.token.getAddress(),
      bondAmount: BOND,
      scalarsDeadline: terms.sealing.scalarsDeadline,
      judgeDeadline: terms.sealing.judgeDeadline,
      scoresDeadline: two.scoresDeadline,
      scorer: s.stranger.address,
    });
  });
});

describe("TenderHouse: publish, guarantee", () => {
  it("is one requirement of a schema, and only beside a bond", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const { schema, agency } = await issuer(s);
    const good = requiring({ schema });
    const bad: [bigint, Partial<TenderTermsStruct>?][] = [
      [requiring({ schema: schema + 1n })],
      [requiring({ schema: 0n, issuer: agency })],
      [requiring({ schema }, { schema })],
      [1n << 48n],
      [good | (1n << 255n)],
      [good, UNBONDED],
    ];
    for (const [guarantee, changes] of bad) {
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { ...changes, guarantee })))
        .to.be.revertedWithCustomError(s.house, "TenderGuaranteeInvalid")
        .withArgs(guarantee);
    }
    const most = requiring({ schema, issuer: agency, more: AT_AWARD });
    for (const guarantee of [0n, good, requiring({ schema, issuer: agency }), most]) {
      const { tender } = await publish(s, { guarantee });
      expect((await s.house.tenderOf(tender)).guarantee).to.equal(guarantee);
    }
  });
});

describe("TenderHouse: minimums", () => {
  it("are as many as the lots, or none", async () => {
    const s = await networkHelpers.loadFixture(stage);
    for (const minimums of [[1n], [1n, 1n, 1n]]) {
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { ceilings: [5n, 5n], minimums })))
        .to.be.revertedWithCustomError(s.house, "TenderMinimumInvalid")
        .withArgs(2);
    }
  });

  it("go up to the ceiling, or to the highest price where there is none", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const ceilings = [CEILING, 0n];
    for (const [minimums, lot] of [[[CEILING + 1n, 0n], 0] as const, [[0n, MAX_PRICE + 1n], 1] as const]) {
      await expect(s.house.connect(s.officer).publish(await termsOf(s, { ceilings, minimums: [...minimums] })))
        .to.be.revertedWithCustomError(s.house, "TenderMinimumInvalid")
        .withArgs(lot);
    }
    const { tender } = await publish(s, { ceilings, minimums: [CEILING, MAX_PRICE] });
    expect((await s.house.lotOf(tender, 0)).minimum).to.equal(CEILING);
    expect((await s.house.lotOf(tender, 1)).minimum).to.equal(MAX_PRICE);
    expect((await s.house.tenderOf(tender)).rules).to.equal(Rules.Bonded | Rules.Minimums);
  });

  it("mark a bid below, which can neither win nor be placed, and let one at them stand", async () => {
    const s = await sealedScene([49n, 50n, 0n, 51n], { minimums: [50n] });
    for (const bid of [s.bids[0], s.bids[2]]) {
      await expect(open(s, bid))
        .to.emit(s.house, "BidOpened")
        .withArgs(s.tender, 0, bid.bidder.address, 0, bid.number, Status.UnderMinimum, bid.bid, bid.salt);
      const view = viewOf({ status: Status.UnderMinimum, number: bid.number, price: bid.price });
      expect(await s.house.bidOf(s.tender, 0, bid.bidder)).to.deep.equal(view);
      await expect(s.house.place(s.tender, 0, bid.bidder, ZeroAddress, ZeroAddress))
        .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
        .withArgs(s.tender, 0, bid.bidder.address, Status.UnderMinimum);
    }
    await openAll(s, [s.bids[3], s.bids[1]]);
    await pass(s.revealDeadline);
    await expect(s.house.connect(s.officer).award(s.tender, 0, s.c))
      .to.be.revertedWithCustomError(s.house, "TenderBidStatus")
      .withArgs(s.tender, 0, s.c.address, Status.UnderMinimum);
    await s.house.connect(s.officer).award(s.tender, 0, s.b);
  });

  it("are of each lot by itself", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const t = await publish(s, { ceilings: [0n, 0n], minimums: [0n, 50n] });
    const bids = [await seal(s, t.tender, s.a, 0n), await seal(s, t.tender, s.a, 0n, 1n)];
    await pass(t.commitDeadline);
    for (const bid of bids) await open(s, bid);
    expect((await s.house.bidOf(t.tender, 0, s.a)).status).to.equal(Status.Standing);
    expect((await s.house.bidOf(t.tender, 1, s.a)).status).to.equal(Status.UnderMinimum);
  });

  it("leave a lot in which all bids are below without a winner", async () => {
    const s = await openedScene([1n, 2n, 3n, 4n], { minimums: [5n] });
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
  });
});
