import type { ContractTransactionReceipt } from "ethers";
import type { ContractMethodArgs, TypedContractMethod } from "../../../typechain-types/common.ts";
import { InputError } from "./errors.ts";

/** A mined act. */
export interface Done<T> {
  /** What the act's event says. */
  result: T;
  /** Transaction hash. */
  tx: string;
  /** Block number. */
  block: number;
  /** Gas used. */
  gas: bigint;
}

/**
 * An act prepared: it can be estimated, and sent. No transaction is sent if the estimate reverts; but an estimate, too,
 * shows the act's arguments to the node.
 */
export interface Act<T> {
  estimate(): Promise<bigint>;
  send(): Promise<Done<T>>;
}

/** Gas above the estimate: for a storage slot that another act clears in between. */
const MARGIN = 30_000n;

/** Prepares the call of a contract's function; `read` takes the result from the receipt. */
export function prepare<A extends unknown[], R, T>(
  method: TypedContractMethod<A, R, "nonpayable">,
  args: A,
  read: (receipt: ContractTransactionReceipt) => T,
): Act<T> {
  const withOverrides = (overrides: object) => [...args, overrides] as ContractMethodArgs<A, "nonpayable">;
  const estimate = () => method.estimateGas(...withOverrides({}));
  return {
    estimate,
    async send() {
      const gas = await estimate();
      const response = await method(...withOverrides({ gasLimit: (gas * 6n) / 5n + MARGIN }));
      const receipt = await response.wait();
      if (!receipt || receipt.status !== 1) throw new InputError(`Transaction ${response.hash} failed on chain.`);
      return { result: read(receipt), tx: receipt.hash, block: receipt.blockNumber, gas: receipt.gasUsed };
    },
  };
}

interface Parser {
  parseLog(log: { topics: readonly string[]; data: string }): { name: string; args: unknown } | null;
}

/** The arguments of a receipt's event of this name, by the contract that emitted it. */
export function eventOf<T>(receipt: ContractTransactionReceipt, contract: { interface: Parser }, name: string): T {
  for (const log of receipt.logs) {
    const event = contract.interface.parseLog(log);
    if (event?.name === name) return event.args as T;
  }
  throw new InputError(`Transaction ${receipt.hash} has no ${name} event.`);
}
