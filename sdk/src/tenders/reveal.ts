import { getAddress } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { decodeBid } from "./bid.ts";
import { type BidStore, type KeptBid, placeOf, readBidFile } from "./bidFile.ts";
import { type BidModel, type BidState, predecessorOf } from "./model.ts";
import { bidAt, lotAt, readTender } from "./read.ts";
import { placeFor } from "./seal.ts";

const STATES: BidState[] = ["malformed", "standing", "unplaced", "over the ceiling", "malformed", "rejected"];

export interface RevealParameters {
  tender: bigint;
  lot: number;
  bids: BidStore;
  /** A bid file elsewhere; absent = the one of the sealed commitment among the kept ones. */
  path?: string;
}

/** Either an act still to be sent, or that an earlier run opened the bid already. */
export type RevealOutcome = { act: Act<{ state: BidState; price?: bigint }> } | { done: BidModel };

/**
 * Opens the actor's sealed bid with its bid file. Run again, it says that the bid is open.
 * @throws InputError if the file belongs to another tender, lot, bidder, house or chain, or does not open the bid
 */
export async function revealBid(context: Context, parameters: RevealParameters): Promise<RevealOutcome> {
  const { tender, lot } = parameters;
  const model = await readTender(context, tender);
  const mine = bidAt(model, lot, await actor(context));
  if (mine.opened) return { done: mine };
  const commit = mine.commits.at(-1);
  if (!commit || mine.state !== "sealed") throw new InputError(`Your bid in this lot is ${mine.state}, not sealed.`);
  const kept = await bidFileFor(context, parameters, commit.commitment);
  if (kept.file.commitment !== commit.commitment) {
    throw new InputError(`The bid file ${kept.path} does not open the sealed bid: it is of another commitment.`);
  }
  const bid = decodeBid(kept.file.bid);
  const predecessor = bid ? predecessorOf(lotAt(model, lot), bid.price, commit.number) : 0;
  return {
    act: prepare(
      context.house.reveal,
      [tender, lot, kept.file.bid, kept.file.salt, commit.number, commit.time, predecessor],
      (receipt) => {
        const { mark } = eventOf<{ mark: bigint }>(receipt, context.house, "BidOpened");
        return { state: STATES[Number(mark)] ?? "malformed", ...(bid ? { price: bid.price } : {}) };
      },
    ),
  };
}

async function bidFileFor(
  context: Context,
  { tender, lot, bids, path }: RevealParameters,
  commitment: string,
): Promise<KeptBid> {
  const place = await placeFor(context, tender, lot);
  if (path !== undefined) {
    const kept = await readBidFile(path);
    const of = placeOf(kept.file);
    const wrong =
      of.chainId !== place.chainId || kept.file.genesisHash !== context.genesisHash
        ? `chain ${of.chainId}`
        : getAddress(of.house) !== getAddress(place.house)
          ? `the house at ${of.house}`
          : of.tender !== tender
            ? `tender ${of.tender}`
            : of.lot !== lot
              ? `lot ${of.lot}`
              : getAddress(of.bidder) !== getAddress(place.bidder)
                ? `bidder ${of.bidder}`
                : null;
    if (wrong) throw new InputError(`The bid file ${path} is of another place: ${wrong}.`);
    return kept;
  }
  const files = await bids.find(place, context.genesisHash);
  const kept = files.find(({ file }) => file.commitment === commitment);
  if (!kept) {
    throw new InputError(`No bid file in ${bids.folder} opens your sealed bid; give its path with --file.`);
  }
  return kept;
}
