import { cidOf } from "../../sdk/src/shared/cid.ts";
import { complaintsAbout } from "../../sdk/src/tenders/complaints/read.ts";
import { type BidModel, lotStatus, numberOf, standingBids, tenderStage } from "../../sdk/src/tenders/model.ts";
import { type FoundQuotation, readQuotations } from "../../sdk/src/tenders/quotation.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { list, showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { chainTime, showPrice } from "./amounts.ts";
import { showMarks } from "./documents.ts";
import { showQuotation } from "./quotations.ts";
import { showBehind, showCeiling, showProgress } from "./showing.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const model = await readTender(context, tenderOf(args));
  const now = await chainTime(context);
  const complaints = await complaintsAbout(context, [model]);
  const head = list({
    tender: model.tender,
    agency: model.agency,
    stage: tenderStage(model, now, complaints),
    notice: cidOf(model.documents),
    prices: `${model.currency}, ${model.decimals} decimals, tax ${model.tax}`,
    published: showTime(model.published.time),
    "bids until": showTime(model.commitDeadline),
    "opening until": showTime(model.revealDeadline),
    "award until": showTime(model.awardDeadline),
    ...showProgress(model, now),
    standstill: `${model.standstill} s`,
    bond: model.bond && `${model.bond.amount} units of ${model.bond.token}, forfeits to ${model.bond.treasury}`,
  });
  const quotations = model.sealing ? await readQuotations(context, model) : new Map<BidModel, FoundQuotation>();
  const lots = model.lots.map((lot) => {
    const ceiling = showCeiling(model, lot);
    const order = standingBids(lot);
    const rest = lot.bids.filter((bid) => !order.some(({ bidder }) => bidder === bid.bidder));
    const behind = lot.bids.some((bid) => showBehind(bid) !== "");
    const rows = [...order, ...rest].map((bid) => [
      String(numberOf(bid)),
      bid.bidder,
      bid.bidder === lot.award?.winner ? "awarded" : bid.state,
      showPrice(model, bid.price),
      ...(behind ? [showBehind(bid)] : []),
      ...(lot.required.length > 0 ? [showMarks(lot, bid)] : []),
      ...(model.sealing ? [showQuotation(quotations.get(bid))] : []),
    ]);
    const columns = [
      ...["bid", "bidder", "state", "price"],
      ...(behind ? ["behind it"] : []),
      ...(lot.required.length > 0 ? ["documents"] : []),
      ...(model.sealing ? ["quotation"] : []),
    ];
    return `\nLot ${lot.lot}: ${lotStatus(model, lot, now, complaints)}${ceiling}\n${table(columns, rows)}`;
  });
  return { text: [head, ...lots].join("\n"), json: { ...model, stage: tenderStage(model, now, complaints) } };
};
export default action;
