import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** Compiles what is not compiled yet; a line on stderr where there is something to do is Hardhat's own. */
export async function build(hre: HardhatRuntimeEnvironment): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true, noTests: true });
}
