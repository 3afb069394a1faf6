import { dataLength, dataSlice } from "ethers";
import { MAX_PRICE } from "../amount.ts";
import { commitmentOf } from "../bid.ts";
import { numberOf } from "../model.ts";
import { type AuditCase, named, placeOf } from "./case.ts";
import { Comparison } from "./comparison.ts";
import { partOf, type SealedCeiling, sealedCeilings, sealedLength } from "./sealed.ts";

const SEALINGS = ["BidCommitted", "BidReplaced", "BidSealed", "CeilingSealed"];

/** Every opening against the commitment that it opens, and the commit numbers of all that was sealed. */
export function commitments(of: AuditCase): Comparison {
  const found = new Comparison();
  for (const { lot, bid, part, bytes, salt, number, moment } of of.openings) {
    const where = { lot: lot.lot, bidder: bid.bidder, tx: moment.tx };
    const commit = bid.commits.at(-1);
    const sealed = commit && partOf(of, commit, part);
    const own = commitmentOf({ ...placeOf(of, lot, bid), part }, bytes, salt);
    found.expect(sealed?.commitment === own, where, `part ${part} was opened as another bid than was sealed`);
    found.expect(number === numberOf(bid), where, `bid ${numberOf(bid)} was opened as number ${number}`);
  }
  for (const ceiling of sealedCeilings(of)) openedCeiling(found, ceiling);
  const numbers = of.acts.filter(({ name }) => SEALINGS.includes(name));
  for (const [i, { args, moment }] of numbers.entries()) {
    const { number, lot, bidder } = args as { number: bigint; lot: bigint; bidder?: string };
    const where = { lot: Number(lot), tx: moment.tx, ...(bidder === undefined ? {} : { bidder }) };
    found.expect(Number(number) === i + 1, where, `commit number ${number} stands where ${i + 1} must: one is missing`);
  }
  for (const { args, moment } of named<{ lot: bigint; bidder: string; sealed_: string }>(of.acts, "BidSealed")) {
    const where = { lot: Number(args.lot), bidder: args.bidder, tx: moment.tx };
    const length = dataLength(args.sealed_);
    found.expect(length === sealedLength(of), where, `${length} bytes were sealed instead of ${sealedLength(of)}`);
  }
  return found;
}

function openedCeiling(found: Comparison, { lot, envelope, opened }: SealedCeiling): void {
  if (!opened) return;
  const where = { lot, tx: opened.moment.tx };
  const own = envelope && commitmentOf(envelope.place, opened.bytes, opened.salt);
  found.expect(own === envelope?.commitment, where, "the ceiling was opened as another than was sealed");
  const { ceiling, minimum } = readCeiling(opened.bytes);
  const told = `the ceiling was told as ${opened.ceiling} with minimum ${opened.minimum}`;
  const right = opened.ceiling === ceiling && opened.minimum === minimum;
  found.expect(right, where, `${told}, and by its bytes is ${ceiling} with ${minimum}`);
}

/** Ceiling and minimum, none where the bytes are neither. */
function readCeiling(bytes: string): { ceiling: bigint; minimum: bigint } {
  const none = { ceiling: 0n, minimum: 0n };
  if (dataLength(bytes) !== 16) return none;
  const [ceiling, minimum] = [BigInt(dataSlice(bytes, 0, 8)), BigInt(dataSlice(bytes, 8, 16))];
  return ceiling > MAX_PRICE || minimum > (ceiling === 0n ? MAX_PRICE : ceiling) ? none : { ceiling, minimum };
}
