import { toBeHex } from "ethers";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { logsBetween } from "../../shared/logs.ts";
import { decodeTerms, type EvaluationTerms } from "./terms.ts";

/** The steps of a lot, by their numbers. */
export const STEPS = ["listing", "scoring", "screening", "pricing", "ranking", "ranked"] as const;

/** A lot's judging in its present generation, as logs tell it. */
export interface LotJudging {
  tender: bigint;
  lot: number;
  terms: EvaluationTerms;
  generation: number;
  step: (typeof STEPS)[number];
  /** Index of the present stage; the number of stages where they are over. */
  stage: number;
  /** Number of bids given in the present step. */
  visited: number;
  /** Bids that go through the present step, by address. */
  bidders: string[];
  /** Those of them not given yet; while prices are read, all of them. */
  left: string[];
  /** Revealed scores of the present stage: for each evaluator a word for each bid of it. */
  sheets: Map<string, string[]>;
  /** Evaluators whose revealed scores are counted for all bids. */
  counted: Set<string>;
  /** The bids of the present stage, by address, whatever became of them since. */
  staged: string[];
  /** The ranking, best first, as far as it is submitted. */
  ranking: string[];
  /** Hash over the reserve list once the ranking is complete. */
  chain: string;
}

export const byAddress = (bidders: string[]): string[] => [...bidders].sort((x, y) => (BigInt(x) < BigInt(y) ? -1 : 1));

interface Replay {
  going: Set<string>;
  left: Set<string>;
  staged: string[];
  sheets: Map<string, string[]>;
  counted: Set<string>;
  ranking: string[];
}

/** Events after which all bids that go on are gone through again. */
const BEGINNINGS = ["StageOpened", "StagesFinished", "PricesScreened", "PricesLoaded"];

const empty = (): Replay => ({
  ...{ going: new Set(), left: new Set(), counted: new Set() },
  ...{ staged: [], sheets: new Map(), ranking: [] },
});

/** Reads a lot's judging. @throws InputError if the tender is not judged by this house's evaluation */
export async function readLot(context: Context, tender: bigint, lot: number): Promise<LotJudging> {
  const { evaluation, provider, block } = context;
  const latest = await provider.getBlockNumber();
  const terms = await termsOf(context, tender, latest);
  const [generation, progress] = await evaluation.progressOf(tender, lot, { blockTag: latest });
  const filter = { address: context.addresses.Evaluation, topics: [null, toBeHex(tender, 32), toBeHex(lot, 32)] };
  let replay = empty();
  for (const log of await logsBetween(provider, filter, block, latest)) {
    const event = evaluation.interface.parseLog(log);
    if (!event) continue;
    if (event.name === "JudgingRestarted") replay = empty();
    else apply(replay, event.name, event.args.toObject() as Record<string, unknown>);
  }
  const [step, stage] = [STEPS[Number(progress.step)] ?? "listing", Number(progress.stage)];
  const { staged, sheets, counted, ranking } = replay;
  const bidders = byAddress([...replay.going]);
  const left = byAddress([...replay.left]);
  const visited = Number(progress.visited);
  const own = { tender, lot, terms, generation: Number(generation), step, stage, visited };
  return { ...own, bidders, left, staged, sheets, counted, ranking, chain: progress.chain };
}

/** How a tender is judged. @throws InputError if it is not judged by this house's evaluation */
export async function termsOf(
  { house, addresses, block }: Context,
  tender: bigint,
  latest: number,
): Promise<EvaluationTerms> {
  const logs = await house.queryFilter(house.filters.TenderPublished(tender), block, latest);
  const judging = logs[0]?.args.terms.judging;
  if (judging?.rule.toLowerCase() !== addresses.Evaluation.toLowerCase()) {
    throw new InputError(`Tender ${tender} is not judged by a panel: its rule is not this house's evaluation.`);
  }
  return decodeTerms(judging.ruleTerms);
}

function apply(replay: Replay, name: string, args: Record<string, unknown>): void {
  const bidders = (): string[] => [...(args["bidders"] as string[])];
  const again = (): void => void (replay.left = new Set(replay.going));
  if (name === "BidsListed") for (const bidder of bidders()) replay.going.add(bidder);
  if (name === "StageOpened" && args["round"] === 0n) {
    replay.staged = byAddress([...replay.going]);
    replay.sheets.clear();
    replay.counted.clear();
  }
  if (BEGINNINGS.includes(name)) again();
  if (name === "SheetRevealed") replay.sheets.set(args["evaluator"] as string, [...(args["points"] as string[])]);
  if (name === "SheetCounted") replay.counted.add(args["evaluator"] as string);
  if (name === "BidsScored") {
    for (const [i, bidder] of bidders().entries()) {
      replay.left.delete(bidder);
      if (!(args["passed"] as boolean[])[i]) replay.going.delete(bidder);
    }
  }
  if (name === "BidDropped") for (const set of [replay.going, replay.left]) set.delete(args["bidder"] as string);
  if (name === "BidsRanked") {
    for (const bidder of bidders()) replay.left.delete(bidder);
    replay.ranking.unshift(...bidders());
  }
}
