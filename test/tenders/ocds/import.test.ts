import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { InputError } from "../../../sdk/src/shared/errors.ts";
import { parseOcds, readOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { caps, planOf, verdictOf } from "./fixtures.ts";

const refused = (text: string, message: RegExp) => {
  expect(() => parseOcds(text), text.slice(0, 60)).to.throw(InputError, message);
  expect(() => parseOcds(text)).to.throw(/^[^\n\r]{1,300}$/);
};

describe("readOcds and parseOcds", () => {
  it("takes packages, records, releases and lists of them", () => {
    const release = caps();
    const record = {
      ocid: release["ocid"],
      compiledRelease: release,
      releases: [{ url: "https://a.example/1", date: "" }],
    };
    const bare = { compiledRelease: release, releases: [release], versionedRelease: {} };
    const shapes = [
      { releases: [release] },
      { records: [record] },
      record,
      bare,
      release,
      [release],
      [{ releases: [release] }],
    ];
    for (const shape of shapes) {
      const { processes } = parseOcds(JSON.stringify(shape));
      expect(processes.map((one) => one.ocid)).to.deep.equal(["ocds-test-caps"]);
      expect(processes[0]?.basis).to.equal("compiledRelease");
    }
    expect(parseOcds(`\uFEFF${JSON.stringify(record)}`).report).to.deep.equal([
      { ocid: "ocds-test-caps", path: "/releases", reason: "1 linked releases: only their addresses are here" },
    ]);
  });

  it("reports the parts of a file it cannot use and uses the rest", () => {
    const list = [
      caps(),
      7,
      { hello: 1 },
      { records: [null, { compiledRelease: "x" }] },
      { releases: ["x", { tender: {} }] },
    ];
    const { processes, report } = parseOcds(JSON.stringify(list));
    expect(processes).to.have.length(1);
    expect(report.map((entry) => entry.path)).to.have.members([
      "/3/records/0",
      "/3/records/1",
      "/4/releases/0",
      "/4/releases/1",
      "/1",
      "/2",
    ]);
  });

  it("reports wrong types", () => {
    const release = { ...caps(), awards: "none", bids: 3, parties: [1] };
    const { report } = parseOcds(JSON.stringify(release));
    expect(report.map(({ path }) => path)).to.deep.equal(["/bids", "/parties/0", "/awards"]);
  });

  it("reads a versioned release where there is nothing else", () => {
    const at = (releaseDate: string, value: unknown) => ({
      releaseDate,
      releaseID: "r",
      releaseTag: ["tender"],
      value,
    });
    const versionedRelease = {
      ocid: "ocds-test-v",
      tender: { id: "1", title: [at("2020-02-01T00:00:00Z", "new"), at("2020-01-01T00:00:00Z", "old")] },
    };
    const { processes } = parseOcds(JSON.stringify({ versionedRelease }));
    expect(processes[0]?.release["tender"]).to.deep.equal({ id: "1", title: "new" });
  });

  it("refuses in one line what is no JSON or not OCDS", () => {
    const text = JSON.stringify(caps());
    for (const end of [1, 10, text.length / 2, text.length - 1]) refused(text.slice(0, end), /not valid JSON/);
    for (const junk of ["", "{", "hello\nworld", '{"a":1,"a":2}', "[1,]", "NaN"]) refused(junk, /not valid JSON/);
    for (const other of ["{}", "[]", "null", "1", '"x"', '{"features":[]}', '{"ocid":null}', "[[],[{}]]"]) {
      refused(other, /not OCDS/);
    }
  });

  it("refuses deep nesting without overflowing the stack", () => {
    refused("[".repeat(100_000), /nested deeper/);
    refused(`${"[".repeat(100_000)}${"]".repeat(100_000)}`, /nested deeper/);
    refused(`{"ocid":"o","x":${'{"a":'.repeat(100_000)}1${"}".repeat(100_001)}`, /nested deeper/);
    expect(parseOcds(JSON.stringify({ ...caps(), note: `\\"${"[".repeat(500)}` })).processes).to.have.length(1);
  });

  it("is not reached by prototype keys", () => {
    const text = JSON.stringify(caps()).replace(
      "{",
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},',
    );
    for (const file of [
      text,
      `{"releases":[${text.replace('["compiled"]', "[]")},${text.replace('["compiled"]', "[]")}]}`,
    ]) {
      const { processes } = parseOcds(file);
      expect(Object.keys(processes[0]?.release ?? {})).not.to.include.members(["__proto__"]);
      expect(({} as Record<string, unknown>)["polluted"]).to.equal(undefined);
      expect((processes[0]?.release as Record<string, unknown>)["polluted"]).to.equal(undefined);
    }
  });

  it("keeps the digits of numbers", () => {
    const text = JSON.stringify(caps()).replaceAll("2875", "2875.010000000000000000");
    expect(verdictOf(planOf(JSON.parse(JSON.stringify(caps()))))).to.equal("agrees on competing bids");
    const [process] = parseOcds(text).processes;
    expect(JSON.stringify(process?.release["awards"])).to.include("2875.010000000000000000");
  });

  it("reads long strings, those that look like their stand-ins, and keys as they are", () => {
    const long = `${'\\"é\n'.repeat(50)}`;
    const tender = {
      [long]: long,
      a: long,
      b: "\u0000#0",
      c: "\u0000#9",
      d: ["x", long, `${long}.`],
      __proto__x: long,
    };
    const [process] = parseOcds(JSON.stringify({ ocid: "o", tender })).processes;
    expect(process?.release["tender"]).to.deep.equal(tender);
    refused(`{"ocid":"o","x":"${"y".repeat(100)}\\q"}`, /not valid JSON/);
    refused(`{"ocid":"o","x":"${"y".repeat(100)}`, /not valid JSON/);
  });

  describe("files", () => {
    let folder = "";
    before(async () => void (folder = await mkdtemp(join(tmpdir(), "ocds-"))));
    after(() => rm(folder, { recursive: true }));

    const fails = async (path: string, message: RegExp) => {
      const error = await readOcds(path).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(InputError);
      expect((error as Error).message)
        .to.match(message)
        .and.match(/^[^\n]+$/);
    };

    it("refuses too large a file before reading it", async () => {
      const path = join(folder, "large.json");
      await writeFile(path, "{}");
      await truncate(path, 100 * 2 ** 30);
      const before = process.memoryUsage().rss;
      await fails(path, /bytes are more than the 67108864 allowed/);
      expect(process.memoryUsage().rss - before).to.be.below(50 * 2 ** 20);
      await truncate(path, 64 * 2 ** 20 + 1);
      await fails(path, /more than/);
    });

    it("refuses folders, missing files and bytes that are no text", async () => {
      await fails(folder, /is not a file/);
      await fails(join(folder, "missing.json"), /ENOENT/);
      await writeFile(join(folder, "bytes.json"), Buffer.from([0x7b, 0xff, 0xfe, 0x7d]));
      await fails(join(folder, "bytes.json"), /not UTF-8/);
    });

    it("reads a file", async () => {
      await writeFile(join(folder, "caps.json"), JSON.stringify(caps()));
      expect((await readOcds(join(folder, "caps.json"))).processes).to.have.length(1);
    });
  });
});
