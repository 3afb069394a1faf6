import { text } from "node:stream/consumers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { type Args, optional, required } from "./options.ts";

/**
 * What no list of processes should show: from the option, from stdin for "-", or asked for on a terminal, unseen.
 * @param otherwise whether stdin is read where there is neither
 */
export async function secretInput(
  args: Args,
  hre: HardhatRuntimeEnvironment,
  name: string,
  label: string,
  otherwise = false,
): Promise<string> {
  const given = optional(args, name);
  if (given === undefined && process.stdin.isTTY) return hre.interruptions.requestSecretInput("common-seal", label);
  if (given === "-" || (given === undefined && otherwise)) return (await text(process.stdin)).trim();
  return required(args, name);
}
