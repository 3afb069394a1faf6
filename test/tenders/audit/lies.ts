import { type Filter, getAddress, type Interface, Log, type LogDescription } from "ethers";
import type { Context } from "../../../sdk/src/shared/context.ts";
import { auditTender, type AuditResult } from "../../../sdk/src/tenders/audit/audit.ts";
import { CHECKS } from "../../../sdk/src/tenders/audit/checks.ts";

/** What an event is told to be instead: other values by name, another block or event; null = it is not told at all. */
export type Lie = (
  name: string,
  args: Record<string, unknown>,
) => (Record<string, unknown> & { block?: number; as?: { name: string; args: unknown[] } }) | null;

/** The same house behind a node that lies about what was logged. */
export function lying(context: Context, lie: Lie): Context {
  const { provider, house, committee, evaluation, complaints, notices, registry, addresses } = context;
  const abis = new Map<string, Interface>([
    [getAddress(addresses.TenderHouse), house.interface],
    [getAddress(addresses.OpeningCommittee), committee.interface],
    [getAddress(addresses.Evaluation), evaluation.interface],
    [getAddress(addresses.Complaints), complaints.interface],
    [getAddress(addresses.TenderNotices), notices.interface],
    [getAddress(addresses.AgencyRegistry), registry.interface],
  ]);
  const told = (log: Log): Log | null => {
    const abi = abis.get(log.address);
    const event = abi?.parseLog(log);
    return abi && event ? changed(context, abi, log, event, lie) : log;
  };
  const getLogs = async (filter: Filter) =>
    (await provider.getLogs(filter)).map(told).filter((log): log is Log => log !== null);
  const proxied = new Proxy(provider, {
    get(target, key) {
      if (key === "getLogs") return getLogs;
      const own: unknown = Reflect.get(target, key, target);
      return typeof own === "function" ? (own.bind(target) as unknown) : own;
    },
  });
  return { ...context, provider: proxied };
}

function changed({ provider }: Context, abi: Interface, log: Log, event: LogDescription, lie: Lie): Log | null {
  const changes = lie(event.name, event.args.toObject());
  if (changes === null) return null;
  const values = event.fragment.inputs.map(({ name }, i) => changes[name] ?? (event.args[i] as unknown));
  const { topics, data } = changes.as
    ? abi.encodeEventLog(changes.as.name, changes.as.args)
    : abi.encodeEventLog(event.name, values);
  const { address, blockHash, transactionHash, transactionIndex, index, removed } = log;
  const kept = { address, blockHash, transactionHash, transactionIndex, index, removed };
  return new Log({ ...kept, topics, data, blockNumber: changes.block ?? log.blockNumber }, provider);
}

/** A lie about the events of one name. */
export const about =
  (name: string, change: (args: Record<string, unknown>) => ReturnType<Lie>): Lie =>
  (told, args) =>
    told === name ? change(args) : {};

/** What one check finds. */
export async function findingsOf(check: string, context: Context, tender: bigint): Promise<string> {
  const run = CHECKS[check];
  if (!run) throw new Error(`there is no check ${check}`);
  const [result] = (await auditTender(context, tender, { [check]: run })).checks;
  return result?.findings.map(({ detail }) => detail).join("\n") ?? "";
}

/** What an audit finds, by check. */
export function byCheck({ checks }: AuditResult): Record<string, string[]> {
  return Object.fromEntries(
    checks.flatMap(({ check, findings }) =>
      findings.length > 0 ? [[check, findings.map(({ detail }) => detail)]] : [],
    ),
  );
}
