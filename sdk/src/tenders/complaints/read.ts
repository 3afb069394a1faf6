import { ZeroAddress } from "ethers";
import type { Context } from "../../shared/context.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../../shared/logs.ts";
import type { TenderModel } from "../model.ts";
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

/** An event of the contract that hears complaints. */
export interface ComplaintEvent {
  name: string;
  args: unknown;
  moment: Moment;
}

/**
 * The complaints about a tender, or about all of them, in the order in which they were filed.
 * @param toBlock the last block that counts; absent = the latest
 */
export async function readComplaints(context: Context, tender?: bigint, toBlock?: number): Promise<ComplaintModel[]> {
  const head = await context.provider.getBlock(toBlock ?? "latest");
  const all = complaintsOf(await complaintEvents(context, head?.number ?? 0), tender);
  const now = head?.timestamp ?? 0;
  return all.map((one) => (one.state === "open" && now > one.deadline ? { ...one, state: "lapsed" } : one));
}

/** The complaints about these tenders; none is looked for where none of them names the house's own contract. */
export async function complaintsAbout(context: Context, tenders: readonly TenderModel[]): Promise<ComplaintModel[]> {
  if (!tenders.some((one) => isHeardHere(context, one))) return [];
  return readComplaints(context, tenders.length === 1 ? tenders[0]?.tender : undefined);
}

/** Whether the house's own contract hears the complaints about a tender. */
export function isHeardHere({ addresses }: Pick<Context, "addresses">, { complaints }: TenderModel): boolean {
  return complaints?.toLowerCase() === addresses.Complaints.toLowerCase();
}

/** All events of the contract up to a block, in order. */
export async function complaintEvents(context: Context, to: number): Promise<ComplaintEvent[]> {
  const { provider, addresses, block, complaints } = context;
  const logs = await logsBetween(provider, { address: addresses.Complaints }, block, to);
  const times = new BlockTimes(provider);
  await times.load(logs.map(({ blockNumber }) => blockNumber));
  const events: ComplaintEvent[] = [];
  for (const log of logs) {
    const event = complaints.interface.parseLog(log);
    if (event) events.push({ name: event.name, args: event.args, moment: await momentOf(log, times) });
  }
  return events;
}

/** What events tell of complaints about a tender, or about all of them: open ones are open, whatever the time. */
export function complaintsOf(events: readonly ComplaintEvent[], tender?: bigint): ComplaintModel[] {
  const all = new Map<bigint, ComplaintModel>();
  for (const { name, args, moment } of events) {
    if (name === "ComplaintFiled") {
      const filed = filedOf(args as Filed, moment);
      if (tender === undefined || filed.tender === tender) all.set(filed.complaint, filed);
    } else if (name.startsWith("Complaint")) {
      const one = all.get((args as Ended).complaint);
      if (one) end(one, name, args as Ended, moment);
    }
  }
  return [...all.values()];
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
