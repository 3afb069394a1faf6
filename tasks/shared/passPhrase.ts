import { text } from "node:stream/consumers";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** The pass phrase: of the environment, asked for on a terminal unseen, or from stdin. */
export async function passPhrase(hre: HardhatRuntimeEnvironment, what = "key file"): Promise<string> {
  const given = process.env["COMMON_SEAL_PASSPHRASE"];
  if (given !== undefined) return given;
  if (process.stdin.isTTY) return hre.interruptions.requestSecretInput("common-seal", `Pass phrase of the ${what}`);
  return (await text(process.stdin)).trim();
}
