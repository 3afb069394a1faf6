import { readLot } from "../../sdk/src/tenders/evaluation/read.ts";
import { revealScores } from "../../sdk/src/tenders/evaluation/scores.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { sheetStore } from "./options.ts";

const action: Action = async (args, hre) => {
  const [tender, lot] = [tenderOf(args), lotOf(args)];
  const context = await openHouse(args, hre);
  const judging = await readLot(context, tender, lot);
  const done = await (await revealScores(context, judging, sheetStore(hre))).send();
  return { text: `Revealed the scores of stage ${judging.stage} of lot ${lot}.`, json: done };
};
export default action;
