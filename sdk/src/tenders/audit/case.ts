import { type Filter, type Interface, toBeHex, zeroPadValue } from "ethers";
import type {
  BidOpenedEvent,
  TenderPublishedEvent,
} from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { Context } from "../../shared/context.ts";
import { InputError } from "../../shared/errors.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../../shared/logs.ts";
import { type BidPlace, decodeBid, decodePrice, decodeTechnical } from "../bid.ts";
import { type CommitteeModel, readCommittee } from "../committee/read.ts";
import {
  type ComplaintEvent,
  complaintEvents,
  type ComplaintModel,
  complaintsOf,
  isHeardHere,
} from "../complaints/read.ts";
import { decodeTerms, type EvaluationTerms } from "../evaluation/terms.ts";
import type { BidModel, BidState, LotModel, TenderModel } from "../model.ts";
import { BID_STATES } from "../order.ts";
import { applyEvent, type TenderEvent, type TenderModels } from "../events.ts";
import { decodeReview, type ReviewTerms } from "../judging.ts";
import { bidAt, readEvents } from "../read.ts";
import { lotAt } from "../model.ts";

/** An event of a tender: of its house, or of a contract beside it. */
export interface Act extends TenderEvent {
  of: "house" | "committee" | "evaluation" | "complaints" | "notices";
}

/** How complaints about a tender are heard by the house's own contract, and what came of it. */
export interface AuditReview {
  terms: ReviewTerms;
  complaints: ComplaintModel[];
  /** Those of all tenders: the fees in a token are one balance. */
  events: ComplaintEvent[];
}

/** A part of a bid as it was opened. */
export interface OpenedPart {
  lot: LotModel;
  bid: BidModel;
  /** 0 is the only or the technical one, 1 is the price. */
  part: number;
  number: number;
  /** What the house said that it is. */
  told: BidState | "none" | undefined;
  bytes: string;
  salt: string;
  moment: Moment;
}

/** All that is known of a tender from logs, by which its checks judge. */
export interface AuditCase {
  context: Context;
  /** As its logs tell it. */
  model: TenderModel;
  /** As they were published. */
  terms: TenderPublishedEvent.OutputObject["terms"];
  /** In order, those of the committee among those of the house. */
  acts: Act[];
  openings: OpenedPart[];
  /** Number of parts of a bid. */
  parts: number;
  committee?: CommitteeModel;
  /** How a panel judges, where the house's evaluation is the rule. */
  evaluation?: EvaluationTerms;
  /** Absent where nobody hears complaints, or a contract that is not the house's. */
  review?: AuditReview;
  /** The block up to which logs were read, and its time: seconds, UTC. */
  block: number;
  now: number;
}

/** Reads a tender's logs up to the latest block. @throws InputError if there is no such tender */
export async function readCase(context: Context, tender: bigint): Promise<AuditCase> {
  const latest = await context.provider.getBlock("latest");
  if (!latest) throw new InputError("The node does not give its latest block.");
  const { number: block, timestamp: now } = latest;
  const ofHouse = (await readEvents(context, [toBeHex(tender, 32)], block)).map((event): Act => ({
    ...event,
    of: "house",
  }));
  const models: TenderModels = new Map();
  for (const act of ofHouse) applyEvent(models, act);
  const model = models.get(tender);
  const published = ofHouse.find(({ name }) => name === "TenderPublished");
  if (!model || !published) {
    throw new InputError(`There is no tender ${tender} in the house at ${context.addresses.TenderHouse}.`);
  }
  const { terms } = published.args as TenderPublishedEvent.OutputObject;
  const review = await reviewOf(context, model, terms.judging.reviewTerms, block);
  const acts = [
    ...ofHouse,
    ...(await committeeActs(context, tender, block)),
    ...(await evaluationActs(context, tender, block)),
    ...(await noticeActs(context, tender, block)),
    ...(review ? complaintActs(tender, review) : []),
  ];
  acts.sort(({ moment: a }, { moment: b }) => a.block - b.block || a.logIndex - b.logIndex);
  const judged = model.rule?.toLowerCase() === context.addresses.Evaluation.toLowerCase();
  return {
    ...{ context, model, terms, acts, block, now },
    openings: named<BidOpenedEvent.OutputObject>(acts, "BidOpened").map((opened) => openedPart(model, opened)),
    parts: model.sealing?.bidLengths.length ?? 1,
    ...(model.sealing ? { committee: await readCommittee(context, tender, block) } : {}),
    ...(judged ? { evaluation: decodeTerms(terms.judging.ruleTerms) } : {}),
    ...(review ? { review } : {}),
  };
}

async function reviewOf(
  context: Context,
  model: TenderModel,
  terms: string,
  to: number,
): Promise<AuditReview | undefined> {
  if (!isHeardHere(context, model)) return undefined;
  const events = await complaintEvents(context, to);
  return { terms: decodeReview(terms), complaints: complaintsOf(events, model.tender), events };
}

/** What concerns the tender itself: payments are of all tenders together. */
function complaintActs(tender: bigint, { complaints, events }: AuditReview): Act[] {
  const own = new Set(complaints.map(({ complaint }) => complaint));
  const concerns = (args: unknown): boolean => {
    const told = args as { tender?: bigint; complaint?: bigint };
    return told.tender === tender || (told.complaint !== undefined && own.has(told.complaint));
  };
  return events.filter(({ args }) => concerns(args)).map((event) => ({ ...event, of: "complaints" }));
}

function noticeActs(context: Context, tender: bigint, to: number): Promise<Act[]> {
  const { addresses, notices } = context;
  const topics = [null, toBeHex(tender, 32)];
  return actsOf(context, "notices", notices.interface, { address: addresses.TenderNotices, topics }, to);
}

function committeeActs(context: Context, tender: bigint, to: number): Promise<Act[]> {
  const { addresses, committee } = context;
  const topics = [null, zeroPadValue(addresses.TenderHouse, 32), toBeHex(tender, 32)];
  return actsOf(context, "committee", committee.interface, { address: addresses.OpeningCommittee, topics }, to);
}

function evaluationActs(context: Context, tender: bigint, to: number): Promise<Act[]> {
  const { addresses, evaluation } = context;
  const topics = [null, toBeHex(tender, 32)];
  return actsOf(context, "evaluation", evaluation.interface, { address: addresses.Evaluation, topics }, to);
}

async function actsOf({ provider, block }: Context, of: Act["of"], abi: Interface, filter: Filter, to: number) {
  const times = new BlockTimes(provider);
  const acts: Act[] = [];
  for (const log of await logsBetween(provider, filter, block, to)) {
    const event = abi.parseLog(log);
    if (event) acts.push({ of, name: event.name, args: event.args, moment: await momentOf(log, times) });
  }
  return acts;
}

/** The acts of a name: what each tells, and when. */
export function named<T>(acts: Act[], name: string): { args: T; moment: Moment }[] {
  return acts.filter((act) => act.name === name).map(({ args, moment }) => ({ args: args as T, moment }));
}

function openedPart(
  model: TenderModel,
  { args, moment }: { args: BidOpenedEvent.OutputObject; moment: Moment },
): OpenedPart {
  const lot = lotAt(model, Number(args.lot));
  return {
    ...{ lot, bid: bidAt(model, lot.lot, args.bidder), moment },
    part: Number(args.part),
    number: Number(args.number),
    told: BID_STATES[Number(args.status)],
    bytes: args.bid,
    salt: args.salt,
  };
}

/** Goes through the acts after the publication, each with the tender as it was right before it. */
export function replay({ acts, model }: AuditCase, visit: (before: TenderModel, act: Act) => void): void {
  const models: TenderModels = new Map();
  for (const act of acts) {
    const before = models.get(model.tender);
    if (before) visit(before, act);
    if (act.of === "house") applyEvent(models, act);
  }
}

/** Where a bid belongs. */
export function placeOf({ context, model }: AuditCase, { lot }: LotModel, { bidder }: BidModel): BidPlace {
  return { chainId: context.chainId, house: context.addresses.TenderHouse, tender: model.tender, lot, bidder };
}

/** What an opened part says by its bytes; null where it is malformed. */
export function readPart(
  of: AuditCase,
  { lot, bid, part, bytes }: OpenedPart,
): { vendor?: string; price?: bigint } | null {
  const place = placeOf(of, lot, bid);
  if (part === 1) return decodePrice(bytes);
  return of.parts === 2 ? decodeTechnical(bytes, place) : decodeBid(bytes, place);
}

/** Whether enough scalars of a part were out, by an act; without one by now. */
export function scalarsOut({ acts }: AuditCase, part: number, by?: Moment): boolean {
  return named<{ part: bigint }>(acts, "OpeningBegun").some(
    ({ args, moment }) => Number(args.part) === part && (by === undefined || isBefore(moment, by)),
  );
}

type Place = Pick<Moment, "block" | "logIndex">;
export const isBefore = (a: Place, b: Place): boolean =>
  a.block < b.block || (a.block === b.block && a.logIndex < b.logIndex);

/** The complaint that stops a lot when something happens; undefined where none does. */
export function stopAt({ review }: AuditCase, lot: number, moment: Moment): ComplaintModel | undefined {
  return review?.complaints.find((one) => {
    const open = isBefore(one.filed, moment) && !(one.ended && isBefore(one.ended, moment));
    return one.lot === lot && open && moment.time <= one.deadline;
  });
}
