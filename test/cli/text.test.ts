import { expect } from "chai";
import { numbers, span } from "../../tasks/shared/options.ts";
import { parseSpan, showSpan } from "../../tasks/shared/text.ts";

describe("spans and lists of the command line", () => {
  it("a span is read in any unit, and shown in the largest one", () => {
    const read = ["0", "90", "90s", "15m", "24h", "3d", "2w", "36500d"].map((text) => parseSpan(text, "--window"));
    expect(read).to.deep.equal([0, 90, 90, 900, 86_400, 259_200, 1_209_600, 3_153_600_000]);
    expect(read.map(showSpan)).to.deep.equal(["0s", "90s", "90s", "15m", "1d", "3d", "14d", "36500d"]);
    expect([3600, 5400, 86_401].map(showSpan)).to.deep.equal(["1h", "90m", "86401s"]);
  });

  it("refuses what is no span, in one line that names the option", () => {
    for (const text of ["", "d", "-1d", "1.5h", "3 d", "1y", "1D", "36501d", "9999999999w", "1d2h"]) {
      expect(() => parseSpan(text, "--window"), text).to.throw(/^--window must be a span such as 3d, 24h or 90s, not /);
    }
    expect(() => span({ window: "x" }, "window")).to.throw("--window must be a span");
    expect(() => span({}, "window")).to.throw("The option --window is missing.");
    expect(span({ window: "1h" }, "window")).to.equal(3600);
  });

  it("numbers are read each once, in order", () => {
    expect(numbers({ samples: "5, 0,2,5" }, "samples", 9)).to.deep.equal([0, 2, 5]);
    for (const text of ["1,", "a", "10", "-1", "1.5", ",", "99999999999"]) {
      expect(() => numbers({ samples: text }, "samples", 9), text).to.throw(
        "--samples must be whole numbers from 0 to 9",
      );
    }
  });
});
