import { isHexString } from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { answerQuestions } from "../../sdk/src/tenders/questions.ts";
import { openHouse } from "../shared/house.ts";
import { optional, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const questions = (optional(args, "questions") ?? "").split(",").filter((text) => text !== "");
  const wrong = questions.find((text): boolean => !isHexString(text, 32));
  if (wrong !== undefined)
    throw new InputError(`--questions must be digests as \`tender ask\` prints them, not ${wrong}.`);
  const own = { tender: tenderOf(args), questions, answer: required(args, "answer") };
  const done = await (await answerQuestions(await openHouse(args, hre), own)).send();
  return { text: `Answered to all: ${done.result.answer}.`, json: done };
};
export default action;
