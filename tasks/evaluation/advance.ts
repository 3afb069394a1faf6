import { type Advanced, advanceLot } from "../../sdk/src/tenders/evaluation/due.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, optional, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const context = await openHouse(args, hre);
  const all = async () => (await readTender(context, tender)).lots.map(({ lot }) => lot);
  const lots = optional(args, "lot") === undefined ? await all() : [lotOf(args)];
  const advanced: Advanced[] = [];
  for (const lot of lots) advanced.push(await advanceLot(context, tender, lot));
  // Prices of two parts can be read once the scores of all lots are out.
  if (advanced.some(({ done }) => done.includes("scores released"))) {
    for (const [i, lot] of lots.entries()) {
      const before = advanced[i]?.done ?? [];
      const again = await advanceLot(context, tender, lot);
      advanced[i] = { ...again, done: [...before, ...again.done] };
    }
  }
  const lines = advanced.map(({ judging, done, waits }) => {
    const did = done.length === 0 ? "nothing is due" : done.join(", ");
    return `Lot ${judging.lot}: ${did}; ${judging.step}${waits === undefined ? "" : `, waits: ${waits}`}`;
  });
  const json = advanced.map(({ judging: { lot, step, stage }, done, waits }) => ({ lot, step, stage, done, waits }));
  return { text: lines.join("\n"), json };
};
export default action;
