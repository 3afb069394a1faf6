import type { LotModel } from "../../model.ts";
import type { NoticeItem } from "../../notice.ts";
import { isoTime, jsonNumber } from "../format.ts";
import { statusOfLot } from "../statuses.ts";
import { lotId } from "./ids.ts";
import { judgingsOfLot } from "./judgings.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

/** The lots of a tender. */
export function lotsOf(of: Telling) {
  const { model, sources, now } = of;
  return model.lots.map((lot) => {
    const described = sources.notice.lots[lot.lot];
    const [judgings, reviews] = [judgingsOfLot(of, lot), reviewsOf(lot)];
    return {
      id: lotId(sources, lot),
      ...(described?.title === undefined ? {} : { title: described.title }),
      ...(described?.description === undefined ? {} : { description: described.description }),
      status: statusOfLot(model, lot, now, sources.complaints),
      value: valueOf(model, lot.ceiling > 0n ? lot.ceiling : undefined),
      ...techniquesOf(sources),
      ...(reviews.length > 0 ? { csReviews: reviews } : {}),
      ...(judgings.length > 0 ? { csJudgings: judgings } : {}),
    };
  });
}

/** Where several win in each lot, it is a framework agreement with them. */
function techniquesOf({ judged, notice }: Sources) {
  const { winners = 1 } = judged?.terms ?? {};
  if (winners === 1) return {};
  const method = notice.evaluation?.frameworkMethod;
  const frameworkAgreement = { maximumParticipants: winners, ...(method === undefined ? {} : { method }) };
  return { techniques: { hasFrameworkAgreement: true, frameworkAgreement } };
}

/** What reviews ordered of a lot. */
function reviewsOf({ annulled, reopened = [] }: LotModel) {
  return [
    ...reopened.map(({ time }, i) => ({ id: `reopened-${i + 1}`, order: "reopened", date: isoTime(time) })),
    ...(annulled ? [{ id: "annulled", order: "annulled", date: isoTime(annulled.time) }] : []),
  ];
}

/** The groups of lots of a notice. */
export function lotGroupsOf({ model, sources }: Telling) {
  const { lots, lotGroups = [] } = sources.notice;
  const known = new Map(lots.map(({ id }, lot) => [id, lotId(sources, { lot })]));
  return lotGroups.map(({ id, title, lots: members, maximumValue }) => ({
    id,
    ...(title === undefined ? {} : { title }),
    relatedLots: members.map((member) => known.get(member) ?? member),
    ...(maximumValue === undefined
      ? {}
      : { maximumValue: { amount: jsonNumber(maximumValue), ...valueOf(model, undefined) } }),
  }));
}

/** Items with ids unique in the tender: where the notice repeats one, all are numbered by lot and position. */
export function lotItems({ notice }: Sources, lot: LotModel) {
  const ids = notice.lots.flatMap(({ items }) => items.map(({ id }) => id));
  const repeated = new Set(ids).size < ids.length;
  return (notice.lots[lot.lot]?.items ?? []).map(({ quantity, ...item }: NoticeItem, position) => ({
    ...item,
    ...(repeated ? { id: `${lot.lot}-${position}` } : {}),
    ...(quantity === undefined ? {} : { quantity: jsonNumber(quantity) }),
  }));
}
