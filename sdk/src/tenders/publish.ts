import { encodeBytes32String } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putJson } from "../shared/files.ts";
import { tokenDecimals } from "../shared/token.ts";
import { parseAmount } from "../shared/amount.ts";
import { parsePrice } from "./amount.ts";
import type { Notice } from "./notice.ts";
import { packRequired } from "../documents/required.ts";

const DAY = 86_400;
/** Where a notice has no such time: a week to bid and one to open, a quarter to decide, ten days of standstill. */
const DEFAULTS = { commit: 7 * DAY, reveal: 7 * DAY, award: 90 * DAY, standstill: 10 * DAY } as const;
const TAX = { unstated: 0, net: 1, gross: 2 } as const;

/** Deadlines in seconds, UTC: each is the last second of its stage. */
export interface Schedule {
  start: number;
  commitDeadline: number;
  revealDeadline: number;
  awardDeadline: number;
}

/**
 * The deadlines of a notice. With `start` they are shifted so that bidding starts then and every duration is kept;
 * without, the notice's own start counts, else now. A duration the notice does not tell is 7 days (to decide: 90).
 */
export function scheduleOf(notice: Notice, now: number, start?: number): Schedule {
  const seconds = (text: string | undefined) => (text === undefined ? undefined : Math.floor(Date.parse(text) / 1000));
  const span = (from: number | undefined, to: number | undefined) =>
    from === undefined || to === undefined || to <= from ? undefined : to - from;
  const file = {
    start: seconds(notice.times.start),
    commit: seconds(notice.times.commitDeadline),
    reveal: seconds(notice.times.revealDeadline),
    award: seconds(notice.times.awardDeadline),
  };
  const begin = start ?? file.start ?? now;
  const commitDeadline =
    start === undefined && file.commit !== undefined
      ? file.commit
      : begin + (span(file.start, file.commit) ?? DEFAULTS.commit);
  const revealDeadline = commitDeadline + (span(file.commit, file.reveal) ?? DEFAULTS.reveal);
  const awardDeadline = revealDeadline + (span(file.reveal ?? file.commit, file.award) ?? DEFAULTS.award);
  return { start: begin, commitDeadline, revealDeadline, awardDeadline };
}

export interface PublishParameters {
  agency: number;
  notice: Notice;
  /** First second of bidding, UTC; shifts the notice's times and keeps their durations. */
  start?: number;
}

/**
 * Publishes a tender: the notice, with its times as they will be, goes into the store, its digest and the terms on
 * chain. A key of the agency with `tender.publish`.
 */
export async function publishTender(
  context: Context,
  { agency, notice, start }: PublishParameters,
): Promise<Act<{ tender: bigint; documents: string; schedule: Schedule }>> {
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  const schedule = scheduleOf(notice, block.timestamp, start);
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const published: Notice = {
    ...notice,
    times: {
      start: iso(schedule.start),
      commitDeadline: iso(schedule.commitDeadline),
      revealDeadline: iso(schedule.revealDeadline),
      awardDeadline: iso(schedule.awardDeadline),
    },
  };
  const documents = await putJson(context.files, published);
  const bond = await bondOf(context, notice);
  const terms = {
    agency,
    documents,
    currency: encodeBytes32String(notice.currency).slice(0, 8),
    decimals: notice.decimals,
    tax: TAX[notice.taxBasis],
    commitDeadline: schedule.commitDeadline,
    revealDeadline: schedule.revealDeadline,
    awardDeadline: schedule.awardDeadline,
    standstill: notice.standstillSeconds ?? DEFAULTS.standstill,
    ...PLAIN,
    bondToken: bond.token,
    bondAmount: bond.amount,
    treasury: bond.treasury,
    ceilings: notice.lots.map(({ ceiling }) => (ceiling === undefined ? 0n : parsePrice(ceiling, notice.decimals))),
    required: notice.lots.some(({ requiredDocuments }) => requiredDocuments !== undefined)
      ? notice.lots.map(({ requiredDocuments = [] }) => packRequired(requiredDocuments))
      : [],
  };
  return prepare(context.house.publish, [terms], (receipt) => ({
    tender: eventOf<{ tender: bigint }>(receipt, context.house, "TenderPublished").tender,
    documents,
    schedule,
  }));
}

/** Of a tender whose bids are opened by their bidders. */
const PLAIN = {
  guarantee: 0n,
  minimums: [],
  rebidOf: 0n,
  rebidLot: 0,
  sealing: {
    seats: [],
    threshold: 0,
    bidLengths: [],
    bidsFrom: 0,
    scalarsDeadline: 0,
    judgeDeadline: 0,
    scoresDeadline: 0,
    scorer: `0x${"0".repeat(40)}`,
    sealedCeilings: false,
    openByBidders: false,
    earliest: false,
  },
};
const ZERO = `0x${"0".repeat(40)}`;

async function bondOf(context: Context, notice: Notice): Promise<{ token: string; amount: bigint; treasury: string }> {
  if (!notice.bond) return { token: ZERO, amount: 0n, treasury: ZERO };
  if (!notice.treasury) throw new InputError("A tender with a bond names a treasury that receives forfeited bonds.");
  const { token } = notice.bond;
  const amount = parseAmount(notice.bond.amount, await tokenDecimals(context, token));
  return { token, amount, treasury: notice.treasury };
}
