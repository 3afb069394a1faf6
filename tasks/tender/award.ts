import type { Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { awardLot, closeLot } from "../../sdk/src/tenders/decide.ts";
import { complaintsAbout } from "../../sdk/src/tenders/complaints/read.ts";
import { selectedToAward } from "../../sdk/src/tenders/evaluation/select.ts";
import { clearHead, placeBids } from "../../sdk/src/tenders/head.ts";
import {
  type AwardModel,
  lotAt,
  type LotModel,
  lotStatus,
  stoppedUntil,
  type TenderModel,
} from "../../sdk/src/tenders/model.ts";
import { readTender } from "../../sdk/src/tenders/read.ts";
import { openHouse } from "../shared/house.ts";
import { address, lotOf, optional, tenderOf } from "../shared/options.ts";
import { showTime } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { chainTime, showPrice } from "./amounts.ts";
import { documentsOf } from "./documents.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const wanted = optional(args, "bidder") === undefined ? undefined : address(args, "bidder");
  const context = await openHouse(args, hre);
  const before = await readTender(context, tender);
  const decided = lotAt(before, lot);
  const review = await reviewOf(context, before, decided);
  const besides = review === undefined ? "." : `, and ${review}.`;
  if (decided.closed) return { text: `Lot ${lot} is closed already, without a winner${besides}`, json: decided };
  const done = await awardedAlready(context, before, lot, wanted);
  if (done) return { text: `Lot ${lot} is awarded already, to ${done.winner}${besides}`, json: done };
  if (review !== undefined) throw new InputError(`Lot ${lot} is ${review}.`);
  if (args["noWinner"] === true) {
    if (wanted !== undefined) throw new InputError("Give --bidder or --no-winner, not both.");
    const head = await readied(context, before, lot);
    const closed = await closeLot(context, tender, lot, head).send();
    return { text: `Lot ${lot} of tender ${tender} is closed without a winner.`, json: closed };
  }
  const head = await readied(context, before, lot);
  const bidder = wanted ?? head;
  if (bidder === undefined)
    throw new InputError(`No bid stands or is selected in lot ${lot}: close it with --no-winner.`);
  const documents = await documentsOf(args);
  const sent = await (await awardLot(context, { tender, lot, bidder, documents })).send();
  const model = await readTender(context, tender);
  const award = awardsOf(lotAt(model, lot)).find(({ winner }) => winner === bidder);
  const until = showTime(award?.standstillEnd ?? 0);
  return {
    text: `Lot ${lot} of tender ${tender} is awarded to ${bidder} at ${showPrice(model, award?.price)}; final after ${until}.`,
    json: { ...sent, award },
  };
};
export default action;

/** That a lot is under review, and until when; undefined where it is not. */
async function reviewOf(context: Context, model: TenderModel, lot: LotModel): Promise<string | undefined> {
  const complaints = await complaintsAbout(context, [model]);
  const now = await chainTime(context);
  if (lotStatus(model, lot, now, complaints) !== "under review") return undefined;
  const until = stoppedUntil(model, lot, now, complaints) ?? now;
  return `under review: a complaint stops it until it is decided, or until ${showTime(until)}`;
}

const awardsOf = ({ award, furtherAwards = [] }: LotModel): AwardModel[] => (award ? [award, ...furtherAwards] : []);

/** The award that there is to be none besides: of the bidder wanted, else of whoever is lowest or selected. */
async function awardedAlready(
  context: Context,
  model: TenderModel,
  lot: number,
  wanted: string | undefined,
): Promise<AwardModel | undefined> {
  const awards = awardsOf(lotAt(model, lot));
  if (wanted !== undefined) return awards.find(({ winner }) => winner === wanted);
  const further = model.rule !== undefined && (await selectedToAward(context, model, lot)).length > 0;
  return further ? undefined : awards.at(-1);
}

/** Readies a lot for its award, and tells who must win: whoever is lowest, or the first whom the rule selects. */
async function readied(context: Context, model: TenderModel, lot: number): Promise<string | undefined> {
  if (model.rule === undefined) return clearHead(context, model.tender, lot);
  await placeBids(context, model.tender, lot);
  return (await selectedToAward(context, model, lot))[0];
}
