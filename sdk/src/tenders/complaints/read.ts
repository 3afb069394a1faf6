import { ZeroAddress } from "ethers";
import type { Context } from "../../shared/context.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../../shared/logs.ts";
import { COMPLAINT_STATES, type ComplaintState } from "./status.ts";

/** A complaint, rebuilt from logs. */
export interface ComplaintModel {
  complaint: bigint;
  tender: bigint;
  lot: number;
  /** Open ones have lapsed once their deadline is over, whether that was recorded or not. */
  state: ComplaintState;
  complainant: string;
  /** Account whose bid gives the right to complain. */
  bidder: string;
  /** Whose award it is about, where it names one. */
  winner?: string;
  /** SHA-256 digest of the complaint. */
  grounds: string;
  /** Last second in which it can be decided, UTC. */
  deadline: number;
  filed: Moment;
  /** When and how it ended. */
  ended?: Moment & { statement?: string; key?: number };
}

interface Filed {
  complaint: bigint;
  tender: bigint;
  lot: bigint;
  complainant: string;
  bidder: string;
  winner: string;
  grounds: string;
  deadline: bigint;
}

interface Ended {
  complaint: bigint;
  status?: bigint;
  key?: bigint;
  statement?: string;
}

/**
 * The complaints about a tender, or about all of them, in the order in which they were filed.
 * @param toBlock the last block that counts; absent = the latest
 */
export async function readComplaints(context: Context, tender?: bigint, toBlock?: number): Promise<ComplaintModel[]> {
  const head = await context.provider.getBlock(toBlock ?? "latest");
  const filter = { address: context.addresses.Complaints };
  const logs = await logsBetween(context.provider, filter, context.block, head?.number ?? 0);
  const times = new BlockTimes(context.provider);
  const all = new Map<bigint, ComplaintModel>();
  for (const log of logs) {
    const event = context.complaints.interface.parseLog(log);
    if (event?.name === "ComplaintFiled") {
      const filed = filedOf(event.args as unknown as Filed, await momentOf(log, times));
      if (tender === undefined || filed.tender === tender) all.set(filed.complaint, filed);
    } else if (event?.name.startsWith("Complaint") === true) {
      const ended = event.args as unknown as Ended;
      const one = all.get(ended.complaint);
      if (one) end(one, event.name, ended, await momentOf(log, times));
    }
  }
  const now = head?.timestamp ?? 0;
  return [...all.values()].map((one) =>
    one.state === "open" && now > one.deadline ? { ...one, state: "lapsed" } : one,
  );
}

function filedOf(args: Filed, filed: Moment): ComplaintModel {
  const { complaint, tender, lot, complainant, bidder, winner, grounds, deadline } = args;
  const named = winner === ZeroAddress ? {} : { winner };
  const own = { complainant, bidder, ...named, grounds, deadline: Number(deadline), filed };
  return { complaint, tender, lot: Number(lot), state: "open", ...own };
}

function end(one: ComplaintModel, event: string, args: Ended, moment: Moment): void {
  if (event === "ComplaintWithdrawn") one.state = "withdrawn";
  else if (event === "ComplaintLapsed") one.state = "lapsed";
  else one.state = COMPLAINT_STATES[Number(args.status)] ?? "none";
  const { statement, key } = args;
  one.ended = { ...moment, ...(statement === undefined ? {} : { statement, key: Number(key) }) };
}
