import { expect } from "chai";
import { InputError } from "../../../sdk/src/shared/errors.ts";
import { type Notice, parseNotice } from "../../../sdk/src/tenders/notice.ts";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import type { ReportEntry } from "../../../sdk/src/tenders/ocds/report.ts";
import { toNotice } from "../../../sdk/src/tenders/ocds/to-notice.ts";
import { type Loose, caps } from "./fixtures.ts";

function noticeOf(release: Loose): { notice: Notice; report: ReportEntry[] } {
  const report: ReportEntry[] = [];
  const [process] = parseOcds(JSON.stringify(release)).processes;
  if (process === undefined) throw new Error("no process");
  return { notice: toNotice(process, report), report };
}

describe("toNotice", () => {
  it("makes one lot of a tender without lots", () => {
    const { notice, report } = noticeOf(caps());
    expect(report).to.deep.equal([]);
    expect(notice).to.deep.equal({
      format: "common-seal/notice/1",
      title: "Caps",
      source: { ocid: "ocds-test-caps", tenderId: "t" },
      buyer: { name: "Department of Municipal Police", identifier: { scheme: "UA-EDR", id: "39985748" } },
      procurementMethod: "open",
      awardCriteria: "lowestCost",
      currency: "UAH",
      decimals: 2,
      taxBasis: "gross",
      times: { start: "2016-06-14T14:53:00Z", commitDeadline: "2016-06-17T14:53:00Z" },
      lots: [
        {
          id: "1",
          ceiling: "7500",
          items: [{ id: "i1", description: "Caps", quantity: "25", unit: { id: "H87", name: "piece" } }],
        },
      ],
    });
    expect(parseNotice(JSON.parse(JSON.stringify(notice)))).to.deep.equal(notice);
  });

  it("leaves out lots it cannot hold and reports them", () => {
    const release = caps();
    const lot = (id: unknown, amount: unknown, currency = "UAH") => ({ id, value: { amount, currency } });
    release.tender["lots"] = [lot("a", 100.001), lot(7, "100.50"), lot("c", -1), lot("d", 1, "EUR"), { id: "e" }, 3];
    release.tender["items"] = [
      { id: 1, relatedLot: "7", quantity: 1.5 },
      { id: 2, relatedLots: ["e"] },
      { id: 3, relatedLot: "zz" },
    ];
    const { notice, report } = noticeOf(release);
    expect(notice.lots).to.deep.equal([
      { id: "7", ceiling: "100.5", items: [{ id: "1", quantity: "1.5" }] },
      { id: "e", items: [{ id: "2" }] },
    ]);
    expect(report.map((entry) => entry.path)).to.deep.equal([
      "/tender/lots/0",
      "/tender/lots/2",
      "/tender/lots/3",
      "/tender/items/2",
    ]);
    expect(report[0]?.reason).to.equal('lot a left out: amount "100.001" has more than 2 decimals');
  });

  it("reads groups of lots, and leaves out and reports those that it cannot hold", () => {
    const release = caps();
    const maximum = (amount: unknown, more = {}) => ({ maximumValue: { amount, currency: "UAH", ...more } });
    release.tender["lots"] = [{ id: "a" }, { id: "b" }, { id: "c", value: { amount: -1 } }];
    release.tender["lotGroups"] = [
      { id: 1, title: "Both", relatedLots: ["a", "b"], ...maximum(900.5) },
      { id: "1", relatedLots: ["a", "b"] },
      { id: "of one", relatedLots: ["a", "a"] },
      { id: "of a lot left out", relatedLots: ["a", "c"] },
      { relatedLots: ["b", "a"], ...maximum(1, { currency: "EUR" }) },
      { id: "net", relatedLots: ["b", "a"], ...maximum(1, { valueAddedTaxIncluded: false }) },
      { id: "fine", relatedLots: ["b", "a"], ...maximum(0.001) },
    ];
    release.tender["value"] = { amount: 7500, currency: "UAH", valueAddedTaxIncluded: true };
    const { notice, report } = noticeOf(release);
    expect(notice.lotGroups).to.deep.equal([
      { id: "1", title: "Both", lots: ["a", "b"], maximumValue: "900.5" },
      ...["#5", "net", "fine"].map((id) => ({ id, lots: ["b", "a"] })),
    ]);
    const told = report.filter(({ path }) => path.includes("lotGroups")).map(({ path, reason }) => `${path} ${reason}`);
    expect(told).to.deep.equal([
      "/tender/lotGroups/1 group 1 left out: its id is an earlier group's",
      "/tender/lotGroups/2 group of one left out: it has not two lots",
      "/tender/lotGroups/3 group of a lot left out left out: a lot of it is not in the notice",
      "/tender/lotGroups/4/maximumValue EUR, not UAH",
      "/tender/lotGroups/5/maximumValue net, not gross",
      '/tender/lotGroups/6/maximumValue amount "0.001" has more than 2 decimals',
    ]);
  });

  it("drops and reports bad and contradictory dates and unknown codes", () => {
    const release = caps();
    release.tender["tenderPeriod"] = { startDate: "2016-06-31T00:00:00Z", endDate: "2016-06-17" };
    release.tender["awardPeriod"] = { endDate: "2016-06-16T17:53:00+03:00" };
    release.tender["procurementMethod"] = "magic";
    const bad = noticeOf(release);
    expect(bad.notice.times).to.deep.equal({ awardDeadline: "2016-06-16T14:53:00Z" });
    expect(bad.notice).not.to.have.property("procurementMethod");
    expect(bad.report).to.have.length(3);
    release.tender["tenderPeriod"] = { startDate: "2016-06-18T00:00:00Z", endDate: "2016-06-17T00:00:00Z" };
    expect(noticeOf(release).notice.times).to.deep.equal({ awardDeadline: "2016-06-16T14:53:00Z" });
    release.tender["tenderPeriod"] = { endDate: "2016-06-17T00:00:00Z" };
    expect(noticeOf(release).notice.times).to.deep.equal({ commitDeadline: "2016-06-17T00:00:00Z" });
  });

  it("keeps public document addresses only, and no natural person as buyer", () => {
    const release = caps();
    release.tender["documents"] = [
      { id: "1", title: "Terms", url: "https://files.example/1" },
      { title: "Secret", url: "https://localhost/x" },
    ];
    release["buyer"] = { id: "x", name: "ФОП Приклад", identifier: { scheme: "UA-EDR", id: "1234567890" } };
    const { notice, report } = noticeOf(release);
    expect(notice.documents).to.deep.equal([
      { id: "1", title: "Terms", url: "https://files.example/1" },
      { id: "#2", title: "Secret" },
    ]);
    expect(notice).not.to.have.property("buyer");
    expect(report.map((entry) => entry.path)).to.have.members(["/buyer", "/tender/documents/1/url"]);
  });

  it("refuses a process without a currency or a usable lot", () => {
    const release = caps();
    release.tender["value"] = { amount: -1, currency: "UAH" };
    expect(() => noticeOf(release)).to.throw(InputError, "ocds-test-caps: no lot is usable");
    release.tender["value"] = null;
    expect(() => noticeOf(release)).to.throw(InputError, "states no currency");
  });
});

describe("parseNotice", () => {
  const { notice } = noticeOf(caps());
  const cases: [string, (notice: Loose) => void][] = [
    ["notice: Unrecognized key", (bad) => (bad["extra"] = 1)],
    ["notice: format", (bad) => (bad["format"] = "other")],
    ["notice: title", (bad) => delete bad["title"]],
    ["notice: currency", (bad) => (bad["currency"] = "uah")],
    ["notice: decimals", (bad) => (bad["decimals"] = 19)],
    ["notice: decimals", (bad) => (bad["decimals"] = 1.5)],
    ["notice: taxBasis", (bad) => (bad["taxBasis"] = "maybe")],
    ["notice: standstillSeconds", (bad) => (bad["standstillSeconds"] = -1)],
    ["notice: treasury", (bad) => (bad["treasury"] = "0x12")],
    ["notice: times.start", (bad) => (bad["times"] = { start: "2016-06-14T17:53:00+03:00" })],
    ["notice: times.start", (bad) => (bad["times"] = { start: "2016-02-30T00:00:00Z" })],
    [
      "notice: times.awardDeadline",
      (bad) => (bad["times"] = { start: "2020-01-02T00:00:00Z", awardDeadline: "2020-01-01T00:00:00Z" }),
    ],
    ["notice: lots", (bad) => (bad["lots"] = [])],
    [
      "notice: lots.1.id",
      (bad) =>
        (bad["lots"] = [
          { id: "1", items: [] },
          { id: "1", items: [] },
        ]),
    ],
    ["notice: lots.0.ceiling", (bad) => (bad["lots"] = [{ id: "1", ceiling: "1.005", items: [] }])],
    ["notice: lots.0.ceiling", (bad) => (bad["lots"] = [{ id: "1", ceiling: "-1", items: [] }])],
    [
      "notice: lots.0.ceiling",
      (bad) => (bad["lots"] = [{ id: "1", ceiling: `${2n ** 256n}`.slice(0, 60), items: [] }]),
    ],
    ["notice: lots.0", (bad) => (bad["lots"] = [{ id: "1", items: [], price: 1 }])],
    ['notice: sealing: must be "bidders", or seats and threshold of a committee', (bad) => (bad["sealing"] = "nobody")],
    ["notice: sealing.seats.2: ", (bad) => (bad["sealing"] = { seats: [2, 3, "4"], threshold: 2 })],
    ["notice: sealing.threshold: ", (bad) => (bad["sealing"] = { seats: [2, 3, 4], threshold: 9 })],
    ["notice: sealing: Unrecognized key", (bad) => (bad["sealing"] = { seats: [2, 3, 4], threshold: 2, by: 1 })],
    ...(
      [
        ["id: is the id of an earlier group", 1, { id: "1", lots: ["1", "2"] }],
        ["lots: names a lot that the notice does not have", 0, { lots: ["1", "3"] }],
        ["lots: names a lot twice", 0, { lots: ["1", "1"] }],
        ["lots: must be two at least", 0, { lots: ["1"] }],
        ["maximumValue: ", 0, { maximumValue: "1.005" }],
        ["maximumValue: ", 0, { maximumValue: "-1" }],
      ] as const
    ).map(([words, at, changes]): [string, (notice: Loose) => void] => [
      `notice: lotGroups.${at}.${words}`,
      (bad) => {
        const group = { id: String(at + 1), lots: ["1", "2"], ...changes };
        bad["lots"] = ["1", "2"].map((id) => ({ id, items: [] }));
        bad["lotGroups"] = at === 0 ? [group] : [{ id: "1", lots: ["1", "2"] }, group];
      },
    ]),
    ["notice: documents.0.url", (bad) => (bad["documents"] = [{ id: "1", url: "javascript:alert(1)" }])],
  ];
  for (const [start, spoil] of cases) {
    it(`refuses in one line: ${start} (${spoil.toString().replace(/\s+/g, " ").slice(10, 80)})`, () => {
      const bad = structuredClone(notice) as Loose;
      spoil(bad);
      expect(() => parseNotice(bad)).to.throw(InputError, /^[^\n]{1,300}$/);
      expect(() => parseNotice(bad)).to.throw(start);
    });
  }

  it("accepts every field", () => {
    const full = {
      ...notice,
      standstillSeconds: 0,
      bond: { token: `0x${"a".repeat(40)}`, amount: "10.5" },
      treasury: `0x${"B".repeat(40)}`,
      lots: [...notice.lots, { id: "2", items: [] }],
      lotGroups: [{ id: "g", title: "Both", lots: ["1", "2"], maximumValue: "10" }],
    };
    const sealings = [undefined, "bidders", { seats: [2, 2, 3, 3, 4], threshold: 3, ties: "earliest" }];
    for (const sealing of sealings) {
      expect(parseNotice({ ...full, sealing })).to.deep.equal({ ...full, sealing });
    }
    for (const wrong of [null, [], "x", 1]) expect(() => parseNotice(wrong)).to.throw(InputError, /^notice: /);
  });
});
