import { askQuestion } from "../../sdk/src/tenders/questions.ts";
import { openHouse } from "../shared/house.ts";
import { required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const own = { tender: tenderOf(args), question: required(args, "question") };
  const done = await (await askQuestion(await openHouse(args, hre), own)).send();
  return { text: `Asked: ${done.result.question}.`, json: done };
};
export default action;
