import { ZeroHash } from "ethers";
import { type Act, prepare } from "../../shared/act.ts";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { lotAt, type TenderModel } from "../model.ts";
import { listHash } from "./hashes.ts";
import { requireStep } from "./pieces.ts";
import type { LotJudging } from "./read.ts";

const PIECE = 250;

/** The bids of the ranking that were neither selected nor passed over, best first. */
export function reserveOf({ ranking, chain }: LotJudging): string[] {
  let hash: string = ZeroHash;
  for (let i = ranking.length; hash !== chain; i--) {
    if (i === 0) throw new InputError("The ranking in the logs is not the one whose hash the evaluation keeps.");
    hash = listHash(ranking.slice(i - 1, i), hash);
    if (hash === chain) return ranking.slice(i - 1);
  }
  return [];
}

/** The bidders of a lot who are selected and have no award yet. */
export async function selectedToAward(context: Context, model: TenderModel, lot: number): Promise<string[]> {
  const { bids, award, furtherAwards = [] } = lotAt(model, lot);
  const awarded = new Set([award, ...furtherAwards].map((one) => one?.winner));
  const left = bids.map(({ bidder }) => bidder).filter((bidder) => !awarded.has(bidder));
  const due = await Promise.all(left.map((bidder) => context.evaluation.selects(model.tender, lot, bidder)));
  return left.filter((_, i) => due[i]);
}

/** Selects the next bids of the reserve, after one was excluded or yielded its place. */
export function selectNext(context: Context, judging: LotJudging): Act<object> {
  requireStep(judging, "ranked");
  const reserve = reserveOf(judging);
  const rest = listHash(reserve.slice(PIECE));
  const next = reserve.slice(0, PIECE);
  return prepare(context.evaluation.select, [judging.tender, judging.lot, next, rest], () => ({}));
}
