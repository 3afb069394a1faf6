import type { Environment } from "@rocketh/core/types";
import { missingOpcodes } from "./chain.ts";

/**
 * Whether a room can be deployed: the chain executes all its contracts' opcodes, and the rooms it asks are there. If
 * not, says so in one line on stderr and makes the command end with exit code 1; the other rooms are deployed.
 * @throws if a contract on record has no code: the chain was reset
 */
export async function roomIsServed(
  env: Environment,
  room: string,
  artifacts: { contractName: string; bytecode: string }[],
  needs: string[],
): Promise<boolean> {
  const names = [...needs, ...artifacts.map(({ contractName }) => contractName)];
  for (const name of names) await requireCode(env, name);
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

async function requireCode(env: Environment, name: string): Promise<void> {
  const recorded = env.getOrNull(name);
  if (!recorded) return;
  const code = await env.network.provider.request({ method: "eth_getCode", params: [recorded.address, "latest"] });
  if (code !== "0x") return;
  throw new Error(
    `${name} is on record at ${recorded.address}, but there is no code: the chain was reset. ` +
      `Remove deployments/${env.name} to deploy anew.`,
  );
}
