import { type BidModel, type LotModel, numberOf, type TenderModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { bidStatus } from "./bidStatus.ts";
import { fileDocument, statementText } from "./documents.ts";
import { bidId, lotId } from "./ids.ts";
import { judgingsOfBid } from "./judgedBids.ts";
import { tenderersOf } from "./parties.ts";
import { statisticsOf } from "./statistics.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** The section `bids`; undefined while there is none. */
export function bidsOf(of: Telling) {
  const details = of.model.lots.flatMap((lot) =>
    [...lot.bids]
      .sort((a, b) => numberOf(a) - numberOf(b)) // of equal prices the first wins, as in the house
      .map((bid) => bidDetails(of, lot, bid)),
  );
  return details.length > 0 ? { statistics: statisticsOf(of), details } : undefined;
}

function bidDetails(of: Telling, lot: LotModel, bid: BidModel) {
  const { model, sources } = of;
  const judgings = judgingsOfBid(of, lot, bid);
  const documents = [
    ...(bid.quotation === undefined ? [] : [quotationDocument(model, sources, bid, bid.quotation)]),
    ...(bid.rejected
      ? [
          {
            ...fileDocument(bid.rejected.evidence, "evaluationReports", "Statement of reasons for the rejection"),
            description: statementText(bid.rejected, sources.texts),
            datePublished: isoTime(bid.rejected.time),
          },
        ]
      : []),
  ];
  return {
    id: bidId(lot, bid),
    date: isoTime(bid.commits.at(-1)?.time ?? model.published.time),
    status: bidStatus(of, lot, bid),
    tenderers: tenderersOf(sources, lot, bid),
    ...(bid.price === undefined ? {} : { value: valueOf(model, bid.price) }),
    relatedLots: [lotId(sources, lot)],
    ...(documents.length > 0 ? { documents } : {}),
    ...(judgings.length > 0 ? { csJudgings: judgings } : {}),
  };
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
