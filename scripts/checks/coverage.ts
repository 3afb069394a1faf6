/**
 * `npm run coverage`: runs the contracts' tests on instrumented contracts, builds the real ones again, and fails where
 * a line of a contract (mocks aside) was run by no test.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { filesBelow, ROOT } from "./artifacts.ts";
import { finish } from "./report.ts";

const REPORT = "coverage/lcov.info";
/** The instrumented contracts stay apart, so that the real ones are not compiled anew. */
const OUTPUT = "cache/coverage";
const problems: string[] = [];

function hardhat(args: string[], env: Record<string, string> = {}): boolean {
  const cli = `${ROOT}node_modules/hardhat/dist/src/cli.js`;
  const options = { cwd: ROOT, env: { ...process.env, ...env }, stdio: "inherit" } as const;
  return spawnSync(process.execPath, [cli, ...args], options).status === 0;
}

/** The tests of contracts. Those of the SDK and the command line run no other line, and random histories only again. */
function contractTests(): string[] {
  const tests = [...filesBelow("test", ".test.ts"), ...filesBelow("test", ".t.sol")];
  const others =
    /^test\/(access|cli|deploy|findings|shared)\/|\/ocds\/|\/sdk\.|TenderHouse\.hundred|(Complaints|DocumentRegistry|Draw|Envelope|Timeline)\.t\.sol$/;
  return tests.filter((file) => !others.test(file));
}

/** A file that has code to run: interfaces, types and constants have none. */
function hasCode(file: string): boolean {
  return /\bfunction\b[^;{]*\{|\bconstructor\b/.test(readFileSync(ROOT + file, "utf8"));
}

/** Lines of each file by the report, and how often each was run. */
function coveredLines(): Map<string, [line: string, count: string][]> {
  const report = existsSync(ROOT + REPORT) ? readFileSync(ROOT + REPORT, "utf8").replaceAll("\\", "/") : "";
  const files = new Map<string, [string, string][]>();
  for (const record of report.split("end_of_record")) {
    const file = /^SF:(contracts\/.+\.sol)$/m.exec(record)?.[1];
    if (!file) continue;
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)];
    files.set(
      file,
      lines.map(([, line = "", count = ""]) => [line, count]),
    );
  }
  return files;
}

rmSync(ROOT + REPORT, { force: true });
const tests = ["test", "--coverage", "--no-typechain", ...contractTests()];
if (!hardhat(tests, { COMMON_SEAL_OUTPUT: OUTPUT })) problems.push("a test failed");
if (!hardhat(["build"])) problems.push("the build failed");

let total = 0;
const covered = coveredLines();
for (const file of filesBelow("contracts", ".sol").filter((name) => !name.startsWith("contracts/mocks/"))) {
  if (!hasCode(file)) continue;
  const lines = covered.get(file) ?? [];
  if (lines.length === 0) problems.push(`${file} is not in ${REPORT}`);
  for (const [line, count] of lines) if (count === "0") problems.push(`${file}:${line} is run by no test`);
  total += lines.length;
}
finish(problems, `All ${total} lines of the contracts are run by tests.`);
