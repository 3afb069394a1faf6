import { getAddress } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type BidPlace, decodeBid } from "./bid.ts";
import { type BidFile, type BidStore, type KeptBid, placeOf, readBidFile } from "./bidFile.ts";
import { type BidModel, type BidState, NOBODY, predecessorOf } from "./model.ts";
import { bidAt, lotAt, OPENED_STATES, readTender } from "./read.ts";
import { placeFor } from "./seal.ts";

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
  const predecessor = bid ? predecessorOf(lotAt(model, lot), bid.price, commit.number) : NOBODY;
  return {
    act: prepare(
      context.house.reveal,
      [tender, lot, kept.file.bid, kept.file.salt, commit.number, commit.time, predecessor],
      (receipt) => {
        const { status } = eventOf<{ status: bigint }>(receipt, context.house, "BidOpened");
        return { state: OPENED_STATES[Number(status)] ?? "malformed", ...(bid ? { price: bid.price } : {}) };
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
    const other = misplaced(kept.file, place, context.genesisHash);
    if (other) throw new InputError(`The bid file ${path} is of another place: ${other}.`);
    return kept;
  }
  const files = await bids.find(place, context.genesisHash);
  const kept = files.find(({ file }) => file.commitment === commitment);
  if (!kept) {
    throw new InputError(`No bid file in ${bids.folder} opens your sealed bid; give its path with --file.`);
  }
  return kept;
}

/** In what a bid file's place differs from the place it shall open; null where it does not. */
function misplaced(file: BidFile, place: BidPlace, genesisHash: string): string | null {
  const of = placeOf(file);
  if (of.chainId !== place.chainId || file.genesisHash !== genesisHash) return `chain ${of.chainId}`;
  if (getAddress(of.house) !== getAddress(place.house)) return `the house at ${of.house}`;
  if (of.tender !== place.tender) return `tender ${of.tender}`;
  if (of.lot !== place.lot) return `lot ${of.lot}`;
  return getAddress(of.bidder) === getAddress(place.bidder) ? null : `bidder ${of.bidder}`;
}
