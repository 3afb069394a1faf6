import { getAddress } from "ethers";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes } from "../shared/logs.ts";
import { type BidPlace, decodeBid } from "./bid.ts";
import { type BidFile, type BidStore, type KeptBid, placeOf, readBidFile } from "./bidFile.ts";
import { type BidState, NOBODY } from "./model.ts";
import { BID_STATES, type Commit, commitsOf, predecessorIn, standingOrder } from "./order.ts";
import { placeFor } from "./seal.ts";

export interface RevealParameters {
  tender: bigint;
  lot: number;
  bids: BidStore;
  /** A bid file elsewhere; absent = the one of the sealed commitment among the kept ones. */
  path?: string;
  /** Open as soon as the commit deadline is over in the latest block, without waiting until that is final. */
  unfinalized?: boolean;
}

export interface Revealed {
  state: BidState;
  /** Minor units; absent where malformed. */
  price?: bigint;
}

/** Either an act still to be sent, or that an earlier run opened the bid already. */
export type RevealOutcome = { act: Act<Revealed> } | { done: Revealed };

/**
 * Opens the actor's sealed bid with its bid file, and puts its quotation into the store of public files. Run again, it
 * says that the bid is open. The opening is shown to nobody, the node included, before sealing is over for good.
 * @throws InputError if the file belongs to another tender, lot, bidder, house or chain, or does not open the bid, or it
 * is too early
 */
export async function revealBid(context: Context, parameters: RevealParameters): Promise<RevealOutcome> {
  const { tender, lot } = parameters;
  const bidder = await actor(context);
  const { status, price } = await context.house.bidOf(tender, lot, bidder);
  const state = BID_STATES[Number(status)] ?? "none";
  if (state === "none") throw new InputError(`${bidder} has no bid in lot ${lot} of tender ${tender}.`);
  if (state === "withdrawn" || state === "forfeited") {
    throw new InputError(`Your bid in this lot is ${state}, not sealed.`);
  }
  const commit = (await commitsOf(context, tender, lot, bidder)).at(-1);
  if (!commit) throw new InputError(`The node gives no log of your sealing in lot ${lot} of tender ${tender}.`);
  if (state !== "sealed") {
    const kept = await keptFor(context, parameters, commit.commitment);
    await publishQuotation(context, kept?.file);
    return { done: { state, ...(state === "malformed" ? {} : { price }) } };
  }
  const kept = await bidFileFor(context, parameters, commit.commitment);
  if (kept.file.commitment !== commit.commitment) {
    throw new InputError(`The bid file ${kept.path} does not open the sealed bid: it is of another commitment.`);
  }
  await requireSealingOver(context, parameters);
  return { act: await opening(context, parameters, kept.file, commit) };
}

async function opening(
  context: Context,
  { tender, lot }: RevealParameters,
  file: BidFile,
  { number, block }: Commit,
): Promise<Act<Revealed>> {
  const bid = decodeBid(file.bid);
  const order = await standingOrder(context, tender, lot);
  const predecessor = bid ? predecessorIn(order, bid.price, number) : NOBODY;
  const time = await new BlockTimes(context.provider).at(block);
  const args: [bigint, number, string, string, number, number, string] = [
    tender,
    lot,
    file.bid,
    file.salt,
    number,
    time,
    predecessor,
  ];
  const act = prepare(context.house.reveal, args, (receipt): Revealed => {
    const { status } = eventOf<{ status: bigint }>(receipt, context.house, "BidOpened");
    const state = BID_STATES[Number(status)];
    if (state === undefined || state === "none") throw new InputError(`A bid cannot have the status ${status}.`);
    return { state, ...(bid ? { price: bid.price } : {}) };
  });
  return {
    estimate: act.estimate,
    async send() {
      const done = await act.send();
      await publishQuotation(context, file);
      return done;
    },
  };
}

async function publishQuotation(context: Context, file: BidFile | undefined): Promise<void> {
  if (file?.quotation !== undefined) await context.files.put(new TextEncoder().encode(file.quotation));
}

/** Chain ids of development chains, where the latest block is final. */
const DEVELOPMENT = [1337n, 31_337n];
/** How far back a block counts as final on a chain that does not tell. */
const DEPTH = 64;

/** @throws InputError unless bids can no longer be sealed, and that cannot be undone by a reorganisation */
async function requireSealingOver(context: Context, { tender, unfinalized }: RevealParameters): Promise<void> {
  const deadline = Number((await context.house.tenderOf(tender)).commitDeadline);
  const latest = unfinalized === true || DEVELOPMENT.includes(context.chainId);
  const block = latest ? await context.provider.getBlock("latest") : await finalBlock(context);
  const time = block?.timestamp ?? 0;
  if (time > deadline) return;
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const which = latest ? "latest" : "latest final";
  throw new InputError(
    `Sealing ends at ${iso(deadline)}, and the ${which} block is of ${iso(time)}: nothing was shown to anyone. ` +
      "Repeat after the deadline.",
  );
}

async function finalBlock(context: Context) {
  const told = await context.provider.getBlock("finalized").catch(() => null);
  return told ?? context.provider.getBlock(Math.max(0, (await context.provider.getBlockNumber()) - DEPTH));
}

async function keptFor(
  context: Context,
  { tender, lot, bids }: RevealParameters,
  commitment: string,
): Promise<KeptBid | undefined> {
  const files = await bids.find(await placeFor(context, tender, lot), context.genesisHash);
  return files.find(({ file }) => file.commitment === commitment);
}

async function bidFileFor(context: Context, parameters: RevealParameters, commitment: string): Promise<KeptBid> {
  const { tender, lot, bids, path } = parameters;
  const place = await placeFor(context, tender, lot);
  if (path !== undefined) {
    const kept = await readBidFile(path);
    const other = misplaced(kept.file, place, context.genesisHash);
    if (other) throw new InputError(`The bid file ${path} is of another place: ${other}.`);
    return kept;
  }
  const kept = await keptFor(context, parameters, commitment);
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
