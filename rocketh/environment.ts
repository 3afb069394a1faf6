import { setupEnvironmentFromFiles } from "@rocketh/node";
import { type Accounts, type Data, type Extensions, extensions } from "./config.ts";

/** Runs the scripts of deploy/ on a provider, as `npx hardhat deploy` does. */
export const { loadAndExecuteDeploymentsFromFiles } = setupEnvironmentFromFiles<Extensions, Accounts, Data>(extensions);
