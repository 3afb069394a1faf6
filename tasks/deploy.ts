import type { TaskOverrideActionFunction } from "hardhat/types/tasks";
import { build } from "./shared/build.ts";

const action: TaskOverrideActionFunction = async (args, hre, runSuper) => {
  await build(hre);
  return runSuper(args) as Promise<unknown>;
};
export default action;
