/** The chain on which gas is measured, and what all measurements share. Times, accounts and salts are fixed. */
import type { ContractTransactionResponse, Signer } from "ethers";
import { network } from "hardhat";
import { deployInMemory } from "../../rocketh/environment.ts";
import {
  AccessLog__factory,
  AgencyRegistry__factory,
  Complaints__factory,
  DataMarket__factory,
  DocumentRegistry__factory,
  Evaluation__factory,
  GasProbe__factory,
  MockToken__factory,
  OpeningCommittee__factory,
  TenderHouse__factory,
} from "../../typechain-types/index.ts";

export type Account = Signer & { address: string };
export type Send = () => Promise<ContractTransactionResponse>;

export const chain = await network.create();
export const { ethers, networkHelpers } = chain;
const [platformSigner, adminSigner, officerSigner, treasurySigner] = await ethers.getSigners();
if (!platformSigner || !adminSigner || !officerSigner || !treasurySigner) throw new Error("too few accounts");
export const platform = platformSigner;
export const admin = adminSigner;
export const officer = officerSigner;
export const treasury = treasurySigner;

const env = await deployInMemory(chain.provider);
export const addresses = {
  registry: env.get("AgencyRegistry").address as string,
  documents: env.get("DocumentRegistry").address as string,
  accessLog: env.get("AccessLog").address as string,
  house: env.get("TenderHouse").address as string,
  committee: env.get("OpeningCommittee").address as string,
  complaints: env.get("Complaints").address as string,
  evaluation: env.get("Evaluation").address as string,
  market: env.get("DataMarket").address as string,
};
export const registry = AgencyRegistry__factory.connect(addresses.registry, platform);
export const documents = DocumentRegistry__factory.connect(addresses.documents, platform);
export const accessLog = AccessLog__factory.connect(addresses.accessLog, platform);
export const house = TenderHouse__factory.connect(addresses.house, platform);
export const committee = OpeningCommittee__factory.connect(addresses.committee, platform);
export const complaints = Complaints__factory.connect(addresses.complaints, platform);
export const evaluation = Evaluation__factory.connect(addresses.evaluation, platform);
export const market = DataMarket__factory.connect(addresses.market, platform);
export const token = await new MockToken__factory(platform).deploy();
export const probe = await new GasProbe__factory(platform).deploy();
export const { chainId } = await ethers.provider.getNetwork();

/** Seconds, UTC: the time of the latest act. */
export const clock = { now: 2_000_000_000 };
export const DAY = 86_400;
export const FOREVER = 4_000_000_000;
/** What was measured, by the keys of the gates. */
export const results: Record<string, number> = {};
export const digest = (text: string): string => ethers.id(text);

/** Sends an act one second after the one before; its gas. */
export async function gasOf(send: Send): Promise<number> {
  await networkHelpers.time.setNextBlockTimestamp(++clock.now);
  const receipt = await (await send()).wait();
  if (!receipt) throw new Error("the act was not mined");
  return Number(receipt.gasUsed);
}

/** Does an act several times and keeps the gas of the last time. */
export async function measure(key: string, acts: Send[]): Promise<void> {
  for (const act of acts) results[key] = await gasOf(act);
}

/** Gas of a view, asked cold by a contract. */
export async function measureView(key: string, target: string, data: string): Promise<void> {
  results[key] = Number(await probe.measure(target, data));
}

/** An account for a name, with ether. */
export async function account(name: string): Promise<Account> {
  const address = ethers.getAddress(digest(name).slice(0, 42));
  await networkHelpers.setBalance(address, 10n ** 20n);
  return ethers.getImpersonatedSigner(address);
}
