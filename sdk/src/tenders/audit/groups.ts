import { formatAmount } from "../../shared/amount.ts";
import { cidOf } from "../../shared/cid.ts";
import { parsePrice } from "../amount.ts";
import type { AwardModel, LotModel } from "../model.ts";
import { type Notice, noticeSchema } from "../notice.ts";
import { type AuditCase, named } from "./case.ts";
import { Comparison } from "./comparison.ts";
import { fileOf } from "./files.ts";

/** The awards of each group of lots that stand, with the most that the notice lets them be together. */
export async function groups(of: AuditCase): Promise<Comparison> {
  const found = new Comparison();
  const { documents, published, lots, currency, decimals } = of.model;
  const file = await fileOf(of, documents);
  const notice = noticeSchema.safeParse(file).data;
  // Of the notice that was published, `announced` says so.
  if (!notice && documents !== of.terms.documents) {
    found.miss(published, `the amended notice ${cidOf(documents)} is not in the store, or is no notice`);
  }
  for (const { id, lots: members, maximumValue } of notice?.lotGroups ?? []) {
    if (maximumValue === undefined) continue;
    const sameMoney = notice?.currency === currency && notice.decimals === decimals;
    found.expect(sameMoney, published, `the maximum of group ${id} is in other money than the tender`);
    if (!sameMoney) continue;
    const maximum = parsePrice(maximumValue, decimals);
    const awards = lots.filter((lot) => members.includes(idOf(notice, lot))).flatMap((lot) => standing(of, lot));
    if (awards.length === 0) continue;
    const sum = awards.reduce((total, { price }) => total + price, 0n);
    const amounts = [sum, maximum].map((amount) => `${formatAmount(amount, decimals)} ${currency}`);
    const detail = `the awards of the lots of group ${id} are ${amounts[0]} together, of at most ${amounts[1]}`;
    found.expect(sum <= maximum, awards.at(-1) ?? {}, detail);
  }
  return found;
}

const idOf = (notice: Notice | undefined, { lot }: LotModel): string => notice?.lots[lot]?.id ?? "";

/** The awards of a lot whose places were not yielded. */
function standing({ acts }: AuditCase, { lot, award, furtherAwards = [] }: LotModel): AwardModel[] {
  const yielded = named<{ lot: bigint; bidder: string }>(acts, "PlaceYielded");
  return (award ? [award, ...furtherAwards] : []).filter(
    ({ winner, time }) =>
      !yielded.some(({ args, moment }) => Number(args.lot) === lot && args.bidder === winner && moment.time >= time),
  );
}
