import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { compareOutcome } from "../../../sdk/src/tenders/ocds/compare.ts";
import { planReplay } from "../../../sdk/src/tenders/ocds/plan.ts";
import { parseOcds, readOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { toNotice } from "../../../sdk/src/tenders/ocds/to-notice.ts";
import { lowest, verdictOf } from "./fixtures.ts";

// Real published data, outside the repository: packages/ and examples/ below the folder in OCDS_DIR.
const folder = process.env["OCDS_DIR"];

interface Supplier {
  id?: string;
  name: string;
  identifier?: { scheme: string; id: string };
}
interface Compiled {
  bids: { details: { id: string; relatedLot?: string; value: { amount: number }; tenderers: Supplier[] }[] };
  awards: { status: string; lotID?: string; relatedBid?: string; suppliers: Supplier[]; value: object }[];
}
interface RecordJson {
  ocid?: string;
  compiledRelease: Compiled;
}

describe("real OCDS data (set OCDS_DIR to run)", function () {
  before(function () {
    if (folder === undefined || folder === "") {
      console.log("      SKIPPED: OCDS_DIR is not set; real OCDS data is not tried");
      this.skip();
    }
  });

  const count = async (path: string): Promise<Record<string, number>> => {
    const counts: Record<string, number> = {};
    const { processes } = await readOcds(join(folder ?? "", path));
    for (const verdict of processes.flatMap(planReplay).map(verdictOf)) counts[verdict] = (counts[verdict] ?? 0) + 1;
    for (const one of processes) expect(toNotice(one).lots).not.to.be.empty;
    return counts;
  };

  const expected: [string, Record<string, number>][] = [
    ["packages/ukraine-prozorro-record-UA-2016-06-08-000504-c.json", { "agrees on competing bids": 1 }],
    ["packages/ukraine-prozorro-record-UA-2017-04-10-002020-b.json", { "agrees on competing bids": 1 }],
    ["packages/ukraine-prozorro-records-10.json", { "agrees on competing bids": 1, "no competition published": 10 }],
    ["packages/portugal-impic-release-package-100.json", { "no competition published": 100 }],
    ["examples/ocp-fictional-record-withversions.json", { "left out: above the ceiling": 1 }],
    ["examples/ocp-fictional-releases.json", { "left out: above the ceiling": 1 }],
  ];
  for (const [path, counts] of expected) {
    it(path, async () => expect(await count(path)).to.deep.equal(counts));
  }

  it("packages/uk-contracts-finder: frameworks, of whose bids nothing is published", async () => {
    const files = await readdir(join(folder ?? "", "packages/uk-contracts-finder"));
    expect(files).to.have.length(10);
    for (const file of files) {
      expect(await count(`packages/uk-contracts-finder/${file}`)).to.deep.equal({ "no competition published": 1 });
    }
  });

  const altered = async (path: string, ocid: string, lotId: string, rejected: string[]) => {
    const text = await readFile(join(folder ?? "", path), "utf8");
    const read = () => {
      const json = JSON.parse(text) as RecordJson | { records: RecordJson[] };
      const record = "records" in json ? json.records.find((one) => one.ocid === ocid) : json;
      if (record === undefined) throw new Error(`no ${ocid}`);
      return { json, release: record.compiledRelease };
    };
    const bids = read().release.bids.details.filter((bid) => bid.relatedLot === undefined || bid.relatedLot === lotId);
    let tried = 0;
    for (const bid of bids) {
      for (const relatedBid of [undefined, ...bids.map((one) => one.id)]) {
        const { json, release } = read();
        const award = release.awards.find((one) => one.status === "active" && (one.lotID ?? lotId) === lotId);
        if (award === undefined) throw new Error("no award");
        const [tenderer] = bid.tenderers;
        const id = tenderer?.id ?? `${tenderer?.identifier?.scheme}-${tenderer?.identifier?.id}`;
        if (award.suppliers[0]?.id === id || rejected.includes(id)) continue;
        const before = award.suppliers[0]?.name ?? "?";
        award.suppliers = [{ id, name: tenderer?.name ?? "?" }];
        award.value = bid.value;
        if (relatedBid !== undefined) award.relatedBid = relatedBid;
        const plans = parseOcds(JSON.stringify(json))
          .processes.filter((one) => one.ocid === ocid)
          .flatMap(planReplay);
        const plan = plans.find((one) => one.lotId === lotId);
        if (plan === undefined || plan.kind === "left out") throw new Error("left out");
        expect(plan.bids.filter((one) => one.rejected).map((one) => one.key)).to.deep.equal(rejected);
        const { verdict, detail } = compareOutcome(plan, lowest(plan));
        expect(verdict).to.equal("differs");
        expect(detail).to.include(before.replace(/\s+/g, " ")).and.to.include(tenderer?.name);
        tried++;
      }
    }
    return tried;
  };

  it("differs when 000504-c is awarded to a bidder that lost", async () => {
    const path = "packages/ukraine-prozorro-record-UA-2016-06-08-000504-c.json";
    expect(await altered(path, "ocds-be6bcu-UA-2016-06-08-000504-c", "1", ["UA-EDR-40126602"])).to.equal(18);
  });

  it("differs when lot 2 of 002726-a is awarded to the bidder that lost", async () => {
    const lot = "e17f053a936043df84d7bdc6396c4783";
    const path = "packages/ukraine-prozorro-records-10.json";
    expect(await altered(path, "ocds-be6bcu-UA-2017-10-31-002726-a", lot, [])).to.equal(3);
  });
});
