import { toBeHex } from "ethers";
import type { Context } from "../../shared/context.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../../shared/logs.ts";
import { BID_STATES } from "../order.ts";
import { byAddress, type STEPS } from "./read.ts";
import { type EvaluationTerms, unpackWord } from "./terms.ts";

/** A stage as it was scored. */
export interface StageModel {
  /** Its bids, by address. */
  bidders: string[];
  /** Each time that it was opened: the last seconds to commit and to reveal. */
  rounds: { commitUntil: number; revealUntil: number }[];
  /** By evaluator: points for each bid of the stage and each criterion. */
  sheets: Map<string, Moment & { points: number[][] }>;
  /** By bidder. */
  results: Map<string, Moment & { score: bigint; passed: boolean }>;
}

/** An abnormally low price, and what its bidder says of it. */
export interface LowPriceModel extends Moment {
  limit: bigint;
  until: number;
  answer?: Moment & { digest: string };
}

/** What became of a bid whose judging is over. */
export interface EndModel extends Moment {
  how: "dropped" | "excluded" | "signed" | "yielded";
  /** What it was in the house, where it dropped out or was excluded. */
  state?: string;
  /** SHA-256 digest of the contract, where it was signed. */
  document?: string;
}

/** The judging of a lot in one generation, rebuilt from logs. */
export interface JudgingModel {
  lot: number;
  /** A review, or a change while bids were listed, begins the next one. */
  generation: number;
  step: (typeof STEPS)[number];
  bidders: string[];
  stages: StageModel[];
  low: Map<string, LowPriceModel>;
  /** What prices are scored by, once all are read. */
  scale?: { lowest: bigint; top: bigint; lottery: boolean };
  /** Best first, as far as it is told. */
  ranking: string[];
  selected: Set<string>;
  ends: Map<string, EndModel>;
}

/** How a tender was judged: all generations of each lot, in order, and who declared to have no conflict. */
export interface JudgedModel {
  terms: EvaluationTerms;
  judgings: JudgingModel[];
  /** By evaluator. */
  declared: Map<string, Moment & { digest: string }>;
  /** The latest event; absent before the first one. */
  latest?: Moment;
}

interface Told {
  lot: bigint;
  stage: bigint;
  evaluator: string;
  bidder: string;
  bidders: string[];
  status: bigint;
  digest: string;
}

/** Reads from logs how the house's evaluation judged a tender, up to a block. */
export async function readJudgings(
  context: Context,
  tender: bigint,
  terms: EvaluationTerms,
  toBlock: number,
): Promise<JudgedModel> {
  const { evaluation, provider, addresses, block } = context;
  const filter = { address: addresses.Evaluation, topics: [null, toBeHex(tender, 32)] };
  const times = new BlockTimes(provider);
  const model: JudgedModel = { terms, judgings: [], declared: new Map() };
  for (const log of await logsBetween(provider, filter, block, toBlock)) {
    const event = evaluation.interface.parseLog(log);
    if (!event) continue;
    const told = event.args as unknown as Told;
    const moment = await momentOf(log, times);
    if (event.name === "ConflictDenied") model.declared.set(told.evaluator, { ...moment, digest: told.digest });
    else if (event.name !== "EvaluationBegun") apply(model, event.name, told, moment);
    model.latest = moment;
  }
  return model;
}

/** The judging of a lot in its present generation; undefined before the first act of it. */
export function presentJudging({ judgings }: JudgedModel, lot: number): JudgingModel | undefined {
  return judgings.findLast((one) => one.lot === lot);
}

function apply(model: JudgedModel, name: string, told: Told, moment: Moment): void {
  const lot = Number(told.lot);
  const begin = (generation: number): JudgingModel => {
    const next: JudgingModel = {
      ...{ lot, generation, step: "listing", bidders: [], stages: [], ranking: [] },
      ...{ low: new Map(), selected: new Set(), ends: new Map() },
    };
    model.judgings.push(next);
    return next;
  };
  if (name === "JudgingRestarted") {
    // What was before it can have been nothing at all.
    if (!presentJudging(model, lot)) begin(0);
    begin(Number((told as unknown as { generation: bigint }).generation));
    return;
  }
  const judging = presentJudging(model, lot) ?? begin(0);
  if (!applyStage(judging, name, told, moment, model.terms)) applyPrices(judging, name, told, moment);
}

/** Applies an event of the stages; tells whether it was one. */
function applyStage(judging: JudgingModel, name: string, told: Told, moment: Moment, terms: EvaluationTerms): boolean {
  const stage = judging.stages[Number(told.stage)];
  switch (name) {
    case "BidsListed":
      judging.bidders.push(...told.bidders);
      return true;
    case "StageOpened": {
      const { round, commitUntil, revealUntil } = told as unknown as Record<string, bigint>;
      if (round === 0n) {
        const bidders = byAddress(judging.bidders.filter((bidder) => goesOn(judging, bidder)));
        judging.stages.push({ bidders, rounds: [], sheets: new Map(), results: new Map() });
      }
      judging.stages.at(-1)?.rounds.push({ commitUntil: Number(commitUntil), revealUntil: Number(revealUntil) });
      judging.step = "scoring";
      return true;
    }
    case "SheetRevealed": {
      const count = terms.stages[Number(told.stage)]?.weights.length ?? 0;
      const words = [...(told as unknown as { points: string[] }).points];
      const points = words.map((word) => Array.from({ length: count }, (_, i) => unpackWord(BigInt(word))[i] ?? 0));
      stage?.sheets.set(told.evaluator, { ...moment, points });
      return true;
    }
    case "BidsScored": {
      const { scores, passed } = told as unknown as { scores: bigint[]; passed: boolean[] };
      for (const [i, bidder] of told.bidders.entries()) {
        stage?.results.set(bidder, { ...moment, score: scores[i] ?? 0n, passed: passed[i] ?? false });
      }
      return true;
    }
    case "StagesFinished":
      judging.step = terms.lowBp > 0 ? "screening" : "pricing";
      return true;
    default:
      return false;
  }
}

function applyPrices(judging: JudgingModel, name: string, told: Told, moment: Moment): void {
  const { bidder } = told;
  const end = (how: EndModel["how"], more: Partial<EndModel> = {}) =>
    void judging.ends.set(bidder, { ...moment, how, ...more });
  const state = BID_STATES[Number(told.status ?? 0n)] ?? "none";
  switch (name) {
    case "BidDropped":
      return end("dropped", { state });
    case "BidExcluded":
      return end("excluded", { state });
    case "ContractSigned":
      return end("signed", { document: (told as unknown as { document: string }).document });
    case "PlaceYielded":
      return end("yielded");
    case "PricesScreened":
      judging.step = "pricing";
      return;
    case "LowPriceFlagged": {
      const { limit, until } = told as unknown as Record<string, bigint>;
      judging.low.set(bidder, { ...moment, limit: limit ?? 0n, until: Number(until) });
      return;
    }
    case "LowPriceAnswered": {
      const flagged = judging.low.get(bidder);
      if (flagged) flagged.answer = { ...moment, digest: told.digest };
      return;
    }
    case "PricesLoaded": {
      const { lowest, top, lottery } = told as unknown as { lowest: bigint; top: bigint; lottery: boolean };
      judging.scale = { lowest, top, lottery };
      judging.step = "ranking";
      return;
    }
    case "BidsRanked": {
      // All at once begin anew what others began.
      const { first } = told as unknown as { first: bigint };
      judging.ranking = [...told.bidders, ...judging.ranking.filter((one) => !told.bidders.includes(one))];
      if (first === 1n) judging.step = "ranked";
      return;
    }
    case "BidSelected":
      judging.selected.add(bidder);
  }
}

/** Whether a bid goes on to the next stage. */
function goesOn({ stages, ends }: JudgingModel, bidder: string): boolean {
  const failed = stages.some(({ results }) => results.get(bidder)?.passed === false);
  const how = ends.get(bidder)?.how;
  return !failed && how !== "dropped" && how !== "excluded";
}
