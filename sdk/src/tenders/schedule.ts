import { committeeOf, type Notice } from "./notice.ts";

const DAY = 86_400;
/** Where a notice has no such time: a week to bid and one to open, a quarter to decide. */
const DEFAULTS = { commit: 7 * DAY, reveal: 7 * DAY, award: 90 * DAY } as const;
/** Where a committee opens the bids: two days for its scalars, three each to open and to judge, two months to score. */
const SEALED = { scalars: 2 * DAY, reveal: 3 * DAY, judge: 3 * DAY, scores: 60 * DAY } as const;

/** Deadlines in seconds, UTC: each is the last second of its stage. */
export interface Schedule {
  start: number;
  commitDeadline: number;
  revealDeadline: number;
  awardDeadline: number;
  /** Where a committee opens the bids; the times of a price part are told by the reveal of the technical scores. */
  sealed?: {
    /** First second in which bids can be sealed. */
    bidsFrom: number;
    scalarsDeadline: number;
    judgeDeadline: number;
    /** Where there are two parts. */
    scoresDeadline?: number;
  };
}

/**
 * The deadlines of a notice. With `start` they are shifted so that bidding starts then and every duration is kept;
 * without, the notice's own start counts, else now. A duration the notice does not tell has a default.
 */
export function scheduleOf(notice: Notice, now: number, start?: number): Schedule {
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Math.floor(Date.parse(text) / 1000));
  const file = Object.fromEntries(Object.entries(notice.times).map(([name, text]) => [name, seconds(text)]));
  const begin = start ?? file["start"] ?? now;
  // The time before in the file and in the schedule; what follows it keeps its distance.
  let [from, at] = [file["start"], begin];
  const after = (name: keyof Notice["times"], otherwise: number): number => {
    const own = file[name];
    at += from === undefined || own === undefined || own <= from ? otherwise : own - from;
    from = own ?? from;
    return at;
  };
  const first = after("commitDeadline", DEFAULTS.commit);
  // A notice that tells no start has a deadline all the same.
  at = start === undefined ? (file["commitDeadline"] ?? first) : first;
  const commitDeadline = at;
  const committee = committeeOf(notice);
  if (!committee) {
    const revealDeadline = after("revealDeadline", DEFAULTS.reveal);
    return { start: begin, commitDeadline, revealDeadline, awardDeadline: after("awardDeadline", DEFAULTS.award) };
  }
  // Each keeps its distance from the commit deadline; what the notice does not tell follows the one before.
  const later = (name: keyof Notice["times"], otherwise: number): number => {
    const [commit, own] = [file["commitDeadline"], file[name]];
    at = commit === undefined || own === undefined ? at + otherwise : commitDeadline + own - commit;
    return at;
  };
  const bidsFrom =
    start === undefined ? (file["bidsFrom"] ?? begin) : begin + distance(file["start"], file["bidsFrom"]);
  const scalarsDeadline = later("scalarsDeadline", SEALED.scalars);
  const revealDeadline = later("revealDeadline", SEALED.reveal);
  const judgeDeadline = later("judgeDeadline", SEALED.judge);
  const scores = committee.parts === 2 ? { scoresDeadline: later("scoresDeadline", SEALED.scores) } : {};
  const awardDeadline = later("awardDeadline", DEFAULTS.award);
  const sealed = { bidsFrom, scalarsDeadline, judgeDeadline, ...scores };
  return { start: begin, commitDeadline, revealDeadline, awardDeadline, sealed };
}

const distance = (from: number | undefined, to: number | undefined): number =>
  from === undefined || to === undefined ? 0 : Math.max(0, to - from);
