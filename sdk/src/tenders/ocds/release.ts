import type { AgencyMetadata } from "../../agencies/acts.ts";
import { cidOf } from "../../shared/cid.ts";
import { formatAmount } from "../../shared/amount.ts";
import { reasons } from "../decide.ts";
import type { ContractModel } from "../evaluation/contracts.ts";
import { type AwardModel, type BidModel, type LotModel, numberOf, type TenderModel } from "../model.ts";
import type { Notice, NoticeItem } from "../notice.ts";
import type { FoundQuotation, Quotation } from "../quotation.ts";
import { isoTime, jsonNumber } from "./format.ts";
import { statusOfBid, statusOfLot, statusOfTender } from "./statuses.ts";

/** What an export is made of: logs, and the files their digests name. */
export interface Sources {
  chainId: bigint;
  house: string;
  ocid: string;
  notice: Notice;
  /** As of the publication. */
  agency: AgencyMetadata | null;
  /** Of the bids of the same model. */
  quotations: Map<BidModel, FoundQuotation>;
  /** By digest: the statements of reasons. */
  statements: Map<string, string>;
  /** Contracts signed and places yielded, where a panel judges. */
  contracts: ContractModel[];
}

/** Everything an OCDS release tells of a tender at a moment in seconds, UTC; the caller adds the tag. */
export function releaseState(model: TenderModel, sources: Sources, now: number) {
  const agency = {
    id: `agency-${model.agency}`,
    name: sources.agency?.name ?? `Agency ${model.agency}`,
  };
  const parties = [
    {
      ...agency,
      ...(sources.agency?.identifier ? { identifier: sources.agency.identifier } : {}),
      roles: ["buyer", "procuringEntity"],
    },
    ...bidderParties(model, sources),
  ];
  const bids = model.lots.flatMap((lot) =>
    [...lot.bids]
      .sort((a, b) => numberOf(a) - numberOf(b)) // of equal prices the first wins, as in the house
      .map((bid) => bidDetails(model, sources, lot, bid, now)),
  );
  const all = model.lots.flatMap((lot) => awardsOf(lot).map((award, i) => ({ lot, award, id: awardId(lot, i) })));
  const awards = all.map(({ lot, award, id }) => awardOf(model, sources, lot, award, id, now));
  const contracts = all.flatMap(({ lot, award, id }) => contractOf(model, sources, lot, award, id));
  return {
    ocid: sources.ocid,
    id: `${sources.ocid}-${model.published.time}`,
    date: isoTime(model.published.time),
    language: "en",
    initiationType: "tender",
    parties,
    buyer: agency,
    tender: tenderOf(model, sources, agency, now),
    ...(bids.length > 0 ? { bids: { statistics: statistics(model, now), details: bids } } : {}),
    ...(awards.length > 0 ? { awards } : {}),
    ...(contracts.length > 0 ? { contracts } : {}),
  };
}

type Agency = { id: string; name: string };

function tenderOf(model: TenderModel, sources: Sources, agency: Agency, now: number) {
  const { notice } = sources;
  const tenderers = bidderParties(model, sources).map(({ id, name }) => ({ id, name }));
  const items = model.lots.flatMap((lot) =>
    lotItems(sources, lot).map((item) => ({ ...item, relatedLot: lotId(sources, lot) })),
  );
  return {
    id: String(model.tender),
    title: notice.title,
    ...(notice.description === undefined ? {} : { description: notice.description }),
    status: statusOfTender(model, now),
    procuringEntity: agency,
    ...(notice.procurementMethod === undefined ? {} : { procurementMethod: notice.procurementMethod }),
    ...(notice.mainProcurementCategory === undefined
      ? {}
      : { mainProcurementCategory: notice.mainProcurementCategory }),
    ...criteriaOf(model, notice),
    submissionMethod: ["electronicSubmission"],
    ...periods(model),
    numberOfTenderers: tenderers.length,
    ...(tenderers.length > 0 ? { tenderers } : {}),
    documents: tenderDocuments(model, sources),
    ...(items.length > 0 ? { items } : {}),
    lots: model.lots.map((lot) => {
      const described = notice.lots[lot.lot];
      return {
        id: lotId(sources, lot),
        ...(described?.title === undefined ? {} : { title: described.title }),
        ...(described?.description === undefined ? {} : { description: described.description }),
        status: statusOfLot(model, lot, now),
        value: valueOf(model, lot.ceiling > 0n ? lot.ceiling : undefined),
      };
    }),
  };
}

function criteriaOf(model: TenderModel, { evaluation }: Notice) {
  const details = `of equal ${evaluation ? "totals" : "prices"} ${tieOf(model)}.`;
  if (!evaluation) return { awardCriteria: "priceOnly", awardCriteriaDetails: `Lowest price not rejected; ${details}` };
  const { stages, price, winners } = evaluation;
  const shares = [...stages, ...(price ? [{ title: "price", weight: price.weight }] : [])]
    .map(({ title, weight = 0 }, i) => `${title ?? `stage ${i + 1}`} ${weight / 100} %`)
    .join(", ");
  return {
    awardCriteria: stages.length === 0 ? "priceOnly" : "ratedCriteria",
    awardCriteriaDetails: `Highest total, ${winners} in each lot within its budget: ${shares}; ${details}`,
  };
}

function tieOf({ sealing }: TenderModel): string {
  if (sealing?.ties !== "lottery") return "the one committed first";
  const draw = "one drawn by numbers that the bids sealed";
  return sealing.openByBidders ? `${draw}, or the one committed first where the committee does not open them` : draw;
}

/** When bids can be sealed, and when lots can be awarded. */
function periods({ published, sealing, commitDeadline, revealDeadline, awardDeadline }: TenderModel) {
  const bidding = sealing && (sealing.biddingOpened?.time ?? Math.max(published.time, sealing.bidsFrom));
  const tenderPeriod = { startDate: isoTime(bidding ?? published.time), endDate: isoTime(commitDeadline) };
  // The time of awards is known once the technical scores are revealed.
  if (sealing?.scoresDeadline !== undefined && !sealing.scored) return { tenderPeriod };
  const awardPeriod = {
    startDate: isoTime(sealing?.judgeDeadline ?? revealDeadline),
    endDate: isoTime(awardDeadline),
  };
  return { tenderPeriod, awardPeriod };
}

function tenderDocuments(model: TenderModel, { notice, statements }: Sources) {
  const described = new Map((notice.documents ?? []).map((document) => [document.id, document])); // the last version
  return [
    {
      ...fileDocument(model.documents, "tenderNotice", "Notice"),
      datePublished: isoTime(model.published.time),
      format: "application/json",
    },
    ...described.values(),
    ...(model.cancelled
      ? [
          {
            ...fileDocument(
              model.cancelled.evidence,
              "cancellationDetails",
              "Statement of reasons for the cancellation",
            ),
            description: statementText(model.cancelled, statements),
            datePublished: isoTime(model.cancelled.time),
          },
        ]
      : []),
  ];
}

/** Items with ids unique in the tender: where the notice repeats one, all are numbered by lot and position. */
function lotItems({ notice }: Sources, lot: LotModel) {
  const ids = notice.lots.flatMap(({ items }) => items.map(({ id }) => id));
  const repeated = new Set(ids).size < ids.length;
  return (notice.lots[lot.lot]?.items ?? []).map(({ quantity, ...item }: NoticeItem, position) => ({
    ...item,
    ...(repeated ? { id: `${lot.lot}-${position}` } : {}),
    ...(quantity === undefined ? {} : { quantity: jsonNumber(quantity) }),
  }));
}

function lotId({ notice }: Sources, lot: LotModel): string {
  return notice.lots[lot.lot]?.id ?? String(lot.lot);
}

function bidDetails(model: TenderModel, sources: Sources, lot: LotModel, bid: BidModel, now: number) {
  const documents = [
    ...(bid.quotation === undefined ? [] : [quotationDocument(model, sources, bid, bid.quotation)]),
    ...(bid.rejected
      ? [
          {
            ...fileDocument(bid.rejected.evidence, "evaluationReports", "Statement of reasons for the rejection"),
            description: statementText(bid.rejected, sources.statements),
            datePublished: isoTime(bid.rejected.time),
          },
        ]
      : []),
  ];
  return {
    id: bidId(lot, bid),
    date: isoTime(bid.commits.at(-1)?.time ?? model.published.time),
    status: statusOfBid(model, lot, bid, now),
    tenderers: [nameOf(sources, bid)],
    ...(bid.price === undefined ? {} : { value: valueOf(model, bid.price) }),
    relatedLots: [lotId(sources, lot)],
    ...(documents.length > 0 ? { documents } : {}),
  };
}

/** Stable through a replacement: a bidder has one bid in a lot. */
function bidId(lot: LotModel, bid: BidModel): string {
  return `${lot.lot}-${bid.bidder}`;
}

function statistics(model: TenderModel, now: number) {
  const bids = model.lots.flatMap((lot) => lot.bids);
  const valid = model.lots.flatMap((lot) => lot.bids.filter((bid) => statusOfBid(model, lot, bid, now) === "valid"));
  return [
    { id: "bids", measure: "bids", value: bids.filter((bid) => bid.state !== "withdrawn").length },
    { id: "validBids", measure: "validBids", value: valid.length },
    { id: "bidders", measure: "bidders", value: new Set(bids.map(({ bidder }) => bidder)).size },
  ];
}

const awardsOf = ({ award, furtherAwards = [] }: LotModel): AwardModel[] => (award ? [award, ...furtherAwards] : []);

/** By a rule a lot has several awards; the first one's id tells no number. */
const awardId = ({ lot }: LotModel, i: number): string => `award-${lot}${i === 0 ? "" : `-${i + 1}`}`;

/** What became of an award after it was final. */
const endOf = ({ contracts }: Sources, { lot }: LotModel, { winner }: AwardModel): ContractModel | undefined =>
  contracts.find((one) => one.lot === lot && one.bidder === winner);

function awardOf(model: TenderModel, sources: Sources, lot: LotModel, award: AwardModel, id: string, now: number) {
  const end = endOf(sources, lot, award);
  const yielded = end !== undefined && end.document === undefined;
  const bid = lot.bids.find(({ bidder }) => bidder === award.winner);
  const items = lotItems(sources, lot);
  return {
    id,
    status: yielded ? "cancelled" : now > award.standstillEnd ? "active" : "pending",
    date: isoTime(award.time),
    value: valueOf(model, award.price),
    suppliers: bid ? [nameOf(sources, bid)] : [],
    ...(items.length > 0 ? { items } : {}),
    relatedLots: [lotId(sources, lot)],
    ...(bid ? { relatedBid: bidId(lot, bid) } : {}),
  };
}

/** The contract of an award, once it is signed. */
function contractOf(model: TenderModel, sources: Sources, lot: LotModel, award: AwardModel, awardID: string) {
  const { document, time } = endOf(sources, lot, award) ?? {};
  if (document === undefined || time === undefined) return [];
  const signed = {
    id: awardID.replace("award", "contract"),
    ...{ awardID, status: "active", dateSigned: isoTime(time), value: valueOf(model, award.price) },
    documents: [{ ...fileDocument(document, "contractSigned", "Contract"), datePublished: isoTime(time) }],
  };
  return [signed];
}

function bidderParties(model: TenderModel, sources: Sources) {
  const winners = new Set(model.lots.flatMap((lot) => awardsOf(lot).map(({ winner }) => winner)));
  const byBidder = new Map<string, BidModel>();
  for (const bid of model.lots.flatMap((lot) => lot.bids)) {
    const known = byBidder.get(bid.bidder);
    if (!known || !quotationOf(sources, known)) byBidder.set(bid.bidder, bid);
  }
  return [...byBidder.values()].map((bid) => {
    const identifier = quotationOf(sources, bid)?.tenderer.identifier;
    return {
      ...nameOf(sources, bid),
      ...(identifier ? { identifier } : {}),
      roles: winners.has(bid.bidder) ? ["tenderer", "supplier"] : ["tenderer"],
    };
  });
}

/** A bidder by its account (CAIP-10), with the name its quotation gives. */
function nameOf(sources: Sources, bid: BidModel): { id: string; name: string } {
  return {
    id: `eip155:${sources.chainId}:${bid.bidder}`,
    name: quotationOf(sources, bid)?.tenderer.name ?? bid.bidder,
  };
}

function quotationOf({ quotations }: Sources, bid: BidModel): Quotation | undefined {
  const found = quotations.get(bid);
  return found && "quotation" in found ? found.quotation : undefined;
}

/** A bid's quotation. A committee's is encrypted; whoever reads the opening of the bid can read it. */
function quotationDocument(model: TenderModel, { quotations }: Sources, bid: BidModel, digest: string) {
  const document = fileDocument(digest, "bidDetails", "Quotation");
  if (!model.sealing) return document;
  const encrypted = "Encrypted: the key derives from the salt of the opened bid.";
  const found = quotations.get(bid);
  const unread = found && "problem" in found ? " It was missing or could not be decrypted when this was written." : "";
  return { ...document, description: encrypted + unread };
}

/** A value; without an amount it still tells the currency and the tax basis. */
function valueOf(model: TenderModel, minor: bigint | undefined) {
  return {
    ...(minor === undefined ? {} : { amount: jsonNumber(formatAmount(minor, model.decimals)) }),
    currency: model.currency,
    ...(model.tax === "unstated" ? {} : { valueAddedTaxIncluded: model.tax === "gross" }),
  };
}

function fileDocument(digest: string, documentType: string, title: string) {
  const cid = cidOf(digest);
  return { id: cid, documentType, title, url: `ipfs://${cid}` };
}

function statementText({ reason, evidence }: { reason: number; evidence: string }, statements: Map<string, string>) {
  const words = reasons[reason as keyof typeof reasons] ?? `reason ${reason}`;
  const statement = statements.get(evidence);
  return statement === undefined ? words : `${words}: ${statement}`;
}
