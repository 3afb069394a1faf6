import { amendTender } from "../../sdk/src/tenders/questions.ts";

import { openHouse } from "../shared/house.ts";
import { required, tenderOf } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { readJson } from "./jsonFile.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const notice = await readJson(required(args, "file"));
  const done = await (await amendTender(await openHouse(args, hre), { tender, notice })).send();
  const { version, commitDeadline } = done.result;
  return {
    text: `Tender ${tender} has its notice of version ${version}; bids are sealed until ${showTime(commitDeadline)}.`,
    json: done,
  };
};
export default action;
