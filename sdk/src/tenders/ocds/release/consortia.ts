import { isoTime } from "../format.ts";
import { lotId } from "./ids.ts";
import { accountRef } from "./parties.ts";
import type { Telling } from "./sources.ts";

/** The consortia that were formed, whether they bid or not. Shares are of 1. */
export function consortiaOf({ sources }: Telling) {
  return sources.consortia.map(({ lot, lead, shares, time }) => ({
    id: `${lot}-${lead}`,
    date: isoTime(time),
    relatedLot: lotId(sources, { lot }),
    lead: accountRef(sources, lead),
    members: Object.entries(shares).map(([member, share]) => ({
      ...accountRef(sources, member),
      share: share / 10_000,
    })),
  }));
}
