import type { TaskOverrideActionFunction } from "hardhat/types/tasks";
import { build } from "./shared/build.ts";

/** `npx hardhat deploy`, built first; what goes wrong is one line, as everywhere. */
const action: TaskOverrideActionFunction = async (args, hre, runSuper) => {
  try {
    await build(hre);
    await runSuper(args);
  } catch (error) {
    const { describeError } = await import("../sdk/src/shared/decode.ts");
    process.stderr.write(`${describeError(error)}\n`);
    process.exitCode = 1;
  }
};
export default action;
