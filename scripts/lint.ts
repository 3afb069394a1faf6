/** `npm run lint`: everything that can be checked without running tests. Every step runs, whatever the others say. */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { ROOT } from "./checks/artifacts.ts";

const solidity = ["contracts/**/*.sol", "test/**/*.sol"];
/** The build comes first: others read what it writes. */
const steps: [name: string, program: string, ...args: string[]][] = [
  ["build", "hardhat", "build", "--force"],
  ["format", "prettier", "--check", "--log-level", "warn", "."],
  ["solhint", "solhint", "--disc", "--noPoster", "--max-warnings", "0", ...solidity],
  ["names", "node", "scripts/checks/names.ts"],
  ["rooms", "node", "scripts/checks/rooms.ts"],
  ["eslint", "eslint", "--max-warnings", "0", "."],
  ["tsc", "tsc", "--noEmit"],
  ["bindings", "node", "scripts/checks/generated.ts"],
  ["errors", "node", "scripts/errors.ts", "--check"],
  ["sizes", "node", "scripts/checks/sizes.ts"],
];

const bin = path.join(ROOT, "node_modules", ".bin");
const env = { ...process.env, PATH: bin + path.delimiter + (process.env["PATH"] ?? "") };
const shell = process.platform === "win32";
let failed = 0;
for (const [name, program, ...args] of steps) {
  const start = Date.now();
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd: ROOT,
    env,
    shell,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    maxBuffer: 1 << 28,
  });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  const ok = status === 0 && !(name === "build" && /^Warning/m.test(stdout + stderr));
  console.log(`${ok ? "ok    " : "failed"} ${name.padEnd(10)} ${seconds.padStart(5)} s`);
  if (ok) continue;
  failed++;
  const said = `${stdout}${stderr}${error ? error.message : ""}`.trim();
  console.log(said.replace(/^/gm, "    "));
}
console.log(failed === 0 ? `All ${steps.length} steps are in order.` : `${failed} of ${steps.length} steps failed.`);
process.exitCode = failed === 0 ? 0 : 1;
