import type { LotAwardedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { NO_BUDGET } from "../evaluation/terms.ts";
import { lotAt } from "../model.ts";
import { type AuditCase, replay } from "./case.ts";
import { Comparison } from "./comparison.ts";
import { Judging } from "./judging.ts";
import type { Step } from "./step.ts";

/** The selection of a lot in one generation, and the contracts of those selected. */
class Selection extends Judging {
  /** Those selected now, with their prices. */
  readonly selected = new Map<string, bigint>();
  /** Whether the next bid exceeds what is left of the budget. */
  blocked = false;
  /** How many of the ranking were selected or passed over. */
  #taken = 0;
  /** Until when each one called signs. */
  readonly #due = new Map<string, bigint>();
  readonly #signed = new Set<string>();

  /** The first of the reserve that can be selected. */
  get next(): string | undefined {
    return (this.ranking ?? []).slice(this.#taken).find((bidder) => !this.out.has(bidder));
  }

  BidSelected({ found, told, before, where }: Step): void {
    const { bidder, price } = told;
    found.expect(this.next === bidder, where, `selected, and the next one of the ranking is ${this.next}`);
    const own = lotAt(before, Number(told.lot)).bids.find((bid) => bid.bidder === bidder)?.price;
    found.expect(price === own, where, `selected at ${price}, and its price is ${own}`);
    this.selected.set(bidder, price);
    this.#taken = (this.ranking ?? []).indexOf(bidder) + 1;
    const [spent, budget] = [this.#spent(), this.#budget(told.lot)];
    found.expect(told.spent === spent && spent <= budget, where, `${spent} is spent, of a budget of ${budget}`);
    const { winners } = this.terms;
    found.expect(this.selected.size <= winners, where, `selected as one of ${this.selected.size}, of ${winners}`);
  }

  BudgetExhausted({ found, told, where }: Step): void {
    const right = this.next === told.bidder && this.#spent() + told.price > this.#budget(told.lot);
    found.expect(right, where, "the selection ended, and the next bid is within the budget");
    this.blocked = true;
  }

  BidExcluded({ found, told, before, where }: Step): void {
    const state = lotAt(before, Number(told.lot)).bids.find(({ bidder }) => bidder === told.bidder)?.state;
    const stands = state === "standing" || state === "unplaced" || state === "part opened";
    found.expect(!stands, where, `excluded, and the bid is ${state}`);
    this.#free(told.bidder);
  }

  SignatureDue({ found, told, before, act, where }: Step): void {
    const final = isOver(before, told, act) && this.selected.has(told.bidder);
    found.expect(final, where, "called to sign before its award was final");
    const until = BigInt(act.moment.time + this.terms.signPeriod);
    found.expect(told.until === until, where, `called to sign until ${told.until}, and it is ${until}`);
    this.#due.set(told.bidder, until);
  }

  ContractSigned({ found, told, before, act, where }: Step): void {
    const until = this.#due.get(told.bidder);
    const timely = until === undefined ? isOver(before, told, act) : BigInt(act.moment.time) <= until;
    found.expect(
      timely && this.selected.has(told.bidder),
      where,
      "signed too early or too late, or without being selected",
    );
    this.#signed.add(told.bidder);
  }

  PlaceYielded({ found, told, act, where }: Step): void {
    const until = this.#due.get(told.bidder);
    const late = until !== undefined && BigInt(act.moment.time) > until && !this.#signed.has(told.bidder);
    found.expect(late, where, "it lost its place, and had signed or could sign yet");
    this.#free(told.bidder);
  }

  #free(bidder: string): void {
    this.out.add(bidder);
    this.selected.delete(bidder);
    this.blocked = false;
  }

  #spent(): bigint {
    return [...this.selected.values()].reduce((sum, price) => sum + price, 0n);
  }

  #budget(lot: bigint): bigint {
    return this.terms.budgets[Number(lot)] ?? NO_BUDGET;
  }
}

/** Whether the standstill of a bidder's award was over. */
function isOver(before: Step["before"], { lot, bidder }: Step["told"], { moment }: Step["act"]): boolean {
  const { award, furtherAwards = [] } = lotAt(before, Number(lot));
  const own = [award, ...furtherAwards].find((one) => one?.winner === bidder);
  return own !== undefined && moment.time > own.standstillEnd;
}

/** By the evaluation's logs: scores, who goes on, ranking and selection; and that those selected are awarded. */
export function selection(of: AuditCase): Comparison {
  const found = new Comparison();
  const { evaluation: terms } = of;
  if (!terms) return found;
  const declared = new Set<string>();
  const lots = of.model.lots.map(() => new Selection(terms, declared, 0));
  replay(of, (before, act) => {
    const told = act.args as Step["told"];
    const lot = Number(told.lot);
    const own = lots[lot];
    if (act.name === "ConflictDenied") declared.add(told.evaluator);
    if (!own) return;
    const where = { lot, tx: act.moment.tx, ...(told.bidder ? { bidder: told.bidder } : {}) };
    if (act.name === "JudgingRestarted") {
      const { generation } = act.args as { generation: bigint };
      lots[lot] = new Selection(terms, declared, Number(generation));
    } else if (act.name === "LotAwarded") {
      const { winner } = act.args as LotAwardedEvent.OutputObject;
      found.expect(own.selected.has(winner), { ...where, bidder: winner }, "awarded, and not selected");
    } else if (act.name === "LotClosed") {
      const nobody = own.ranking !== undefined && own.selected.size === 0 && (own.next === undefined || own.blocked);
      found.expect(nobody, where, `closed without a winner, though ${own.next} can win`);
    } else if (act.of === "evaluation") {
      const handle = (own as unknown as Record<string, ((step: Step) => void) | undefined>)[act.name];
      handle?.call(own, { of, found, before, act, told, where });
    }
  });
  return found;
}
