import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { exportOcds } from "../../../sdk/src/tenders/ocds/export.ts";
import { readOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { replayProcess } from "../../../sdk/src/tenders/ocds/replay.ts";
import { Scene } from "../scene.ts";
import { officialSchemas } from "./schemas.ts";

const folder = process.env["OCDS_DIR"] ?? "";

/** What the records of other systems must give when they are played on a chain: 125 lots, none differs. */
const expected: Record<string, Record<string, number>> = {
  "packages/ukraine-prozorro-record-UA-2016-06-08-000504-c.json": { "agrees on competing bids": 1 },
  "packages/ukraine-prozorro-record-UA-2017-04-10-002020-b.json": { "agrees on competing bids": 1 },
  "packages/ukraine-prozorro-records-10.json": { "agrees on competing bids": 1, "no competition published": 10 },
  "packages/portugal-impic-release-package-100.json": { "no competition published": 100 },
  "packages/uk-contracts-finder": { "no competition published": 10 },
  "examples/ocp-fictional-record-withversions.json": { "left out: above the ceiling": 1 },
  "examples/ocp-fictional-releases.json": { "left out: above the ceiling": 1 },
};

describe(`replay of real OCDS files on a chain (${folder ? "from" : "SKIPPED: set"} OCDS_DIR)`, function () {
  this.timeout(300_000);
  let scene: Scene;
  before(async function () {
    if (folder === "") {
      console.log("      SKIPPED: OCDS_DIR is not set; no real record is replayed");
      this.skip();
    }
    scene = await Scene.open();
  });
  after(() => scene?.stage.close());

  let lots = 0;
  for (const [path, counts] of Object.entries(expected)) {
    it(path, async () => {
      const files = path.endsWith(".json")
        ? [path]
        : (await readdir(join(folder, path))).map((name) => join(path, name));
      const { release: validate } = await officialSchemas(folder);
      const found: Record<string, number> = {};
      for (const file of files) {
        for (const process of (await readOcds(join(folder, file))).processes) {
          const { rows, tenders } = await replayProcess(scene.stage, process);
          for (const { verdict } of rows) found[verdict] = (found[verdict] ?? 0) + 1;
          lots += rows.length;
          const [tender] = tenders;
          if (tender !== undefined) expect(validate(await exportOcds(scene.context, { tender }))).to.deep.equal([]);
        }
      }
      expect(found).to.deep.equal(counts);
    });
  }

  it("125 lots in all", () => expect(lots).to.equal(125));
});
