import type { Environment } from "@rocketh/core/types";
import { executeByName, readByName } from "@rocketh/read-execute";
import { AccessManager__factory } from "../typechain-types/index.ts";
import type { artifacts } from "./deploy.ts";
import { roles } from "./roles.ts";

type Abi = (typeof artifacts.AccessManager)["abi"];
type Hex = `0x${string}`;
const ADMIN_ROLE = 0n;

/** Seconds for which drastic acts of administrators wait on this network. */
function delayOf(env: Environment): number {
  return (env.data as { delay: { seconds: number } }).delay.seconds;
}

/**
 * Puts functions of a contract under a role of the AccessManager: labels the role, delays its grants, assigns the
 * functions and grants the role to the administrator, whose acts in it are delayed where `delayed`. A role that another
 * room has `granted` is left as it is, for the administrator may have passed it on since. Only functions of role 0 are
 * touched, so that a later decision of the administrator for any other role stands. One transaction, done or not.
 */
export async function restrict(
  env: Environment,
  target: Hex,
  label: keyof typeof roles,
  selectors: Hex[],
  { delayed = false, granted = false } = {},
): Promise<void> {
  const role = roles[label];
  const assigned = await Promise.all(
    selectors.map((selector) =>
      readByName(env)<Abi, "getTargetFunctionRole">("AccessManager", {
        functionName: "getTargetFunctionRole",
        args: [target, selector],
      }),
    ),
  );
  const unassigned = selectors.filter((_, i) => assigned[i] === ADMIN_ROLE);
  if (unassigned.length === 0) return;

  const delay = delayOf(env);
  const manager = AccessManager__factory.createInterface();
  const calls = [manager.encodeFunctionData("setTargetFunctionRole", [target, unassigned, role])];
  if (!granted) calls.unshift(manager.encodeFunctionData("labelRole", [role, label]));
  if (unassigned.length === selectors.length && !granted) {
    calls.push(manager.encodeFunctionData("grantRole", [role, env.namedAccounts["admin"] ?? "", delayed ? delay : 0]));
    if (delay > 0) calls.push(manager.encodeFunctionData("setGrantDelay", [role, delay]));
  }
  await administer(env, `the role ${label}`, calls);
}

/** Delays the administrator's own acts from now on, on networks with a delay. Run last: it binds the scripts too. */
export async function delayAdministrator(env: Environment): Promise<void> {
  const delay = delayOf(env);
  const admin = env.namedAccounts["admin"] as Hex;
  if (delay === 0 || (await executionDelay(env, admin)) >= delay) return;
  const manager = AccessManager__factory.createInterface();
  await administer(env, "the administrator's delay", [
    manager.encodeFunctionData("grantRole", [ADMIN_ROLE, admin, delay]),
  ]);
}

async function executionDelay(env: Environment, account: Hex): Promise<number> {
  const [, currentDelay] = await readByName(env)<Abi, "getAccess">("AccessManager", {
    functionName: "getAccess",
    args: [ADMIN_ROLE, account],
  });
  return currentDelay;
}

/** Sends calls to the AccessManager as its administrator, or prints them where that cannot be done at once from here. */
async function administer(env: Environment, what: string, calls: string[]): Promise<void> {
  const admin = env.namedAccounts["admin"] as Hex;
  const accounts = await env.network.provider.request({ method: "eth_accounts" });
  const signs = accounts.some((account) => account.toLowerCase() === admin.toLowerCase());
  if (signs && (await executionDelay(env, admin)) === 0) {
    await executeByName(env)<Abi, "multicall">("AccessManager", {
      account: admin,
      functionName: "multicall",
      args: [calls as Hex[]],
    });
    return;
  }
  const how = signs ? "schedule, and after the delay execute," : "sign and send";
  console.error(
    `Not done: ${what}. The administrator ${admin} has to ${how} these calls at the AccessManager ` +
      `${env.get("AccessManager").address}: ${calls.join(" ")}`,
  );
  process.exitCode = 1;
}
