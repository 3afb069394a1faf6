import type { LotAwardedEvent, LotClosedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { LotModel, TenderModel } from "../model.ts";
import { lotAt } from "../model.ts";
import { type AuditCase, replay } from "./case.ts";
import { Comparison, iso, type Where } from "./comparison.ts";
import { type Ranked, ranking } from "./order.ts";

/** ITenderHouse.LotOutcome of a lot closed because every bid that could win is over the ceiling, or otherwise. */
const [NO_WINNER, OVER_CEILING] = [2, 3];

/**
 * Each decision on a lot: the winner is the lowest that stands, within ceiling and minimum, without marks. Whom a rule
 * selects is the matter of `selection`.
 */
export function award(of: AuditCase): Comparison {
  const found = new Comparison();
  replay(of, (before, { name, args, moment }) => {
    if (name === "LotAwarded") {
      const told = args as LotAwardedEvent.OutputObject;
      awarded(found, of, before, told, { lot: Number(told.lot), bidder: told.winner, tx: moment.tx });
      const end = moment.time + before.standstill;
      const detail = `the standstill was told to end at ${iso(Number(told.standstillEnd))}, and ends at ${iso(end)}`;
      found.expect(Number(told.standstillEnd) === end, moment, detail);
    }
    if (name === "LotClosed") closed(found, of, before, args as LotClosedEvent.OutputObject, moment.tx);
  });
  return found;
}

/** Who must win a lot: the first that stands in the ranking and is not under the minimum. */
function headOf(of: AuditCase, lot: LotModel): Ranked | undefined {
  return ranking(of, lot).find(({ bid, price }) => bid.state !== "rejected" && price >= lot.minimum);
}

function awarded(
  found: Comparison,
  of: AuditCase,
  before: TenderModel,
  told: LotAwardedEvent.OutputObject,
  where: Where,
): void {
  const lot = lotAt(before, Number(told.lot));
  if (before.rule === undefined) {
    const head = headOf(of, lot);
    const lower = `the lowest bid that stands is that of ${head?.bid.bidder} at ${head?.price}`;
    found.expect(head?.bid.bidder === told.winner, where, lower);
  }
  const { ceiling, minimum } = lot;
  found.expect(
    ceiling === 0n || told.price <= ceiling,
    where,
    `the price ${told.price} is over the ceiling ${ceiling}`,
  );
  found.expect(told.price >= minimum, where, `the price ${told.price} is under the minimum ${minimum}`);
  const winner = lot.bids.find(({ bidder }) => bidder === told.winner);
  const wanting = (winner?.marks ?? []).filter((mark) => mark !== "held");
  const unmarked = wanting.length === 0 || winner?.admitted !== undefined;
  found.expect(unmarked, where, `the winner's documents were marked and not admitted: ${wanting.join("; ")}`);
  const vendor = winner?.vendor ?? told.winner;
  found.expect(told.vendor === vendor, where, `awarded to the vendor ${told.vendor}, and the bid is of ${vendor}`);
}

/** A lot is closed where nobody can win: none stands, or the lowest is over a ceiling that was sealed. */
function closed(
  found: Comparison,
  of: AuditCase,
  before: TenderModel,
  told: LotClosedEvent.OutputObject,
  tx: string,
): void {
  const lot = lotAt(before, Number(told.lot));
  const byRule = `closed with outcome ${told.outcome}, and a rule that selects nobody has ${NO_WINNER}`;
  if (before.rule !== undefined) {
    found.expect(Number(told.outcome) === NO_WINNER, { lot: lot.lot, tx }, byRule);
    return;
  }
  const head = headOf(of, lot);
  const over = head !== undefined && lot.ceiling > 0n && head.price > lot.ceiling;
  const where = { lot: lot.lot, tx };
  const detail = `closed without a winner, though the bid of ${head?.bid.bidder} at ${head?.price} can win`;
  found.expect(head === undefined || over, where, detail);
  // Every bid was over the ceiling only if none was rejected that stood before.
  const order = ranking(of, lot);
  const until = head ? order.indexOf(head) : order.length;
  const rejected = order.slice(0, until).some(({ bid }) => bid.state === "rejected");
  const someOver = over || (head === undefined && lot.bids.some(({ state }) => state === "over the ceiling"));
  const outcome = someOver && !rejected ? OVER_CEILING : NO_WINNER;
  found.expect(Number(told.outcome) === outcome, where, `closed with outcome ${told.outcome}, and it is ${outcome}`);
}
