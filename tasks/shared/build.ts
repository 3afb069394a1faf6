import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** Compiles what is not compiled yet: all of it, since hardhat-deploy writes generated/ after a full build only. */
export async function build(hre: HardhatRuntimeEnvironment): Promise<void> {
  await hre.tasks.getTask("build").run({ quiet: true });
}
