import type { Context } from "../shared/context.ts";
import { consortiumOf } from "./consortium.ts";
import { awardLot, closeLot } from "./decide.ts";
import { advanceLot } from "./evaluation/due.ts";
import { selectedToAward } from "./evaluation/select.ts";
import { clearHead } from "./head.ts";
import { lotAt } from "./model.ts";
import type { Play, PlayedBid, Stage, Won } from "./play.ts";
import { addressOf, bidBy } from "./playBid.ts";
import type { Did } from "./playCommittee.ts";
import { readTender } from "./read.ts";

/** Awards a lot to all whom its tender's rule selects, or to the lowest bid; closes it where nobody can win. */
export async function awardPlayed(
  stage: Stage,
  play: Play,
  officer: Context,
  tender: bigint,
  lot: number,
  did: Did,
): Promise<void> {
  const chosen = await choose(stage.context, play, tender, lot);
  if (chosen.length === 0) await did("close", "no bid stands", closeLot(officer, tender, lot));
  for (const bidder of chosen) {
    const { name } = await bidBy(stage, play.lots[lot] ?? [], bidder);
    await did("award", name, await awardLot(officer, { tender, lot, bidder }));
  }
}

/** Brings a lot to its awards, which is anyone's to do, and tells who is to have one. */
async function choose(context: Context, { notice, onAct }: Play, tender: bigint, lot: number): Promise<string[]> {
  if (notice.evaluation) {
    await advanceLot(context, tender, lot, onAct);
    return selectedToAward(context, await readTender(context, tender), lot);
  }
  const head = await clearHead(context, tender, lot);
  return head === undefined ? [] : [head];
}

/** Who won a lot, as the chain tells it and whatever the play expected. */
export async function wonOf(stage: Stage, bids: readonly PlayedBid[], tender: bigint, lot: number): Promise<Won[]> {
  const model = await readTender(stage.context, tender);
  const { award, furtherAwards = [] } = lotAt(model, lot);
  return Promise.all(
    [award, ...furtherAwards]
      .filter((one) => one !== undefined)
      .map(async ({ winner, price }) => {
        const bid = await bidBy(stage, bids, winner);
        const consortium = bid.partners && (await consortiumOf(stage.context, tender, lot, winner));
        const won: Won = { key: bid.key, amount: price, currency: model.currency };
        if (consortium) won.partners = await partnersOf(stage, bid, winner, consortium.members);
        return won;
      }),
  );
}

/** The members of a consortium but its lead: those of the play by their keys, any other by its address. */
async function partnersOf(
  stage: Stage,
  { partners = [] }: PlayedBid,
  lead: string,
  members: string[],
): Promise<string[]> {
  const keys = new Map<string, string>();
  for (const { key } of partners) keys.set(await addressOf(stage, key), key);
  return members.filter((member) => member !== lead).map((member) => keys.get(member) ?? member);
}
