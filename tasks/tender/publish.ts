import { readFile } from "node:fs/promises";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { committeeOf, type Notice, parseNotice } from "../../sdk/src/tenders/notice.ts";
import { publishTender } from "../../sdk/src/tenders/publish.ts";
import { openHouse } from "../shared/house.ts";
import { address, agencyOf, type Args, optional, required, whole } from "../shared/options.ts";
import { list, parseTime, showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const BODIES = 2n ** 32n - 1n;

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const start = optional(args, "start");
  const notice = withSealing(args, withBond(args, await readNotice(required(args, "file"))));
  const context = await openHouse(args, hre);
  const act = await publishTender(context, {
    agency,
    notice,
    ...(start === undefined ? {} : { start: parseTime(start, "--start") }),
  });
  const done = await act.send();
  const { tender, schedule, documents } = done.result;
  const text = list({
    tender,
    notice: cidOf(documents),
    lots: notice.lots.length,
    "bids until": showTime(schedule.commitDeadline),
    "opening until": showTime(schedule.revealDeadline),
    "award until": showTime(schedule.awardDeadline),
  });
  return { text, json: { ...done, ...done.result, notice: cidOf(documents) } };
};
export default action;

async function readNotice(path: string): Promise<Notice> {
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The notice ${path} cannot be read: ${error.code ?? error.message}`);
  });
  return parseNotice(parseJson(text, path));
}

function withBond(args: Args, notice: Notice): Notice {
  const amount = optional(args, "bondAmount");
  return {
    ...notice,
    ...(amount === undefined ? {} : { bond: { token: address(args, "bondToken"), amount } }),
    ...(optional(args, "treasury") === undefined ? {} : { treasury: address(args, "treasury") }),
  };
}

/** How bids are sealed: as the options say, else as the notice does. */
function withSealing(args: Args, notice: Notice): Notice {
  const committee = optional(args, "seats") !== undefined || optional(args, "threshold") !== undefined;
  if (args["byBidders"] === true) {
    if (committee) throw new InputError("Give --seats and --threshold, or --by-bidders, not both.");
    return { ...notice, sealing: "bidders" };
  }
  if (!committee) return notice;
  // A body can hold several seats.
  const seats = required(args, "seats")
    .split(",")
    .map((seat) => Number(whole({ seats: seat.trim() }, "seats", BODIES)));
  const threshold = Number(whole(args, "threshold", 255n));
  return parseNotice({ ...notice, sealing: { ...committeeOf(notice), seats, threshold } });
}
