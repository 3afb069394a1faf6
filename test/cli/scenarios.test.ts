import { expect } from "chai";
import { run } from "./cli.ts";

describe("scenarios, each a process of its own", function () {
  this.timeout(120_000);

  it("a resident moves: the old registration and its extract end as the new ones begin", async () => {
    const { code, stdout, stderr } = await run(["run", "scripts/scenarios/move-house.ts"]);
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
});
