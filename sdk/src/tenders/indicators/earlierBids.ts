import { commitmentOf, decodeBid, decodePrice } from "../bid.ts";
import { openEnvelope } from "../committee/envelope.ts";
import { type CommitteeModel, scalarsOf } from "../committee/read.ts";
import type { BidModel, CommitModel, TenderModel } from "../model.ts";
import { sealedPart } from "../sealedPart.ts";

/** A bid that was replaced or withdrawn, and became readable with the others. */
export interface EarlierBid {
  lot: number;
  bidder: string;
  vendor: string;
  /** Minor units. */
  price: bigint;
  fate: "replaced" | "withdrawn";
}

/**
 * The bids of a tender that were replaced or withdrawn, as far as the scalars that are out open their envelopes. Those
 * that do not hold what was committed to tell nothing.
 * @param place the chain and the house
 */
export function earlierBids(
  place: { chainId: bigint; house: string },
  model: TenderModel,
  committee: CommitteeModel,
): EarlierBid[] {
  return model.lots.flatMap(({ lot, bids }) =>
    bids.flatMap((bid) => {
      const withdrawn = bid.state === "withdrawn";
      const last = bid.commits.length - 1;
      return bid.commits.flatMap((commit, i) => {
        if (i === last && !withdrawn) return [];
        const read = readSealed(
          { ...place, tender: model.tender, lot, bidder: bid.bidder },
          model,
          committee,
          commit,
          bid,
        );
        return read
          ? [{ ...read, lot, bidder: bid.bidder, fate: i === last ? ("withdrawn" as const) : ("replaced" as const) }]
          : [];
      });
    }),
  );
}

/** Price and vendor inside an envelope; undefined where they cannot be read. */
function readSealed(
  place: { chainId: bigint; house: string; tender: bigint; lot: number; bidder: string },
  { sealing }: TenderModel,
  committee: CommitteeModel,
  { sealed }: CommitModel,
  { bidder, vendor = bidder }: BidModel,
): { price: bigint; vendor: string } | undefined {
  const part = committee.parts - 1;
  const scalars = scalarsOf(committee, part);
  const own = sealing && sealed !== undefined ? sealedPart(sealing, sealed, part) : undefined;
  if (!own || scalars.size < committee.threshold) return undefined;
  const quorum = { seats: committee.seats.length, threshold: committee.threshold };
  const opening = openEnvelope({ place: { ...place, part }, quorum, envelope: own.envelope }, scalars);
  if (!opening || commitmentOf({ ...place, part }, opening.bid, opening.salt) !== own.commitment) return undefined;
  if (part === 0) return decodeBid(opening.bid, place) ?? undefined;
  const section = decodePrice(opening.bid);
  return section ? { price: section.price, vendor } : undefined;
}
