import { encodeBytes32String } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { putJson } from "../shared/files.ts";
import { tokenDecimals } from "../shared/token.ts";
import { parseAmount } from "../shared/amount.ts";
import { parsePrice } from "./amount.ts";
import { judgingTerms } from "./judging.ts";
import type { Notice } from "./notice.ts";
import { type Schedule, scheduleOf } from "./schedule.ts";
import { sealingTerms } from "./sealing.ts";
import { packRequired } from "../documents/required.ts";

/** Ten days of standstill where a notice has none. */
const STANDSTILL = 10 * 86_400;
const TAX = { unstated: 0, net: 1, gross: 2 } as const;

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
  if (notice.sealing === undefined) {
    throw new InputError(
      "The notice does not say how bids are sealed: give --seats and --threshold of a committee, or --by-bidders.",
    );
  }
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  const schedule = scheduleOf(notice, block.timestamp, start);
  const published: Notice = { ...notice, times: shownTimes(schedule) };
  const documents = await putJson(context.files, published);
  const bond = await bondOf(context, notice);
  const price = (amount: string | undefined) => (amount === undefined ? 0n : parsePrice(amount, notice.decimals));
  const terms = {
    agency,
    documents,
    currency: encodeBytes32String(notice.currency).slice(0, 8),
    decimals: notice.decimals,
    tax: TAX[notice.taxBasis],
    commitDeadline: schedule.commitDeadline,
    revealDeadline: schedule.revealDeadline,
    awardDeadline: schedule.awardDeadline,
    standstill: notice.standstillSeconds ?? STANDSTILL,
    bondToken: bond.token,
    bondAmount: bond.amount,
    treasury: bond.treasury,
    guarantee: notice.guarantee ? packRequired([notice.guarantee]) : 0n,
    ceilings: notice.lots.map(({ ceiling }) => price(ceiling)),
    minimums: notice.lots.some(({ minimum }) => minimum !== undefined)
      ? notice.lots.map(({ minimum }) => price(minimum))
      : [],
    required: notice.lots.some(({ requiredDocuments }) => requiredDocuments !== undefined)
      ? notice.lots.map(({ requiredDocuments = [] }) => packRequired(requiredDocuments))
      : [],
    rebidOf: notice.rebidOf?.tender ?? 0,
    rebidLot: notice.rebidOf?.lot ?? 0,
    sealing: sealingTerms(notice, schedule, context.addresses.Evaluation),
    judging: await judgingTerms(context, notice),
  };
  return prepare(context.house.publish, [terms], (receipt) => ({
    tender: eventOf<{ tender: bigint }>(receipt, context.house, "TenderPublished").tender,
    documents,
    schedule,
  }));
}

const ZERO = `0x${"0".repeat(40)}`;

async function bondOf(context: Context, notice: Notice): Promise<{ token: string; amount: bigint; treasury: string }> {
  if (!notice.bond) return { token: ZERO, amount: 0n, treasury: ZERO };
  if (!notice.treasury) throw new InputError("A tender with a bond names a treasury that receives forfeited bonds.");
  const { token } = notice.bond;
  const amount = parseAmount(notice.bond.amount, await tokenDecimals(context, token));
  return { token, amount, treasury: notice.treasury };
}

function shownTimes({ sealed, ...times }: Schedule): Notice["times"] {
  const shown = Object.entries({ ...times, ...sealed }).map(([name, seconds]) => [
    name,
    new Date(seconds * 1000).toISOString(),
  ]);
  return Object.fromEntries(shown) as Notice["times"];
}
