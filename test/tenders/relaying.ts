import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { ContractTransactionResponse, Signer } from "ethers";
import { ethers } from "../shared/house.ts";
import { handedIn, prepared, type SealedBid, type SealedScene } from "./sealedScene.ts";
import { id } from "./values.ts";

/** An account without ether or tokens, that signs. */
export const fresh = new ethers.Wallet(id("fresh account"));
const FIELDS = {
  SealBid: [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "sealed", type: "bytes" },
    { name: "guarantee", type: "bytes" },
    { name: "replaces", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
  WithdrawBid: [
    { name: "tender", type: "uint64" },
    { name: "lot", type: "uint16" },
    { name: "replaces", type: "bytes32" },
    { name: "deadline", type: "uint40" },
  ],
};

export interface Act {
  tender: bigint;
  lot: bigint;
  sealed: string;
  guarantee: string;
  replaces: string;
  deadline: bigint;
}
export interface Domain {
  name?: string;
  version?: string;
  chainId?: bigint;
  verifyingContract?: string;
}

export const actOf = async (s: SealedScene, bidder: string, changes: Partial<Act> = {}): Promise<Act> => ({
  tender: s.tender,
  lot: 0n,
  sealed: "0x",
  guarantee: "0x",
  replaces: await s.house.slotOf(s.tender, changes.lot ?? 0n, bidder),
  deadline: s.commitDeadline,
  ...changes,
});

export async function signed(
  s: SealedScene,
  by: Signer,
  kind: keyof typeof FIELDS,
  act: Act,
  domain: Domain = {},
): Promise<string> {
  const own = { name: "Common Seal TenderHouse", version: "1", chainId: s.chainId };
  const message = Object.fromEntries(FIELDS[kind].map(({ name }) => [name, act[name as keyof Act]]));
  const verifyingContract = await s.house.getAddress();
  return by.signTypedData({ ...own, verifyingContract, ...domain }, { [kind]: FIELDS[kind] }, message);
}

export const commitFor = (
  s: SealedScene,
  bidder: string,
  act: Act,
  signature: string,
  relayer: HardhatEthersSigner = s.d,
): Promise<ContractTransactionResponse> =>
  s.house
    .connect(relayer)
    .commitFor(bidder, act.tender, act.lot, act.sealed, act.guarantee, act.replaces, act.deadline, signature);

export const withdrawFor = (
  s: SealedScene,
  bidder: string,
  act: Act,
  signature: string,
): Promise<ContractTransactionResponse> =>
  s.house.connect(s.stranger).withdrawFor(bidder, act.tender, act.lot, act.replaces, act.deadline, signature);

/** A bid of the fresh account, handed in by a relayer. */
export async function relayed(
  s: SealedScene,
  price: bigint,
  changes: Partial<Act> = {},
): Promise<SealedBid & { act: Act; signature: string }> {
  const bid = await prepared(s, fresh, price);
  const act = await actOf(s, fresh.address, { sealed: bid.sealed, ...changes });
  const signature = await signed(s, fresh, "SealBid", act);
  return { ...(await handedIn(s, bid, await commitFor(s, fresh.address, act, signature))), act, signature };
}
