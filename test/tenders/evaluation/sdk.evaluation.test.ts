import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Act } from "../../../sdk/src/shared/act.ts";
import { actingAs } from "../../../sdk/src/shared/context.ts";
import { InputError } from "../../../sdk/src/shared/errors.ts";
import { nextActs } from "../../../sdk/src/tenders/evaluation/advance.ts";
import { loadPrices } from "../../../sdk/src/tenders/evaluation/loadPrices.ts";
import { type LotJudging, readLot } from "../../../sdk/src/tenders/evaluation/read.ts";
import { commitScores, revealScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { reserveOf } from "../../../sdk/src/tenders/evaluation/select.ts";
import { SheetStore } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import { decodeTerms, encodeTerms, packWord } from "../../../sdk/src/tenders/evaluation/terms.ts";
import { contextOf } from "../reader.ts";
import { EVIDENCE } from "../values.ts";
import { opened, SCORED, selected } from "./scene.ts";

const sendAll = async (acts: Act<object>[]): Promise<void> => {
  for (const act of acts) await act.send();
};

const refused = (act: Promise<unknown>, message: RegExp): Promise<unknown> =>
  act.then(
    () => expect.fail("it is not refused"),
    (error: unknown) =>
      expect(error).to.be.instanceOf(InputError).and.to.have.property("message").that.matches(message),
  );

describe("SDK: evaluation", () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "sheets-"))));
  after(() => rm(folder, { recursive: true }));

  it("terms go to the chain and come back as they were", () => {
    const terms = {
      panel: [`0x${"11".repeat(20)}`],
      quorum: 1,
      dropExtremes: true,
      stages: [{ ...SCORED, weights: [6000, 4000], commitPeriod: 3600, revealPeriod: 7200 }],
      priceWeight: 3000,
      formula: "linear" as const,
      winners: 2,
      budgets: [5n],
      signPeriod: 86_400,
      lowBp: 100,
      answerPeriod: 4000,
    };
    expect(decodeTerms(encodeTerms(terms))).to.deep.equal(terms);
    for (const bad of [[-1], [10_001], [0.5], Array<number>(17).fill(1)])
      expect(() => packWord(bad)).to.throw(InputError);
  });

  it("a lot is judged from the listing to the reserve, each act from what logs tell", async () => {
    const s = await opened({ terms: { stages: [{ ...SCORED, keep: 3 }], winners: 1, dropExtremes: true } });
    const context = actingAs(await contextOf(s), s.stranger);
    const store = new SheetStore(folder);
    const judging = (): Promise<LotJudging> => readLot(context, s.tender, 0);
    expect((await judging()).terms.stages).to.deep.equal([
      { ...SCORED, keep: 3, weights: [6000, 4000], commitPeriod: 172_800, revealPeriod: 86_400 },
    ]);
    const advance = async (): Promise<void> => sendAll(await nextActs(context, await judging()));
    await advance();
    const [a = "", b = "", c = "", d = ""] = s.bidders;
    for (const [i, evaluator] of s.evaluators.entries()) {
      const mine = actingAs(context, evaluator);
      const points = { [a]: [9000, 8000 + i], [b]: [7000, 9000], [c]: [100 * i, 6000], [d]: [8000, 9000 - i] };
      const few = { [a]: [1, 2], [b]: [1, 2] };
      for (const wrong of [few, { ...points, [a]: [1] }]) {
        await refused(commitScores(mine, await judging(), wrong, store), /^Give 2 points for each of the 4 bids/);
      }
      await (await commitScores(mine, await judging(), points, store)).send();
      const other = { ...points, [a]: [1, 1] };
      await refused(commitScores(mine, await judging(), other, store), /^Other scores are kept/);
      await commitScores(mine, await judging(), points, store);
    }
    for (const evaluator of s.evaluators) {
      await (await revealScores(actingAs(context, evaluator), await judging(), store)).send();
    }
    const judged = await judging();
    await refused(loadPrices(context, judged), /is at the step "scoring"/);
    await advance();
    const priced = await judging();
    expect([priced.step, new Set(priced.bidders)]).to.deep.equal(["pricing", new Set([a, b, d])]);
    await s.evaluation.loadPrices(s.tender, 0, [a]);
    await advance();
    await advance();
    expect(await nextActs(context, await judging())).to.deep.equal([]);
    const done = await judging();
    expect(done.ranking).to.have.length(3);
    const [best = "", second = "", third = ""] = done.ranking;
    expect(await selected(s)).to.deep.equal([best]);
    expect(reserveOf(done)).to.deep.equal([second, third]);
    await s.house.connect(s.officer).reject(s.tender, 0, best, 1, EVIDENCE);
    await s.evaluation.exclude(s.tender, 0, best);
    await advance();
    expect(await selected(s)).to.deep.equal([second]);
    expect(reserveOf(await judging())).to.deep.equal([third]);
  });
});
