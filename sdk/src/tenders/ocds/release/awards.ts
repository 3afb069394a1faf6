import type { ContractModel } from "../../evaluation/contracts.ts";
import type { AwardModel, LotModel } from "../../model.ts";
import { isoTime } from "../format.ts";
import { awardId, awardsOf } from "./awarded.ts";
import { bidId } from "./bids.ts";
import { fileDocument } from "./documents.ts";
import { lotId, lotItems } from "./lots.ts";
import { nameOf } from "./parties.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** The sections `awards` and `contracts`; each is empty while there is none. */
export function awardSections(of: Telling) {
  const all = of.model.lots.flatMap((lot) => awardsOf(lot).map((award, i) => ({ lot, award, id: awardId(lot, i) })));
  return {
    awards: all.map(({ lot, award, id }) => awardOf(of, lot, award, id)),
    contracts: all.flatMap(({ lot, award, id }) => contractOf(of, lot, award, id)),
  };
}

/** What became of an award after it was final. */
const endOf = ({ contracts }: Sources, { lot }: LotModel, { winner }: AwardModel): ContractModel | undefined =>
  contracts.find((one) => one.lot === lot && one.bidder === winner);

function awardOf({ model, sources, now }: Telling, lot: LotModel, award: AwardModel, id: string) {
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
function contractOf({ model, sources }: Telling, lot: LotModel, award: AwardModel, awardID: string) {
  const { document, time } = endOf(sources, lot, award) ?? {};
  if (document === undefined || time === undefined) return [];
  const signed = {
    id: awardID.replace("award", "contract"),
    ...{ awardID, status: "active", dateSigned: isoTime(time), value: valueOf(model, award.price) },
    documents: [{ ...fileDocument(document, "contractSigned", "Contract"), datePublished: isoTime(time) }],
  };
  return [signed];
}
