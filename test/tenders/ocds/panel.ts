import { join } from "node:path";
import { addKey, registerAgency } from "../../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../../sdk/src/shared/context.ts";
import { putJson } from "../../../sdk/src/shared/files.ts";
import { decideComplaint, fileComplaint } from "../../../sdk/src/tenders/complaints/acts.ts";
import type { Decision } from "../../../sdk/src/tenders/complaints/status.ts";
import { awardLot } from "../../../sdk/src/tenders/decide.ts";
import { advanceLot } from "../../../sdk/src/tenders/evaluation/due.ts";
import type { LotJudging } from "../../../sdk/src/tenders/evaluation/read.ts";
import { commitScores, declareNoConflict, revealScores } from "../../../sdk/src/tenders/evaluation/scores.ts";
import { SheetStore } from "../../../sdk/src/tenders/evaluation/sheetFile.ts";
import type { Notice } from "../../../sdk/src/tenders/notice.ts";
import type { Played, Scene } from "../scene.ts";

export const DAY = 86_400;
export const EVALUATORS = ["evaluator 1", "evaluator 2", "evaluator 3"];

type Evaluation = NonNullable<Notice["evaluation"]>;

/** Papers first, then a scored stage; two win in each lot, and must sign within a day. */
export async function panelNotice(
  scene: Scene,
  changes: Partial<Evaluation> = {},
): Promise<Pick<Notice, "evaluation">> {
  const panel = await Promise.all(EVALUATORS.map((name) => scene.address(name)));
  const days = { commitDays: 1, revealDays: 1 };
  return {
    evaluation: {
      ...{ panel, quorum: 2, winners: 2, signDays: 1 },
      stages: [
        {
          title: "Papers",
          criteria: [{ name: "Complete", weight: 10_000 }],
          ...{ passFail: true, threshold: 5000, ...days },
        },
        {
          title: "Presentation",
          criteria: [
            { name: "Plan", weight: 6000 },
            { name: "Team", weight: 4000 },
          ],
          ...{ threshold: 5000, weight: 7000, ...days },
        },
      ],
      price: { weight: 3000, formula: "proportional" },
      ...changes,
    },
  };
}

/** A body that hears complaints, whose key is the judge's. Returns its number. */
export async function reviewBody(scene: Scene): Promise<number> {
  const admin = await scene.stage.account("reviewing admin");
  const act = await registerAgency(scene.context, { name: "Review body", admin: await admin.getAddress() });
  const { agency } = (await act.send()).result;
  const account = await scene.address("judge");
  const key = { agency, account, permissions: permissionBits("tender.review"), until: 2 ** 40 - 1 };
  await addKey(actingAs(scene.context, admin), key).send();
  return agency;
}

/** What each evaluator gives a bidder in the second stage; in the first one, who is not here fails. */
export type Given = Record<string, [plan: number, team: number]>;

/** A tender judged by the panel, act by act. */
export class PanelPlay {
  readonly played: Played;
  readonly #sheets: SheetStore;
  readonly #committed = new Set<string>();

  constructor(played: Played) {
    this.played = played;
    this.#sheets = new SheetStore(join(played.scene.stage.bids.folder, "sheets"));
  }

  async declare(): Promise<void> {
    const { scene, tender } = this.played;
    for (const name of EVALUATORS) {
      const digest = await putJson(scene.context.files, { format: "declaration", evaluator: name });
      await declareNoConflict(await scene.as(name), tender, digest).send();
    }
  }

  /** Brings a lot as far as it goes: the panel scores each stage. Returns why it waits. */
  async judge(given: Given, lot = 0): Promise<string | undefined> {
    const { scene, tender } = this.played;
    for (;;) {
      const { judging, waits } = await advanceLot(await scene.as("stranger"), tender, lot);
      if (judging.step !== "scoring") return waits;
      await this.#commit(judging, given);
      for (const name of EVALUATORS) await this.#reveal(judging, name);
    }
  }

  /** In the first stage only one evaluator reveals, until the time to is over. */
  async fewReveal(given: Given, lot = 0): Promise<void> {
    const { scene, tender } = this.played;
    const { judging } = await advanceLot(await scene.as("stranger"), tender, lot);
    await this.#commit(judging, given);
    await this.#reveal(judging, EVALUATORS[0] ?? "");
    await this.pass(3 * DAY);
  }

  async #commit(judging: LotJudging, given: Given): Promise<void> {
    const { scene } = this.played;
    const points = new Map<string, [number, number]>();
    for (const [name, row] of Object.entries(given)) points.set(await scene.address(name), row);
    const { passFail } = judging.terms.stages[judging.stage] ?? {};
    for (const [i, name] of EVALUATORS.entries()) {
      const place = [judging.lot, judging.generation, judging.stage, name].join();
      if (this.#committed.has(place)) continue; // once for all rounds of a stage
      this.#committed.add(place);
      const sheet = judging.staged.map((bidder) => {
        const row = points.get(bidder);
        const scored = (row ?? [0, 0]).map((value) => value - 100 * i);
        return [bidder, passFail === true ? [row ? 10_000 : 0] : scored] as const;
      });
      await (await commitScores(await scene.as(name), judging, Object.fromEntries(sheet), this.#sheets)).send();
    }
  }

  async #reveal(judging: LotJudging, name: string): Promise<void> {
    const own = await this.played.scene.as(name);
    if (judging.sheets.has(await this.played.scene.address(name))) return;
    await (await revealScores(own, judging, this.#sheets)).send();
  }

  /** Brings a lot to its ranking, past the time to explain low prices. */
  async judgeOut(given: Given, lot = 0): Promise<void> {
    await this.judge(given, lot);
    await this.pass(2 * DAY);
    await this.judge(given, lot);
  }

  async award(name: string, lot = 0): Promise<void> {
    const { scene, tender } = this.played;
    await (await awardLot(scene.officer, { tender, lot, bidder: await scene.address(name) })).send();
  }

  /** Files a complaint about a winner's award. */
  async complain(name: string, winner: string | undefined, lot = 0): Promise<bigint> {
    const { scene, tender } = this.played;
    const about = winner === undefined ? {} : { winner: await scene.address(winner) };
    const act = await fileComplaint(await scene.as(name), { tender, lot, grounds: `Grounds of ${name}.`, ...about });
    return (await act.send()).result.complaint;
  }

  async decide(complaint: bigint, decision: Decision): Promise<void> {
    const { scene } = this.played;
    const anew = decision === "reevaluate" ? { awardDeadline: (await scene.now()).time + 60 * DAY } : {};
    const parameters = { complaint, decision, statement: `Reasons to ${decision}.`, ...anew };
    await (await decideComplaint(await scene.as("judge"), parameters)).send();
  }

  async pass(seconds: number): Promise<void> {
    const { stage } = this.played.scene;
    await stage.advanceTo((await this.played.scene.now()).time + seconds);
  }
}
