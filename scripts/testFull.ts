/** `npm run test:full`: all tests, those with many random cases at their full size. */
import { spawnSync } from "node:child_process";

const { status } = spawnSync("hardhat", ["test", ...process.argv.slice(2)], {
  env: { ...process.env, COMMON_SEAL_FULL: "1" },
  shell: process.platform === "win32",
  stdio: "inherit",
});
process.exitCode = status ?? 1;
