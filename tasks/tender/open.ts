import { type CeilingRow, openCeilings } from "../../sdk/src/tenders/ceilings.ts";
import { openBids, type OpenedRow } from "../../sdk/src/tenders/openAll.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { Progress } from "../shared/progress.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { showQuotation } from "./quotations.ts";
import { showDone } from "./ceilingOpen.ts";

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
  const { sealing, lots } = await readTender(context, tender);
  const last = sealing?.bidLengths.length === 1 || sealing?.scored !== undefined;
  const due = last && lots.some(({ sealedCeiling }) => sealedCeiling);
  const ceilings: CeilingRow[] = due ? await openCeilings(context, tender) : [];
  if ([...rows, ...ceilings].some(({ failed }) => failed !== undefined)) process.exitCode = 1;
  const count = (did: OpenedRow["did"]) => rows.filter((row) => row.did === did).length;
  const summary = `${rows.length} bids: ${count("opened")} opened now, ${count("convicted")} convicted now`;
  const shown = rows.map(({ lot, bidder, state, did, failed, quotation }) => [
    ...[String(lot), bidder, state, failed ?? did, showQuotation(quotation)],
  ]);
  const sealed = ceilings.map((row) => [String(row.lot), "ceiling", row.ceiling, showDone(row), ""]);
  const text = `${table(["lot", "bidder", "state", "done", "quotation"], [...shown, ...sealed])}\n\n${summary}`;
  return { text, json: [...rows, ...ceilings] };
};
export default action;
