import { dataSlice } from "ethers";
import type {
  BidAdmittedEvent,
  BidCommittedEvent,
  BidIdentifiedEvent,
  BidMarkedEvent,
  BidOpenedEvent,
  BidReinstatedEvent,
  BidRejectedEvent,
  BidSealedEvent,
  CeilingOpenedEvent,
  CeilingSealedEvent,
  BidsDuplicateEvent,
  BondPaidForEvent,
  ExtensionProposedEvent,
  GuaranteeShownEvent,
  LotAwardedEvent,
  LotClosedEvent,
  LotPostponedEvent,
  LotReopenedEvent,
  TenderAmendedEvent,
  ScoresPostponedEvent,
  ScoresRevealedEvent,
  TenderCancelledEvent,
  TenderExtendedEvent,
  TenderPublishedEvent,
} from "../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { InputError } from "../shared/errors.ts";
import type { Moment } from "../shared/logs.ts";
import { decodePrice, NO_QUOTATION } from "./bid.ts";
import {
  awardDeadlineOf,
  type BidModel,
  type BidState,
  lotAt,
  type LotModel,
  NOBODY,
  type SealingModel,
  type TaxBasis,
  type TenderModel,
} from "./model.ts";
import { BID_STATES } from "./order.ts";
import { unpackMarks, unpackRequired } from "../documents/required.ts";

const TAX: TaxBasis[] = ["unstated", "net", "gross"];

/** An event of a tender, as the house logged it. */
export interface TenderEvent {
  name: string;
  args: unknown;
  moment: Moment;
}

/** Tenders by number, in order of publication. */
export type TenderModels = Map<bigint, TenderModel>;

/** Applies an event to the tender that it is of. */
export function applyEvent(models: TenderModels, { name, args, moment }: TenderEvent): void {
  if (name === "TenderPublished") {
    const model = publishedModel(args as TenderPublishedEvent.OutputObject, moment);
    models.set(model.tender, model);
    return;
  }
  const model = models.get((args as { tender: bigint }).tender);
  if (model) apply(model, name, args, moment);
}

/** The code of a currency. */
export function currencyOf(code: string): string {
  return Buffer.from(code.slice(2), "hex").toString("latin1");
}

function publishedModel(event: TenderPublishedEvent.OutputObject, moment: Moment): TenderModel {
  const { tender, agency, key, terms } = event;
  return {
    tender,
    agency: Number(agency),
    published: { ...moment, key: Number(key) },
    documents: terms.documents,
    amendments: [],
    currency: currencyOf(terms.currency),
    decimals: Number(terms.decimals),
    tax: TAX[Number(terms.tax)] ?? "unstated",
    commitDeadline: Number(terms.commitDeadline),
    revealDeadline: Number(terms.revealDeadline),
    awardDeadline: Number(terms.awardDeadline),
    standstill: Number(terms.standstill),
    ...(terms.sealing.seats.length > 0 ? { sealing: sealingModel(terms.sealing) } : {}),
    ...(terms.bondAmount > 0n
      ? { bond: { token: terms.bondToken, amount: terms.bondAmount, treasury: terms.treasury } }
      : {}),
    lots: terms.ceilings.map((ceiling, lot) => ({
      lot,
      ceiling,
      minimum: [...terms.minimums][lot] ?? 0n,
      required: unpackRequired([...terms.required][lot] ?? 0n),
      bids: [],
    })),
    ...judgesOf(terms.judging),
    extended: [],
    latest: moment,
  };
}

/** Who judges bids and complaints, where the terms name anyone. */
function judgesOf({ rule, complaints }: TenderPublishedEvent.OutputObject["terms"]["judging"]) {
  return { ...(rule === NOBODY ? {} : { rule }), ...(complaints === NOBODY ? {} : { complaints }) };
}

function sealingModel(terms: TenderPublishedEvent.OutputObject["terms"]["sealing"]): SealingModel {
  const bidLengths = terms.bidLengths.map(Number);
  return {
    seats: terms.seats.map(Number),
    threshold: Number(terms.threshold),
    bidLengths,
    bidsFrom: Number(terms.bidsFrom),
    scalarsDeadline: Number(terms.scalarsDeadline),
    judgeDeadline: Number(terms.judgeDeadline),
    ...(bidLengths.length === 2 ? { scoresDeadline: Number(terms.scoresDeadline), scorer: terms.scorer } : {}),
    sealedCeilings: terms.sealedCeilings,
    openByBidders: terms.openByBidders,
    ties: terms.earliest ? "earliest" : "lottery",
    opened: [],
  };
}

/** Applies an event that concerns the tender as a whole; tells whether it was one. */
function applyTimes(model: TenderModel, name: string, args: unknown, moment: Moment): boolean {
  const { sealing } = model;
  switch (name) {
    case "BiddingOpened":
      if (sealing) sealing.biddingOpened = moment;
      return true;
    case "SealingStopped":
      if (sealing) sealing.stopped = moment;
      return true;
    case "OpeningBegun":
      sealing?.opened.push(moment);
      return true;
    case "ExtensionProposed": {
      const { key, deadline } = args as ExtensionProposedEvent.OutputObject;
      model.proposed = { ...moment, key: Number(key), deadline: Number(deadline) };
      return true;
    }
    case "TenderAmended": {
      const { key, version, documents, deadline } = args as TenderAmendedEvent.OutputObject;
      model.amendments.push({ ...moment, key: Number(key), version: Number(version), documents });
      model.documents = documents;
      extendTo(model, Number(deadline));
      return true;
    }
    case "TenderExtended": {
      const { key, deadline, reason, evidence } = args as TenderExtendedEvent.OutputObject;
      const extension = { deadline: Number(deadline), reason: Number(reason), evidence };
      model.extended.push({ ...moment, key: Number(key), ...extension });
      delete model.proposed;
      extendTo(model, Number(deadline));
      return true;
    }
    case "ScoresPostponed": {
      const deadline = Number((args as ScoresPostponedEvent.OutputObject).scoresDeadline);
      if (sealing) sealing.scoresDeadline = deadline;
      model.awardDeadline = Math.max(model.awardDeadline, deadline);
      return true;
    }
    case "ScoresRevealed":
      if (sealing) sealing.scored = { ...moment, evidence: (args as ScoresRevealedEvent.OutputObject).evidence };
      shiftTimes(model, moment.time - model.commitDeadline);
      return true;
    default:
      return false;
  }
}

function extendTo(model: TenderModel, deadline: number): void {
  const shift = deadline - model.commitDeadline;
  model.commitDeadline = deadline;
  if (model.sealing?.scoresDeadline !== undefined) model.sealing.scoresDeadline += shift;
  shiftTimes(model, shift);
}

function shiftTimes(model: TenderModel, shift: number): void {
  model.revealDeadline += shift;
  model.awardDeadline += shift;
  if (!model.sealing) return;
  model.sealing.scalarsDeadline += shift;
  model.sealing.judgeDeadline += shift;
}

/** Applies one event after the publication. */
function apply(model: TenderModel, name: string, args: unknown, moment: Moment): void {
  model.latest = moment;
  if (name === "TenderCancelled") {
    const { key, reason, evidence } = args as TenderCancelledEvent.OutputObject;
    model.cancelled = { ...moment, key: Number(key), reason: Number(reason), evidence };
    return;
  }
  if (applyTimes(model, name, args, moment)) return;
  const lot = lotAt(model, Number((args as { lot: bigint }).lot));
  switch (name) {
    case "LotAwarded": {
      const { winner, key, number, price, standstillEnd } = args as LotAwardedEvent.OutputObject;
      const award = {
        ...moment,
        key: Number(key),
        winner,
        number: Number(number),
        price,
        standstillEnd: Number(standstillEnd),
      };
      if (lot.award) lot.furtherAwards = [...(lot.furtherAwards ?? []), award];
      else lot.award = award;
      return;
    }
    case "CeilingOpened": {
      const { ceiling, minimum } = args as CeilingOpenedEvent.OutputObject;
      [lot.ceiling, lot.minimum] = [ceiling, minimum];
      if (lot.sealedCeiling) lot.sealedCeiling.state = "opened";
      return;
    }
    case "CeilingVoided":
      [lot.ceiling, lot.minimum] = [0n, 0n];
      if (lot.sealedCeiling) lot.sealedCeiling.state = "void";
      return;
    case "CeilingSealed": {
      const { key, number, sealed_: sealed } = args as CeilingSealedEvent.OutputObject;
      lot.sealedCeiling = { ...moment, key: Number(key), state: "sealed", number: Number(number), sealed };
      return;
    }
    case "TiesDrawn":
      return;
    case "LotAnnulled":
      endAwards(lot, moment);
      lot.annulled = moment;
      return;
    case "LotReopened": {
      endAwards(lot, moment);
      lot.reopened = [...(lot.reopened ?? []), moment];
      const deadline = Number((args as LotReopenedEvent.OutputObject).awardDeadline);
      if (deadline > awardDeadlineOf(model, lot)) lot.reopenedUntil = deadline - (lot.postponed ?? 0);
      return;
    }
    case "LotPostponed":
      lot.postponed = Number((args as LotPostponedEvent.OutputObject).postponed);
      return;
    case "LotClosed":
      lot.closed = { ...moment, key: Number((args as LotClosedEvent.OutputObject).key) };
      return;
    default:
      applyToBid(lot, name, args as { bidder: string }, moment);
  }
}

/** A review ended what was decided. */
function endAwards(lot: LotModel, ended: Moment): void {
  const standing = lot.award ? [lot.award, ...(lot.furtherAwards ?? [])] : [];
  if (standing.length > 0) {
    lot.endedAwards = [...(lot.endedAwards ?? []), ...standing.map((award) => ({ ...award, ended }))];
  }
  delete lot.award;
  delete lot.furtherAwards;
  delete lot.closed;
}

function applyToBid(lot: LotModel, name: string, args: { bidder: string }, moment: Moment): void {
  let bid = lot.bids.find(({ bidder }) => bidder === args.bidder);
  if (!bid) {
    bid = { bidder: args.bidder, state: "sealed", commits: [] };
    lot.bids.push(bid);
  }
  if (applyToSealed(lot, bid, name, args)) return;
  switch (name) {
    case "BidMarked": {
      const { marks } = args as unknown as BidMarkedEvent.OutputObject;
      bid.marks = unpackMarks(marks, lot.required.length);
      return;
    }
    case "BidAdmitted": {
      const { key, reason, evidence } = args as unknown as BidAdmittedEvent.OutputObject;
      bid.admitted = { ...moment, key: Number(key), reason: Number(reason), evidence };
      return;
    }
    case "BidCommitted":
    case "BidReplaced": {
      const { commitment, number } = args as unknown as BidCommittedEvent.OutputObject;
      bid.commits.push({ ...moment, commitment, number: Number(number) });
      bid.state = "sealed";
      delete bid.withdrawn;
      return;
    }
    case "BidSealed": {
      const { number, sealed_: sealed } = args as unknown as BidSealedEvent.OutputObject;
      bid.commits.push({ ...moment, commitment: dataSlice(sealed, 0, 32), number: Number(number), sealed });
      bid.state = "sealed";
      delete bid.withdrawn;
      return;
    }
    case "BidWithdrawn":
      bid.state = "withdrawn";
      delete bid.payer;
      delete bid.guarantee;
      bid.withdrawn = moment;
      return;
    case "BidOpened":
      openBid(bid, args as unknown as BidOpenedEvent.OutputObject, moment);
      return;
    case "BidPlaced":
      bid.state = "standing";
      return;
    case "BidRejected": {
      const { key, reason, evidence } = args as unknown as BidRejectedEvent.OutputObject;
      bid.state = "rejected";
      bid.rejected = { ...moment, key: Number(key), reason: Number(reason), evidence };
      return;
    }
    case "BidReinstated":
      bid.state = openedState(Number((args as unknown as BidReinstatedEvent.OutputObject).status));
      delete bid.rejected;
      return;
    case "BondReleased":
      bid.bond = { ...moment, outcome: "released" };
      return;
    case "GuaranteeForfeited":
    case "BondForfeited":
      if (bid.state !== "void") bid.state = "forfeited";
      bid.bond = { ...moment, outcome: "forfeited" };
      return;
  }
}

/** Applies what happens to bids for a committee, or made by another account; tells whether it was that. */
function applyToSealed(lot: LotModel, bid: BidModel, name: string, args: unknown): boolean {
  switch (name) {
    case "BidIdentified":
      bid.vendor = (args as BidIdentifiedEvent.OutputObject).vendor;
      return true;
    case "BondPaidFor":
      bid.payer = (args as BondPaidForEvent.OutputObject).payer;
      return true;
    case "GuaranteeShown":
      bid.guarantee = (args as GuaranteeShownEvent.OutputObject).proof;
      return true;
    case "BidsDuplicate": {
      const { other } = args as BidsDuplicateEvent.OutputObject;
      for (const one of lot.bids) {
        if (one === bid || (one.bidder === other && one.state !== "void")) one.state = "duplicate";
      }
      return true;
    }
    case "BidVoided":
      bid.state = "void";
      return true;
    default:
      return false;
  }
}

function openBid(bid: BidModel, event: BidOpenedEvent.OutputObject, moment: Moment): void {
  bid.state = openedState(Number(event.status));
  const opened = { ...moment, bytes: event.bid, salt: event.salt };
  if (bid.state === "part opened") {
    bid.technical = opened;
    return;
  }
  bid.opened = opened;
  const decoded = bid.state === "malformed" ? null : decodePrice(event.bid);
  if (!decoded) return;
  bid.price = decoded.price;
  bid.lottery = decoded.lottery;
  if (decoded.quotation !== NO_QUOTATION) bid.quotation = decoded.quotation;
}

function openedState(status: number): BidState {
  const state = BID_STATES[status];
  if (state === undefined || state === "none") throw new InputError(`A bid cannot have the status ${status}.`);
  return state;
}
