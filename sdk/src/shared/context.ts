import type { Provider, Signer } from "ethers";
import {
  type AccessLog,
  AccessLog__factory,
  type AgencyRegistry,
  AgencyRegistry__factory,
  type Complaints,
  Complaints__factory,
  type DataMarket,
  DataMarket__factory,
  type DocumentRegistry,
  DocumentRegistry__factory,
  type Evaluation,
  Evaluation__factory,
  type OpeningCommittee,
  OpeningCommittee__factory,
  type TenderHouse,
  TenderHouse__factory,
  type TenderNotices,
  TenderNotices__factory,
} from "../../../typechain-types/index.ts";
import { InputError } from "./errors.ts";
import type { FileStore } from "./files.ts";

/** The contracts of a house, by the names of their deployments. */
export const CONTRACTS = [
  "AccessLog",
  "AccessManager",
  "AgencyRegistry",
  "Complaints",
  "DataMarket",
  "DocumentRegistry",
  "Evaluation",
  "OpeningCommittee",
  "TenderDesk",
  "TenderHouse",
  "TenderNotices",
  "TenderOffice",
] as const;
export type ContractName = (typeof CONTRACTS)[number];

/** Where a house stands, as deployments/<network>/ tells it. */
export interface Deployment {
  chainId: bigint;
  /** Hash of block 0; two local chains with the same chain id differ in it. */
  genesisHash: string;
  /** The block of the first contract, from which logs are read. */
  block: number;
  addresses: Record<ContractName, string>;
}

/** What every action of the SDK takes: a checked connection to a house. */
export interface Context extends Deployment {
  provider: Provider;
  /** Who acts; absent for readers. */
  signer?: Signer;
  registry: AgencyRegistry;
  documents: DocumentRegistry;
  accessLog: AccessLog;
  house: TenderHouse;
  committee: OpeningCommittee;
  complaints: Complaints;
  notices: TenderNotices;
  evaluation: Evaluation;
  market: DataMarket;
  /** Content-addressed files: notices, quotations, statements of reasons. */
  files: FileStore;
}

/** Chain id and genesis hash of a node. */
export async function identifyChain(provider: Provider): Promise<{ chainId: bigint; genesisHash: string }> {
  const [network, genesis] = await Promise.all([provider.getNetwork(), provider.getBlock(0)]);
  if (!genesis?.hash) throw new InputError("The node does not give its first block, so its chain cannot be told.");
  return { chainId: network.chainId, genesisHash: genesis.hash };
}

/**
 * Connects to a house, after comparing chain id, genesis hash and that there is code at each address.
 * @throws InputError if the node is on another chain, or the house is not there
 */
export async function connect(
  provider: Provider,
  deployment: Deployment,
  files: FileStore,
  signer?: Signer,
): Promise<Context> {
  const { chainId, genesisHash } = await identifyChain(provider);
  if (chainId !== deployment.chainId) {
    throw new InputError(`The node is on chain ${chainId}, the house stands on chain ${deployment.chainId}.`);
  }
  if (genesisHash !== deployment.genesisHash) {
    throw new InputError(
      `The node's chain ${chainId} is not the one the house was deployed on: it began anew. Deploy again.`,
    );
  }
  for (const [name, address] of Object.entries(deployment.addresses)) {
    if ((await provider.getCode(address)) === "0x") throw new InputError(`There is no ${name} at ${address}.`);
  }
  const runner = signer ?? provider;
  return {
    ...deployment,
    provider,
    ...(signer ? { signer } : {}),
    registry: AgencyRegistry__factory.connect(deployment.addresses.AgencyRegistry, runner),
    documents: DocumentRegistry__factory.connect(deployment.addresses.DocumentRegistry, runner),
    accessLog: AccessLog__factory.connect(deployment.addresses.AccessLog, runner),
    house: TenderHouse__factory.connect(deployment.addresses.TenderHouse, runner),
    committee: OpeningCommittee__factory.connect(deployment.addresses.OpeningCommittee, runner),
    complaints: Complaints__factory.connect(deployment.addresses.Complaints, runner),
    notices: TenderNotices__factory.connect(deployment.addresses.TenderNotices, runner),
    evaluation: Evaluation__factory.connect(deployment.addresses.Evaluation, runner),
    market: DataMarket__factory.connect(deployment.addresses.DataMarket, runner),
    files,
  };
}

/** The same house with another actor. */
export function actingAs(context: Context, signer: Signer): Context {
  return {
    ...context,
    signer,
    registry: context.registry.connect(signer),
    documents: context.documents.connect(signer),
    accessLog: context.accessLog.connect(signer),
    house: context.house.connect(signer),
    committee: context.committee.connect(signer),
    complaints: context.complaints.connect(signer),
    notices: context.notices.connect(signer),
    evaluation: context.evaluation.connect(signer),
    market: context.market.connect(signer),
  };
}

/** Address of who acts. */
export async function actor(context: Context): Promise<string> {
  if (!context.signer) throw new InputError("This act needs an account to send it.");
  return context.signer.getAddress();
}
