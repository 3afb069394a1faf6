import { EventFragment, toBeHex } from "ethers";
import type { TenderPublishedEvent } from "../../../typechain-types/contracts/tenders/TenderHouse.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes, logsBetween, momentOf } from "../shared/logs.ts";
import { applyEvent, currencyOf, type TenderEvent, type TenderModels } from "./events.ts";
import { type BidModel, lotAt, type TenderModel } from "./model.ts";

/**
 * Rebuilds a tender from logs alone.
 * @param toBlock the last block that counts; absent = the latest
 * @throws InputError if there is no such tender
 */
export async function readTender(context: Context, tender: bigint, toBlock?: number): Promise<TenderModel> {
  const [model] = await readTenders(context, [toBeHex(tender, 32)], toBlock);
  if (!model) throw new InputError(`There is no tender ${tender} in the house at ${context.addresses.TenderHouse}.`);
  return model;
}

/** A tender's currency and its decimals, from the one log of its publication. @throws InputError if there is none */
export async function readMoney(context: Context, tender: bigint): Promise<Pick<TenderModel, "currency" | "decimals">> {
  const topics = [context.house.interface.getEvent("TenderPublished").topicHash, toBeHex(tender, 32)];
  const filter = { address: context.addresses.TenderHouse, topics };
  const to = await context.provider.getBlockNumber();
  const [log] = await logsBetween(context.provider, filter, context.block, to);
  const event = log && context.house.interface.parseLog(log);
  if (!event) throw new InputError(`There is no tender ${tender} in the house at ${context.addresses.TenderHouse}.`);
  const { terms } = event.args as unknown as TenderPublishedEvent.OutputObject;
  return { currency: currencyOf(terms.currency), decimals: Number(terms.decimals) };
}

/** All tenders of the house, in order of publication. */
export function listTenders(context: Context): Promise<TenderModel[]> {
  return readTenders(context, null);
}

async function readTenders(context: Context, topic: string[] | null, toBlock?: number): Promise<TenderModel[]> {
  const models: TenderModels = new Map();
  for (const event of await readEvents(context, topic, toBlock)) applyEvent(models, event);
  return [...models.values()];
}

/** The events of tenders, in order. */
export async function readEvents(context: Context, topic: string[] | null, toBlock?: number): Promise<TenderEvent[]> {
  const to = toBlock ?? (await context.provider.getBlockNumber());
  const abi = context.house.interface;
  const names = abi.fragments.flatMap((one) =>
    one instanceof EventFragment && one.inputs[0]?.name === "tender" ? [one.topicHash] : [],
  );
  const filter = { address: context.addresses.TenderHouse, topics: [names, topic] };
  const logs = await logsBetween(context.provider, filter, context.block, to);
  const times = new BlockTimes(context.provider);
  await times.load(logs.map((log) => log.blockNumber));
  const events: TenderEvent[] = [];
  for (const log of logs) {
    const event = abi.parseLog(log);
    if (event) events.push({ name: event.name, args: event.args, moment: await momentOf(log, times) });
  }
  return events;
}

/** A bidder's bid in a lot. @throws InputError if it has none */
export function bidAt(model: TenderModel, lot: number, bidder: string): BidModel {
  const found = lotAt(model, lot).bids.find((bid) => bid.bidder.toLowerCase() === bidder.toLowerCase());
  if (!found) throw new InputError(`${bidder} has no bid in lot ${lot} of tender ${model.tender}.`);
  return found;
}
