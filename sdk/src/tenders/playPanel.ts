import { digestOf } from "../shared/cid.ts";
import { actingAs, type Context } from "../shared/context.ts";
import { putJson } from "../shared/files.ts";
import { awardLot } from "./decide.ts";
import { callToSign, signContract, yieldPlace } from "./evaluation/acts.ts";
import { advanceLot } from "./evaluation/due.ts";
import { commitScores, declareNoConflict, revealScores } from "./evaluation/scores.ts";
import { selectedToAward } from "./evaluation/select.ts";
import type { SheetStore } from "./evaluation/sheetFile.ts";
import type { AwardModel } from "./model.ts";
import type { Notice } from "./notice.ts";
import { officerOf, type Play, type PlayedBid, sealedBy, type Stage } from "./play.ts";
import { addressOf, bidBy, sealBid } from "./playBid.ts";
import { awardsFrom, committeeOn, type Did, openByCommittee, seatAll } from "./playCommittee.ts";
import { publishTender } from "./publish.ts";
import { readTender } from "./read.ts";

/** A bid that a panel judges. */
export interface JudgedPlay extends PlayedBid {
  /** It does not sign when it is called to. */
  unsigned?: boolean;
}

/** A tender whose bids are opened by the stage's committee and judged by a panel. */
export interface PanelPlay extends Play {
  notice: Play["notice"] & { evaluation: NonNullable<Notice["evaluation"]> };
  /** Names of the accounts that are the panel. */
  evaluators: string[];
  lots: JudgedPlay[][];
  /** What an evaluator gives a bid in a stage, for each criterion. */
  points: (bid: JudgedPlay, stage: number, evaluator: number) => number[];
  /** Where evaluators keep their scores. */
  sheets: SheetStore;
}

/** A tender that is being played. */
interface Playing {
  stage: Stage;
  play: PanelPlay;
  tender: bigint;
  officer: Context;
  /** Does what is anyone's to do. */
  stranger: Context;
  /** The panel, in its order. */
  panel: Context[];
  did: Did;
}

/** Plays a tender that a panel judges, from the notice to the signed contracts. Returns its number. */
export async function playPanel(stage: Stage, play: PanelPlay): Promise<bigint> {
  const did: Did = async (name, detail, act) => {
    const done = await act.send();
    play.onAct?.(name, detail, done);
    return done.result;
  };
  const as = async (name: string) => actingAs(stage.context, await stage.account(name));
  const panel = await Promise.all(play.evaluators.map(as));
  const accounts = await Promise.all(play.evaluators.map((name) => addressOf(stage, name)));
  const notice = { ...play.notice, evaluation: { ...play.notice.evaluation, panel: accounts } };
  const officer = await officerOf(stage, play, did);
  const committee = await committeeOn(stage, did);
  const sealed = sealedBy({ ...play, notice }, committee);
  const publication = await publishTender(officer.context, { agency: officer.agency, notice: sealed });
  const { tender, schedule } = await did("publish", `${play.lots.length} lot(s)`, publication);
  const secrets = await seatAll(stage, committee, tender, did);
  const playing = { stage, play, tender, officer: officer.context, stranger: await as("stranger"), panel, did };
  for (const [lot, bids] of play.lots.entries()) for (const bid of bids) await sealBid(stage, tender, lot, bid, did);
  await stage.advanceTo(schedule.commitDeadline + 1);
  await openByCommittee(stage, play, committee, tender, secrets, did);
  await stage.advanceTo(awardsFrom(schedule));
  for (const [i, evaluator] of panel.entries()) {
    const declaration = { format: "common-seal/declaration/1", tender: String(tender), evaluator: accounts[i] ?? "" };
    const digest = await putJson(stage.context.files, declaration);
    await did("declare", play.evaluators[i] ?? "", declareNoConflict(evaluator, tender, digest));
  }
  for (const lot of play.lots.keys()) await judge(playing, lot);
  // Who does not sign yields its place to the next, who is awarded and called in its turn.
  for (let awards = await awardSelected(playing); awards.length > 0; awards = await awardSelected(playing)) {
    await signAll(playing, awards);
  }
  return tender;
}

/** Brings a lot from the listing to the selection: a stranger advances it, the panel scores each stage. */
async function judge(playing: Playing, lot: number): Promise<void> {
  const { stage, play, tender, stranger, panel, did } = playing;
  for (;;) {
    const { judging } = await advanceLot(stranger, tender, lot, play.onAct);
    if (judging.step !== "scoring") return;
    const bids = await Promise.all(judging.staged.map((bidder) => bidBy(stage, play.lots[lot] ?? [], bidder)));
    for (const [i, evaluator] of panel.entries()) {
      const points = judging.staged.map((bidder, at) => {
        const bid = bids[at];
        return [bidder, bid ? play.points(bid, judging.stage, i) : []] as const;
      });
      const sheet = Object.fromEntries(points);
      const act = await commitScores(evaluator, judging, sheet, play.sheets);
      await did("commitScores", `lot ${lot}, stage ${judging.stage}: ${play.evaluators[i]}`, act);
    }
    for (const [i, evaluator] of panel.entries()) {
      const act = await revealScores(evaluator, judging, play.sheets);
      await did("revealScores", `lot ${lot}, stage ${judging.stage}: ${play.evaluators[i]}`, act);
    }
  }
}

interface Awarded {
  lot: number;
  bid: JudgedPlay;
  award: AwardModel;
}

/** Awards every lot to those who are selected and have no award yet. */
async function awardSelected(playing: Playing): Promise<Awarded[]> {
  const { stage, play, tender, officer, did } = playing;
  const chosen: { lot: number; bidder: string; bid: JudgedPlay }[] = [];
  const model = await readTender(stage.context, tender);
  for (const { lot } of model.lots) {
    for (const bidder of await selectedToAward(stage.context, model, lot)) {
      chosen.push({ lot, bidder, bid: await bidBy(stage, play.lots[lot] ?? [], bidder) });
    }
  }
  for (const { lot, bidder, bid } of chosen) {
    await did("award", `lot ${lot}: ${bid.name}`, await awardLot(officer, { tender, lot, bidder }));
  }
  const { lots } = await readTender(stage.context, tender);
  return chosen.flatMap(({ lot, bidder, bid }) => {
    const award = [lots[lot]?.award, ...(lots[lot]?.furtherAwards ?? [])].find((one) => one?.winner === bidder);
    return award ? [{ lot, bid, award }] : [];
  });
}

/** After the standstill operators are called and sign; whoever does not yields its place once the time is over. */
async function signAll({ stage, play, tender, stranger, did }: Playing, awards: Awarded[]): Promise<void> {
  await stage.advanceTo(Math.max(...awards.map(({ award }) => award.standstillEnd)) + 1);
  let until = 0;
  for (const { lot, bid, award } of awards) {
    const place = { tender, lot, bidder: award.winner };
    await did("callToSign", bid.name, callToSign(stranger, place));
    until = ((await stage.context.provider.getBlock("latest"))?.timestamp ?? 0) + signSeconds(play);
    if (bid.unsigned) continue;
    const operator = actingAs(stage.context, await stage.account(bid.key));
    const contract = { format: "common-seal/contract/1", tender: String(tender), lot, operator: award.winner };
    const document = digestOf(new TextEncoder().encode(JSON.stringify(contract)));
    await did("sign", bid.name, await signContract(operator, place, document));
  }
  const silent = awards.filter(({ bid }) => bid.unsigned);
  if (silent.length === 0) return;
  await stage.advanceTo(until + 1);
  for (const { lot, bid, award } of silent) {
    await did("yieldPlace", bid.name, yieldPlace(stranger, { tender, lot, bidder: award.winner }));
    await advanceLot(stranger, tender, lot, play.onAct);
  }
}

const signSeconds = ({ notice }: PanelPlay): number => Math.round((notice.evaluation.signDays ?? 0) * 86_400);
