import { id, toBeHex } from "ethers";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { BlockTimes, logsBetween } from "../shared/logs.ts";
import { fromHex, leafHash, toHex } from "../documents/hash.ts";
import { Tree } from "../documents/tree.ts";
import { type AccessPlace, placeOf, taggedHash, textHash, word, ZERO } from "./place.ts";

const RECORD_TAG = id("CommonSeal.Access.Record.v1");
/** The most records anchored at once; a root could stand for 2^20. */
const MAX_PERIOD = 1 << 16;

/** Which log of which body. */
export interface LogName {
  agency: number;
  /** The body's name for it, such as `exchanges`. */
  name: string;
}

/** A period of a log, as the chain has it. */
export interface Anchor {
  previousRoot: string;
  previousCount: number;
  root: string;
  count: number;
  /** Seconds, UTC. */
  time: number;
}

export const logId = ({ name }: LogName): string => textHash(name);

/** Hash of a record: its line, byte for byte, in the log in which it stands. */
export function recordHash(place: AccessPlace, log: LogName, text: string): string {
  return taggedHash(RECORD_TAG, place, word(log.agency), logId(log), textHash(text));
}

/** Root over the lines of a period, by the tree of IDocumentRegistry. */
export function periodRoot(place: AccessPlace, log: LogName, texts: string[]): string {
  return toHex(new Tree(texts.map((text, i) => leafHash(i, fromHex(recordHash(place, log, text))))).root);
}

/** All periods of a log, in order. */
export async function readAnchors(context: Context, log: LogName): Promise<Anchor[]> {
  const contract = context.accessLog.interface;
  const topics = [contract.getEvent("LogAnchored").topicHash, toBeHex(log.agency, 32), logId(log)];
  const latest = await context.provider.getBlockNumber();
  const filter = { address: context.addresses.AccessLog, topics };
  const found = await logsBetween(context.provider, filter, context.block, latest);
  const times = new BlockTimes(context.provider);
  await times.load(found.map(({ blockNumber }) => blockNumber));
  return Promise.all(
    found.map(async (entry) => {
      const args = contract.decodeEventLog("LogAnchored", entry.data, entry.topics);
      return {
        previousRoot: String(args["previousRoot"]),
        previousCount: Number(args["previousCount"]),
        root: String(args["root"]),
        count: Number(args["count"]),
        time: await times.at(entry.blockNumber),
      };
    }),
  );
}

/** The first period that the lines no longer yield; undefined where all do. */
export function changedPeriod(place: AccessPlace, log: LogName, texts: string[], anchors: Anchor[]) {
  return anchors.find(
    ({ previousCount, count, root }) => periodRoot(place, log, texts.slice(previousCount, count)) !== root,
  );
}

/** What an anchoring did: lines `first` to `last` stand under `root`. */
export interface Anchored {
  first: number;
  last: number;
  root: string;
}

/**
 * Prepares the anchoring of the lines that are not anchored yet; null where there are none. It goes by the events on
 * chain alone, so it can be run again after a crash.
 * @throws InputError if lines were changed or lost since they were anchored
 */
export async function anchorLog(
  context: Context,
  log: LogName,
  texts: string[],
  most = MAX_PERIOD,
): Promise<Act<Anchored> | null> {
  const place = placeOf(context);
  const anchors = await readAnchors(context, log);
  const changed = changedPeriod(place, log, texts, anchors);
  if (changed) {
    throw new InputError(
      texts.length < changed.count
        ? `The log has ${texts.length} lines, ${changed.count} are anchored: lines are lost.`
        : `Lines ${changed.previousCount + 1} to ${changed.count} were changed since they were anchored.`,
    );
  }
  const latest = anchors.at(-1);
  const before = latest?.count ?? 0;
  const fresh = texts.slice(before, before + most);
  if (fresh.length === 0) return null;
  const root = periodRoot(place, log, fresh);
  const count = before + fresh.length;
  return prepare(context.accessLog.anchor, [log.agency, logId(log), latest?.root ?? ZERO, before, root, count], () => ({
    first: before + 1,
    last: count,
    root,
  }));
}

/** Anchors all lines that are not anchored yet, in as many periods as it takes. */
export async function anchorAll(context: Context, log: LogName, texts: string[], most?: number): Promise<Anchored[]> {
  const done: Anchored[] = [];
  for (;;) {
    const act = await anchorLog(context, log, texts, most);
    if (!act) return done;
    done.push((await act.send()).result);
  }
}
