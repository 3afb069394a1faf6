import type { TenderModel } from "../model.ts";
import type { Act, AuditCase } from "./case.ts";
import type { Comparison, Where } from "./comparison.ts";

/** The arguments of the evaluation's events, by name. */
export interface Told {
  lot: bigint;
  stage: bigint;
  round: bigint;
  bids: bigint;
  bidder: string;
  bidders: string[];
  evaluator: string;
  hash: string;
  points: string[];
  salt: string;
  scores: bigint[];
  passed: boolean[];
  commitUntil: bigint;
  revealUntil: bigint;
  until: bigint;
  limit: bigint;
  sum: bigint;
  lowest: bigint;
  top: bigint;
  lottery: boolean;
  lotterySum: bigint;
  first: bigint;
  price: bigint;
  spent: bigint;
}

/** An event with what was known before it. */
export interface Step {
  of: AuditCase;
  found: Comparison;
  before: TenderModel;
  act: Act;
  told: Told;
  where: Where;
}
