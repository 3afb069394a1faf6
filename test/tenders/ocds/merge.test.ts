import { expect } from "chai";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { type Loose, caps, planOf, plans, verdictOf } from "./fixtures.ts";

function merged(...releases: Loose[]): Loose {
  const text = JSON.stringify({ releases: releases.map((release) => ({ ocid: "o", ...release })) });
  const { processes } = parseOcds(text);
  expect(processes).to.have.length(1);
  return JSON.parse(JSON.stringify(processes[0]?.release)) as Loose;
}

const first = { date: "2020-01-01T00:00:00Z", id: "a", tag: ["tender"] };
const second = { date: "2020-01-01T01:30:00+01:00", id: "b", tag: ["award"] }; // half an hour later

describe("merging releases", () => {
  it("merges field by field in order of date, whatever the order in the file", () => {
    const one = { ...first, tender: { id: "1", title: "old", description: "kept" } };
    const two = { ...second, tender: { id: "1", title: "new" } };
    for (const releases of [
      [one, two],
      [two, one],
    ]) {
      expect(merged(...releases)).to.deep.equal({
        ocid: "o",
        id: "o-compiled",
        date: "2020-01-01T00:30:00Z",
        tag: ["compiled"],
        tender: { id: "1", title: "new", description: "kept" },
      });
    }
  });

  it("removes by null and orders by fractions of a second", () => {
    const one = {
      date: "2020-01-01T00:00:00.1197059Z",
      tender: { title: "old", status: "active", value: { amount: 1 } },
    };
    const two = { date: "2020-01-01T00:00:00.1197060Z", tender: { title: null, status: "complete", value: null } };
    expect(merged(two, one)["tender"]).to.deep.equal({ status: "complete" });
  });

  it("merges lists by id, numbers and texts alike", () => {
    const one = { ...first, awards: [{ id: 1, status: "pending", title: "A" }, { id: "2" }] };
    const two = { ...second, awards: [{ id: "1", status: "active" }, { id: "3" }] };
    expect(merged(two, one)["awards"]).to.deep.equal([
      { id: "1", status: "active", title: "A" },
      { id: "2" },
      { id: "3" },
    ]);
    expect(merged(one, { ...second, awards: [] })["awards"]).to.have.length(2);
  });

  it("replaces whole the lists without ids and those the schema marks so", () => {
    const item = (...ids: string[]) => [
      { id: "i", additionalClassifications: ids.map((id) => ({ id, scheme: "CPV" })) },
    ];
    const one = { ...first, tender: { submissionMethod: ["a", "b"], items: item("1", "2"), changes: [{ x: 1 }] } };
    const two = { ...second, tender: { submissionMethod: ["c"], items: item("3"), changes: [{ y: "2" }] } };
    expect(merged(one, two)["tender"]).to.deep.equal({
      submissionMethod: ["c"],
      items: item("3"),
      changes: [{ y: "2" }],
    });
  });

  it("takes undated releases first and reports them", () => {
    const text = JSON.stringify({
      releases: [
        { ocid: "o", ...first, tender: { title: "dated" } },
        { ocid: "o", date: "2020-02-30T00:00:00Z", tender: { title: "undated" } },
      ],
    });
    const { processes, report } = parseOcds(text);
    expect(processes[0]?.release["tender"]).to.deep.equal({ title: "dated" });
    expect(report.map((entry) => entry.reason)).to.deep.equal(["1 releases without a usable date: merged first"]);
  });

  it("judges releases of a process like its compiled release", () => {
    const { tender, bids, awards, parties, ocid } = caps();
    const release = (day: number, more: Loose) => ({
      ocid,
      id: `${day}`,
      date: `2020-01-0${day}T00:00:00Z`,
      tag: ["x"],
      ...more,
    });
    const pending = awards.map((award) => ({ ...award, status: "pending" }));
    const parts = [release(3, { awards }), release(1, { tender, parties }), release(2, { bids, awards: pending })];
    expect(plans(...parts).map(verdictOf)).to.deep.equal(["agrees on competing bids"]);
  });

  it("lets the compiled release go before releases", () => {
    const release = { ...caps(), tag: ["award"], date: "2030-01-01T00:00:00Z", awards: [] };
    const text = JSON.stringify({ ocid: "ocds-test-caps", releases: [release], compiledRelease: caps() });
    expect(parseOcds(text).processes[0]?.basis).to.equal("compiledRelease");
    expect(verdictOf(planOf(caps()))).to.equal("agrees on competing bids");
  });
});
