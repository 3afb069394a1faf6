import { AbiCoder } from "ethers";
import { InputError } from "../../shared/errors.ts";

/** How a price becomes a score, see IEvaluation. */
export const FORMULAS = ["none", "proportional", "linear"] as const;
/** What stands for a budget where there is none. */
export const NO_BUDGET = 2n ** 64n - 1n;

/** A stage of an evaluation. Weights, thresholds and points are basis points, periods seconds. */
export interface StageTerms {
  /** Weights of the criteria, 10,000 together. */
  weights: number[];
  passFail: boolean;
  threshold: number;
  /** So many bids go on; 0 = all that reach the threshold. */
  keep: number;
  weight: number;
  commitPeriod: number;
  revealPeriod: number;
}

/** The terms of an evaluation, see EvaluationTypes. */
export interface EvaluationTerms {
  panel: string[];
  quorum: number;
  dropExtremes: boolean;
  stages: StageTerms[];
  priceWeight: number;
  formula: (typeof FORMULAS)[number];
  winners: number;
  /** For each lot, minor units; empty = none in any lot. */
  budgets: bigint[];
  signPeriod: number;
  lowBp: number;
  answerPeriod: number;
}

const TYPE =
  "tuple(address[] panel,uint8 quorum,bool dropExtremes,tuple(uint256 weights,bool passFail,uint16 threshold," +
  "uint24 keep,uint16 weight,uint32 commitPeriod,uint32 revealPeriod)[] stages,uint16 priceWeight,uint8 formula," +
  "uint16 winners,uint64[] budgets,uint32 signPeriod,uint16 lowBp,uint32 answerPeriod)";

const MAX_CRITERIA = 16;

/** A word of 16 bits for each criterion, the first one lowest. @throws InputError if a number does not fit */
export function packWord(values: number[]): bigint {
  const fit =
    values.length <= MAX_CRITERIA && values.every((one) => Number.isInteger(one) && one >= 0 && one <= 10_000);
  if (!fit) throw new InputError(`Points and weights are 0 to 10,000, of at most ${MAX_CRITERIA} criteria.`);
  return values.reduce((word, value, i) => word | (BigInt(value) << BigInt(16 * i)), 0n);
}

/** The numbers in a word, up to the last one that is not 0. */
export function unpackWord(word: bigint): number[] {
  const values: number[] = [];
  for (let rest = word; rest !== 0n; rest >>= 16n) values.push(Number(rest & 0xffffn));
  return values;
}

/** The terms as JudgingTerms.ruleTerms has them. */
export function encodeTerms(terms: EvaluationTerms): string {
  const stages = terms.stages.map((stage) => ({ ...stage, weights: packWord(stage.weights) }));
  return AbiCoder.defaultAbiCoder().encode([TYPE], [{ ...terms, stages, formula: FORMULAS.indexOf(terms.formula) }]);
}

/** The terms in JudgingTerms.ruleTerms. */
export function decodeTerms(ruleTerms: string): EvaluationTerms {
  const [decoded] = AbiCoder.defaultAbiCoder().decode([TYPE], ruleTerms) as unknown as [Record<string, unknown>];
  const stages = (decoded["stages"] as Record<string, bigint | boolean>[]).map((stage) => ({
    weights: unpackWord(stage["weights"] as bigint),
    passFail: stage["passFail"] as boolean,
    threshold: Number(stage["threshold"]),
    keep: Number(stage["keep"]),
    weight: Number(stage["weight"]),
    commitPeriod: Number(stage["commitPeriod"]),
    revealPeriod: Number(stage["revealPeriod"]),
  }));
  return {
    panel: [...(decoded["panel"] as string[])],
    quorum: Number(decoded["quorum"]),
    dropExtremes: decoded["dropExtremes"] as boolean,
    stages,
    priceWeight: Number(decoded["priceWeight"]),
    formula: FORMULAS[Number(decoded["formula"])] ?? "none",
    winners: Number(decoded["winners"]),
    budgets: [...(decoded["budgets"] as bigint[])],
    signPeriod: Number(decoded["signPeriod"]),
    lowBp: Number(decoded["lowBp"]),
    answerPeriod: Number(decoded["answerPeriod"]),
  };
}
