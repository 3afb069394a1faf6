/**
 * Checks that rooms meet only through interfaces, along the arrows of the architecture and without circles; that the SDK
 * stands by itself; and that no file is longer than its hard stop.
 */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { filesBelow, ROOT } from "./artifacts.ts";
import { finish } from "./report.ts";
import { importsOf } from "./solidity.ts";

/** Each room with the other rooms that it may ask. All may use `shared`; `mocks` may use all and is used by none. */
const ROOMS: Record<string, string[]> = {
  agencies: [],
  documents: ["agencies"],
  tenders: ["agencies", "documents"],
  agreements: ["agencies"],
  payments: ["agencies"],
  market: ["agencies", "documents"],
  registers: ["agencies"],
  elections: ["agencies", "documents"],
  cards: ["agencies"],
  shared: [],
  // A noun of the SDK and of the command line; its contract stands in the room documents.
  access: ["agencies", "documents"],
};

const MAX_CONTRACT_LINES = 600;
const MAX_TS_LINES = 400;
const GENERATED = ["sdk/src/shared/errorTable.ts"];
/** Packages and folders that the SDK, a library for any environment, must not import. */
const NOT_FOR_SDK = /^(hardhat|@nomicfoundation|rocketh|@rocketh)(\/|$)/;
const SDK_REACHES = /^(sdk|typechain-types)\//;

const problems: string[] = [];
const read = (file: string): string => readFileSync(ROOT + file, "utf8");
const resolve = (file: string, target: string): string => path.posix.join(path.posix.dirname(file), target);

function checkArrow(file: string, from: string, target: string, to: string): void {
  if (from === to || from === "mocks" || to === "shared") return;
  if (to === "mocks") problems.push(`${file}: imports ${target}; nothing may depend on mocks`);
  else if (!ROOMS[from]?.includes(to)) problems.push(`${file}: room ${from} may not ask room ${to} (${target})`);
}

function solidityImports(file: string): string[] {
  const [, room = "", ...rest] = file.split("/");
  if (rest.length === 0 || (room !== "mocks" && !(room in ROOMS))) {
    problems.push(`${file}: stands in no room that scripts/checks/rooms.ts knows`);
    return [];
  }
  const targets: string[] = [];
  for (const { path: imported, whole } of importsOf(read(file))) {
    if (whole) problems.push(`${file}: imports all of ${imported}; name what is needed`);
    if (!imported.startsWith(".")) continue;
    const target = resolve(file, imported);
    const to = target.split("/")[1] ?? "";
    checkArrow(file, room, target, to);
    const foreign = to !== room && to !== "shared" && room !== "mocks";
    if (foreign && !/^I[A-Z]/.test(path.posix.basename(target))) {
      problems.push(`${file}: imports ${target}; rooms meet only through interfaces (I*.sol)`);
    }
    targets.push(target);
  }
  return targets;
}

function typescriptImports(file: string): string[] {
  return ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => fileName);
}

function checkSdk(file: string): void {
  const room = file.split("/")[2] ?? "";
  for (const imported of typescriptImports(file)) {
    if (NOT_FOR_SDK.test(imported)) problems.push(`${file}: the SDK may not import ${imported}`);
    if (!imported.startsWith(".")) continue;
    const target = resolve(file, imported);
    if (!SDK_REACHES.test(target)) problems.push(`${file}: the SDK may not import ${target}`);
    const to = target.startsWith("sdk/src/") ? (target.split("/")[2] ?? "") : room;
    if (room in ROOMS && to in ROOMS) checkArrow(file, room, target, to);
  }
}

/** Reports every circle of imports once. */
function checkCircles(graph: Map<string, string[]>): void {
  const done = new Set<string>();
  const visit = (file: string, trail: string[]): void => {
    const start = trail.indexOf(file);
    if (start >= 0) problems.push(`circle: ${[...trail.slice(start), file].join(" -> ")}`);
    if (start >= 0 || done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
}

function checkLength(file: string, limit: number): void {
  const lines = read(file).split("\n").length - 1;
  if (lines > limit) problems.push(`${file}: ${lines} lines, at most ${limit} are allowed`);
}

const folders = ["deploy", "indexer", "rocketh", "scripts", "sdk", "tasks", "test", "web"];
const contracts = filesBelow("contracts", ".sol");
const sources = folders
  .filter((folder) => existsSync(ROOT + folder))
  .flatMap((folder) => [...filesBelow(folder, ".ts"), ...filesBelow(folder, ".tsx")])
  .filter((file) => !file.includes("node_modules/") && !GENERATED.includes(file));

checkCircles(new Map(contracts.map((file) => [file, solidityImports(file)])));
for (const file of sources.filter((name) => name.startsWith("sdk/src/"))) checkSdk(file);
for (const file of contracts) checkLength(file, MAX_CONTRACT_LINES);
for (const file of sources) checkLength(file, MAX_TS_LINES);

finish(problems, `${contracts.length} contract files and ${sources.length} TypeScript files keep to their rooms`);
