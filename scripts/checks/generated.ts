/**
 * Checks that typechain-types is what the build makes of the contracts: generates it beside, from the artifacts of a
 * build done before, and compares; then asks git, where there is one, whether all of it is committed or staged.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { filesBelow, ROOT } from "./artifacts.ts";
import { finish } from "./report.ts";

interface Generator {
  generateTypes(root: string, config: object, skip: boolean, artifacts: string[]): Promise<void>;
}

const TYPES = "typechain-types";
/** The plugin's own generator: it patches what TypeChain writes, and exports nothing that would do the same. */
const GENERATOR = "node_modules/@nomicfoundation/hardhat-typechain/dist/src/internal/generate-types.js";
const problems: string[] = [];

/** Texts of the files in a folder by their paths in it. */
function textsOf(folder: string): Map<string, string> {
  const files = existsSync(ROOT + folder) ? filesBelow(folder, ".ts") : [];
  return new Map(files.map((file) => [path.posix.relative(folder, file), readFileSync(ROOT + file, "utf8")]));
}

async function compare(): Promise<void> {
  const beside = path.basename(mkdtempSync(`${ROOT}cache/types-`));
  try {
    const { generateTypes } = (await import(pathToFileURL(ROOT + GENERATOR).href)) as Generator;
    const artifacts = filesBelow("artifacts", ".json").filter((name) =>
      /^artifacts\/(contracts|@openzeppelin)\//.test(name),
    );
    const config = { outDir: `cache/${beside}` };
    await generateTypes(
      ROOT,
      config,
      false,
      artifacts.map((name) => ROOT + name),
    );
    const [kept, made] = [textsOf(TYPES), textsOf(config.outDir)];
    for (const file of new Set([...kept.keys(), ...made.keys()])) {
      if (!made.has(file)) problems.push(`${TYPES}/${file} belongs to no contract: remove it`);
      else if (kept.get(file) !== made.get(file)) problems.push(`${TYPES}/${file} is not current: npm run build`);
    }
  } finally {
    rmSync(`${ROOT}cache/${beside}`, { recursive: true });
  }
}

function askGit(): void {
  const git = (...args: string[]) => spawnSync("git", args, { cwd: ROOT, encoding: "utf8" });
  if (!existsSync(`${ROOT}.git`) || git("--version").status !== 0) return;
  const list = (...args: string[]) =>
    git(...args, "--", TYPES)
      .stdout.split("\n")
      .filter(Boolean);
  const files = [...list("diff", "--name-only"), ...list("ls-files", "--others", "--exclude-standard")];
  if (files.length === 0) return;
  problems.push(`${files.length} files differ from what git has, ${files[0] ?? ""} first: commit or stage ${TYPES}`);
}

await compare();
askGit();
finish(problems, `${TYPES} is current`);
