import { readComplaints } from "../../sdk/src/tenders/complaints/read.ts";
import { openHouse } from "../shared/house.ts";
import { optional, tenderOf } from "../shared/options.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = optional(args, "tender") === undefined ? undefined : tenderOf(args);
  const all = await readComplaints(await openHouse(args, hre), tender);
  const rows = all.map((one) => [
    String(one.complaint),
    `${one.tender}/${one.lot}`,
    one.state,
    one.complainant,
    showTime(one.filed.time),
    showTime(one.deadline),
  ]);
  const head = ["complaint", "tender/lot", "state", "complainant", "filed", "decided until"];
  return { text: rows.length === 0 ? "There are no complaints." : table(head, rows), json: all };
};
export default action;
