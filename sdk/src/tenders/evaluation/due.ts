import { type Act, type Done, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { describeError, isRefusal } from "../../shared/decode.ts";
import { lotAt } from "../model.ts";
import { readTender } from "../read.ts";
import { nextActs } from "./advance.ts";
import { pieces } from "./pieces.ts";
import { type LotJudging, readLot } from "./read.ts";

/** What anyone may do for a lot, and what it is. */
export interface DueAct {
  name: string;
  act: Act<object>;
}

/** How far a lot was brought. */
export interface Advanced {
  /** What was done, in order. */
  done: string[];
  /** The lot as it is now. */
  judging: LotJudging;
  /** Why nothing more can be done yet; absent where nothing is left to do. */
  waits?: string;
}

/** Brings a lot as far as it can be brought now, by acts that are anyone's. `onAct` is called after each of them. */
export async function advanceLot(
  context: Context,
  tender: bigint,
  lot: number,
  onAct?: (act: string, detail: string, done: Done<object>) => void,
): Promise<Advanced> {
  const done: string[] = [];
  for (;;) {
    const judging = await readLot(context, tender, lot);
    const before = done.length;
    let waits: string | undefined;
    for (const { name, act } of await dueActs(context, judging)) {
      const refusal = await refusalOf(act);
      if (refusal !== undefined) waits ??= refusal;
      else {
        const sent = await act.send();
        onAct?.(name, `lot ${lot}`, sent);
        done.push(name);
      }
    }
    if (done.length === before) return { done, judging, ...(waits === undefined ? {} : { waits }) };
  }
}

/** Why an act would be refused now; undefined where it would not. */
async function refusalOf(act: Act<object>): Promise<string | undefined> {
  try {
    await act.estimate();
    return undefined;
  } catch (error) {
    if (isRefusal(error)) return describeError(error);
    throw error;
  }
}

/** What could be due for a lot at its step, in the order in which it is tried. */
async function dueActs(context: Context, judging: LotJudging): Promise<DueAct[]> {
  const next = async (name: string) => (await nextActs(context, judging)).map((act) => ({ name, act }));
  const skipped = await skips(context, judging);
  if (skipped.length > 0) return skipped;
  switch (judging.step) {
    case "listing":
      return [...(await next("bids listed")), ...relist(context, judging)];
    case "scoring": {
      const before = [...(await exclusions(context, judging)), ...counts(context, judging)];
      return [...before, ...(await next("stage closed")), ...reopening(context, judging)];
    }
    case "screening":
    case "pricing":
      return [
        ...(await releases(context, judging)),
        ...(await flags(context, judging)),
        ...(await next("prices loaded")),
      ];
    case "ranking":
      return next("bids ranked");
    case "ranked":
      return [...(await exclusions(context, judging)), ...(await next("next bids selected"))];
  }
}

/** The stages of a lot that was annulled before they were over. */
async function skips(context: Context, { tender, lot, step }: LotJudging): Promise<DueAct[]> {
  if (step !== "listing" && step !== "scoring") return [];
  const { annulled } = lotAt(await readTender(context, tender), lot);
  const act = prepare(context.evaluation.skip, [tender, lot], () => ({}));
  return annulled ? [{ name: "annulled lot passed over", act }] : [];
}

function relist(context: Context, { tender, lot, bidders }: LotJudging): DueAct[] {
  if (bidders.length === 0) return [];
  return [{ name: "listing begun anew", act: prepare(context.evaluation.relist, [tender, lot], () => ({})) }];
}

/** Counts scores that were revealed and not counted. */
function counts(context: Context, { tender, lot, sheets, counted, staged }: LotJudging): DueAct[] {
  const left = [...sheets].filter(([evaluator]) => !counted.has(evaluator));
  return left.map(([evaluator, words]) => {
    const args = [tender, lot, evaluator, staged, words] as const;
    return { name: "scores counted", act: prepare(context.evaluation.countScores, [...args], () => ({})) };
  });
}

function reopening(context: Context, { tender, lot, terms, sheets }: LotJudging): DueAct[] {
  if (sheets.size >= terms.quorum) return [];
  return [{ name: "stage opened again", act: prepare(context.evaluation.reopenStage, [tender, lot], () => ({})) }];
}

async function releases(context: Context, { tender }: LotJudging): Promise<DueAct[]> {
  const { technicalLength, scoredAt } = await context.house.tenderOf(tender);
  if (technicalLength === 0n || scoredAt !== 0n) return [];
  return [{ name: "scores released", act: prepare(context.evaluation.releaseScores, [tender], () => ({})) }];
}

async function flags(context: Context, { tender, lot, step, left }: LotJudging): Promise<DueAct[]> {
  const [, { lowLimit }] = await context.evaluation.progressOf(tender, lot);
  if (step !== "pricing" || lowLimit === 0n) return [];
  const bids = await Promise.all(left.map((bidder) => context.evaluation.candidateOf(tender, lot, bidder)));
  const low = left.filter((_, i) => bids[i] && bids[i].price < lowLimit && bids[i].flaggedAt === 0n);
  if (low.length === 0) return [];
  return pieces(low).map((piece) => ({
    name: "low prices flagged",
    act: prepare(context.evaluation.flagLow, [tender, lot, piece], () => ({})),
  }));
}

/** Bids that the house has rejected since they were listed. */
async function exclusions(context: Context, { tender, lot, step, left, ranking }: LotJudging): Promise<DueAct[]> {
  const bids = (await readTender(context, tender)).lots[lot]?.bids ?? [];
  const standing = new Set(
    bids.filter(({ state }) => ["standing", "unplaced", "part opened"].includes(state)).map(({ bidder }) => bidder),
  );
  const fallen = (step === "ranked" ? ranking : left).filter((bidder) => !standing.has(bidder));
  const outs = await Promise.all(fallen.map((bidder) => context.evaluation.candidateOf(tender, lot, bidder)));
  return fallen
    .filter((_, i) => outs[i]?.out === false)
    .map((bidder) => ({
      name: "bid excluded",
      act: prepare(context.evaluation.exclude, [tender, lot, bidder], () => ({})),
    }));
}
