import type { Abi, Artifact } from "@rocketh/core/types";
import { setupDeployScripts } from "rocketh";
import { type Accounts, type Data, type Extensions, extensions } from "./config.ts";

export * as artifacts from "../generated/artifacts/index.js";
export const { deployScript } = setupDeployScripts<Extensions, Accounts, Data>(extensions);

/** An artifact without its developer documentation, whose `@custom:` tags rocketh's types do not know. */
export function deployable<TAbi extends Abi, T extends { abi: TAbi; bytecode: `0x${string}`; metadata: string }>({
  abi,
  bytecode,
  metadata,
}: T): Artifact<T["abi"]> {
  return { abi, bytecode, metadata };
}
