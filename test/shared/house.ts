import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { network } from "hardhat";
import { deployInMemory } from "../../rocketh/environment.ts";
import {
  type AccessLog,
  AccessLog__factory,
  type AccessManager,
  AccessManager__factory,
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
  type MockToken,
  MockToken__factory,
  type OpeningCommittee,
  OpeningCommittee__factory,
  type TenderHouse,
  TenderHouse__factory,
  type TenderNotices,
  TenderNotices__factory,
} from "../../typechain-types/index.ts";

/** The in-process chain of a test file, and what its tests need. */
export const chain = await network.create();
export const { ethers, networkHelpers } = chain;

// A chain that was set back goes on as late as its fixture is old: the next block would be minutes ahead of the last.
const loadFixture = networkHelpers.loadFixture.bind(networkHelpers);
networkHelpers.loadFixture = async (fixture) => {
  const made = await loadFixture(fixture);
  await networkHelpers.time.setNextBlockTimestamp((await networkHelpers.time.latest()) + 1);
  return made;
};

export interface House {
  manager: AccessManager;
  registry: AgencyRegistry;
  documents: DocumentRegistry;
  accessLog: AccessLog;
  house: TenderHouse;
  committee: OpeningCommittee;
  complaints: Complaints;
  notices: TenderNotices;
  evaluation: Evaluation;
  market: DataMarket;
  token: MockToken;
  /** The AccessManager's administrator, who is registrar and supervisor too. */
  platform: HardhatEthersSigner;
  admin: HardhatEthersSigner;
  officer: HardhatEthersSigner;
  treasury: HardhatEthersSigner;
  stranger: HardhatEthersSigner;
  bidders: HardhatEthersSigner[];
}

/** Deploys by the scripts of deploy/. Use through `networkHelpers.loadFixture`. */
export async function deployHouse(): Promise<House> {
  const env = await deployInMemory(chain.provider);
  const [platform, admin, officer, treasury, stranger, ...bidders] = await ethers.getSigners();
  if (!platform || !admin || !officer || !treasury || !stranger) throw new Error("the chain has too few accounts");
  const token = await new MockToken__factory(platform).deploy();
  return {
    manager: AccessManager__factory.connect(env.get("AccessManager").address, platform),
    registry: AgencyRegistry__factory.connect(env.get("AgencyRegistry").address, platform),
    documents: DocumentRegistry__factory.connect(env.get("DocumentRegistry").address, platform),
    accessLog: AccessLog__factory.connect(env.get("AccessLog").address, platform),
    house: TenderHouse__factory.connect(env.get("TenderHouse").address, platform),
    committee: OpeningCommittee__factory.connect(env.get("OpeningCommittee").address, platform),
    complaints: Complaints__factory.connect(env.get("Complaints").address, platform),
    notices: TenderNotices__factory.connect(env.get("TenderNotices").address, platform),
    evaluation: Evaluation__factory.connect(env.get("Evaluation").address, platform),
    market: DataMarket__factory.connect(env.get("DataMarket").address, platform),
    token,
    platform,
    admin,
    officer,
    treasury,
    stranger,
    bidders,
  };
}
