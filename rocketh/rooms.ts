import type { Environment } from "@rocketh/core/types";
import { missingOpcodes } from "./chain.ts";

/**
 * Whether a room can be deployed: the chain executes all its contracts' opcodes, and the rooms it asks are there. If
 * not, says so in one line on stderr and makes the command end with exit code 1; the other rooms are deployed.
 */
export async function roomIsServed(
  env: Environment,
  room: string,
  artifacts: { bytecode: string }[],
  needs: string[],
): Promise<boolean> {
  const absent = needs.filter((name) => env.getOrNull(name) === null);
  const missing = await missingOpcodes(
    env.network.provider,
    artifacts.map((artifact) => artifact.bytecode),
  );
  const reasons = [
    ...(missing.length > 0 ? [`the chain lacks ${missing.join(", ")}`] : []),
    ...absent.map((name) => `${name} is not deployed`),
  ];
  if (reasons.length === 0) return true;
  console.error(`Room ${room} cannot be served on this chain: ${reasons.join("; ")}.`);
  process.exitCode = 1;
  return false;
}
