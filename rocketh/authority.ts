import type { Environment } from "@rocketh/core/types";
import { executeByName, readByName } from "@rocketh/read-execute";
import { AccessManager__factory } from "../typechain-types/index.ts";
import type { artifacts } from "./deploy.ts";

type Abi = (typeof artifacts.AccessManager)["abi"];
type Hex = `0x${string}`;

/**
 * Puts functions of a contract under a role of the AccessManager: labels the role, delays its grants, assigns the
 * functions and grants the role to the administrator. One transaction, so that it is done or not; done already, nothing
 * is sent.
 */
export async function restrict(
  env: Environment,
  target: Hex,
  label: string,
  role: bigint,
  selectors: Hex[],
): Promise<void> {
  const admin = env.namedAccounts["admin"] as Hex;
  const roleOf = (selector: Hex) =>
    readByName(env)<Abi, "getTargetFunctionRole">("AccessManager", {
      functionName: "getTargetFunctionRole",
      args: [target, selector],
    });
  const assigned = await Promise.all(selectors.map(roleOf));
  if (assigned.every((current) => current === role)) return;

  const delay = Number((env.data as { delay: number }).delay);
  const manager = AccessManager__factory.createInterface();
  const calls = [
    manager.encodeFunctionData("labelRole", [role, label]),
    manager.encodeFunctionData("setTargetFunctionRole", [target, selectors, role]),
    manager.encodeFunctionData("grantRole", [role, admin, 0]),
    ...(delay > 0 ? [manager.encodeFunctionData("setGrantDelay", [role, delay])] : []),
  ];
  await executeByName(env)<Abi, "multicall">("AccessManager", {
    account: admin,
    functionName: "multicall",
    args: [calls as Hex[]],
  });
}
