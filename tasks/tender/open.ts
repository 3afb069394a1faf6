import { openBids, type OpenedRow } from "../../sdk/src/tenders/openAll.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { Progress } from "../shared/progress.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { showQuotation } from "./quotations.ts";

/** So many bids take a while. */
const LONG = 20;

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  let progress: Progress | undefined;
  const rows = await openBids(context, {
    tender,
    onProgress(done, of) {
      if (of < LONG) return;
      progress ??= new Progress(of);
      progress.step(`bid ${done}`);
    },
  });
  if (rows.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
  const count = (did: OpenedRow["did"]) => rows.filter((row) => row.did === did).length;
  const summary = `${rows.length} bids: ${count("opened")} opened now, ${count("convicted")} convicted now`;
  const shown = rows.map(({ lot, bidder, state, did, failed, quotation }) => [
    ...[String(lot), bidder, state, failed ?? did, showQuotation(quotation)],
  ]);
  return { text: `${table(["lot", "bidder", "state", "done", "quotation"], shown)}\n\n${summary}`, json: rows };
};
export default action;
