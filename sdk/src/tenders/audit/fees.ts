import type {
  ComplaintFeesPaidEvent,
  ComplaintFiledEvent,
  ReviewBegunEvent,
} from "../../../../typechain-types/contracts/tenders/Complaints.ts";
import { COMPLAINT_STATES } from "../complaints/status.ts";
import { type AuditCase, isBefore } from "./case.ts";
import { Comparison } from "./comparison.ts";

/**
 * Each payment of fees in the tender's token, from its first complaint on: to whom they were due by how complaints ended,
 * and as much. The fees of all tenders in a token are one balance, so all complaints are counted.
 */
export function fees({ review }: AuditCase): Comparison {
  const found = new Comparison();
  const first = review?.complaints[0]?.filed;
  if (!review || !first || review.terms.feeAmount === 0n) return found;
  const ledger = new Ledger();
  for (const { name, args, moment } of review.events) {
    if (name !== "ComplaintFeesPaid") {
      ledger.note(name, args);
      continue;
    }
    const { token, account, amount } = args as ComplaintFeesPaidEvent.OutputObject;
    const due = ledger.pay(token, account);
    if (token !== review.terms.feeToken || isBefore(moment, first)) continue;
    found.expect(amount === due, moment, `fees of ${amount} were paid to ${account}, and ${due} were due`);
  }
  return found;
}

interface Fee {
  token: string;
  amount: bigint;
  complainant: string;
  treasury: string;
}

/** What is due to whom, by what happened to complaints. */
class Ledger {
  readonly #terms = new Map<bigint, ReviewBegunEvent.OutputObject["review"]>();
  readonly #open = new Map<bigint, Fee>();
  readonly #due = new Map<string, bigint>();

  note(name: string, args: unknown): void {
    if (name === "ReviewBegun") {
      const { tender, review } = args as ReviewBegunEvent.OutputObject;
      this.#terms.set(tender, review);
    } else if (name === "ComplaintFiled") {
      const { complaint, tender, complainant } = args as ComplaintFiledEvent.OutputObject;
      const terms = this.#terms.get(tender);
      if (!terms) return;
      const { feeToken: token, feeAmount: amount, treasury } = terms;
      this.#open.set(complaint, { token, amount, complainant, treasury });
    } else this.#end(name, args as { complaint: bigint; status?: bigint });
  }

  /** Pays out all that is due to an account, and tells how much that is. */
  pay(token: string, account: string): bigint {
    const due = this.#due.get(`${token} ${account}`) ?? 0n;
    this.#due.delete(`${token} ${account}`);
    return due;
  }

  /** A fee is lost to the treasury where its complaint was rejected or withdrawn; otherwise it goes back. */
  #end(name: string, { complaint, status = 0n }: { complaint: bigint; status?: bigint }): void {
    const fee = this.#open.get(complaint);
    if (!fee) return;
    this.#open.delete(complaint);
    const lost = name === "ComplaintWithdrawn" || COMPLAINT_STATES[Number(status)] === "rejected";
    const to = `${fee.token} ${lost ? fee.treasury : fee.complainant}`;
    this.#due.set(to, (this.#due.get(to) ?? 0n) + fee.amount);
  }
}
