import { type AuditCase, isBefore, readPart } from "./case.ts";
import { Comparison } from "./comparison.ts";

/** Of bids of two parts: the price part is opened behind a technical part that is well formed, and behind the scores. */
export function parts(of: AuditCase): Comparison {
  const found = new Comparison();
  if (of.parts < 2) return found;
  const { scored } = of.model.sealing ?? {};
  for (const { lot, bid, part, moment } of of.openings) {
    const where = { lot: lot.lot, bidder: bid.bidder, tx: moment.tx };
    if (part === 0) {
      const early = scored === undefined || isBefore(moment, scored);
      found.expect(early, where, "the technical part was opened after the scores had been revealed");
      continue;
    }
    const technical = of.openings.find((one) => one.bid === bid && one.part === 0);
    const read = technical && isBefore(technical.moment, moment) && readPart(of, technical);
    found.expect(Boolean(read), where, "the price part was opened without a technical part");
    const behind = scored !== undefined && isBefore(scored, moment);
    found.expect(behind, where, "the price part was opened before the technical scores were revealed");
  }
  return found;
}
