import { expect } from "chai";
import type { SealingTermsStruct, TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { networkHelpers } from "../shared/house.ts";
import { issuer, requiring } from "./evidence.ts";
import { UNBONDED } from "./helpers.ts";
import { BODIES, type Options, refused, type SealedStage, sealedStage, sealedTerms, TWO_PARTS } from "./sealedScene.ts";
import { CEILING, DAY, MAX_PRICE, MINUTE, Phase, Rules, ZeroAddress } from "./values.ts";

const stage = (): Promise<SealedStage> => networkHelpers.loadFixture(sealedStage);
const publish = (s: SealedStage, terms: TenderTermsStruct) => s.house.connect(s.officer).publish(terms);

async function tried(s: SealedStage, options: Options): Promise<unknown> {
  return publish(s, await sealedTerms(s, options));
}

describe("TenderHouse: publish for a committee", () => {
  it("forms the committee, with the terms kept and told", async () => {
    const s = await stage();
    const terms = await sealedTerms(s);
    const tx = publish(s, terms);
    await expect(tx)
      .to.emit(s.committee, "CommitteeFormed")
      .withArgs(await s.house.getAddress(), 1, 3, 1, BODIES);
    await expect(tx).to.emit(s.house, "TenderPublished");
    const t = await s.house.tenderOf(1);
    expect([t.phase, t.seats, t.technicalLength, t.sealedLength, t.scorer, t.scoresDeadline]).to.deep.equal([
      Phase.Forming,
      5n,
      0n,
      BigInt(32 + 96 + 160 + 32 + 260),
      ZeroAddress,
      0n,
    ]);
    expect([t.scalarsDeadline, t.judgeDeadline, t.bidsFrom]).to.deep.equal([
      terms.sealing.scalarsDeadline,
      terms.sealing.judgeDeadline,
      0n,
    ]);
    expect(t.rules).to.equal(Rules.Bonded | Rules.CommitteeSealed | Rules.Lottery);
  });

  it("keeps a bit for each rule", async () => {
    const s = await stage();
    const sealing = { ...TWO_PARTS, sealedCeilings: true, openByBidders: true, earliest: true };
    await tried(s, { sealing, terms: { ceilings: [0n], ...UNBONDED } });
    const t = await s.house.tenderOf(1);
    const { CommitteeSealed, TwoParts, OpenByBidders, SealedCeilings } = Rules;
    expect(t.rules).to.equal(CommitteeSealed | TwoParts | OpenByBidders | SealedCeilings);
    expect(t.scorer).to.equal(s.scorer.address);
    await tried(s, { terms: { minimums: [5n] } });
    expect((await s.house.tenderOf(2)).rules).to.equal(
      Rules.Bonded | Rules.CommitteeSealed | Rules.Lottery | Rules.Minimums,
    );
    expect((await s.house.lotOf(2, 0)).minimum).to.equal(5n);
  });

  it("demands a day and the margin for scalars, three days to open and three to judge, to the second", async () => {
    const s = await stage();
    const commitDeadline = BigInt(await networkHelpers.time.latest()) + 9n * DAY;
    const scalarsDeadline = commitDeadline + DAY + 30n * MINUTE;
    const revealDeadline = scalarsDeadline + 3n * DAY;
    const judgeDeadline = revealDeadline + 3n * DAY;
    const least = { commitDeadline, revealDeadline, awardDeadline: judgeDeadline + 1n };
    const sealing = { scalarsDeadline, judgeDeadline, bidsFrom: commitDeadline - DAY };
    const less: Options[] = [
      { sealing: { ...sealing, scalarsDeadline: scalarsDeadline - 1n }, terms: least },
      { sealing: { ...sealing, scalarsDeadline: scalarsDeadline + 1n }, terms: least },
      { sealing: { ...sealing, judgeDeadline: judgeDeadline - 1n }, terms: least },
      { sealing, terms: { ...least, awardDeadline: judgeDeadline } },
      { sealing: { ...sealing, bidsFrom: commitDeadline - DAY + 1n }, terms: least },
    ];
    for (const options of less) await refused(tried(s, options), s.house, "TenderSealingInvalid");
    await tried(s, { sealing, terms: least });
  });

  it("demands one or two parts of sufficient length that together fit", async () => {
    const s = await stage();
    const most = 65_535 - 32 - 96 - 160 - 32;
    const [wrong, right] = [
      [[], [43], [200, 41], [33, 60], [200, 60, 60], [most + 1], [most - 320, 1]],
      [[44], [34, 42], [most], [most - 320 - 42, 42]],
    ];
    for (const bidLengths of wrong) {
      const more = bidLengths.length === 2 ? {} : { scorer: s.scorer };
      await refused(tried(s, { sealing: { bidLengths, ...more } }), s.house, "TenderSealingInvalid");
    }
    await refused(tried(s, { sealing: { bidLengths: [most - 320 - 42 + 1, 42] } }), s.house, "TenderSealingInvalid");
    for (const bidLengths of right) await tried(s, { sealing: { bidLengths } });
  });

  it("demands a scorer and a deadline of the scores between judging and award, of two parts", async () => {
    const s = await stage();
    const { sealing, awardDeadline } = await sealedTerms(s, { sealing: TWO_PARTS });
    const judged = BigInt(sealing.judgeDeadline);
    const wrong: Partial<SealingTermsStruct>[] = [
      { scorer: ZeroAddress },
      { scoresDeadline: judged },
      { scoresDeadline: BigInt(awardDeadline) + 1n },
      { scoresDeadline: 0n },
    ];
    const times = { commitDeadline: (await sealedTerms(s)).commitDeadline };
    for (const change of wrong) {
      await refused(tried(s, { sealing: { ...TWO_PARTS, ...change }, terms: times }), s.house, "TenderSealingInvalid");
    }
    for (const scoresDeadline of [judged + 1n, BigInt(awardDeadline)]) {
      const terms = await sealedTerms(s, {
        sealing: { ...TWO_PARTS, scoresDeadline },
        terms: { commitDeadline: judged - 11n * DAY },
      });
      await publish(s, terms);
    }
  });

  it("refuses sealed ceilings beside published ceilings or minimums", async () => {
    const s = await stage();
    const sealing = { sealedCeilings: true };
    for (const terms of [{ ceilings: [CEILING] }, { ceilings: [0n, 1n] }, { ceilings: [0n], minimums: [0n] }]) {
      await refused(tried(s, { sealing, terms }), s.house, "TenderSealingInvalid");
    }
    await tried(s, { sealing, terms: { ceilings: [0n, 0n] } });
  });

  it("refuses minimums of another number, above the ceiling, or above every price", async () => {
    const s = await stage();
    const wrong: [bigint[], bigint[], number][] = [
      [[5n], [1n, 1n], 1],
      [[5n, 5n], [1n], 2],
      [[5n], [6n], 0],
      [[0n, 0n], [0n, MAX_PRICE + 1n], 1],
    ];
    for (const [ceilings, minimums, at] of wrong) {
      await refused(tried(s, { terms: { ceilings, minimums } }), s.house, "TenderMinimumInvalid", at);
    }
    await tried(s, { terms: { ceilings: [5n, 0n], minimums: [5n, MAX_PRICE] } });
  });

  it("refuses a guarantee that is not one requirement, of no schema, or without a bond", async () => {
    const s = await stage();
    const { schema } = await issuer(s);
    const good = requiring({ schema });
    const wrong: [bigint, object][] = [
      [requiring({ schema: schema + 1n }), {}],
      [requiring({ schema: 0n, issuer: 1n }), {}],
      [requiring({ schema }, { schema }), {}],
      [1n << 48n, {}],
      [good, UNBONDED],
    ];
    for (const [guarantee, changes] of wrong) {
      await refused(tried(s, { terms: { guarantee, ...changes } }), s.house, "TenderGuaranteeInvalid", guarantee);
    }
    await tried(s, { terms: { guarantee: good } });
    expect((await s.house.tenderOf(1)).guarantee).to.equal(good);
  });

  it("refuses a committee that the rules of seats refuse", async () => {
    const s = await stage();
    for (const seats of [
      [3n, 4n],
      [3n, 3n, 3n, 4n, 5n],
      [3n, 3n, 4n, 4n, 4n],
    ]) {
      await refused(tried(s, { sealing: { seats } }), s.committee, "CommitteeSeatsInvalid", seats.length, 3);
    }
    await refused(tried(s, { sealing: { threshold: 1 } }), s.committee, "CommitteeSeatsInvalid", 5, 1);
    expect(await s.house.tenderCount()).to.equal(0n);
  });

  it("knows no tender at office and desk themselves, and publishes none there", async () => {
    const s = await stage();
    const terms = await sealedTerms(s);
    await publish(s, terms);
    const office = s.house.attach(await s.house.OFFICE()) as typeof s.house;
    const desk = s.house.attach(await s.house.DESK()) as typeof s.house;
    await refused(office.connect(s.officer).publish(terms), s.house, "TenderOfficeDirect");
    await refused(office.connect(s.officer).cancel(1, 1, terms.documents), s.house, "TenderUnknown", 1);
    await refused(desk.connect(s.officer).award(1, 0, s.a), s.house, "TenderUnknown", 1);
    await refused(desk.connect(s.officer).settleBond(1, 0, s.a), s.house, "TenderUnknown", 1);
  });
});
