import { expect } from "chai";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { BY_PRICE, committeeTermsOf, publish, publishTerms, UNBONDED } from "../helpers.ts";
import { DAY, HOUR, id, ZeroAddress } from "../values.ts";
import {
  BY_PRICE_ONLY,
  encodeTerms,
  type EvaluationTerms,
  evaluationTerms,
  Formula,
  judgingOf,
  NO_BUDGET,
  pack,
  panelStage,
  type PanelStage,
  SCORED,
  type StageTerms,
} from "./scene.ts";

const begin = (s: PanelStage, terms: Partial<EvaluationTerms>, ceilings = [750_000n]) =>
  publish(s, { ...UNBONDED, ceilings, judging: judgingOf(s, terms) });

const staged = (...stages: Partial<StageTerms>[]): Partial<EvaluationTerms> => ({
  stages: stages.map((stage) => ({ ...SCORED, ...stage })),
});

describe("Evaluation.begin", () => {
  let s: PanelStage;
  beforeEach(async () => void (s = await networkHelpers.loadFixture(panelStage)));

  const refused = async (terms: Partial<EvaluationTerms>, error: string, ...values: unknown[]) => {
    await expect(
      begin(s, terms),
      JSON.stringify(terms, (_, value: unknown) => String(value)),
    )
      .to.be.revertedWithCustomError(s.evaluation, error)
      .withArgs(...values);
  };

  it("reverts when anyone but the house begins or reopens", async () => {
    const only = [s.evaluation, "EvaluationHouseOnly"] as const;
    const terms = encodeTerms(evaluationTerms(s));
    const acting = s.evaluation.connect(s.officer);
    await expect(acting.begin(1, 1, 1, terms))
      .to.be.revertedWithCustomError(...only)
      .withArgs(s.officer.address);
    await expect(acting.reopen(1, 0))
      .to.be.revertedWithCustomError(...only)
      .withArgs(s.officer.address);
  });

  it("reverts when the terms are no such terms", async () => {
    const judging = { ...BY_PRICE, rule: s.evaluation, ruleTerms: "0x1234" };
    await expect(publish(s, { ...UNBONDED, judging })).to.revert(ethers);
  });

  it("reverts when weights of criteria are 0 or do not sum to 10,000", async () => {
    const words = [0n, pack([6000, 4001]), pack([6000, 3999]), pack([6000, 0, 4000]), pack([0, 10_000])];
    for (const weights of words) await refused(staged({ weights }), "EvaluationWeightsInvalid", 0, weights);
    const second = staged({ weight: 4000 }, { weight: 3000, weights: 1n });
    await refused(second, "EvaluationWeightsInvalid", 1, 1);
  });

  it("reverts when stages and price do not sum to 10,000", async () => {
    await refused({ priceWeight: 2999 }, "EvaluationSharesInvalid", 9999);
    await refused({ priceWeight: 3001 }, "EvaluationSharesInvalid", 10_001);
    await refused(staged({}, { weight: 1 }), "EvaluationSharesInvalid", 10_001);
  });

  it("reverts when the price has a weight without a formula, or a formula without a weight", async () => {
    await refused({ formula: Formula.None }, "EvaluationFormulaInvalid", Formula.None, 3000);
    const unpriced = { ...staged({ weight: 10_000 }), priceWeight: 0 };
    await refused(unpriced, "EvaluationFormulaInvalid", Formula.Proportional, 0);
  });

  it("reverts when a budget is 0, or budgets are not as many as lots", async () => {
    await refused({ budgets: [0n] }, "EvaluationBudgetsInvalid", 1, 1);
    await refused({ budgets: [5n, 5n] }, "EvaluationBudgetsInvalid", 2, 1);
    await expect(begin(s, { budgets: [5n, 0n] }, [1n, 1n]))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationBudgetsInvalid")
      .withArgs(2, 2);
  });

  it("reverts when nobody is to win, or a period is out of bounds", async () => {
    await refused({ winners: 0 }, "EvaluationSelectionInvalid", 0, 0);
    for (const signPeriod of [HOUR - 1n, 90n * DAY + 1n])
      await refused({ signPeriod }, "EvaluationSelectionInvalid", 1, signPeriod);
    const low: [number, bigint][] = [
      [10_001, DAY],
      [5000, 0n],
      [5000, HOUR - 1n],
      [5000, 90n * DAY + 1n],
      [0, DAY],
    ];
    for (const [lowBp, answerPeriod] of low)
      await refused({ lowBp, answerPeriod }, "EvaluationLowInvalid", lowBp, answerPeriod);
  });

  it("reverts when the panel is empty, too large, has one twice or nobody, or less than the quorum", async () => {
    const [one = ZeroAddress, two = ZeroAddress] = s.evaluators.map(({ address }) => address);
    const many = Array.from({ length: 16 }, (_, i) => id(`evaluator ${i}`).slice(0, 42));
    const bad: [string[], number][] = [
      [[], 0],
      [many, 2],
      [[one, two, one], 2],
      [[one, ZeroAddress], 1],
      [[one], 2],
      [[one], 0],
    ];
    for (const [panel, quorum] of bad)
      await refused({ panel, quorum }, "EvaluationPanelInvalid", panel.length, quorum, 1);
    const stages = Array.from({ length: 5 }, (_, i) => ({ ...SCORED, weight: i === 0 ? 7000 : 0 }));
    await refused({ stages }, "EvaluationPanelInvalid", 3, 2, 5);
    await refused({ ...BY_PRICE_ONLY, panel: [one], quorum: 1 }, "EvaluationPanelInvalid", 1, 1, 0);
    await begin(s, { panel: many.slice(1), quorum: 15 });
  });

  it("reverts when a stage is none", async () => {
    const bad: Partial<StageTerms>[] = [
      { threshold: 10_001 },
      ...[HOUR - 1n, 90n * DAY + 1n].flatMap((period) => [{ commitPeriod: period }, { revealPeriod: period }]),
      { passFail: true },
    ];
    for (const stage of bad) await refused(staged(stage), "EvaluationStageInvalid", 0);
    await refused(staged({}, { weight: 0, passFail: true, keep: 1 }), "EvaluationStageInvalid", 1);
  });

  it("reverts when the tender's deadlines leave too little time", async () => {
    const left = 21n * DAY;
    const stages = staged({ commitPeriod: left - HOUR, revealPeriod: HOUR });
    await refused(stages, "EvaluationTimeShort", left, left);
    const answers = { lowBp: 1, answerPeriod: 9n * DAY };
    await refused(answers, "EvaluationTimeShort", left, left);
    await begin(s, staged({ commitPeriod: left - HOUR - 1n, revealPeriod: HOUR }));
  });

  it("reverts when scores of two parts are revealed by someone else, or too late", async () => {
    const terms = async (scorer: unknown, needed: bigint) => {
      const sealing = { bidLengths: [40, 50], scorer: scorer as string };
      const bare = await committeeTermsOf(s, sealing, { ...UNBONDED, judging: judgingOf(s) });
      const judgeDeadline = BigInt(bare.sealing.judgeDeadline);
      return { ...bare, sealing: { ...bare.sealing, scoresDeadline: judgeDeadline + needed } };
    };
    await expect(publishTerms(s, await terms(s.officer.address, 4n * DAY)))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationScorerOther")
      .withArgs(s.officer.address);
    const own = await s.evaluation.getAddress();
    await expect(publishTerms(s, await terms(own, 3n * DAY)))
      .to.be.revertedWithCustomError(s.evaluation, "EvaluationTimeShort")
      .withArgs(3n * DAY, 3n * DAY);
    await publishTerms(s, await terms(own, 3n * DAY + 1n));
  });

  it("keeps who is on the panel, and tells the tender", async () => {
    const five = Array.from({ length: 5 }, (_, i) => (i === 3 ? NO_BUDGET : BigInt(i + 1)));
    const { tender } = await begin(s, { budgets: five }, [1n, 1n, 1n, 1n, 1n]);
    const seats = await Promise.all([...s.evaluators, s.a].map((account) => s.evaluation.seatOf(tender, account)));
    expect(seats).to.deep.equal([1n, 1n, 1n, 0n]);
    const logs = await s.evaluation.queryFilter(s.evaluation.filters.EvaluationBegun(tender));
    expect(logs.map(({ args }) => args.lots)).to.deep.equal([5n]);
    const unknown = [s.evaluation, "EvaluationUnknown"] as const;
    await expect(s.evaluation.progressOf(tender, 5))
      .to.be.revertedWithCustomError(...unknown)
      .withArgs(tender, 5);
    await expect(s.evaluation.list(tender + 1n, 0, []))
      .to.be.revertedWithCustomError(...unknown)
      .withArgs(tender + 1n, 0);
  });
});
