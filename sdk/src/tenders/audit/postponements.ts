import type { LotPostponedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { Moment } from "../../shared/logs.ts";
import { awardDeadlineOf, lotAt, type TenderModel } from "../model.ts";
import { type Act, type AuditCase, type AuditReview, isBefore, replay } from "./case.ts";
import { type Comparison, iso } from "./comparison.ts";

const DAY = 86_400;
/** Complaints move an award deadline by so many seconds at the most, and leave so many to award after their end. */
const [MAX_POSTPONED, MIN_AWARDING] = [2 * 365 * DAY, DAY];
/** What ends a complaint in time. One that lapses took all that was given for it. */
const ENDS = ["ComplaintDecided", "ComplaintWithdrawn"];

/** A deadline that is to be moved in a transaction. */
interface Due {
  lot: number;
  tx: string;
  postponed: number;
  deadline: number;
}

/** As long as a lot can be awarded, its deadline moves by the time in which complaints stop it, and by nothing else. */
export function postponements(found: Comparison, of: AuditCase, review: AuditReview): void {
  /** By lot the end of the stop for which time was given. */
  const given = new Map<number, number>();
  let due: Due | undefined;
  replay(of, (before, act) => {
    if (act.name === "LotPostponed") {
      compare(found, act, due);
      due = undefined;
      return;
    }
    missed(found, due);
    due = dueAfter(review, given, before, act);
  });
  missed(found, due);
}

function compare(found: Comparison, { args, moment }: Act, due: Due | undefined): void {
  const { lot, postponed, awardDeadline } = args as LotPostponedEvent.OutputObject;
  const where = { lot: Number(lot), tx: moment.tx };
  const own = due?.lot === where.lot && due.tx === moment.tx ? due : undefined;
  found.expect(own !== undefined, where, "the award deadline was moved, and no complaint took time of the lot");
  if (!own) return;
  const right = Number(postponed) === own.postponed && Number(awardDeadline) === own.deadline;
  const told = `by ${postponed} s to ${iso(Number(awardDeadline))}`;
  const wanted = `by ${own.postponed} s to ${iso(own.deadline)}`;
  found.expect(right, where, `the award deadline was moved ${told}, and it is ${wanted}`);
}

function missed(found: Comparison, due: Due | undefined): void {
  if (!due) return;
  found.expect(
    false,
    due,
    "a complaint took time of the lot, or less than given, and its award deadline was not moved",
  );
}

/** How an act moves the award deadline of the lot that it is about; undefined where it does not. */
function dueAfter(
  { complaints }: AuditReview,
  given: Map<number, number>,
  before: TenderModel,
  { name, args, moment }: Act,
): Due | undefined {
  const filed = name === "ComplaintFiled";
  const one = complaints.find(({ complaint }) => complaint === (args as { complaint?: bigint }).complaint);
  if (!one || !(filed || ENDS.includes(name))) return undefined;
  const { lot, complaint } = one;
  const { time, tx } = moment;
  const open = complaints.filter(
    (other) => other.lot === lot && other.complaint !== complaint && isOpen(other, moment),
  );
  const end = filed ? one.deadline : Math.max(time, ...open.map(({ deadline }) => deadline));
  const earlier = given.get(lot) ?? 0;
  if (!filed && earlier <= end) return undefined;
  const { postponed = 0 } = lotAt(before, lot);
  const deadline = awardDeadlineOf(before, lotAt(before, lot));
  const awardable = isAwardable(before, lot) && time <= deadline;
  if (awardable || !filed) given.set(lot, end);
  if (!awardable) return undefined;
  const base = deadline - postponed;
  const moved = deadline + end - (filed ? Math.max(time, earlier) : earlier);
  const wanted = Math.min(Math.max(moved, end + MIN_AWARDING, base) - base, MAX_POSTPONED);
  return wanted === postponed ? undefined : { lot, tx, postponed: wanted, deadline: base + wanted };
}

/** Whether a complaint was filed and not ended before: one that has lapsed stops nothing, as its deadline tells. */
function isOpen({ filed, ended }: { filed: Moment; ended?: Moment }, moment: Moment): boolean {
  return isBefore(filed, moment) && !(ended !== undefined && isBefore(ended, moment));
}

/** Whether a lot can be awarded, or by a rule awarded further. */
function isAwardable(before: TenderModel, number: number): boolean {
  const { award, closed, annulled } = lotAt(before, number);
  const undecided = !(award ?? closed ?? annulled) || (award !== undefined && before.rule !== undefined);
  return undecided && before.cancelled === undefined;
}
