import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { Result } from "ethers";
import { chain, deployHouse, ethers, type House, networkHelpers } from "../shared/house.ts";

export const PUBLISH = 1n;
export const REJECT = 2n;
export const AWARD = 4n;
export const CANCEL = 8n;

export const NAME = ethers.id("Ministry of Works");
export const METADATA = ethers.id("metadata file of the Ministry of Works");

/** The fixture's two bodies, and a number that no body has. */
export const BODY = 1n;
export const OTHER = 2n;
export const UNKNOWN = 3n;

export interface Bodies extends House {
  /** Admin of the body `OTHER`; `admin` is that of `BODY`. */
  otherAdmin: HardhatEthersSigner;
  clerk: HardhatEthersSigner;
  /** A second in the near future, to which the tests' times are relative. */
  start: number;
}

/** The house with two registered bodies that have no key yet. */
export async function deployBodies(): Promise<Bodies> {
  const house = await deployHouse();
  const [otherAdmin, clerk] = house.bidders;
  if (!otherAdmin || !clerk) throw new Error("the chain has too few accounts");
  await house.registry.register(NAME, METADATA, house.admin);
  await house.registry.register(ethers.id("City of Two Rivers"), METADATA, otherAdmin);
  return { ...house, otherAdmin, clerk, start: (await networkHelpers.time.latest()) + 1000 };
}

/** The next transaction is mined at this second. */
export async function at(second: number): Promise<void> {
  await networkHelpers.time.setNextBlockTimestamp(second);
}

/** A block is mined at this second, in which views are then called. */
export async function passTo(second: number): Promise<void> {
  await networkHelpers.time.increaseTo(second);
}

/** Runs transactions that are mined in one block at this second. Returns when the block is there. */
export async function inOneBlock(second: number, send: (() => Promise<unknown>)[]): Promise<void> {
  await chain.provider.request({ method: "evm_setAutomine", params: [false] });
  try {
    for (const one of send) await one();
    await at(second);
    await chain.provider.request({ method: "evm_mine", params: [] });
  } finally {
    await chain.provider.request({ method: "evm_setAutomine", params: [true] });
  }
}

/** A struct that a view returned, as a plain object. */
export function plain(struct: object): Record<string, unknown> {
  return (struct as Result).toObject();
}
