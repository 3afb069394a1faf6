import { InputError } from "../../sdk/src/shared/errors.ts";
import { confirmExtension, proposeExtension } from "../../sdk/src/tenders/extend.ts";
import { openHouse } from "../shared/house.ts";
import { optional, required, tenderOf, whole } from "../shared/options.ts";
import { parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const deadline = parseTime(required(args, "to"), "--to");
  const confirm = args["confirm"] === true;
  const reasons = ["reason", "statement"].filter((name) => optional(args, name) !== undefined);
  if (!confirm && reasons.length > 0) throw new InputError(`--${reasons[0]} is given when the extension is confirmed.`);
  const statement = confirm
    ? { reason: Number(whole(args, "reason", 65_535n)), statement: required(args, "statement") }
    : undefined;
  const context = await openHouse(args, hre);
  const outcome = statement
    ? await confirmExtension(context, { tender, deadline, ...statement })
    : await proposeExtension(context, { tender, deadline });
  const time = showTime(deadline);
  const words = statement
    ? `Tender ${tender} is extended: bids until ${time}, and every later deadline has moved by as much.`
    : `Proposed for tender ${tender}: bids until ${time}. Another account of the agency confirms it with --confirm.`;
  if ("done" in outcome) return { text: `Done before. ${words}`, json: outcome.done };
  const done = await outcome.act.send();
  return { text: words, json: { ...done, ...done.result } };
};
export default action;
