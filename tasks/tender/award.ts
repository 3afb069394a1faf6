import { InputError } from "../../sdk/src/shared/errors.ts";
import { awardLot, closeLot } from "../../sdk/src/tenders/decide.ts";
import { clearHead } from "../../sdk/src/tenders/head.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, optional, tenderOf } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { showPrice } from "./amounts.ts";
import { documentsOf } from "./documents.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const wanted = optional(args, "bidder") === undefined ? undefined : address(args, "bidder");
  const context = await openHouse(args, hre);
  const decided = lotAt(await readTender(context, tender), lot);
  if (decided.closed) return { text: `Lot ${lot} is closed already, without a winner.`, json: decided };
  if (decided.award && (wanted ?? decided.award.winner) === decided.award.winner) {
    return { text: `Lot ${lot} is awarded already, to ${decided.award.winner}.`, json: decided.award };
  }
  if (args["noWinner"] === true) {
    if (wanted !== undefined) throw new InputError("Give --bidder or --no-winner, not both.");
    const head = await clearHead(context, tender, lot);
    const done = await closeLot(context, tender, lot, head).send();
    return { text: `Lot ${lot} of tender ${tender} is closed without a winner.`, json: done };
  }
  const head = await clearHead(context, tender, lot);
  const bidder = wanted ?? head;
  if (bidder === undefined) throw new InputError(`No bid stands in lot ${lot}: close it with --no-winner.`);
  const documents = await documentsOf(args);
  const done = await (await awardLot(context, { tender, lot, bidder, documents })).send();
  const model = await readTender(context, tender);
  const award = lotAt(model, lot).award;
  const until = showTime(award?.standstillEnd ?? 0);
  return {
    text: `Lot ${lot} of tender ${tender} is awarded to ${bidder} at ${showPrice(model, award?.price)}; final after ${until}.`,
    json: { ...done, award },
  };
};
export default action;
