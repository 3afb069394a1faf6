import { type ContractTransactionReceipt, dataLength, getAddress, keccak256, ZeroHash } from "ethers";
import type { TenderStructOutput } from "../../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { type Act, eventOf, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { DEVELOPMENT, finalBlock } from "../shared/final.ts";
import { BlockTimes } from "../shared/logs.ts";
import { type BidPlace, decodePrice } from "./bid.ts";
import {
  type BidFile,
  type BidStore,
  type KeptBid,
  partsOf,
  placeOf,
  quotationFileOf,
  readBidFile,
} from "./bidFile.ts";
import { KEYS_OUT } from "./head.ts";
import { type BidState, NOBODY } from "./model.ts";
import { sealedPart } from "./sealedPart.ts";
import { type Mark, unpackMarks, unpackRequired } from "../documents/required.ts";
import { BID_STATES, type Commit, commitsOf, neighboursIn, orderOf } from "./order.ts";
import { placeFor } from "./seal.ts";

/** The rule of ITenderHouse by which bidders open where the committee fails. */
const BY_BIDDERS = 16n;

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
  /** For each document that the lot requires what was found; absent where it requires none. */
  documents?: Mark[];
  /** Minor units; absent where malformed, and where a duplicate kept no place. */
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
  const { status, number, price, marks } = await context.house.bidOf(tender, lot, bidder);
  const state = BID_STATES[Number(status)] ?? "none";
  if (state === "none") throw new InputError(`${bidder} has no bid in lot ${lot} of tender ${tender}.`);
  if (state === "withdrawn" || state === "forfeited") {
    throw new InputError(`Your bid in this lot is ${state}, not sealed.`);
  }
  const commit = (await commitsOf(context, tender, lot, bidder)).at(-1);
  if (!commit) throw new InputError(`The node gives no log of your sealing in lot ${lot} of tender ${tender}.`);
  const terms = await context.house.tenderOf(tender);
  if (state !== (terms.scoredAt === 0n ? "sealed" : "part opened")) {
    // An earlier run may have ended between the opening and the publication of the quotation.
    const kept = await keptFor(context, parameters, commit.commitment);
    if (kept?.file.commitment === commit.commitment) await publishQuotation(context, kept.file);
    if (state === "malformed") return { done: { state } };
    const { required } = await context.house.lotOf(tender, lot);
    const count = unpackRequired(required).length;
    const known = number > 0n ? { price } : {};
    return { done: { state, ...known, ...(count > 0 ? { documents: unpackMarks(marks, count) } : {}) } };
  }
  const kept = await keptFor(context, parameters, commit.commitment);
  if (!kept) {
    throw new InputError(`No bid file in ${parameters.bids.folder} opens your sealed bid; give its path with --file.`);
  }
  if (kept.file.commitment !== commit.commitment) {
    throw new InputError(`The bid file ${kept.path} does not open the sealed bid: it is of another commitment.`);
  }
  await requireOpening(context, parameters, terms);
  return { act: await opening(context, parameters, kept.file, commit, terms) };
}

async function opening(
  context: Context,
  { tender, lot }: RevealParameters,
  file: BidFile,
  { number, block, sealed }: Commit,
  { scoredAt, seats }: TenderStructOutput,
): Promise<Act<Revealed>> {
  const { required } = await context.house.lotOf(tender, lot);
  const parts = partsOf(file);
  const part = scoredAt === 0n ? 0 : 1;
  const own = parts[part];
  if (!own) throw new InputError(`The bid file of lot ${lot} of tender ${tender} has no part ${part}.`);
  const sizes = { seats: { length: Number(seats) }, bidLengths: parts.map(({ bid: bytes }) => dataLength(bytes)) };
  const as = sealed === undefined ? undefined : sealedPart(sizes, sealed, part);
  const bid = part === parts.length - 1 ? decodePrice(own.bid) : null;
  const order = await orderOf(context, tender, lot);
  const neighbours = bid ? neighboursIn(order, bid.price, number) : { before: NOBODY, next: NOBODY };
  const time = await new BlockTimes(context.provider).at(block);
  const sealedAs = { envelope: as ? keccak256(as.envelope) : ZeroHash, other: as?.other ?? ZeroHash };
  const opening = { bid: own.bid, salt: own.salt, ...sealedAs, number, time, ...neighbours };
  const act = prepare(context.house.open, [tender, lot, file.bidder, opening], (receipt): Revealed => {
    const { status } = eventOf<{ status: bigint }>(receipt, context.house, "BidOpened");
    const state = BID_STATES[Number(status)];
    if (state === undefined || state === "none") throw new InputError(`A bid cannot have the status ${status}.`);
    if (state === "malformed") return { state };
    const documents = documentsOf(context, receipt, unpackRequired(required).length);
    return { state, ...(bid ? { price: bid.price } : {}), ...(documents ? { documents } : {}) };
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

function documentsOf(context: Context, receipt: ContractTransactionReceipt, count: number): Mark[] | undefined {
  if (count === 0) return undefined;
  const marked = receipt.logs.some((log) => context.house.interface.parseLog(log)?.name === "BidMarked");
  const marks = marked ? eventOf<{ marks: bigint }>(receipt, context.house, "BidMarked").marks : 0n;
  return unpackMarks(marks, count);
}

async function publishQuotation(context: Context, file: BidFile): Promise<void> {
  const quotation = quotationFileOf(file);
  if (quotation) await context.files.put(quotation);
}

/**
 * @throws InputError unless bids can be opened now and, in a way that no reorganisation undoes, be sealed no more. What
 * cannot be opened is not shown.
 */
async function requireOpening(
  context: Context,
  { tender, unfinalized }: RevealParameters,
  terms: TenderStructOutput,
): Promise<void> {
  const [last, opening] = [Number(terms.commitDeadline), Number(terms.revealDeadline)];
  const latest = (await context.provider.getBlock("latest"))?.timestamp ?? 0;
  const iso = (seconds: number) => new Date(seconds * 1000).toISOString();
  const shown = "nothing was shown to anyone.";
  if (terms.cancelledAt > 0n) throw new InputError(`Tender ${tender} was cancelled: ${shown}`);
  if (latest > opening) throw new InputError(`Bids could be opened until ${iso(opening)}: ${shown}`);
  if (latest <= last) {
    throw new InputError(`Sealing ends at ${iso(last)}, and the latest block is of ${iso(latest)}: ${shown}`);
  }
  if (terms.seats > 0n && ((terms.rules & BY_BIDDERS) === 0n || KEYS_OUT.includes(terms.phase))) {
    throw new InputError(`The committee of tender ${tender} opens its bids, by \`tender open\`: ${shown}`);
  }
  if (latest <= terms.scalarsDeadline) {
    const until = iso(Number(terms.scalarsDeadline));
    throw new InputError(`The committee can open until ${until}, bidders after it: ${shown}`);
  }
  if (unfinalized === true || DEVELOPMENT.includes(context.chainId)) return;
  const final = (await finalBlock(context))?.timestamp ?? 0;
  if (final > last) return;
  throw new InputError(
    `Sealing is over, but the latest final block is of ${iso(final)}: ${shown} Repeat in some minutes; open until ` +
      `${iso(opening)} in any case, with --unfinalized if need be.`,
  );
}

/** The bid file at the path given, else the kept one of the commitment. */
async function keptFor(
  context: Context,
  { tender, lot, bids, path }: RevealParameters,
  commitment: string,
): Promise<KeptBid | undefined> {
  const place = await placeFor(context, tender, lot);
  if (path === undefined) return bids.ofCommitment(place, context.genesisHash, commitment);
  const kept = await readBidFile(path);
  const other = misplaced(kept.file, place, context.genesisHash);
  if (other) throw new InputError(`The bid file ${path} is of another place: ${other}.`);
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
