import { scoresHash } from "../evaluation/hashes.ts";
import { byAddress } from "../evaluation/read.ts";
import { type EvaluationTerms, unpackWord } from "../evaluation/terms.ts";
import { type BidModel, lotAt, type LotModel, type TenderModel } from "../model.ts";
import { scalarsOut } from "./case.ts";
import { lotterySum } from "./order.ts";
import { lowLimit, type RankedBid, rankingOf, type Scale, stageOutcome } from "./recount.ts";
import type { Step, Told } from "./step.ts";

/** The judging of a lot in one generation, recomputed event by event. */
export class Judging {
  readonly terms: EvaluationTerms;
  readonly generation: number;
  /** Evaluators of the tender who declared that they have no conflict. */
  readonly #declared: Set<string>;
  /** Bids that go on. */
  readonly #going = new Set<string>();
  readonly #quality = new Map<string, bigint>();
  /** Bids excluded, or that gave up their place. */
  readonly out = new Set<string>();
  #staged: string[] = [];
  #scored = new Map<string, boolean>();
  #commits = new Map<string, string>();
  #sheets = new Map<string, string[]>();
  #until = { commit: 0n, reveal: 0n };
  #ranking: string[] = [];
  /** The ranking, best first, once it is complete. */
  ranking: string[] | undefined;
  /** Whether a stage runs. */
  scoring = false;
  #scale: Scale = { lowest: 0n, top: 0n };
  #limit = 0n;

  constructor(terms: EvaluationTerms, declared: Set<string>, generation: number) {
    this.terms = terms;
    this.#declared = declared;
    this.generation = generation;
  }

  BidsListed({ told }: Step): void {
    for (const bidder of told.bidders) this.#going.add(bidder);
  }

  StageOpened(step: Step): void {
    const { found, told, act, where } = step;
    if (told.round === 0n) {
      if (told.stage === 0n) this.#listed(step);
      this.#staged = byAddress([...this.#going]);
      this.#scored.clear();
      this.#sheets.clear();
      this.#commits.clear();
      this.scoring = true;
    }
    const { commitPeriod = 0, revealPeriod = 0 } = this.terms.stages[Number(told.stage)] ?? {};
    this.#until = { commit: told.commitUntil, reveal: told.revealUntil };
    const wanted = [act.moment.time + commitPeriod, act.moment.time + commitPeriod + revealPeriod].join();
    found.expect([told.commitUntil, told.revealUntil].join() === wanted, where, "the times of a stage are others");
    found.expect(Number(told.bids) === this.#staged.length, where, `a stage of ${told.bids} bids`);
  }

  ScoresCommitted({ found, told, act, before, where }: Step): void {
    const { evaluator } = told;
    found.expect(!this.#commits.has(evaluator), where, `${evaluator} committed twice`);
    this.#commits.set(evaluator, told.hash);
    const able = this.terms.panel.includes(evaluator) && this.#declared.has(evaluator);
    found.expect(able, where, `${evaluator} scored, who is not on the panel or did not declare`);
    const bids = lotAt(before, Number(told.lot)).bids.filter(({ state }) => state !== "withdrawn");
    const conflict = bids.some(({ bidder, vendor }) => bidder === evaluator || vendor === evaluator);
    found.expect(!conflict, where, `${evaluator} scored and bids`);
    found.expect(BigInt(act.moment.time) <= this.#until.commit, where, `${evaluator} committed too late`);
  }

  SheetRevealed({ of, found, told, act, where }: Step): void {
    const { evaluator, salt } = told;
    const [points, stage, time] = [[...told.points], Number(told.stage), BigInt(act.moment.time)];
    const { chainId, addresses } = of.context;
    const at = { chainId, evaluation: addresses.Evaluation, tender: of.model.tender, lot: Number(told.lot) };
    const hash = scoresHash({ ...at, generation: this.generation, stage, evaluator }, points, salt);
    found.expect(hash === this.#commits.get(evaluator), where, `${evaluator} revealed other scores than committed`);
    const all = this.#commits.size === this.terms.panel.length;
    const timely = (time > this.#until.commit || all) && time <= this.#until.reveal;
    found.expect(timely, where, `${evaluator} revealed out of time`);
    const { weights = [], passFail = false } = this.terms.stages[stage] ?? {};
    const values = points.flatMap((word) => unpackWord(BigInt(word)));
    const valid = values.every((value) => (passFail ? value === 0 || value === 10_000 : value <= 10_000));
    const fit = points.every((word) => unpackWord(BigInt(word)).length <= weights.length);
    found.expect(valid && fit && points.length === this.#staged.length, where, `${evaluator} gave points out of range`);
    this.#sheets.set(evaluator, points);
  }

  BidsScored({ found, told, where }: Step): void {
    const stage = Number(told.stage);
    found.expect(this.#sheets.size >= this.terms.quorum, where, `only ${this.#sheets.size} evaluators revealed`);
    const { scores, passed } = stageOutcome(this.terms, stage, this.#staged, this.#sheets, this.out);
    const weight = BigInt(this.terms.stages[stage]?.weight ?? 0);
    for (const [i, bidder] of told.bidders.entries()) {
      const [score, goes] = [scores.get(bidder), passed.has(bidder)];
      found.expect(told.scores[i] === score, { ...where, bidder }, `scored ${told.scores[i]}, and it is ${score}`);
      const on = goes ? "goes on" : "does not go on";
      found.expect(told.passed[i] === goes, { ...where, bidder }, `the bid ${on} from stage ${stage}`);
      this.#scored.set(bidder, goes);
      if (goes) this.#quality.set(bidder, (this.#quality.get(bidder) ?? 0n) + weight * (score ?? 0n));
      else this.#going.delete(bidder);
    }
  }

  StagesFinished(step: Step): void {
    const { found, told, before, where } = step;
    const listed = this.scoring;
    this.scoring = false;
    // An annulled lot is passed over.
    if (lotAt(before, Number(told.lot)).annulled && told.bids === 0n) return;
    if (!listed) this.#listed(step);
    found.expect(this.#scored.size === this.#staged.length, where, "a stage ended before all its bids were scored");
    found.expect(
      Number(told.bids) === this.#going.size,
      where,
      `${told.bids} bids passed, and ${this.#going.size} did`,
    );
  }

  BidDropped({ found, told, before, where }: Step): void {
    const lot = lotAt(before, Number(told.lot));
    const bid = lot.bids.find(({ bidder }) => bidder === told.bidder);
    found.expect(!canWin(lot, bid), where, "the bid dropped out, and stands within ceiling and minimum");
    this.#going.delete(told.bidder);
  }

  PricesScreened({ found, told, before, where }: Step): void {
    this.#limit = lowLimit(
      this.terms,
      this.#bids(before, told).map(({ price }) => price),
    );
    found.expect(told.limit === this.#limit, where, `prices are low below ${told.limit}, and it is ${this.#limit}`);
  }

  LowPriceFlagged({ found, told, where }: Step): void {
    found.expect(told.price < this.#limit, where, `flagged as low at ${told.price}, of at least ${this.#limit}`);
  }

  PricesLoaded({ of, found, told, before, act, where }: Step): void {
    const lot = lotAt(before, Number(told.lot));
    const prices = this.#bids(before, told).map(({ price }) => price);
    const sorted = [...prices].sort((x, y) => (x < y ? -1 : 1));
    const [lowest = 0n, highest = 0n] = [sorted[0], sorted.at(-1)];
    const drawn = before.sealing?.ties === "lottery" && scalarsOut(of, of.parts - 1, act.moment);
    const sum = BigInt(lotterySum(lot));
    this.#scale = { lowest, top: lot.ceiling > 0n ? lot.ceiling : highest, ...(drawn ? { lottery: sum } : {}) };
    const wanted = [prices.length, lowest, this.#scale.top, drawn, ...(drawn ? [sum] : [])].join();
    const own = [told.bids, told.lowest, told.top, told.lottery, ...(told.lottery ? [told.lotterySum] : [])].join();
    found.expect(own === wanted, where, `bids are ranked by ${own}, and it is ${wanted}`);
  }

  BidsRanked({ found, told, before, where }: Step): void {
    this.#ranking.unshift(...told.bidders);
    if (told.first !== 1n) return;
    const wanted = rankingOf(this.terms, this.#scale, this.#bids(before, told));
    this.ranking = this.#ranking;
    found.expect(this.#ranking.join() === wanted.join(), where, `the ranking is another one: ${wanted.join(", ")}`);
  }

  /** All bids that stand are judged, and no others. */
  #listed({ of, found, told, before, where }: Step): void {
    const lot = lotAt(before, Number(told.lot));
    const technical = of.parts === 2 && !before.sealing?.scored;
    const stands = ({ state }: BidModel) => (technical ? state === "part opened" : isPriced(state));
    const standing = byAddress(lot.bids.filter(stands).map(({ bidder }) => bidder));
    const same = standing.join() === byAddress([...this.#going]).join();
    found.expect(same, where, `${this.#going.size} bids are judged, and those that stand are ${standing.join(", ")}`);
  }

  #bids(before: TenderModel, { lot }: Told): RankedBid[] {
    return lotAt(before, Number(lot)).bids.flatMap(({ bidder, price = 0n, commits }) =>
      this.#going.has(bidder)
        ? [{ bidder, price, number: commits.at(-1)?.number ?? 0, quality: this.#quality.get(bidder) ?? 0n }]
        : [],
    );
  }
}

const isPriced = (state: BidModel["state"]): boolean => state === "standing" || state === "unplaced";

function canWin({ ceiling, minimum }: LotModel, bid: BidModel | undefined): boolean {
  if (!bid || !isPriced(bid.state)) return false;
  const { price = 0n } = bid;
  return (ceiling === 0n || price <= ceiling) && price >= minimum;
}
