import type { Context } from "./context.ts";

/** Chain ids of development chains: every block of theirs is final. */
export const DEVELOPMENT = [1337n, 31_337n];
/** How far back a block counts as final on a chain that does not tell. */
const DEPTH = 64;

/** The latest block that no reorganisation undoes. */
export async function finalBlock(context: Context) {
  const told = await context.provider.getBlock("finalized").catch((error: unknown) => {
    // Only a node that does not know the word is asked otherwise; one that fails to answer has not said anything.
    if (knowsNoFinality(error)) return null;
    throw error;
  });
  return told ?? context.provider.getBlock(Math.max(0, (await context.provider.getBlockNumber()) - DEPTH));
}

/** Codes of JSON-RPC and the execution API: no such method, invalid parameters, unknown block. */
const NOT_KNOWN = [-32_601, -32_602, -39_001];

function knowsNoFinality(error: unknown): boolean {
  const { error: inner, info, code } = error as { error?: unknown; info?: { error?: unknown }; code?: unknown };
  const nested = inner ?? info?.error;
  return nested === undefined ? NOT_KNOWN.includes(code as number) : knowsNoFinality(nested);
}
