import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { JsonFragment } from "ethers";

/** The repository's folder, ending with a slash. */
export const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Texts of the documentation comments, by signature. */
export type Texts = Record<string, Record<string, string>[]>;

/** What the build wrote of a contract, as far as the scripts read it. */
export interface Built {
  contractName: string;
  /** Path of the source: `contracts/...`, or of a package `@openzeppelin/...`. */
  sourceName: string;
  abi: JsonFragment[];
  /** Runtime bytecode; `0x` of interfaces and abstract contracts. */
  deployedBytecode: string;
  /** `@notice` of each error. */
  notices: Texts;
  /** `@custom:` tags of each error. */
  tags: Texts;
}

interface Artifact extends Omit<Built, "notices" | "tags"> {
  inputSourceName: string;
  buildInfoId?: string;
}

interface BuildInfoOutput {
  output: {
    contracts: Record<string, Record<string, { userdoc: { errors?: Texts }; devdoc: { errors?: Texts } }>>;
  };
}

/** All files below a folder of the repository, as sorted paths from the root. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(ROOT + folder, { recursive: true, encoding: "utf8" })
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(ending))
    .sort();
}

/** Every contract of the build, mocks included, tests left out. */
export function builtContracts(): Built[] {
  const outputs = new Map<string, BuildInfoOutput>();
  const outputOf = (id: string): BuildInfoOutput => {
    const known = outputs.get(id);
    if (known) return known;
    const read = readJson(`artifacts/build-info/${id}.output.json`) as BuildInfoOutput;
    outputs.set(id, read);
    return read;
  };
  return filesBelow("artifacts", ".json")
    .filter((name) => /^artifacts\/(contracts|@openzeppelin)\//.test(name))
    .map((name) => readJson(name) as Artifact)
    .map((artifact) => {
      const { contractName, sourceName, abi, deployedBytecode, inputSourceName, buildInfoId } = artifact;
      const docs = buildInfoId ? outputOf(buildInfoId).output.contracts[inputSourceName]?.[contractName] : undefined;
      const notices = docs?.userdoc.errors ?? {};
      return { contractName, sourceName, abi, deployedBytecode, notices, tags: docs?.devdoc.errors ?? {} };
    });
}

/** Whether a contract is only for tests and the local demo. */
export const isMock = ({ sourceName }: Built): boolean => sourceName.startsWith("contracts/mocks/");

/** Whether a contract can be deployed and called: no interface, no abstract contract, no library of internal functions. */
export const isDeployable = ({ abi, deployedBytecode }: Built): boolean =>
  deployedBytecode !== "0x" && abi.some(({ type }) => type === "function" || type === "fallback");

export function readJson(name: string): unknown {
  return JSON.parse(readFileSync(ROOT + name, "utf8"));
}
