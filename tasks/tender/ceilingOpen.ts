import { type CeilingRow, openCeilings } from "../../sdk/src/tenders/ceilings.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { tenderOf } from "../shared/options.ts";
import { showTime, table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const rows = await openCeilings(await openHouse(args, hre), tender);
  if (rows.length === 0) throw new InputError(`No ceiling of tender ${tender} is sealed.`);
  const [early] = rows.flatMap(({ from }) => (from === undefined ? [] : [from]));
  if (early !== undefined && rows.every(({ did }) => did === "nothing")) {
    throw new InputError(`Ceilings of tender ${tender} are opened from ${showTime(early)} on.`);
  }
  if (rows.some(({ failed }) => failed !== undefined)) process.exitCode = 1;
  const shown = rows.map((row) => [String(row.lot), row.ceiling, showDone(row)]);
  return { text: table(["lot", "ceiling", "done"], shown), json: rows };
};
export default action;

/** What was done about a ceiling, or why not. */
export function showDone({ did, from, failed }: CeilingRow): string {
  return failed ?? (from === undefined ? did : `from ${showTime(from)} on`);
}
