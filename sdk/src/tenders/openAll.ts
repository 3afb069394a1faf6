import { keccak256 } from "ethers";
import { type Done, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { describeError } from "../shared/decode.ts";
import { InputError } from "../shared/errors.ts";
import { decodePrice, type PartPlace } from "./bid.ts";
import {
  judgeEnvelope,
  type Judgement,
  type Opening,
  type Quorum,
  type Scalars,
  type SealedPart,
} from "./committee/envelope.ts";
import { productsOf } from "./committee/products.ts";
import { type CommitteeModel, scalarsOf } from "./committee/read.ts";
import { placeBids } from "./head.ts";
import { type BidModel, type BidState, NOBODY, type TenderModel } from "./model.ts";
import { chargeOf, iso, keysOf, readOpening } from "./opening.ts";
import { BID_STATES, neighboursIn, type OrderedBid, orderOf } from "./order.ts";
import { type FoundQuotation, readQuotations } from "./quotation.ts";
import { bidAt, readTender } from "./read.ts";
import { type SealedAs, sealedPart } from "./sealedPart.ts";

/** What became of a sealed bid. */
export interface OpenedRow {
  lot: number;
  bidder: string;
  state: BidState;
  /** What this run did: opened it, convicted its envelope, or nothing, because it had been done or cannot be. */
  did: "opened" | "convicted" | "nothing";
  /** What this run sent for it. */
  act?: Done<object>;
  /** Why it could not be done. */
  failed?: string;
  /** Of an open bid that names a quotation. */
  quotation?: FoundQuotation;
}

export interface OpenParameters {
  tender: bigint;
  onProgress?: (done: number, of: number) => void;
}

/** A bid's current part as it was sealed, and what the house wants to be told of it. */
interface Sealed extends SealedPart, SealedAs {
  number: number;
  time: number;
}

/**
 * Opens the current part of every bid of a tender, with the scalars that are out: anyone can. Each envelope is decrypted;
 * one that does not hold what its bidder committed to is convicted, also where its bidder has opened it or it was opened
 * before; the others are opened in their order. What was done before is not done again, so that it can be run again
 * after a cut, and again when more scalars are out: those of three seats may acquit what a fourth one convicts.
 * @throws InputError if too few scalars are out, or it is too late to open and to judge
 */
export async function openBids(context: Context, { tender, onProgress }: OpenParameters): Promise<OpenedRow[]> {
  const { model, part, committee, now } = await readOpening(context, tender);
  const run = new Run(context, model, part, committee);
  const all = model.lots.flatMap(({ lot, bids }) => bids.filter(isSealed).map((bid) => ({ lot, bid })));
  const rows: OpenedRow[] = [];
  for (const { lot, bid } of all) {
    rows.push(await run.one(lot, bid, now <= model.revealDeadline));
    onProgress?.(rows.length, all.length);
  }
  // Anyone can place what another opening got in between; who loses that race has lost nothing.
  for (const { lot } of model.lots) await placeBids(context, tender, lot).catch(() => 0);
  const opened = await readTender(context, tender);
  const quotations = await readQuotations(context, opened);
  for (const row of rows) {
    const quotation = quotations.get(bidAt(opened, row.lot, row.bidder));
    if (quotation) row.quotation = quotation;
  }
  return rows;
}

/** Whether an envelope stands that could be opened or judged. */
function isSealed({ state, commits }: BidModel): boolean {
  return state !== "withdrawn" && commits.at(-1)?.sealed !== undefined;
}

/** One run over the bids of a tender. */
class Run {
  readonly #products = productsOf();
  readonly #orders = new Map<number, OrderedBid[]>();
  readonly #context: Context;
  readonly #model: TenderModel;
  readonly #part: number;
  readonly #quorum: Quorum;
  readonly #scalars: Scalars;
  readonly #keys: string[];

  constructor(context: Context, model: TenderModel, part: number, committee: CommitteeModel) {
    this.#context = context;
    this.#model = model;
    this.#part = part;
    this.#quorum = { seats: committee.seats.length, threshold: committee.threshold };
    this.#scalars = scalarsOf(committee, part);
    this.#keys = keysOf(committee, part);
  }

  /** Opens or convicts a bid, unless that was done. What fails is told and stops no other. */
  async one(lot: number, bid: BidModel, open: boolean): Promise<OpenedRow> {
    const row = { lot, bidder: bid.bidder, state: bid.state, did: "nothing" as const };
    try {
      const sealed = this.#sealed(lot, bid);
      const judgement = judgeEnvelope(sealed, this.#scalars, sealed.commitment, this.#products, this.#keys);
      if (!judgement.honest) {
        if (bid.state === "void") return row;
        return { ...row, ...(await this.#convict(sealed, judgement)) };
      }
      if (bid.state !== (this.#part === 0 ? "sealed" : "part opened")) return row;
      if (!open) return { ...row, failed: `bids could be opened until ${iso(this.#model.revealDeadline)}` };
      return { ...row, ...(await this.#open(sealed, judgement)) };
    } catch (error) {
      return { ...row, failed: describeError(error) };
    }
  }

  async #convict(
    sealed: Sealed,
    judgement: Extract<Judgement, { honest: false }>,
  ): Promise<Pick<OpenedRow, "state" | "did" | "act">> {
    const { tender, lot, bidder } = sealed.place;
    const charge = chargeOf(judgement, sealed, this.#keys);
    const act = await prepare(this.#context.house.judge, [tender, lot, bidder, charge], () => ({})).send();
    return { state: "void", did: "convicted", act };
  }

  async #open(sealed: Sealed, { bid, salt }: Opening): Promise<Pick<OpenedRow, "state" | "did" | "act">> {
    const { place, envelope, other, number, time } = sealed;
    const { tender, lot, bidder } = place;
    const order = this.#orders.get(lot) ?? (await orderOf(this.#context, tender, lot));
    this.#orders.set(lot, order);
    const price = this.#part === 1 || this.#model.sealing?.bidLengths.length === 1 ? decodePrice(bid) : null;
    const neighbours = price ? neighboursIn(order, price.price, number) : { before: NOBODY, next: NOBODY };
    const opening = { bid, salt, envelope: keccak256(envelope), other, number, time, ...neighbours };
    const act = await prepare(this.#context.house.open, [tender, lot, bidder, opening], () => ({})).send();
    const state = BID_STATES[Number((await this.#context.house.bidOf(tender, lot, bidder)).status)];
    if (state === undefined || state === "none") throw new InputError(`The bid of ${bidder} is not there any more.`);
    // A duplicate has taken its rival's place with it; the order is read anew then.
    if (state === "duplicate") this.#orders.delete(lot);
    else if (price && (state === "standing" || state === "unplaced")) {
      order.push({ bidder, price: price.price, number, placed: state === "standing", stands: true });
      order.sort((a, b) => (a.price === b.price ? a.number - b.number : a.price < b.price ? -1 : 1));
    }
    return { state, did: "opened", act };
  }

  #sealed(lot: number, bid: BidModel): Sealed {
    const commit = bid.commits.at(-1);
    if (commit?.sealed === undefined) throw new InputError(`The bid of ${bid.bidder} was not sealed for a committee.`);
    const { chainId, addresses } = this.#context;
    const { sealing } = this.#model;
    const own = sealing && sealedPart(sealing, commit.sealed, this.#part);
    if (!own) throw new InputError(`The bid of ${bid.bidder} has no part ${this.#part}.`);
    const place: PartPlace = {
      chainId,
      house: addresses.TenderHouse,
      tender: this.#model.tender,
      lot,
      part: this.#part,
      bidder: bid.bidder,
    };
    return {
      place,
      quorum: this.#quorum,
      ...own,
      number: commit.number,
      time: commit.time,
    };
  }
}
