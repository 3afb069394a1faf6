import type { Context } from "../shared/context.ts";
import { type LogName, readAnchors } from "./anchor.ts";
import { audit, type AuditParameters, type Finding } from "./audit.ts";
import { authorityOf } from "./authority.ts";
import { revocations, type RevokedAt } from "./consent.ts";
import { chainTime, placeOf } from "./place.ts";
import { parseLog } from "./published.ts";
import { signatureCheck } from "../shared/signatures.ts";

/** Until then an access in an emergency must be reviewed, seconds. */
export const REVIEW_WITHIN = 14 * 86_400;

export type ChainAuditParameters = Pick<AuditParameters, "consents" | "statutes" | "onExchange"> & {
  logs: { log: LogName; texts: string[] }[];
  reviewWithin?: number;
};

/** Audits logs against one another and against the chain's anchors, keys and revocations. */
export async function auditOnChain(context: Context, parameters: ChainAuditParameters): Promise<Finding[]> {
  const { logs, reviewWithin = REVIEW_WITHIN, ...rest } = parameters;
  const read = logs.map(async ({ log, texts }) => parseLog(log, texts, await readAnchors(context, log)));
  return audit({
    ...rest,
    place: placeOf(context),
    logs: await Promise.all(read),
    isSigned: signatureCheck(context.provider),
    mayExchange: await authorityOf(context),
    revokedAt: remembered(revocations(context)),
    now: await chainTime(context),
    reviewWithin,
  });
}

function remembered(revokedAt: RevokedAt): RevokedAt {
  const known = new Map<string, Promise<number>>();
  return (commitment) => {
    const time = known.get(commitment) ?? revokedAt(commitment);
    known.set(commitment, time);
    return time;
  };
}
