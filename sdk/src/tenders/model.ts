import { InputError } from "../shared/errors.ts";
import type { Moment } from "../shared/logs.ts";
import type { Mark, RequiredDocument } from "../documents/required.ts";
import type { ComplaintModel } from "./complaints/read.ts";

/** An act of the agency. */
export interface AgencyMoment extends Moment {
  /** Position of the key that acted among the agency's keys. */
  key: number;
}

export type TaxBasis = "unstated" | "net" | "gross";

/** What a bid has come to, by the logs. `Unplaced` bids count like standing ones; they have yet to be ordered. */
export type BidState =
  | "sealed"
  | "withdrawn"
  | "part opened"
  | "standing"
  | "unplaced"
  | "over the ceiling"
  | "under the minimum"
  | "malformed"
  | "rejected"
  | "duplicate"
  | "void"
  | "forfeited";

/** A sealing or its replacement. */
export interface CommitModel extends Moment {
  /** Of the only or the technical part. */
  commitment: string;
  /** For each part its commitment and its envelope, where a committee opens the bids. */
  sealed?: string;
  /** Rises through the whole tender; ties of price go to the lower one. */
  number: number;
}

export interface BidModel {
  bidder: string;
  state: BidState;
  /** The first is the sealing, the last the one in force. */
  commits: CommitModel[];
  withdrawn?: Moment;
  /** The opening of the technical part, where there are two. */
  technical?: Moment & { bytes: string; salt: string };
  /** The opening of the only part, or of the price part. */
  opened?: Moment & { bytes: string; salt: string };
  /** On whose behalf the account bids; absent = it is the vendor. */
  vendor?: string;
  /** Who paid its bond; absent = the bidder, or a guarantee. */
  payer?: string;
  /** Proof of the guarantee that stands for its bond. */
  guarantee?: string;
  /** Its number in the lottery of equal bids; absent until opened. */
  lottery?: number;
  /** Minor units; absent until opened, and where malformed. */
  price?: bigint;
  /** Digest of the quotation file; absent where there is none. */
  quotation?: string;
  /** What was found of each document that the lot requires; absent where none is wanting. */
  marks?: Mark[];
  /** The agency admitted the bid in spite of its marks. */
  admitted?: AgencyMoment & { reason: number; evidence: string };
  rejected?: AgencyMoment & { reason: number; evidence: string };
  /** What became of its bond, once settled. */
  bond?: Moment & { outcome: "released" | "forfeited" };
}

export interface AwardModel extends AgencyMoment {
  winner: string;
  number: number;
  price: bigint;
  standstillEnd: number;
  /** A review ended it. */
  ended?: Moment;
}

export interface LotModel {
  lot: number;
  /** Minor units; 0 = none. */
  ceiling: bigint;
  /** Lowest price that can win, in minor units; 0 = none. */
  minimum: bigint;
  /** Documents that bidders must hold at the commit deadline. */
  required: RequiredDocument[];
  /** Absent where the agency has sealed none. */
  sealedCeiling?: CeilingModel;
  bids: BidModel[];
  /** Of several awards the first. */
  award?: AwardModel;
  /** Where the tender's rule selects several. */
  furtherAwards?: AwardModel[];
  /** Those that a review ended, in order. */
  endedAwards?: AwardModel[];
  closed?: AgencyMoment;
  /** A review annulled the lot. */
  annulled?: Moment;
  /** Seconds, UTC, where a review opened the lot anew and let it have longer than the tender; without `postponed`. */
  reopenedUntil?: number;
  /** Seconds by which complaints move its award deadline. */
  postponed?: number;
  /** A review opened the lot to another decision, each time. */
  reopened?: Moment[];
}

/** A ceiling that the agency sealed: the last one counts. */
export interface CeilingModel extends AgencyMoment {
  state: "sealed" | "opened" | "void";
  /** Commit number. */
  number: number;
  /** Commitment and envelope. */
  sealed: string;
}

/** How bids are sealed for a committee, and how far their opening has come. */
export interface SealingModel {
  /** The body of each seat. */
  seats: number[];
  threshold: number;
  /** Bytes of each part of a bid. */
  bidLengths: number[];
  bidsFrom: number;
  scalarsDeadline: number;
  judgeDeadline: number;
  /** Where there are two parts. */
  scoresDeadline?: number;
  scorer?: string;
  sealedCeilings: boolean;
  openByBidders: boolean;
  ties: "lottery" | "earliest";
  /** Seats and keys are frozen: bids can be sealed. */
  biddingOpened?: Moment;
  /** Scalars leaked: no more bids are sealed. */
  stopped?: Moment;
  /** When the scalars of each part were out. */
  opened: Moment[];
  /** The technical scores were revealed: the price part's times began. */
  scored?: Moment & { evidence: string };
}

/** A tender as its logs tell it. Times are seconds, UTC; prices are minor units. */
export interface TenderModel {
  tender: bigint;
  agency: number;
  published: AgencyMoment;
  /** Digest of the notice, as it is now. */
  documents: string;
  /** Amendments of the notice. */
  amendments: (AgencyMoment & { version: number; documents: string })[];
  currency: string;
  decimals: number;
  tax: TaxBasis;
  commitDeadline: number;
  revealDeadline: number;
  awardDeadline: number;
  standstill: number;
  /** Absent where bidders open their own bids. Times are those of the current part. */
  sealing?: SealingModel;
  /** Token base units; absent without a bond. */
  bond?: { token: string; amount: bigint; treasury: string };
  /** Contract that says which bids win; absent = the lowest price. */
  rule?: string;
  /** Contract that hears complaints; absent = nobody does. */
  complaints?: string;
  lots: LotModel[];
  /** A later commit deadline, which another account of the agency has yet to confirm. */
  proposed?: AgencyMoment & { deadline: number };
  /** The extensions confirmed. */
  extended: (AgencyMoment & { deadline: number; reason: number; evidence: string })[];
  cancelled?: AgencyMoment & { reason: number; evidence: string };
  /** The latest event of the tender. */
  latest: Moment;
}

/** Bids that can win, best first: lowest price, then lowest commit number. */
export function standingBids(lot: LotModel): (BidModel & { price: bigint })[] {
  return lot.bids
    .filter((bid): bid is BidModel & { price: bigint } => bid.state === "standing" || bid.state === "unplaced")
    .sort((a, b) => (a.price < b.price ? -1 : a.price > b.price ? 1 : numberOf(a) - numberOf(b)));
}

/** The commit number in force; 0 if there is none. */
export function numberOf(bid: BidModel): number {
  return bid.commits.at(-1)?.number ?? 0;
}

/** Nobody's address. */
export const NOBODY = `0x${"0".repeat(40)}`;

export type LotStatus =
  "open" | "under review" | "awarded" | "final" | "no winner" | "annulled" | "cancelled" | "lapsed";

/** What is known of a complaint: until when it stops its lot, if it is open. */
export type Complained = Pick<ComplaintModel, "tender" | "lot" | "state" | "deadline">;

/**
 * What has become of a lot by a moment in seconds, UTC.
 * @param complaints those that were read; without them no lot is under review
 */
export function lotStatus(
  tender: TenderModel,
  lot: LotModel,
  now: number,
  complaints: readonly Complained[] = [],
): LotStatus {
  const status = undisputedStatus(tender, lot, now);
  // Nothing is left to stop where all bonds are free.
  const over = status === "annulled" || status === "cancelled" || (status === "lapsed" && committeeFailed(tender, now));
  return !over && stoppedUntil(tender, lot, now, complaints) !== undefined ? "under review" : status;
}

/** The last second in which a complaint stops a lot; undefined where none does. */
export function stoppedUntil(
  { tender }: TenderModel,
  { lot }: LotModel,
  now: number,
  complaints: readonly Complained[],
): number | undefined {
  const open = complaints.filter(
    (one) => one.tender === tender && one.lot === lot && one.state === "open" && now <= one.deadline,
  );
  return open.length === 0 ? undefined : Math.max(...open.map(({ deadline }) => deadline));
}

function undisputedStatus(tender: TenderModel, lot: LotModel, now: number): LotStatus {
  if (lot.award) return now > lot.award.standstillEnd ? "final" : "awarded";
  if (lot.closed) return "no winner";
  if (lot.annulled) return "annulled";
  if (tender.cancelled) return "cancelled";
  return now > awardDeadlineOf(tender, lot) || committeeFailed(tender, now) ? "lapsed" : "open";
}

/** The last second, UTC, in which a lot can be awarded. */
export function awardDeadlineOf(tender: TenderModel, { reopenedUntil = 0, postponed = 0 }: LotModel): number {
  return Math.max(tender.awardDeadline, reopenedUntil) + postponed;
}

/** Whether too few scalars, or no technical scores, were out in time: nothing is opened or awarded, bonds are free. */
export function committeeFailed(tender: TenderModel, now: number): boolean {
  return now > (failureDeadline(tender) ?? Infinity);
}

/** The deadline after which a tender lapses, as things stand, because scalars or scores are not out; absent = none. */
export function failureDeadline({ sealing }: TenderModel): number | undefined {
  if (!sealing) return undefined;
  const out = sealing.opened.length > (sealing.scored ? 1 : 0);
  if (!out && !sealing.openByBidders) return sealing.scalarsDeadline;
  return sealing.scored ? undefined : sealing.scoresDeadline;
}

/**
 * Whether bids still sealed at a moment in seconds, UTC, were not opened in time: their bonds are forfeited. Never where
 * a committee opens them.
 */
export function openingMissed(tender: TenderModel, now: number): boolean {
  if (tender.sealing) return false;
  const stopped = tender.cancelled !== undefined && tender.cancelled.time <= tender.revealDeadline;
  return now > tender.revealDeadline && !stopped;
}

export type TenderStage = "sealing" | "opening" | "deciding" | "under review" | "decided" | "cancelled" | "lapsed";

/**
 * What can be done in a tender at a moment in seconds, UTC.
 * @param complaints those that were read; without them no tender is under review
 */
export function tenderStage(tender: TenderModel, now: number, complaints: readonly Complained[] = []): TenderStage {
  const statuses = tender.lots.map((lot) => lotStatus(tender, lot, now, complaints));
  const ended = tender.lots.every((lot) => lot.award ?? lot.closed ?? lot.annulled) || tender.cancelled !== undefined;
  if (!ended && now <= tender.commitDeadline) return "sealing";
  const opening = now <= (tender.sealing?.judgeDeadline ?? tender.revealDeadline);
  if (!ended && opening && !committeeFailed(tender, now)) return "opening";
  if (statuses.includes("open")) return "deciding";
  if (statuses.includes("under review")) return "under review";
  if (tender.lots.every((lot) => lot.award ?? lot.closed ?? lot.annulled)) return "decided";
  return tender.cancelled ? "cancelled" : "lapsed";
}

/** A lot of a tender. @throws InputError if there is none with this number */
export function lotAt(model: TenderModel, lot: number): LotModel {
  const found = model.lots[lot];
  if (!found) throw new InputError(`Tender ${model.tender} has no lot ${lot}: it has ${model.lots.length}, from 0 on.`);
  return found;
}
