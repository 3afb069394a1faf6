/**
 * Compares the runtime size of every deployable contract with its limit and with snapshots/sizes.json; with --write it
 * writes that file.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { builtContracts, isDeployable, isMock, readJson, ROOT } from "./artifacts.ts";
import { finish } from "./report.ts";

const SNAPSHOT = "snapshots/sizes.json";
/** EIP-170. */
const LIMIT = 24_576;
/** Contracts that have to leave room for what they will grow by. */
const OWN_LIMITS: Record<string, number> = { TenderHouse: 23_000, TenderOffice: 20_000, TenderDesk: 21_000 };

const problems: string[] = [];
const sizes: Record<string, number> = {};
for (const contract of builtContracts().filter((built) => isDeployable(built) && !isMock(built))) {
  const { contractName, deployedBytecode } = contract;
  const size = (deployedBytecode.length - 2) / 2;
  const limit = OWN_LIMITS[contractName] ?? LIMIT;
  if (size > limit) problems.push(`${contractName}: ${size} bytes of code, at most ${limit} are allowed`);
  sizes[contractName] = size;
}

const ordered = Object.fromEntries(Object.entries(sizes).sort(([a], [b]) => (a < b ? -1 : 1)));
if (process.argv.includes("--write")) {
  mkdirSync(`${ROOT}snapshots`, { recursive: true });
  writeFileSync(ROOT + SNAPSHOT, `${JSON.stringify(ordered, null, 2)}\n`);
} else {
  const known = existsSync(ROOT + SNAPSHOT) ? (readJson(SNAPSHOT) as Record<string, number>) : {};
  for (const name of new Set([...Object.keys(known), ...Object.keys(ordered)])) {
    if (known[name] === ordered[name]) continue;
    const change = `${known[name] ?? "absent"} -> ${ordered[name] ?? "absent"}`;
    problems.push(`${name}: ${change}; if that is meant: npm run sizes`);
  }
}
finish(problems, Object.entries(ordered).flat().join(" "));
