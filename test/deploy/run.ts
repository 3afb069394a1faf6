import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { network } from "hardhat";
import { loadAndExecuteDeploymentsFromFiles } from "../../rocketh/environment.ts";

export type Provider = { request(call: { method: string; params?: readonly unknown[] | object }): Promise<unknown> };
export const CONTRACTS = [
  "AccessLog",
  "AccessManager",
  "AgencyRegistry",
  "Complaints",
  "DataMarket",
  "DocumentRegistry",
  "ERC7913P256Verifier",
  "Evaluation",
  "OpeningCommittee",
  "TenderDesk",
  "TenderHouse",
  "TenderNotices",
  "TenderOffice",
] as const;
/** The thirteen contracts, and the functions of three roles, of one in two contracts. */
export const TRANSACTIONS = 17;
/** Which of the transactions deploy a contract, counted from 1; the others assign functions to a role. */
export const DEPLOYMENTS = [1, 2, 6, 7, 8, 10, 11, 12, 13, 14, 15, 16, 17];

/** A chain of its own, with ethers. Two with the same first date have the same genesis block. */
export async function freshChain(hardfork = "osaka", initialDate = new Date()) {
  return network.create({ network: "default", override: { hardfork, initialDate } as never });
}

/** Runs the scripts of deploy/ on a provider, as `npx hardhat deploy --network <environment>` does. */
export async function deploy(
  provider: Provider,
  options: { environment?: string; deployments?: string; admin?: number | string } = {},
) {
  const { environment, deployments, admin = 0 } = options;
  return loadAndExecuteDeploymentsFromFiles({
    provider,
    environment,
    saveDeployments: deployments !== undefined,
    config: {
      deployments: deployments ?? "deployments",
      accounts: { deployer: { default: 0 }, admin: { default: admin } },
    },
  } as never);
}

/** Runs a test with a folder for deployments, and removes it. */
export async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "deployments-"));
  try {
    await run(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What stands in a folder for deployments: file names and contents. */
export function readFolder(folder: string): Record<string, string> {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(names.map(({ name, parentPath }) => [name, readFileSync(join(parentPath, name), "utf8")]));
}

/** The addresses that stand in a folder for deployments, by contract name. */
export function recorded(folder: string): Record<string, string> {
  const files = Object.entries(readFolder(folder)).filter(([name]) => /^[A-Z].*\.json$/.test(name));
  return Object.fromEntries(
    files.map(([name, text]) => [name.replace(".json", ""), (JSON.parse(text) as { address: string }).address]),
  );
}

/** Runs with console.error recorded, and process.exitCode given back as it was. */
export async function withStderr(run: () => Promise<void>): Promise<{ lines: string[]; exitCode: unknown }> {
  const before = { error: console.error, exitCode: process.exitCode };
  const lines: string[] = [];
  process.exitCode = undefined;
  console.error = (...words: unknown[]) => lines.push(words.join(" "));
  try {
    await run();
    return { lines, exitCode: process.exitCode };
  } finally {
    console.error = before.error;
    process.exitCode = before.exitCode;
  }
}
