import { join } from "node:path";
import { parsePrice } from "../../sdk/src/tenders/amount.ts";
import { CeilingStore } from "../../sdk/src/tenders/ceilingFile.ts";
import { sealCeiling } from "../../sdk/src/tenders/ceilings.ts";
import { readMoney } from "../../sdk/src/tenders/read.ts";
import { openHouse, stateFolder } from "../shared/house.ts";
import { lotOf, optional, tenderOf } from "../shared/options.ts";
import { secretInput } from "../shared/secretInput.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const ceiling = await secretInput(args, hre, "ceiling", "Ceiling");
  const context = await openHouse(args, hre);
  const { decimals } = await readMoney(context, tender);
  const outcome = await sealCeiling(context, {
    tender,
    lot,
    ceiling: parsePrice(ceiling, decimals),
    minimum: parsePrice(optional(args, "minimum") ?? "0", decimals),
    ceilings: new CeilingStore(join(stateFolder(hre), "ceilings")),
  });
  if ("done" in outcome) {
    const { number, file } = outcome.done;
    return { text: `This ceiling is sealed already, as number ${number}. It is kept in ${file}`, json: outcome.done };
  }
  const done = await outcome.act.send();
  const { number, file } = done.result;
  return {
    text: `The ceiling of lot ${lot} is sealed, as number ${number}. It is kept in ${file}`,
    json: { ...done, ...done.result },
  };
};
export default action;
