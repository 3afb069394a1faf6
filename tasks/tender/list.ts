import { complaintsAbout } from "../../sdk/src/tenders/complaints/read.ts";
import { tenderStage } from "../../sdk/src/tenders/model.ts";
import { listTenders } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { chainTime } from "./amounts.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const tenders = await listTenders(context);
  const now = await chainTime(context);
  const complaints = await complaintsAbout(context, tenders);
  const rows = tenders.map((tender) => [
    String(tender.tender),
    String(tender.agency),
    tenderStage(tender, now, complaints),
    String(tender.lots.length),
    String(tender.lots.reduce((sum, lot) => sum + lot.bids.length, 0)),
    showTime(tender.commitDeadline),
    showTime(tender.revealDeadline),
  ]);
  return {
    text: table(["tender", "agency", "stage", "lots", "bids", "bids until", "opening until"], rows),
    json: tenders.map((tender) => ({ ...tender, stage: tenderStage(tender, now, complaints) })),
  };
};
export default action;
