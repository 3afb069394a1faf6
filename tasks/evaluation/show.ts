import { standingOf } from "../../sdk/src/tenders/evaluation/standing.ts";
import { readLot } from "../../sdk/src/tenders/evaluation/read.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { showPrice } from "../tender/amounts.ts";

/** A share of 1 %, of a total of 10^12. */
const PERCENT = 1e10;

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const model = await readTender(context, tenderOf(args));
  const lots = [];
  for (const { lot } of model.lots) {
    const judging = await readLot(context, model.tender, lot);
    const { step, stage, generation } = judging;
    lots.push({ lot, step, stage, generation, bids: await standingOf(context, judging) });
  }
  const steps = lots.map(
    ({ lot, step, stage }) => `Lot ${lot}: ${step}${step === "scoring" ? ` of stage ${stage}` : ""}`,
  );
  const rows = lots.flatMap(({ lot, bids }) =>
    bids.map(({ bidder, rank, price, total, state }) => [
      ...[String(lot), rank === undefined ? "" : String(rank), bidder],
      ...[price === 0n ? "" : showPrice(model, price), total === 0n ? "" : (Number(total) / PERCENT).toFixed(2), state],
    ]),
  );
  const text = [steps.join("\n"), table(["lot", "rank", "bidder", "price", "total %", "state"], rows)];
  return { text: text.join("\n\n"), json: lots };
};
export default action;
