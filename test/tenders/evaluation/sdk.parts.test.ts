import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { describeError } from "../../../sdk/src/shared/decode.ts";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { showScalars } from "../../../sdk/src/tenders/committee/acts.ts";
import { awardLot } from "../../../sdk/src/tenders/decide.ts";
import { advanceLot } from "../../../sdk/src/tenders/evaluation/due.ts";
import { commitScores, declareNoConflict, revealScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { selectedToAward } from "../../../sdk/src/tenders/evaluation/select.ts";
import { SheetStore } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import { byCheck } from "../audit/lies.ts";
import { openAll, past, publishSealed, type SealedPlay } from "../opened.ts";
import { noticeOf, Scene } from "../scene.ts";
import { id } from "../values.ts";

/** Prices by lot and bidder: in lot 0 ann is dearer and better, and dan is not good enough. */
const PRICES = [{ ann: 500_000n, bob: 300_000n, dan: 100_000n }, { bob: 400_000n }] as const;
const POINTS: Record<string, number> = { ann: 9_800, bob: 6_000, dan: 4_000 };
const PANEL = ["eva", "ivo"];

describe("a tender of two parts that a panel judges, from publication to award", function () {
  this.timeout(60_000);
  let folder: string;
  let scene: Scene;
  let sealed: SealedPlay;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "sheets-"));
    scene = await Scene.open();
    const panel = await Promise.all(PANEL.map((name) => scene.address(name)));
    const stage = { criteria: [{ name: "Plan", weight: 10_000 }], threshold: 5_000, weight: 8_000 };
    const evaluation = {
      ...{ panel, quorum: 2, winners: 1, stages: [{ ...stage, commitDays: 2, revealDays: 1 }] },
      price: { weight: 2_000, formula: "proportional" as const },
    };
    const { lots } = noticeOf();
    const both = [...lots, ...lots].map((lot, i) => ({ ...lot, id: `L${i}` }));
    sealed = await publishSealed(scene, { evaluation, lots: both }, { parts: 2 });
    for (const [lot, prices] of PRICES.entries()) {
      for (const [name, price] of Object.entries(prices)) await sealed.played.commit(name, price, lot);
    }
    await sealed.played.after("commit");
  });
  after(async () => {
    await scene.stage.close();
    await rm(folder, { recursive: true });
  });

  const audited = async () => byCheck(await auditTender(scene.context, sealed.played.tender));
  const advance = (lot: number) => advanceLot(scene.context, sealed.played.tender, lot);
  /** Why the committee's scalars of the price part are refused now, of seats that have published none. */
  async function refusal(): Promise<string> {
    const seats = [0, 3];
    const scalars = seats.map((seat) => sealed.secrets[1]?.[seat] ?? 0n);
    const act = showScalars(scene.context, sealed.played.tender, seats, scalars);
    return act.estimate().then(() => "", describeError);
  }
  const score = async (lot: number) => {
    const { judging } = await advance(lot);
    const names = await Promise.all(
      Object.keys(POINTS).map(async (name) => [await scene.address(name), name] as const),
    );
    const nameOf = new Map(names);
    const sheet = Object.fromEntries(judging.staged.map((bidder) => [bidder, [POINTS[nameOf.get(bidder) ?? ""] ?? 0]]));
    const store = new SheetStore(folder);
    for (const name of PANEL) await (await commitScores(await scene.as(name), judging, sheet, store)).send();
    for (const name of PANEL) await (await revealScores(await scene.as(name), judging, store)).send();
  };

  it("opens the technical parts only; no price is known while the panel scores", async () => {
    expect((await openAll(sealed)).map(({ state }) => state)).to.deep.equal(Array(4).fill("part opened"));
    expect(await refusal()).to.match(/^CommitteeScalarWrong/);
    expect((await advance(0)).waits).to.match(/^EvaluationEarly/);
    await past(sealed.played, "judge");
    for (const name of PANEL) await declareNoConflict(await scene.as(name), sealed.played.tender, id(name)).send();
    await score(0);
    expect(await audited()).to.deep.equal({});
    // The other lot's stage runs yet: the scores of both are released together.
    const { done, waits } = await advance(0);
    expect(done).to.deep.equal(["stage closed"]);
    expect(waits).to.match(/^EvaluationUnfinished/);
    expect(await refusal()).to.match(/^CommitteePublishClosed/);
    expect((await sealed.played.model()).lots.flatMap(({ bids }) => bids.map(({ price }) => price))).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it("releases the scores of all lots, whereupon the committee's scalars for the prices are accepted", async () => {
    await score(1);
    const { done, waits } = await advance(1);
    expect(done).to.deep.equal(["stage closed", "scores released"]);
    expect(waits).to.match(/^EvaluationEarly/);
    expect((await sealed.played.model()).sealing?.scored?.evidence).to.equal(
      await scene.context.evaluation.scoresDigest(sealed.played.tender),
    );
    expect(await refusal(), "the margin after the scores").to.match(/^CommitteePublishClosed/);
    const rows = await openAll(sealed);
    expect(rows.map(({ state }) => state)).to.deep.equal(Array(4).fill("standing"));
    expect(await audited()).to.deep.equal({});
  });

  it("ranks by scores and prices, and who was not good enough is not ranked; the audit agrees with the awards", async () => {
    const { tender } = sealed.played;
    expect((await advance(0)).waits).to.match(/^EvaluationEarly/);
    await past(sealed.played, "judge");
    const [ann, bob] = [await scene.address("ann"), await scene.address("bob")];
    expect((await advance(0)).judging.ranking).to.deep.equal([ann, bob]);
    expect((await advance(1)).judging.ranking).to.deep.equal([bob]);
    const model = await sealed.played.model();
    for (const [lot, winner] of [ann, bob].entries()) {
      expect(await selectedToAward(scene.context, model, lot)).to.deep.equal([winner]);
      await (await awardLot(scene.officer, { tender, lot, bidder: winner })).send();
    }
    const { lots } = await sealed.played.model();
    expect(lots.map(({ award }) => award?.price)).to.deep.equal([500_000n, 400_000n]);
    expect(await audited()).to.deep.equal({});
  });
});
