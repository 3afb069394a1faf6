import { setupEnvironmentFromFiles } from "@rocketh/node";
import { setupLogger } from "named-logs-console";
import { type Accounts, type Data, type Extensions, extensions } from "./config.ts";

/** Runs the scripts of deploy/ on a provider, as `npx hardhat deploy` does. */
export const { loadAndExecuteDeploymentsFromFiles } = setupEnvironmentFromFiles<Extensions, Accounts, Data>(extensions);

/** Runs the scripts of deploy/ on a chain in process, without a word and without a record. */
export async function deployInMemory(provider: unknown) {
  setupLogger(["rocketh", "@rocketh/node"], { enabled: false });
  return loadAndExecuteDeploymentsFromFiles({ provider: provider as never });
}
