import { InputError } from "../../shared/errors.ts";
import type { LotJudging } from "./read.ts";

/** So many bids fit into a transaction with room to spare. */
const PIECE = 250;

/** A list in pieces; an empty one is one piece. */
export function pieces(bidders: string[], size = PIECE): string[][] {
  const all: string[][] = [];
  for (let i = 0; i < bidders.length; i += size) all.push(bidders.slice(i, i + size));
  return all.length === 0 ? [[]] : all;
}

/** @throws InputError unless the lot is at one of these steps */
export function requireStep({ tender, lot, step }: LotJudging, ...wanted: LotJudging["step"][]): void {
  if (wanted.includes(step)) return;
  throw new InputError(`Lot ${lot} of tender ${tender} is at the step "${step}", not "${wanted.join('" or "')}".`);
}
