import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";

/** Compiles what is not compiled yet: all of it, since hardhat-deploy writes generated/ after a full build only. */
export async function build(hre: HardhatRuntimeEnvironment): Promise<void> {
  const run = async () => void (await hre.tasks.getTask("build").run({ quiet: true }));
  // Of two processes that build at once, one takes the other's draft of the cache away; the next try finds all built.
  await run().catch(run);
}
