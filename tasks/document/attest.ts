import { issue } from "../../sdk/src/documents/issue.ts";
import { openHouse } from "../shared/house.ts";
import type { Action } from "../shared/verb.ts";
import { issueOf } from "./source.ts";

const action: Action = async (args, hre) => {
  const context = await openHouse(args, hre);
  const outcome = await issue(context, await issueOf(context, args));
  if ("done" in outcome) {
    return { text: `This document is attested already. Its file: ${outcome.done.path}`, json: outcome.done };
  }
  const done = await outcome.act.send();
  return {
    text: `Attested. Hand this file to whom it is for, nobody can check the document without it: ${done.result.path}`,
    json: { ...done, ...done.result },
  };
};
export default action;
