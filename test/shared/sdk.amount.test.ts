import { expect } from "chai";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { formatAmount, parseAmount } from "../../sdk/src/shared/amount.ts";
import { minorUnits } from "../../sdk/src/tenders/currency.ts";

describe("amounts", () => {
  it("reads decimal text exactly", () => {
    const cases: [string, number, bigint][] = [
      ["129150", 2, 12915000n],
      ["129150.0", 2, 12915000n],
      ["129150.50", 2, 12915050n],
      ["129150.5000", 2, 12915050n],
      ["1.5E3", 2, 150000n],
      ["15e-1", 2, 150n],
      ["1500e-3", 0, -1n],
      ["0", 2, 0n],
      ["0e999999999", 2, 0n],
      ["0.1", 18, 100000000000000000n],
      ["107887.2", 2, 10788720n],
      ["7", 0, 7n],
      [(2n ** 128n - 1n).toString(), 0, 2n ** 128n - 1n],
    ];
    for (const [text, decimals, minor] of cases) {
      if (minor < 0n) expect(() => parseAmount(text, decimals), text).to.throw(InputError);
      else expect(parseAmount(text, decimals), text).to.equal(minor);
    }
  });

  it("refuses in one line what it cannot hold", () => {
    const bad = ["", " 1", "-1", "-0", "+1", ".5", "5.", "1,5", "0x10", "NaN", "Infinity", "1e", "١", "1_000", "1.005"];
    bad.push(
      (2n ** 128n).toString(),
      (2n ** 256n).toString(),
      "1e37",
      "1e999999999",
      "1e-999999999",
      `1e${"9".repeat(400)}`,
    );
    bad.push("1".repeat(1_000_000), `0.${"0".repeat(1_000_000)}1`);
    const started = Date.now();
    for (const text of bad) {
      expect(() => parseAmount(text, 2), text.slice(0, 40)).to.throw(InputError, /^[^\n]{1,200}$/);
    }
    expect(Date.now() - started).to.be.below(1000);
  });

  it("writes the shortest exact text", () => {
    expect(formatAmount(287500n, 2)).to.equal("2875");
    expect(formatAmount(12950n, 2)).to.equal("129.5");
    expect(formatAmount(5n, 2)).to.equal("0.05");
    expect(formatAmount(0n, 2)).to.equal("0");
    expect(formatAmount(100n, 0)).to.equal("100");
    expect(formatAmount(1n, 18)).to.equal("0.000000000000000001");
    expect(() => formatAmount(-1n, 2)).to.throw(InputError);
  });

  it("knows the currencies without two decimals", () => {
    expect(["EUR", "JPY", "KWD", "CLF", "UYW", "XXX"].map(minorUnits)).to.deep.equal([2, 0, 3, 4, 4, 2]);
  });
});
