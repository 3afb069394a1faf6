/** Checks the naming rules that solhint has no rule for. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { filesBelow, ROOT } from "./artifacts.ts";
import { finish } from "./report.ts";
import { withoutComments } from "./solidity.ts";

/** With what the errors of each room begin. The reason follows: `TenderUnknown`. */
const DOMAINS: Record<string, string[]> = {
  agencies: ["Agency"],
  documents: ["Document", "Access"],
  tenders: ["Tender", "Bond", "Committee", "Evaluation", "Complaint", "Identity", "Notice"],
  agreements: ["Agreement"],
  payments: ["Payment"],
  market: ["Market"],
  registers: ["Title", "Register"],
  elections: ["Election", "Trustee", "Credential"],
  cards: ["Card"],
  shared: ["Authority", "Bls", "Merkle", "Token"],
};

const problems: string[] = [];

function check(file: string): void {
  const [, room = ""] = file.split("/");
  const source = withoutComments(readFileSync(ROOT + file, "utf8"));
  const domains = DOMAINS[room] ?? [];
  for (const [, name = ""] of source.matchAll(/\berror\s+(\w+)\s*\(/g)) {
    const domain = domains.find((start) => name.startsWith(start));
    if (!domain || !/^[A-Z][A-Za-z0-9]+$/.test(name.slice(domain.length))) {
      problems.push(`${file}: error ${name} must be one of ${domains.join(", ")}, followed by the reason`);
    }
  }
  for (const [i, line] of source.split("\n").entries()) {
    const unnamed = /\bmapping\s*\(\s*[\w.]+\s*=>/.test(line) && !line.includes(" storage ");
    if (unnamed) problems.push(`${file}:${i + 1}: name the keys of a mapping`);
  }

  const types = [...source.matchAll(/^(abstract contract|contract|interface|library)\s+(\w+)/gm)];
  const [, kind = "", name = ""] = types[0] ?? [];
  if (types.length > 1) problems.push(`${file}: one contract, interface or library a file`);
  if (types.length > 0 && `${name}.sol` !== path.posix.basename(file)) problems.push(`${file}: call it ${name}.sol`);
  if (kind === "library" && !name.endsWith("Lib")) problems.push(`${file}: the name of a library ends with Lib`);
  const exact = /\bpragma solidity \d/.test(source);
  if (kind.endsWith("contract") !== exact && types.length > 0) {
    problems.push(`${file}: contracts have an exact pragma, interfaces and libraries one with ^`);
  }
}

const files = filesBelow("contracts", ".sol").filter((file) => !file.startsWith("contracts/mocks/"));
for (const file of files) check(file);
finish(problems, `${files.length} files are named by the rules`);
