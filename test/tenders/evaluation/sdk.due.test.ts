import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { networkHelpers } from "../../shared/house.ts";
import { actingAs, type Context } from "../../../sdk/src/shared/context.ts";
import { advanceLot } from "../../../sdk/src/tenders/evaluation/due.ts";
import { readLot } from "../../../sdk/src/tenders/evaluation/read.ts";
import { commitScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { SheetStore, wordsOf } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import { contextOf } from "../reader.ts";
import { DAY, EVIDENCE } from "../values.ts";
import { ascending, type Judged, opened } from "./scene.ts";

describe("SDK: what is due for a lot, whoever does it", () => {
  let folder: string;
  before(async () => void (folder = await mkdtemp(join(tmpdir(), "sheets-"))));
  after(() => rm(folder, { recursive: true }));

  const advanced = async (context: Context, { tender }: Judged) => (await advanceLot(context, tender, 0)).done;

  /** An evaluator commits to the same points for all bids; returns what it reveals. */
  async function committed(s: Judged, context: Context, seat: 0 | 1 | 2): Promise<{ words: string[]; salt: string }> {
    const mine = actingAs(context, s.evaluators[seat]);
    const store = new SheetStore(folder);
    const judging = await readLot(context, s.tender, 0);
    const points = Object.fromEntries(judging.staged.map((bidder) => [bidder, [8000, 8000]]));
    await (await commitScores(mine, judging, points, store)).send();
    const { chainId, addresses } = context;
    const place = { chainId, evaluation: addresses.Evaluation, tender: s.tender, lot: 0, stage: judging.stage };
    const own = { ...place, generation: judging.generation, evaluator: s.evaluators[seat].address };
    const sheet = await store.read(own);
    return { words: wordsOf(sheet), salt: sheet.salt };
  }

  it("a listing that a rejection spoilt begins anew", async () => {
    const s = await opened();
    const context = actingAs(await contextOf(s), s.stranger);
    const [first = "", ...rest] = ascending(s.bidders);
    await s.evaluation.list(s.tender, 0, [first]);
    await s.house.connect(s.officer).reject(s.tender, 0, rest.at(-1) ?? "", 1, EVIDENCE);
    expect(await advanced(context, s)).to.deep.equal(["listing begun anew", "bids listed"]);
    expect((await readLot(context, s.tender, 0)).staged).to.deep.equal([first, ...rest.slice(0, -1)]);
  });

  it("a stage opens again for want of scores, a rejected bid is excluded, and revealed scores are counted", async () => {
    const s = await opened();
    const context = actingAs(await contextOf(s), s.stranger);
    await advanced(context, s);
    await committed(s, context, 0);
    await networkHelpers.time.increase(4n * DAY);
    expect(await advanced(context, s)).to.deep.equal(["stage opened again"]);
    await s.house.connect(s.officer).reject(s.tender, 0, s.bidders[3] ?? "", 1, EVIDENCE);
    const sheets = [await committed(s, context, 1), await committed(s, context, 2)];
    await networkHelpers.time.increase(2n * DAY + 1n);
    for (const [i, { words, salt }] of sheets.entries()) {
      const evaluator = s.evaluators[i + 1] ?? s.stranger;
      await s.evaluation.connect(evaluator).revealScores(s.tender, 0, words, salt, []);
    }
    expect(await advanced(context, s)).to.deep.equal(["bid excluded", "scores counted", "scores counted"]);
    await networkHelpers.time.increase(DAY);
    expect(await advanced(context, s)).to.deep.equal(["stage closed", "prices loaded", "bids ranked"]);
    const { ranking } = await readLot(context, s.tender, 0);
    expect(ranking, "by price alone, without the bid rejected").to.deep.equal(s.bidders.slice(0, 3).reverse());
  });
});
