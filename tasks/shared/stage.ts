import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { id, type Provider, type Signer, toQuantity, Wallet } from "ethers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { connect, CONTRACTS, type Deployment, identifyChain } from "../../sdk/src/shared/context.ts";
import { FolderStore, MemoryStore } from "../../sdk/src/shared/files.ts";
import { BidStore } from "../../sdk/src/tenders/bidFile.ts";
import type { Stage } from "../../sdk/src/tenders/play.ts";
import { build } from "./build.ts";
import { readDeployment, stateFolder } from "./house.ts";

/** A stage and how to leave it. */
export interface OpenStage extends Stage {
  /** The chain as EIP-1193 has it. */
  eip1193: { request(call: { method: string; params?: unknown }): Promise<unknown> };
  provider: Provider & { send(method: string, params: unknown[]): Promise<unknown> };
  close(): Promise<void>;
}

/**
 * A stage for whole plays: on the network of `--network`, where the house stands, else on the embedded chain, where it
 * is deployed first. Bid files of a play are kept in a folder of its own that goes when the play is over.
 * @param built whether the contracts are known to be compiled
 */
export async function openStage(hre: HardhatRuntimeEnvironment, built = false): Promise<OpenStage> {
  const network = hre.globalOptions.network;
  if (!network && !built) await build(hre);
  const connection = await hre.network.create(network ?? "default");
  const provider = connection.ethers.provider as unknown as OpenStage["provider"];
  const deployment = network
    ? await readDeployment(hre, network)
    : await deployInProcess(connection.provider, provider);
  const files = network ? new FolderStore(join(stateFolder(hre), "files")) : new MemoryStore();
  const [platform] = await connection.ethers.getSigners();
  const context = await connect(provider, deployment, files, platform);
  const folder = await mkdtemp(join(tmpdir(), "common-seal-play-"));
  const accounts = new Map<string, Promise<Signer>>();
  return {
    context,
    eip1193: connection.provider,
    provider,
    bids: new BidStore(join(folder, "bids")),
    account(name) {
      const known = accounts.get(name) ?? fundedAccount(provider, name);
      accounts.set(name, known);
      return known;
    },
    async advanceTo(time) {
      await provider.send("evm_setNextBlockTimestamp", [toQuantity(time)]);
      await provider.send("evm_mine", []);
    },
    async close() {
      await rm(folder, { recursive: true, force: true });
      await connection.close();
    },
  };
}

/** An account for a name: fresh on every stage of its own, and rich. */
async function fundedAccount(provider: OpenStage["provider"], name: string): Promise<Signer> {
  const wallet = new Wallet(id(`common-seal play: ${name}`), provider);
  await provider.send("hardhat_setBalance", [wallet.address, toQuantity(10n ** 20n)]);
  return wallet;
}

/** Deploys by the scripts of deploy/, in memory. */
export async function deployInProcess(eip1193: unknown, provider: Provider): Promise<Deployment> {
  const { deployInMemory } = await import("../../rocketh/environment.ts");
  const environment = await deployInMemory(eip1193);
  return {
    ...(await identifyChain(provider)),
    block: 0,
    addresses: Object.fromEntries(
      CONTRACTS.map((name) => [name, environment.get(name).address as string]),
    ) as Deployment["addresses"],
  };
}
