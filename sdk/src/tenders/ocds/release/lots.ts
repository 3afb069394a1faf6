import type { LotModel } from "../../model.ts";
import type { NoticeItem } from "../../notice.ts";
import { jsonNumber } from "../format.ts";
import { statusOfLot } from "../statuses.ts";
import type { Sources, Telling } from "./sources.ts";
import { valueOf } from "./values.ts";

export function lotId({ notice }: Sources, lot: LotModel): string {
  return notice.lots[lot.lot]?.id ?? String(lot.lot);
}

/** The lots of a tender. */
export function lotsOf({ model, sources, now }: Telling) {
  return model.lots.map((lot) => {
    const described = sources.notice.lots[lot.lot];
    return {
      id: lotId(sources, lot),
      ...(described?.title === undefined ? {} : { title: described.title }),
      ...(described?.description === undefined ? {} : { description: described.description }),
      status: statusOfLot(model, lot, now),
      value: valueOf(model, lot.ceiling > 0n ? lot.ceiling : undefined),
    };
  });
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
