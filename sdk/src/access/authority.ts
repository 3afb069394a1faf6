import { permissions } from "../agencies/permissions.ts";
import type { Context } from "../shared/context.ts";
import { chainTime } from "./place.ts";

/** Tells whether an account was allowed to exchange for a body at a time, by what was on chain then. */
export type Authority = (agency: number, account: string, time: number) => Promise<boolean>;

interface KeySpan {
  from: number;
  until: number;
  permissions: bigint;
  /** The registry must be asked: the body was suspended in the key's time. */
  ask: boolean;
}

/** Reads each body's keys once; asks the registry by the second only where a suspension makes a difference. */
export async function authorityOf(context: Context): Promise<Authority> {
  const { registry } = context;
  const latest = await chainTime(context);
  const spans = new Map<number, Promise<Map<string, KeySpan[]>>>();
  const bit = permissions["access.exchange"];
  return async (agency, account, time) => {
    const known = spans.get(agency) ?? readSpans(context, agency);
    spans.set(agency, known);
    for (const span of (await known).get(account) ?? []) {
      if ((span.permissions & bit) === 0n || time < span.from || time > span.until) continue;
      if (!span.ask) return true;
      return time < latest ? registry.mayAt(agency, account, bit, time) : registry.may(agency, account, bit);
    }
    return false;
  };
}

async function readSpans({ registry }: Context, agency: number): Promise<Map<string, KeySpan[]>> {
  if (agency > Number(await registry.agencyCount())) return new Map();
  const { keyCount } = await registry.agencyOf(agency);
  const spans = new Map<string, KeySpan[]>();
  for (let index = 0; index < Number(keyCount); index++) {
    const { account, key } = await registry.keyAt(agency, index);
    const span = {
      from: Number(key.from),
      until: Number(key.until),
      permissions: key.permissions,
      ask: key.suspended || key.everSuspended,
    };
    spans.set(account, [...(spans.get(account) ?? []), span]);
  }
  return spans;
}
