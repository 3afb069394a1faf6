import { toBeHex } from "ethers";
import { logsBetween, type Moment } from "../../shared/logs.ts";
import type { AuditCase } from "./case.ts";

/** An event of a body in the registry of agencies. */
export interface BodyAct {
  name: string;
  args: { index: bigint; account: string; permissions: bigint; from: bigint; until: bigint; admin: string };
  at: Pick<Moment, "block" | "logIndex">;
}

/** What the registry of agencies tells of a body, in order. */
export async function bodyLog({ context, block }: AuditCase, agency: number): Promise<BodyAct[]> {
  const { registry, provider, addresses } = context;
  const filter = { address: addresses.AgencyRegistry, topics: [null, toBeHex(agency, 32)] };
  const logs = await logsBetween(provider, filter, context.block, block);
  return logs.flatMap((log) => {
    const event = registry.interface.parseLog(log);
    const at = { block: log.blockNumber, logIndex: log.index };
    return event ? [{ name: event.name, args: event.args as unknown as BodyAct["args"], at }] : [];
  });
}
