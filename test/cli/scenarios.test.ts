import { expect } from "chai";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { officialSchemas } from "../tenders/ocds/schemas.ts";
import { runApart } from "./cli.ts";

describe("scenarios, each a process of its own", function () {
  this.timeout(120_000);

  it("a resident moves: the old registration and its extract end as the new ones begin", async () => {
    const { code, stdout, stderr } = await runApart(["run", "scripts/scenarios/move-house.ts"]);
    expect(code, stderr).to.equal(0);
    const [, , ...rows] = stdout.trim().split("\n");
    const told = rows.slice(0, 7).map((row) => row.split(/ {2,}/));
    const [before, , unsent, over, extractOver, begun, extract] = told.map((cells) => cells[3] ?? "");
    expect(before).to.match(/^valid since/);
    expect(unsent).to.equal("unknown");
    for (const end of [over, extractOver]) expect(end).to.match(/^revoked .*: moved away$/);
    for (const valid of [begun, extract]) expect(valid).to.match(/^valid since/);
    // In the same second: one transaction.
    expect(begun?.replace("valid since ", "")).to.equal(over?.split(/ |: /)[1]);
  });

  it("open data: three buyers open what was listed, a malicious seller gets nothing", async () => {
    const { code, stdout, stderr } = await runApart(["run", "scripts/scenarios/open-data.ts"], {
      COMMON_SEAL_TABLE_MB: "2",
    });
    expect(code, stderr).to.equal(0);
    const [, , ...rows] = stdout.trim().split("\n");
    const told = rows.slice(0, 4).map((row) => row.split(/ {2,}/));
    const same = "2000000 bytes, byte for byte";
    expect(told.map(([name, , price, spent, , got, order]) => [name, price, spent, got, order])).to.deep.equal([
      ["Citizen", "free", "0", same, "licensed"],
      ["Company", "250", "250", same, "licensed"],
      ["University", "50", "50", same, "licensed"],
      ["Trader", "250", "0", "a false chunk, disputed", "refunded"],
    ]);
    expect(rows.at(-1)).to.equal("The Environment Office was paid 300, the Shadow Office 0; the market holds 0.");
  });

  it("pilot projects: ten operators, three of six consortia of whom one yields, contracts, OCDS and an audit", async () => {
    const home = await mkdtemp(join(tmpdir(), "pilot-"));
    const { code, stdout, stderr } = await runApart(["run", "scripts/scenarios/pilot-projects.ts"], {
      COMMON_SEAL_HOME: home,
    });
    expect(code, stderr).to.equal(0);
    const told = stdout.split("\n").map((row) => row.split(/ {2,}/));
    const signed = told.filter((row) => row.at(-1) === "contract signed");
    const jobs = signed.slice(0, 10).map(([job]) => job);
    expect([signed.length, new Set(jobs).size]).to.deep.equal([13, 10]);
    expect(signed[8]?.slice(0, 4)).to.deep.equal(["Solar power of small producers", "Operator B9", "1300", "600"]);
    const ends = told.filter(([job]) => job === "Private projects").map((row) => [row[1]?.at(-1), row.at(-1)]);
    expect(ends).to.deep.equal([
      ["B", "did not sign, yielded"],
      ["D", "contract signed"],
      ["G", "contract signed"],
      ["A", "contract signed"],
      ["C", "reserve"],
      ["F", "reserve"],
      ["E", "failed the document screening"],
    ]);
    expect(stdout.match(/The audit agrees in \d+ comparisons/g)).to.have.length(2);
    await validOcds(join(home, "pilot-projects"));
    await rm(home, { recursive: true });
  });
});

/** The packages of the pilot projects by the official schemas, which are outside the repository. */
async function validOcds(folder: string): Promise<void> {
  const packages = ["public", "private"].flatMap((track) =>
    (["release", "record"] as const).map((kind) => ({ kind, path: join(folder, `${track}-${kind}.json`) })),
  );
  const texts = await Promise.all(packages.map(({ path }) => readFile(path, "utf8")));
  const awards = texts.map((text) => (text.match(/"awardID"/g) ?? []).length);
  expect(awards, "contracts; a record tells them twice").to.deep.equal([10, 20, 3, 6]);
  const schemas = process.env["OCDS_DIR"];
  if (schemas === undefined) {
    console.log("      SKIPPED: OCDS_DIR is not set; the packages are not validated");
    return;
  }
  const validate = await officialSchemas(schemas);
  for (const [i, { kind, path }] of packages.entries()) expect(validate[kind](texts[i] ?? ""), path).to.deep.equal([]);
}
