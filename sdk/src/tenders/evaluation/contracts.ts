import { toBeHex } from "ethers";
import type { Context } from "../../shared/context.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../../shared/logs.ts";

/** What became of an award in the present judging of its lot: its operator signed, or yielded its place. */
export interface ContractModel extends Moment {
  lot: number;
  bidder: string;
  /** SHA-256 digest of the contract; absent where the place was yielded. */
  document?: string;
}

/** The contracts signed and the places yielded of a tender that the house's evaluation judges, in order. */
export async function readContracts(context: Context, tender: bigint, toBlock: number): Promise<ContractModel[]> {
  const { evaluation, provider, addresses, block } = context;
  const filter = { address: addresses.Evaluation, topics: [null, toBeHex(tender, 32)] };
  const times = new BlockTimes(provider);
  let all: ContractModel[] = [];
  for (const log of await logsBetween(provider, filter, block, toBlock)) {
    const event = evaluation.interface.parseLog(log);
    if (!event) continue;
    const { lot: index, bidder, document } = event.args as unknown as { lot: bigint; bidder: string; document: string };
    const own = { lot: Number(index), bidder };
    if (event.name === "JudgingRestarted") all = all.filter(({ lot }) => lot !== own.lot);
    if (event.name === "ContractSigned") all.push({ ...own, document, ...(await momentOf(log, times)) });
    if (event.name === "PlaceYielded") all.push({ ...own, ...(await momentOf(log, times)) });
  }
  return all;
}
