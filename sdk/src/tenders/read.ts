import { type Log, toBeHex } from "ethers";
import type {
  BidCommittedEvent,
  BidOpenedEvent,
  BidRejectedEvent,
} from "../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type {
  LotAwardedEvent,
  TenderCancelledEvent,
  TenderPublishedEvent,
} from "../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes, logsBetween } from "../shared/logs.ts";
import { decodeBid, NO_QUOTATION } from "./bid.ts";
import type { BidModel, BidState, LotModel, Moment, TaxBasis, TenderModel } from "./model.ts";

const TAX: TaxBasis[] = ["unstated", "net", "gross"];
/** ITenderHouse.BidStatus of a bid just opened. */
export const OPENED_STATES: Record<number, BidState> = {
  3: "standing",
  4: "unplaced",
  5: "over the ceiling",
  6: "malformed",
};

/**
 * Rebuilds a tender from logs alone.
 * @param toBlock the last block that counts; absent = the latest
 * @throws InputError if there is no such tender
 */
export async function readTender(context: Context, tender: bigint, toBlock?: number): Promise<TenderModel> {
  const to = toBlock ?? (await context.provider.getBlockNumber());
  const filter = { address: context.addresses.TenderHouse, topics: [null, toBeHex(tender, 32)] };
  const logs = await logsBetween(context.provider, filter, context.block, to);
  const times = new BlockTimes(context.provider);
  let model: TenderModel | undefined;
  for (const log of logs) {
    const event = context.house.interface.parseLog(log);
    if (!event) continue;
    const moment = await momentOf(log, times);
    if (event.name === "TenderPublished") {
      model = publishedModel(event.args as unknown as TenderPublishedEvent.OutputObject, moment);
    } else if (model) {
      apply(model, event.name, event.args, moment);
    }
  }
  if (!model) throw new InputError(`There is no tender ${tender} in the house at ${context.addresses.TenderHouse}.`);
  return model;
}

/** All tenders of the house, in order of publication. */
export async function listTenders(context: Context): Promise<TenderModel[]> {
  const count = await context.house.tenderCount();
  return Promise.all(Array.from({ length: Number(count) }, (_, i) => readTender(context, BigInt(i + 1))));
}

/** A lot of a tender. @throws InputError if there is none with this number */
export function lotAt(model: TenderModel, lot: number): LotModel {
  const found = model.lots[lot];
  if (!found) throw new InputError(`Tender ${model.tender} has no lot ${lot}: it has ${model.lots.length}, from 0 on.`);
  return found;
}

/** A bidder's bid in a lot. @throws InputError if it has none */
export function bidAt(model: TenderModel, lot: number, bidder: string): BidModel {
  const found = lotAt(model, lot).bids.find((bid) => bid.bidder.toLowerCase() === bidder.toLowerCase());
  if (!found) throw new InputError(`${bidder} has no bid in lot ${lot} of tender ${model.tender}.`);
  return found;
}

async function momentOf(log: Log, times: BlockTimes): Promise<Moment> {
  return {
    block: log.blockNumber,
    time: await times.at(log.blockNumber),
    tx: log.transactionHash,
    logIndex: log.index,
  };
}

function publishedModel({ tender, agency, terms }: TenderPublishedEvent.OutputObject, moment: Moment): TenderModel {
  return {
    tender,
    agency: Number(agency),
    published: moment,
    documents: terms.documents,
    currency: Buffer.from(terms.currency.slice(2), "hex").toString("latin1"),
    decimals: Number(terms.decimals),
    tax: TAX[Number(terms.tax)] ?? "unstated",
    commitDeadline: Number(terms.commitDeadline),
    revealDeadline: Number(terms.revealDeadline),
    awardDeadline: Number(terms.awardDeadline),
    standstill: Number(terms.standstill),
    ...(terms.bondAmount > 0n
      ? { bond: { token: terms.bondToken, amount: terms.bondAmount, treasury: terms.treasury } }
      : {}),
    lots: terms.ceilings.map((ceiling, lot) => ({ lot, ceiling, bids: [] })),
    latest: moment,
  };
}

/** Applies one event after the publication. */
function apply(model: TenderModel, name: string, args: unknown, moment: Moment): void {
  model.latest = moment;
  if (name === "TenderCancelled") {
    const { reason, evidence } = args as TenderCancelledEvent.OutputObject;
    model.cancelled = { ...moment, reason: Number(reason), evidence };
    return;
  }
  const lot = lotAt(model, Number((args as { lot: bigint }).lot));
  switch (name) {
    case "LotAwarded": {
      const { winner, number, price, standstillEnd } = args as LotAwardedEvent.OutputObject;
      lot.award = { ...moment, winner, number: Number(number), price, standstillEnd: Number(standstillEnd) };
      return;
    }
    case "LotClosed":
      lot.closed = moment;
      return;
    default:
      applyToBid(lot, name, args as { bidder: string }, moment);
  }
}

function applyToBid(lot: LotModel, name: string, args: { bidder: string }, moment: Moment): void {
  let bid = lot.bids.find(({ bidder }) => bidder === args.bidder);
  if (!bid) {
    bid = { bidder: args.bidder, state: "sealed", commits: [] };
    lot.bids.push(bid);
  }
  switch (name) {
    case "BidCommitted":
    case "BidReplaced": {
      const { commitment, number } = args as unknown as BidCommittedEvent.OutputObject;
      bid.commits.push({ ...moment, commitment, number: Number(number) });
      bid.state = "sealed";
      delete bid.withdrawn;
      return;
    }
    case "BidWithdrawn":
      bid.state = "withdrawn";
      bid.withdrawn = moment;
      return;
    case "BidOpened":
      openBid(bid, args as unknown as BidOpenedEvent.OutputObject, moment);
      return;
    case "BidPlaced":
      bid.state = "standing";
      return;
    case "BidRejected": {
      const { reason, evidence } = args as unknown as BidRejectedEvent.OutputObject;
      bid.state = "rejected";
      bid.rejected = { ...moment, reason: Number(reason), evidence };
      return;
    }
    case "BondReleased":
      bid.bond = { ...moment, outcome: "released" };
      return;
    case "BondForfeited":
      bid.state = "forfeited";
      bid.bond = { ...moment, outcome: "forfeited" };
      return;
  }
}

function openBid(bid: BidModel, event: BidOpenedEvent.OutputObject, moment: Moment): void {
  bid.state = OPENED_STATES[Number(event.status)] ?? "malformed";
  bid.opened = { ...moment, bytes: event.bid, salt: event.salt };
  const decoded = decodeBid(event.bid);
  if (!decoded) return;
  bid.price = decoded.price;
  if (decoded.quotation !== NO_QUOTATION) bid.quotation = decoded.quotation;
}
