import type { TiesDrawnEvent } from "../../../../typechain-types/contracts/tenders/TenderHouse.ts";
import { type AuditCase, named } from "./case.ts";
import { Comparison } from "./comparison.ts";
import { byLottery, lotterySum, orderOf, ranking } from "./order.ts";

/** Each draw against the lottery numbers inside the bids, and the winner of a tie against what they draw. */
export function lottery(of: AuditCase): Comparison {
  const found = new Comparison();
  const draws = named<TiesDrawnEvent.OutputObject>(of.acts, "TiesDrawn");
  for (const { args, moment } of draws) {
    const lot = of.model.lots[Number(args.lot)];
    const where = { lot: Number(args.lot), tx: moment.tx };
    const sum = lot ? lotterySum(lot) : 0;
    found.expect(Number(args.sum) === sum, where, `drawn with the sum ${args.sum}, and the numbers add up to ${sum}`);
    const tied = lot ? orderOf(lot).filter(({ price }) => price === args.price).length : 0;
    found.expect(byLottery(of), where, "drawn, though ties go to the earlier bid");
    found.expect(tied > 0, where, `drawn at the price ${args.price}, which no bid in the order has`);
  }
  // A rule draws by itself.
  if (!byLottery(of) || of.model.rule !== undefined) return found;
  for (const lot of of.model.lots) {
    const { award } = lot;
    const tied = orderOf(lot).filter(({ price }) => price === award?.price);
    if (!award || tied.length < 2) continue;
    const where = { lot: lot.lot, bidder: award.winner, tx: award.tx };
    const drawn = draws.some(({ args }) => Number(args.lot) === lot.lot && args.price === award.price);
    found.expect(drawn, where, `awarded without a draw among ${tied.length} bids at ${award.price}`);
    const first = ranking(of, lot).find(({ bid, price }) => price === award.price && bid.state !== "rejected");
    const sum = lotterySum(lot);
    const detail = `the lottery of ${tied.length} bids with the sum ${sum} draws ${first?.bid.bidder}`;
    found.expect(first?.bid.bidder === award.winner, where, detail);
  }
  return found;
}
