import { type ErrorFragment, Interface } from "ethers";
import { InputError } from "./errors.ts";
import { errorTable } from "./errorTable.ts";

/** An error of a contract, as the SDK tells it. */
export interface ContractError {
  name: string;
  args: Record<string, string>;
  /** What is wrong. */
  notice: string;
  /** What to do. */
  fix: string;
}

/** Decodes revert data against the errors of all contracts of the suite; null where it is none of them. */
export function decodeRevert(data: string): ContractError | null {
  const entry = errorTable[data.slice(0, 10)];
  if (!entry) return null;
  const fragment = new Interface([entry.abi]).getError(entry.name);
  if (!fragment) return null;
  return { name: entry.name, args: valuesOf(fragment, data), notice: entry.notice, fix: entry.fix };
}

/** The offending values; none where the data, which any contract can make up, does not hold them. */
function valuesOf(fragment: ErrorFragment, data: string): Record<string, string> {
  try {
    const values = new Interface([fragment]).decodeErrorResult(fragment, data);
    return Object.fromEntries(fragment.inputs.map((input, i) => [input.name, String(values[i])]));
  } catch {
    return {};
  }
}

/** One line for any error: what is wrong and, for a contract's error, what to do. */
export function describeError(error: unknown): string {
  if (error instanceof InputError) return oneLine(error.message);
  const data = revertData(error);
  if (data) {
    const known = decodeRevert(data);
    if (known) {
      const args = Object.entries(known.args).map(([name, value]) => `${name} ${value}`);
      return oneLine(`${known.name}${args.length > 0 ? ` (${args.join(", ")})` : ""}: ${known.notice} ${known.fix}`);
    }
  }
  const message = deepestMessage(error);
  if (/ECONNREFUSED|fetch failed|HHE718|cannot connect|ENOTFOUND|ETIMEDOUT|socket/i.test(message)) {
    return oneLine(`The node cannot be reached: ${message}`);
  }
  return oneLine(message);
}

/** Whether an error is a contract's refusal with its reason, and no fault of the node. */
export function isRefusal(error: unknown): boolean {
  return revertData(error) !== null;
}

const NESTED = ["data", "error", "info", "cause"] as const;

function nested(value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return NESTED.map((key) => (value as Record<string, unknown>)[key]).filter((inner) => inner !== undefined);
}

/** The revert data somewhere in an error of ethers, Hardhat or a node. */
function revertData(error: unknown, depth = 0): string | null {
  if (depth > 6) return null;
  for (const inner of nested(error)) {
    if (typeof inner === "string" && /^0x[0-9a-f]{8}/i.test(inner)) return inner.toLowerCase();
    const found = revertData(inner, depth + 1);
    if (found) return found;
  }
  return null;
}

function deepestMessage(error: unknown, depth = 0): string {
  const own = error instanceof Error ? error.message : String(error);
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && depth < 6 ? `${own} ${deepestMessage(cause, depth + 1)}` : own;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
