import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Provider } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { connect, CONTRACTS, type Context, type Deployment } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { FolderStore, parseJson } from "../../sdk/src/shared/files.ts";
import { BidStore } from "../../sdk/src/tenders/bidFile.ts";
import { type Args, optional } from "./options.ts";

/** The folder of local state: files by content, bid files. */
export function stateFolder(hre: HardhatRuntimeEnvironment): string {
  return process.env["COMMON_SEAL_HOME"] ?? join(hre.config.paths.root, ".common-seal");
}

/** The folder in which each network's deployments are recorded: deployments/, or COMMON_SEAL_DEPLOYMENTS. */
export function deploymentsFolder(hre: HardhatRuntimeEnvironment): string {
  return process.env["COMMON_SEAL_DEPLOYMENTS"] ?? join(hre.config.paths.root, "deployments");
}

export function bidStore(hre: HardhatRuntimeEnvironment): BidStore {
  return new BidStore(join(stateFolder(hre), "bids"));
}

/** An agency's keys for attachments. */
export function attachmentsFolder(hre: HardhatRuntimeEnvironment): string {
  return join(stateFolder(hre), "attachments");
}

/** Opens the house on the network of `--network`, else on the local node, with the account of `--as`. */
export async function openHouse(args: Args, hre: HardhatRuntimeEnvironment): Promise<Context> {
  const network = hre.globalOptions.network ?? "localhost";
  const { ethers } = await hre.network.create(network);
  const provider = ethers.provider as unknown as Provider;
  const deployment = await readDeployment(hre, network);
  const signer = chooseSigner(await ethers.getSigners(), optional(args, "as") ?? "0");
  return connect(provider, deployment, new FolderStore(join(stateFolder(hre), "files")), signer);
}

/** The deployment that `npx hardhat deploy` wrote for a network. */
export async function readDeployment(hre: HardhatRuntimeEnvironment, network: string): Promise<Deployment> {
  const folder = join(deploymentsFolder(hre), network);
  const read = async (name: string): Promise<Record<string, unknown>> => {
    const text = await readFile(join(folder, name), "utf8").catch(() => {
      throw new InputError(
        `No house is deployed on ${network}: run npx hardhat deploy --network ${network} --skip-prompts`,
      );
    });
    return parseJson(text, join(folder, name)) as Record<string, unknown>;
  };
  const { chainId, genesisHash } = await read(".chain");
  const contracts = await Promise.all(CONTRACTS.map((name) => read(`${name}.json`)));
  const addresses = Object.fromEntries(CONTRACTS.map((name, i) => [name, String(contracts[i]?.["address"])]));
  const blocks = contracts.map(({ receipt }) => Number((receipt as { blockNumber: string }).blockNumber));
  return {
    chainId: BigInt(String(chainId)),
    genesisHash: String(genesisHash),
    block: Math.min(...blocks),
    addresses: addresses as Deployment["addresses"],
  };
}

function chooseSigner(signers: HardhatEthersSigner[], choice: string): HardhatEthersSigner {
  const found = /^\d{1,4}$/.test(choice)
    ? signers[Number(choice)]
    : signers.find(({ address }) => address.toLowerCase() === choice.toLowerCase());
  if (!found) throw new InputError(`The network has no account ${choice}; it has ${signers.length}, from 0 on.`);
  return found;
}
