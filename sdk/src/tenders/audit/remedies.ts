import { COMPLAINT_STATES } from "../complaints/status.ts";
import { awardDeadlineOf, lotAt, type TenderModel } from "../model.ts";
import { type Act, type AuditCase, type AuditReview, replay } from "./case.ts";
import { Comparison, iso } from "./comparison.ts";
import { postponements } from "./postponements.ts";

const DAY = 86_400;
/** A review gives a lot so much time to be decided anew at the most, and so much after the tender's own deadline. */
const [MAX_REOPENED, MAX_DELAY] = [180 * DAY, 2 * 365 * DAY];

/** What the house does for each decision, and what is done by nobody but a review. */
const ORDERS: Record<string, string> = { annulled: "LotAnnulled", reevaluated: "LotReopened" };
const REMEDIES = ["LotAnnulled", "LotReopened", "BidReinstated"];
const OF_REVIEW = [...REMEDIES, "LotPostponed", "ScoresPostponed"];

interface Order {
  complaint: bigint;
  lot: number;
  state: string;
  tx: string;
  carriedOut: boolean;
}

/** What a review decided is what happened to its lot, and nothing of the kind happened otherwise. */
export function remedies(of: AuditCase): Comparison {
  const found = new Comparison();
  if (of.review) {
    orders(found, of, of.review);
    postponements(found, of, of.review);
    return found;
  }
  for (const { name, args, moment } of of.acts.filter((act) => OF_REVIEW.includes(act.name))) {
    const { lot } = args as { lot?: bigint };
    const where = { ...(lot === undefined ? {} : { lot: Number(lot) }), tx: moment.tx };
    const { complaints: foreign } = of.model;
    if (foreign === undefined) found.expect(false, where, `${name} in a tender about which nobody hears complaints`);
    else found.miss(where, `${name} was ordered by ${foreign}, whose logs are not read`);
  }
  return found;
}

function orders(found: Comparison, of: AuditCase, { complaints }: AuditReview): void {
  let order: Order | undefined;
  const close = (): void => {
    const wanted = order && ORDERS[order.state];
    if (!order || wanted === undefined) return;
    const detail = `complaint ${order.complaint} was ${order.state}, and no ${wanted} followed`;
    found.expect(order.carriedOut, order, detail);
  };
  replay(of, (before, act) => {
    const { name, args, moment } = act;
    if (name === "ComplaintDecided") {
      close();
      const { complaint, status } = args as { complaint: bigint; status: bigint };
      const lot = complaints.find((one) => one.complaint === complaint)?.lot ?? -1;
      order = { complaint, lot, state: COMPLAINT_STATES[Number(status)] ?? "none", tx: moment.tx, carriedOut: false };
    }
    if (name === "ScoresPostponed") {
      const due = order?.tx === moment.tx && order.state === "reevaluated";
      found.expect(due, { tx: moment.tx }, "the time for scores was moved without a decision that orders it");
    }
    if (!REMEDIES.includes(name)) return;
    const { lot: number, bidder } = args as { lot: bigint; bidder?: string };
    const where = { lot: Number(number), tx: moment.tx, ...(bidder ? { bidder } : {}) };
    const due = order?.lot === where.lot && order.tx === moment.tx && isDue(order, name);
    found.expect(due, where, `${name} without a decision that orders it`);
    if (order && name !== "BidReinstated") order.carriedOut = true;
    if (name === "LotReopened") reopened(found, of, before, act);
    const ended = lotAt(before, where.lot).annulled !== undefined;
    found.expect(!ended, where, `${name} of a lot that had been annulled`);
  });
  close();
}

/** Whether a decision orders this: each lot once, bids are reinstated in a lot that was opened anew. */
function isDue({ state, carriedOut }: Order, name: string): boolean {
  return name === "BidReinstated" ? state === "reevaluated" && carriedOut : ORDERS[state] === name && !carriedOut;
}

/** A lot opened anew has the time that a review can give; a panel judges it from the beginning. */
function reopened(found: Comparison, of: AuditCase, before: TenderModel, { args, moment }: Act): void {
  const { lot: number, awardDeadline } = args as { lot: bigint; awardDeadline: bigint };
  const where = { lot: Number(number), tx: moment.tx };
  const [told, least] = [Number(awardDeadline), awardDeadlineOf(before, lotAt(before, where.lot))];
  const most = Math.max(least, Math.min(moment.time + MAX_REOPENED, before.awardDeadline + MAX_DELAY));
  const limits = `it was ${iso(least)}, and can be ${iso(most)} at the latest`;
  found.expect(told >= least && told <= most, where, `the lot was given until ${iso(told)}: ${limits}`);
  if (!of.evaluation) return;
  const again = of.acts.some(
    ({ name, args: other, moment: at }) =>
      name === "JudgingRestarted" && (other as { lot: bigint }).lot === number && at.tx === moment.tx,
  );
  found.expect(again, where, "the lot was opened anew, and its judging did not begin anew");
}
