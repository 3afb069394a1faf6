import { expect } from "chai";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { evaluationTerms } from "../../sdk/src/tenders/evaluation/notice.ts";
import { decodeTerms, encodeTerms, NO_BUDGET } from "../../sdk/src/tenders/evaluation/terms.ts";
import { requireOwnJudges } from "../../sdk/src/tenders/judging.ts";
import { noticeOf } from "./scene.ts";

const own = { Evaluation: `0x${"aB".repeat(20)}`, Complaints: `0x${"cD".repeat(20)}` };
const [rule, complaints] = [`0x${"Ab".repeat(20)}`, `0x${"Cd".repeat(20)}`];
const foreign = `0x${"11".repeat(20)}`;

describe("SDK: who judges a tender", () => {
  it("a bid is made where nobody is named, or the house's own contracts are", () => {
    for (const named of [{}, { rule }, { complaints }, { rule, complaints }]) {
      expect(() => requireOwnJudges(own, { tender: 1n, ...named })).to.not.throw();
    }
  });

  it("a bid is not made where another contract is named, or one of the house's in another's place", () => {
    for (const named of [
      { rule: foreign },
      { complaints: foreign, rule },
      { rule: complaints },
      { complaints: rule },
    ]) {
      expect(() => requireOwnJudges(own, { tender: 7n, ...named })).to.throw(InputError, /^Tender 7 is judged by 0x/);
    }
  });

  it("a notice's evaluation goes to the chain as it stands there", () => {
    const evaluation = {
      panel: [foreign],
      quorum: 1,
      stages: [
        {
          criteria: [{ name: "papers", weight: 10_000 }],
          passFail: true,
          threshold: 6_000,
          commitDays: 2,
          revealDays: 1,
        },
        {
          criteria: [
            { name: "plan", weight: 7_000 },
            { name: "team", weight: 3_000 },
          ],
          keep: 3,
          weight: 8_000,
          commitDays: 2,
          revealDays: 1,
        },
      ],
      price: { weight: 2_000, formula: "linear" as const },
      winners: 3,
      signDays: 10,
      low: { share: 5_000, answerDays: 3 },
    };
    const terms = evaluationTerms(noticeOf({ evaluation }));
    if (!terms) throw new Error("no terms");
    expect(terms).to.deep.include({ priceWeight: 2_000, formula: "linear", budgets: [], signPeriod: 864_000 });
    expect(terms.stages.map(({ weights, keep, threshold }) => [weights, keep, threshold])).to.deep.equal([
      [[10_000], 0, 6_000],
      [[7_000, 3_000], 3, 0],
    ]);
    expect(decodeTerms(encodeTerms(terms))).to.deep.equal(terms);
    const { lots, ...rest } = noticeOf({ evaluation });
    const [lot] = lots;
    if (!lot) throw new Error("no lot");
    const budgets = evaluationTerms({
      ...rest,
      lots: [
        { ...lot, budget: "1300" },
        { ...lot, id: "other" },
      ],
    })?.budgets;
    expect(budgets).to.deep.equal([130_000n, NO_BUDGET]);
    expect(evaluationTerms(noticeOf())).to.equal(undefined);
  });

  it("a notice's evaluation is refused where it is none", () => {
    const base = { panel: [foreign], quorum: 1, stages: [], winners: 1 };
    for (const wrong of [
      { winners: 0 },
      { panel: ["0x1"] },
      { low: { share: 0, answerDays: 1 } },
      { extra: 1 },
      { frameworkMethod: "withReopeningCompetition" as const },
    ]) {
      expect(() => noticeOf({ evaluation: { ...base, ...wrong } })).to.throw(InputError, /evaluation/);
    }
  });
});
