import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { formatAmount } from "../shared/amount.ts";
import { type BidStore, type KeptBid, priceSectionOf } from "./bidFile.ts";
import type { TenderModel } from "./model.ts";
import { readTender } from "./read.ts";

export interface KeptBidModel {
  path: string;
  tender: string;
  lot: number;
  bidder: string;
  /** With currency where the tender is on this chain, else in minor units. */
  price: string;
  /** The bid's state on chain; `not sent`, `replaced`, or `other chain`. */
  state: string;
}

/** All bid files of a folder with what became of them on this chain, and the files that cannot be read. */
export async function describeKept(context: Context, store: BidStore) {
  const { kept, broken } = await store.list();
  const models = new Map<string, Promise<TenderModel | null>>();
  const modelOf = (tender: string) => {
    const known = models.get(tender) ?? readTender(context, BigInt(tender)).catch(noTender);
    models.set(tender, known);
    return known;
  };
  const bids: KeptBidModel[] = [];
  for (const { path, file } of kept) {
    const here =
      file.genesisHash === context.genesisHash &&
      file.house.toLowerCase() === context.addresses.TenderHouse.toLowerCase();
    const model = here ? await modelOf(file.tender) : null;
    const { tender, lot, bidder } = file;
    bids.push({
      path,
      tender,
      lot,
      bidder,
      price: priceOf({ path, file }, model),
      state: here ? stateOf(file, model) : "other chain",
    });
  }
  return { bids, broken };
}

function noTender(error: unknown): null {
  if (error instanceof InputError) return null;
  throw error;
}

function priceOf({ file }: KeptBid, model: TenderModel | null): string {
  const bid = priceSectionOf(file);
  if (!bid) return "malformed";
  return model ? `${formatAmount(bid.price, model.decimals)} ${model.currency}` : `${bid.price} minor units`;
}

function stateOf(file: KeptBid["file"], model: TenderModel | null): string {
  const bid = model?.lots[file.lot]?.bids.find(({ bidder }) => bidder === file.bidder);
  const index = bid?.commits.findLastIndex(({ commitment }) => commitment === file.commitment) ?? -1;
  if (!bid || index < 0) return "not sent";
  return index === bid.commits.length - 1 ? bid.state : "replaced";
}
