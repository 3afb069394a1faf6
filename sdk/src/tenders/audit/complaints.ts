import { ZeroAddress } from "ethers";
import type {
  ComplaintFiledEvent,
  ReviewBegunEvent,
} from "../../../../typechain-types/contracts/tenders/Complaints.ts";
import { decisions } from "../complaints/status.ts";
import { awardDeadlineOf, committeeFailed, lotAt, type LotModel, type TenderModel } from "../model.ts";
import { type Act, type AuditCase, type AuditReview, named, replay, stopAt } from "./case.ts";
import { Comparison, iso } from "./comparison.ts";

/** What is not done to a lot while a complaint stops it; its bonds are the matter of `bonds`. */
const STOPPED = ["LotAwarded", "LotClosed", "SignatureDue"];

/** Each complaint: who filed it and when, how it ended, once; and that its lot stood still meanwhile. */
export function complaints(of: AuditCase): Comparison {
  const found = new Comparison();
  const { review } = of;
  if (!review) return found;
  begun(found, of, review);
  const hearing = new Hearing(found, of, review);
  replay(of, (before, act) => {
    hearing.visit(before, act);
  });
  return found;
}

/** The terms of the review are those published. */
function begun(found: Comparison, of: AuditCase, { terms }: AuditReview): void {
  const told = named<ReviewBegunEvent.OutputObject>(of.acts, "ReviewBegun").map(({ args }) => [...args.review].join());
  const { reviewer, decisionPeriod, feeToken, feeAmount, treasury } = terms;
  const wanted = [of.terms.agency, reviewer, decisionPeriod, feeToken, feeAmount, treasury].join();
  const detail = `the review begun is ${told.join(" and ") || "none"}, and published is ${wanted}`;
  found.expect(told.join() === wanted, of.model.published, detail);
}

/** The complaints about a tender, act by act. */
class Hearing {
  readonly #found: Comparison;
  readonly #of: AuditCase;
  readonly #review: AuditReview;
  /** By lot, bid and the decision complained about. */
  readonly #filed = new Set<string>();
  readonly #ended = new Set<bigint>();
  /** By lot those who were called to sign in its present judging: no complaint takes time from them any more. */
  readonly #called = new Map<number, Set<string | undefined>>();

  constructor(found: Comparison, of: AuditCase, review: AuditReview) {
    this.#found = found;
    this.#of = of;
    this.#review = review;
  }

  visit(before: TenderModel, act: Act): void {
    const { name } = act;
    const { lot: number, bidder } = act.args as { lot?: bigint; bidder?: string };
    const lot = Number(number ?? -1);
    const called = this.#called.get(lot) ?? new Set<string | undefined>();
    if (name === "ComplaintFiled") this.#file(before, act);
    else if (act.of === "complaints" && name.startsWith("Complaint")) this.#end(act);
    else if (name === "JudgingRestarted") this.#called.delete(lot);
    else if (STOPPED.includes(name) || (name === "ContractSigned" && !called.has(bidder))) this.#goOn(lot, act);
    if (name === "SignatureDue") this.#called.set(lot, called.add(bidder));
  }

  #file(before: TenderModel, { args, moment }: Act): void {
    const { lot: number, complainant, bidder, winner, deadline } = args as ComplaintFiledEvent.OutputObject;
    const lot = lotAt(before, Number(number));
    const where = { lot: lot.lot, bidder, tx: moment.tx };
    const bid = lot.bids.find((one) => one.bidder === bidder);
    const bids = bid !== undefined && bid.state !== "withdrawn";
    const own = bids && (complainant === bidder || complainant === bid.vendor);
    this.#found.expect(own, where, `${complainant} complained, and has no bid in the lot nor is its vendor`);
    const decided = decidedAt(lot, winner);
    const until =
      decided === undefined ? undecidedUntil(before, lot, winner, moment.time) : decided + before.standstill;
    const { commitDeadline } = before;
    const timely = moment.time > commitDeadline && moment.time <= until;
    const heard = `complaints are heard after ${iso(commitDeadline)}, and until ${until === 0 ? "never" : iso(until)}`;
    this.#found.expect(timely, where, `filed at ${iso(moment.time)}: ${heard}`);
    const due = moment.time + this.#review.terms.decisionPeriod;
    const told = Number(deadline);
    this.#found.expect(told === due, where, `its decision was told to be due at ${iso(told)}, and is at ${iso(due)}`);
    const awarded = winner === ZeroAddress ? lot.award?.winner : winner;
    const matter = [lot.lot, bidder, lot.reopened?.length ?? 0, decided, awarded].join();
    this.#found.expect(!this.#filed.has(matter), where, "the bid had complained about the same before");
    this.#filed.add(matter);
  }

  #end({ name, args, moment }: Act): void {
    const { complaint, status } = args as { complaint: bigint; status?: bigint };
    const own = this.#review.complaints.find((one) => one.complaint === complaint);
    const where = { ...(own ? { lot: own.lot } : {}), tx: moment.tx };
    this.#found.expect(!this.#ended.has(complaint), where, `${name} of complaint ${complaint}, which had ended before`);
    this.#ended.add(complaint);
    const deadline = own?.deadline ?? 0;
    const late = moment.time > deadline;
    const detail = `${name} of complaint ${complaint} at ${iso(moment.time)}, whose deadline is ${iso(deadline)}`;
    this.#found.expect(late === (name === "ComplaintLapsed"), where, detail);
    if (status === undefined) return;
    const known = Object.values(decisions).some((one) => BigInt(one) === status);
    this.#found.expect(known, where, `complaint ${complaint} was decided as ${status}, which is no decision`);
  }

  #goOn(lot: number, { name, moment }: Act): void {
    const stop = stopAt(this.#of, lot, moment);
    const detail = `${name} while complaint ${stop?.complaint} stopped the lot`;
    this.#found.expect(stop === undefined, { lot, tx: moment.tx }, detail);
  }
}

/** When what a complaint is about was decided; undefined where it is not. */
function decidedAt({ award, furtherAwards = [], closed }: LotModel, winner: string): number | undefined {
  if (winner === ZeroAddress) return (award ?? closed)?.time;
  return [award, ...furtherAwards].find((one) => one?.winner === winner)?.time;
}

/** Until when complaints are heard where nothing is decided; 0 = never. */
function undecidedUntil(tender: TenderModel, lot: LotModel, winner: string, time: number): number {
  const nothing = winner !== ZeroAddress || lot.annulled !== undefined || tender.cancelled !== undefined;
  return nothing || committeeFailed(tender, time) ? 0 : awardDeadlineOf(tender, lot);
}
