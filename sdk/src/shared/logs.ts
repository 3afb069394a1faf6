import type { Filter, Log, Provider } from "ethers";

/** The most blocks asked for at once, where a node gives no answer for the whole range. */
const MIN_RANGE = 100;

/**
 * All logs of a filter between two blocks. Public nodes limit a range: a refused one is halved until it is answered.
 */
export async function logsBetween(provider: Provider, filter: Filter, from: number, to: number): Promise<Log[]> {
  if (from > to) return [];
  try {
    return await provider.getLogs({ ...filter, fromBlock: from, toBlock: to });
  } catch (error) {
    if (to - from < MIN_RANGE) throw error;
    const middle = from + Math.floor((to - from) / 2);
    return [
      ...(await logsBetween(provider, filter, from, middle)),
      ...(await logsBetween(provider, filter, middle + 1, to)),
    ];
  }
}

/** Blocks asked for at once. */
const AT_ONCE = 50;

/** Times of blocks, each asked for once. */
export class BlockTimes {
  readonly #times = new Map<number, Promise<number>>();
  readonly #provider: Provider;

  constructor(provider: Provider) {
    this.#provider = provider;
  }

  /** Asks for many blocks, several at once. */
  async load(blocks: number[]): Promise<void> {
    const wanted = [...new Set(blocks)];
    for (let i = 0; i < wanted.length; i += AT_ONCE)
      await Promise.all(wanted.slice(i, i + AT_ONCE).map((b) => this.at(b)));
  }

  /** Seconds, UTC. */
  at(block: number): Promise<number> {
    const known = this.#times.get(block);
    if (known) return known;
    const time = this.#provider.getBlock(block).then((found) => {
      if (!found) throw new Error(`The node does not give block ${block}.`);
      return found.timestamp;
    });
    this.#times.set(block, time);
    return time;
  }
}

/** Where something happened on chain. */
export interface Moment {
  block: number;
  /** Block time: seconds, UTC. */
  time: number;
  tx: string;
  logIndex: number;
}

/** Where and when a log was written. */
export async function momentOf(log: Log, times: BlockTimes): Promise<Moment> {
  return {
    block: log.blockNumber,
    time: await times.at(log.blockNumber),
    tx: log.transactionHash,
    logIndex: log.index,
  };
}
