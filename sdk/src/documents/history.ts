import { type Provider, toBeHex } from "ethers";
import { DocumentRegistry__factory } from "../../../typechain-types/index.ts";
import { BlockTimes, logsBetween } from "../shared/logs.ts";
import type { Judged, Outcome } from "./outcome.ts";
import { masksOf } from "./revoke.ts";
import type { Checked } from "./verify.ts";

const abi = DocumentRegistry__factory.createInterface();

/**
 * When and why a document under a root, or of a list, was revoked by itself: the chain's state keeps only that it was,
 * its logs the rest. Every other outcome is returned as it is.
 * @param from the block of the registry, from which logs are read
 */
export async function withRevocation(
  provider: Provider,
  from: number,
  document: Checked,
  outcome: Outcome,
): Promise<Outcome> {
  if (outcome.status !== "revoked" || outcome.revoked !== undefined) return outcome;
  const { agency, registry, placement } = document;
  if (placement.kind === "record") return outcome;
  const name = placement.kind === "leaf" ? "LeavesRevoked" : "ListedRevoked";
  const hash = placement.kind === "leaf" ? placement.root : placement.list;
  const [[word, mask] = [0, 0n]] = masksOf([placement.index]);
  const topics = [abi.getEvent(name).topicHash, toBeHex(agency, 32), hash];
  for (const log of await logsBetween(provider, { address: registry, topics }, from, outcome.asOf.block)) {
    const act = actOf(abi.parseLog(log)?.args.toObject() as Told);
    if (act.word !== BigInt(word) || (act.mask & mask) === 0n) continue;
    const revoked = await new BlockTimes(provider).at(log.blockNumber);
    return { ...outcome, revoked, reason: Number(act.reason) } satisfies Judged;
  }
  return outcome;
}

interface Act {
  word: bigint;
  mask: bigint;
  reason: bigint;
}
type Told = Act | { mask: bigint; act: bigint };

/** What either event tells; `LeavesRevoked` tells it in one word. */
function actOf(told: Told): Act {
  return "act" in told ? { word: told.act >> 24n, mask: told.mask, reason: told.act & 0xffn } : told;
}
