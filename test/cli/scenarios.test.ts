import { expect } from "chai";
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
});
