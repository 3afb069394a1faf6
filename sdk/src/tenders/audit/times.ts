import type { TenderExtendedEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { awardDeadlineOf, committeeFailed, type LotModel, type TenderModel } from "../model.ts";
import { type Act, type AuditCase, replay, scalarsOut } from "./case.ts";
import { Comparison, iso } from "./comparison.ts";

const DAY = 86_400;
/** Seconds after a deadline from which scalars are accepted. */
const MARGIN = 1800;

/** Why an act should not have been at its time, by the deadlines in force then; absent = it was in time. */
type Rule = (before: TenderModel, act: Act, of: AuditCase) => string | undefined;

const until = (act: Act, deadline: number, what: string): string | undefined =>
  act.moment.time <= deadline ? undefined : `${what} until ${iso(deadline)}`;
const after = (act: Act, deadline: number, what: string): string | undefined =>
  act.moment.time > deadline ? undefined : `${what} only after ${iso(deadline)}`;

const live: Rule = ({ cancelled }) => cancelled && `the tender was cancelled at ${iso(cancelled.time)}`;
const open: Rule = ({ sealing }) =>
  sealing && !sealing.biddingOpened ? "the committee was not complete and frozen" : undefined;
const running: Rule = ({ sealing }) => sealing?.stopped && "sealing had been stopped, because scalars leaked";
const forming: Rule = ({ sealing }) => (sealing?.biddingOpened ? "seats and keys were frozen" : undefined);
const whileSealing: Rule = (before, act) => until(act, before.commitDeadline, "that was possible");
const afterSealing: Rule = (before, act) => after(act, before.commitDeadline, "bids are opened");
const whileOpening: Rule = (before, act) => until(act, before.revealDeadline, "bids were opened");
const afterOpening: Rule = (before, act) => after(act, before.revealDeadline, "ceilings are opened");
const whileJudging: Rule = (before, act) =>
  until(act, before.sealing?.judgeDeadline ?? 0, "envelopes and ceilings were judged or opened");
const whileDeciding: Rule = (before, act) => until(act, deadlineOf(before, lotOf(before, act)), "lots were decided");
const afterJudging: Rule = (before, act) =>
  after(act, before.sealing?.judgeDeadline ?? before.revealDeadline, "lots are decided");
const notLapsed: Rule = (before, act) =>
  committeeFailed(before, act.moment.time) ? "the tender had lapsed" : undefined;
const scoresRevealed: Rule = ({ sealing }, _act, { parts }) =>
  parts === 2 && !sealing?.scored ? "the technical scores had not been revealed" : undefined;
const deadlineOf = (before: TenderModel, lot: LotModel | undefined): number =>
  lot ? awardDeadlineOf(before, lot) : before.awardDeadline;
const lotOf = ({ lots }: TenderModel, { args }: Act): LotModel | undefined =>
  lots[Number((args as { lot?: bigint }).lot ?? -1)];
const undecided: Rule = (before, act) => {
  const { award, closed, annulled } = lotOf(before, act) ?? {};
  return (award ?? closed ?? annulled) ? "the lot had been decided" : undefined;
};
/** By a rule a lot is awarded to several, each once: until then a bid can be rejected, admitted and awarded. */
const unawarded: Rule = (before, act, of) => {
  const { award, furtherAwards = [] } = lotOf(before, act) ?? {};
  if (!award || before.rule === undefined) return undecided(before, act, of);
  const { winner, bidder = winner } = act.args as { winner?: string; bidder?: string };
  return [award, ...furtherAwards].some((one) => one.winner === bidder) ? "it had been awarded to it" : undefined;
};
const someUndecided: Rule = ({ lots }) =>
  lots.every(({ award, closed, annulled }) => award ?? closed ?? annulled) ? "every lot had been decided" : undefined;
const unscored: Rule = ({ sealing }) => (sealing?.scored ? "the scores had been revealed" : undefined);
/** Scalars of the current part are out: with a committee that failed, whoever can opens it, where the terms say so. */
const opening: Rule = (before, act, of) => {
  const { sealing } = before;
  if (!sealing || out(before, act, of)) return undefined;
  const failed = sealing.openByBidders && act.moment.time > sealing.scalarsDeadline;
  return failed ? undefined : "too few scalars were out";
};
const keysOut: Rule = (before, act, of) => (out(before, act, of) ? undefined : "too few scalars were out");
const out = ({ sealing }: TenderModel, { moment }: Act, of: AuditCase): boolean =>
  scalarsOut(of, sealing?.scored ? 1 : 0, moment);

const biddingOpens: Rule = (before, act) =>
  act.moment.time < (before.sealing?.bidsFrom ?? 0)
    ? `bidding begins at ${iso(before.sealing?.bidsFrom ?? 0)}`
    : until(act, before.commitDeadline - DAY, "bidding had to begin");
const scoring: Rule = (before, act) =>
  after(act, before.sealing?.judgeDeadline ?? 0, "scores are revealed") ??
  until(act, before.sealing?.scoresDeadline ?? 0, "scores were revealed");
const publishing: Rule = ({ sealing, commitDeadline }, act) => {
  const from = (sealing?.scored?.time ?? commitDeadline) + MARGIN;
  return act.moment.time < from
    ? `scalars were accepted from ${iso(from)} on`
    : until(act, sealing?.scalarsDeadline ?? 0, "scalars were accepted");
};

const SEALING = [live, open, running, whileSealing];
const TIMELY = [live, notLapsed, whileDeciding];
const LAST = [scoresRevealed, afterJudging, opening];
const AWARDING = [...TIMELY, undecided, ...LAST];

const RULES: Record<string, Rule[]> = {
  BiddingOpened: [live, forming, biddingOpens],
  BidCommitted: SEALING,
  BidReplaced: SEALING,
  BidSealed: SEALING,
  CeilingSealed: SEALING,
  BidWithdrawn: [live, open, whileSealing],
  ExtensionProposed: [live, running, whileSealing],
  TenderExtended: [live, running, whileSealing],
  OpeningBegun: [live, publishing],
  BidOpened: [live, afterSealing, opening, whileOpening],
  BidVoided: [live, keysOut, whileJudging],
  ScoresRevealed: [live, notLapsed, unscored, scoring],
  CeilingOpened: [live, scoresRevealed, keysOut, afterOpening, whileJudging],
  CeilingVoided: [live, scoresRevealed, keysOut, whileJudging],
  BidRejected: [...TIMELY, unawarded],
  BidAdmitted: [...TIMELY, unawarded],
  TiesDrawn: AWARDING,
  LotAwarded: [...TIMELY, unawarded, ...LAST],
  LotClosed: AWARDING,
  TenderCancelled: [live, someUndecided, whileDeciding],
  SeatTaken: [forming],
  SeatVacated: [live, forming, whileSealing],
  SeatsFrozen: [live, forming],
  ScalarPublished: [live, publishing],
  ScalarLeaked: [live, whileSealing],
  QuestionAsked: [live, whileSealing],
  QuestionsAnswered: [live, whileSealing],
  ConsortiumFormed: [live, whileSealing],
};

/** Every act against the deadlines that were in force then, and every deadline against what moved it. */
export function times(of: AuditCase): Comparison {
  const found = new Comparison();
  let proposed: { key: bigint; deadline: bigint } | undefined;
  replay(of, (before, act) => {
    const { name, moment, args } = act;
    const broken = (RULES[name] ?? []).map((rule) => rule(before, act, of)).find((one) => one !== undefined);
    const { lot, bidder } = args as { lot?: bigint; bidder?: string };
    const where = { ...moment, ...(lot === undefined ? {} : { lot: Number(lot) }), ...(bidder ? { bidder } : {}) };
    if (RULES[name]) found.expect(broken === undefined, where, `${name} at ${iso(moment.time)}: ${broken}`);
    if (name === "ExtensionProposed") proposed = args as typeof proposed;
    if (name === "TenderExtended") {
      const { key, deadline } = args as TenderExtendedEvent.OutputObject;
      const confirmed = proposed?.deadline === deadline && proposed.key !== key;
      found.expect(confirmed, moment, `the extension to ${iso(Number(deadline))} was not proposed by another key`);
      const later = Number(deadline) > before.commitDeadline;
      found.expect(later, moment, `the extension to ${iso(Number(deadline))} is none: ${iso(before.commitDeadline)}`);
      proposed = undefined;
    }
    if (name === "ScoresRevealed") shifted(found, before, act);
  });
  return found;
}

/** The times of a price part are those of the technical part, moved by as much as the reveal is behind the deadline. */
function shifted(found: Comparison, before: TenderModel, { args, moment }: Act): void {
  const shift = moment.time - before.commitDeadline;
  const told = args as Record<"scalarsDeadline" | "revealDeadline" | "judgeDeadline" | "awardDeadline", bigint>;
  const then = { ...before, ...before.sealing };
  for (const name of ["scalarsDeadline", "revealDeadline", "judgeDeadline", "awardDeadline"] as const) {
    const wanted = (then[name] ?? 0) + shift;
    const detail = `the ${name} of the price part was told as ${iso(Number(told[name]))}, and is ${iso(wanted)}`;
    found.expect(Number(told[name]) === wanted, moment, detail);
  }
}
