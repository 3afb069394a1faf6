import { type BidModel, type LotModel, numberOf, type TenderModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { statusOfBid } from "../statuses.ts";
import { fileDocument, statementText } from "./documents.ts";
import { lotId } from "./lots.ts";
import { nameOf } from "./parties.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** Stable through a replacement: a bidder has one bid in a lot. */
export function bidId(lot: LotModel, bid: Pick<BidModel, "bidder">): string {
  return `${lot.lot}-${bid.bidder}`;
}

/** The section `bids`; undefined while there is none. */
export function bidsOf(of: Telling) {
  const details = of.model.lots.flatMap((lot) =>
    [...lot.bids]
      .sort((a, b) => numberOf(a) - numberOf(b)) // of equal prices the first wins, as in the house
      .map((bid) => bidDetails(of, lot, bid)),
  );
  return details.length > 0 ? { statistics: statistics(of), details } : undefined;
}

function bidDetails({ model, sources, now }: Telling, lot: LotModel, bid: BidModel) {
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

function statistics({ model, now }: Telling) {
  const bids = model.lots.flatMap((lot) => lot.bids);
  const valid = model.lots.flatMap((lot) => lot.bids.filter((bid) => statusOfBid(model, lot, bid, now) === "valid"));
  return [
    { id: "bids", measure: "bids", value: bids.filter((bid) => bid.state !== "withdrawn").length },
    { id: "validBids", measure: "validBids", value: valid.length },
    { id: "bidders", measure: "bidders", value: new Set(bids.map(({ bidder }) => bidder)).size },
  ];
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
