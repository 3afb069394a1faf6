import { readFileSync } from "node:fs";
import { expect } from "chai";
import { dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetFrom } from "../../sdk/src/market/catalogue/read.ts";
import { datasetDocument } from "../../sdk/src/market/catalogue/write.ts";
import { toCkan } from "../../sdk/src/market/ckan/export.ts";
import { fromCkan } from "../../sdk/src/market/ckan/import.ts";
import { licenceOf } from "../../sdk/src/market/ckan/licenceId.ts";
import { templateNames } from "../../sdk/src/market/licences/templates.ts";
import { randomDataset } from "./fixtures/random.ts";
import { refused } from "./fixtures/refused.ts";

type Package = Record<string, unknown> & { result: Record<string, unknown> };

const answer = JSON.parse(readFileSync(new URL("./fixtures/city.package.json", import.meta.url), "utf8")) as Package;
const copy = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("CKAN packages", () => {
  describe("fromCkan", () => {
    it("refuses in one line what is no package", () => {
      for (const value of [null, 7, "text", []]) refused(() => fromCkan(value), "not a CKAN package");
      refused(() => fromCkan({}), "neither name nor title");
      refused(() => fromCkan({ success: false, error: { message: "Not found" } }), "CKAN's answer is an error");
      refused(() => fromCkan({ success: true }), "not a CKAN package");
      const wrong: [string, unknown][] = [
        ["title", 7],
        ["notes", {}],
        ["title_translated", "x"],
        ["title_translated", { "not a language": "x" }],
        ["tags", "a,b"],
        ["tags", [{ display_name: "x" }]],
        ["extras", { theme: "x" }],
        ["resources", {}],
        ["resources", [null]],
        ["resources", [{ url: 7 }]],
        ["organization", "city"],
      ];
      for (const [field, value] of wrong)
        refused(() => fromCkan({ ...copy(answer.result), [field]: value }), "CKAN package");
    });

    it("makes a data set, a licence and files of a package, and says what it could not carry over", () => {
      const { dataset: made, licence, resources, lost } = fromCkan(copy(answer));
      expect(made).to.deep.equal(
        dataset({
          title: { ko: "대기질 측정 결과", ja: "大気質の測定結果", en: "Air quality" },
          description: { und: "시간별 대기질 측정 자료" },
          identifier: ["5f0c7f4e-0000-4000-8000-000000000002"],
          publisher: { name: { und: "견본시" } },
          contactPoint: [{ name: "공공데이터 담당", email: "data@city.example" }, { name: "데이터정책과" }],
          keywords: { und: ["대기질", "미세먼지"] },
          themes: ["ENVI"],
          languages: ["KOR"],
          accessRights: "PUBLIC",
          landingPage: ["https://city.example/air"],
          issued: "2024-03-05T01:02:03.456789Z",
          modified: "2025-01-02T00:00:00Z",
          version: "3",
          temporal: [{ start: "2024-01-01", end: "2024-12-31" }],
          spatial: [{ name: { und: "견본시" }, geometry: '{"type":"Point","coordinates":[129.07,35.18]}' }],
          distributions: [
            {
              title: { und: "측정 결과 2024" },
              accessURL: ["https://city.example/files/air-2024.csv"],
              mediaType: "text/csv",
              byteSize: 1_048_576,
              sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
              issued: "2024-03-05T01:02:03Z",
            },
            {
              title: { und: "보고서" },
              accessURL: ["https://city.example/files/report.hwp"],
              mediaType: "application/x-hwp",
              format: "HWP",
              byteSize: 2048,
            },
            { title: { und: "API" }, accessURL: ["https://city.example/api"] },
          ],
        }),
      );
      expect(licence).to.equal("kogl-1");
      expect(resources).to.deep.equal([
        {
          name: "측정 결과 2024",
          url: "https://city.example/files/air-2024.csv",
          mediaType: "text/csv",
          size: 1_048_576,
        },
        { name: "보고서", url: "https://city.example/files/report.hwp", mediaType: "application/x-hwp", size: 2048 },
        { name: "API", url: "https://city.example/api" },
      ]);
      expect(lost).to.have.members([
        "extra harvest_source_id: has no place in the metadata",
        "groups: has no place in the metadata",
        "resource 보고서: hash d41d8cd98f00b204e9800998ecf8427e is no SHA-256",
        "resource API: size 12 kB is no number of bytes",
        "resource API: api_key_needed has no place",
        "resource 없음: has no address",
      ]);
    });

    it("takes a package without its envelope, and what it makes is a DCAT-AP data set", () => {
      expect(fromCkan(copy(answer.result))).to.deep.equal(fromCkan(copy(answer)));
      const { dataset: made } = fromCkan(copy(answer));
      expect(datasetFrom(copy(datasetDocument(made)))).to.deep.equal(made);
    });

    it("makes do with a name, and takes it for the description that DCAT-AP asks for", () => {
      const { dataset: made, lost } = fromCkan({ name: "bare" });
      expect(made).to.deep.equal(
        dataset({ title: { und: "bare" }, description: { und: "bare" }, identifier: ["bare"] }),
      );
      expect(lost).to.deep.equal([]);
    });

    it("says of each value that cannot be right that it is lost, and keeps the rest", () => {
      const extras = [
        { key: "issued", value: "last spring" },
        { key: "modified", value: "2024-02-30T99" },
        { key: "access_rights", value: "members" },
        { key: "spatial", value: "the whole city" },
        { key: "spatial_uri", value: "the whole city" },
        { key: "uri", value: "no address" },
        { key: "theme", value: "traffic jams, TRAN" },
        { key: "theme", value: "ECON" },
        { key: "temporal_start", value: "soon" },
        { key: "temporal_end", value: "2024-05" },
      ];
      const resources = [
        {
          url: "https://a.example/1",
          mimetype: "comma separated",
          size: -1,
          uri: "x",
          license: "cc-by",
          issued: "now",
        },
        { url: "no address" },
      ];
      const given = { name: "n", url: "example", extras, resources, private: true, state: "deleted" };
      const { dataset: made, lost } = fromCkan({ ...given, license_id: "notspecified" });
      expect(made).to.deep.equal(
        dataset({
          title: { und: "n" },
          description: { und: "n" },
          identifier: ["n"],
          themes: ["TRAN"],
          temporal: [{ end: "2024-05" }],
          distributions: [{ accessURL: ["https://a.example/1"] }],
        }),
      );
      expect(lost).to.have.members([
        "licence notspecified: no known licence; give terms of your own",
        "state deleted: CKAN does not show this package",
        "private: CKAN shows this package to its own organisation only",
        "url example: is no address",
        "issued last spring: is no date",
        "modified 2024-02-30T99: is no date",
        "access_rights members: none of the EU's access rights",
        "spatial the whole city: is no GeoJSON",
        "spatial_uri the whole city: is no address",
        "uri no address: is no address",
        "data-theme traffic jams: is no code and no address",
        "extra theme: stands twice, the first one is taken",
        "temporal_start soon: is no date",
        "resource resource 1: mimetype comma separated is no media type",
        "resource resource 1: size -1 is no number of bytes",
        "resource resource 1: uri x is no address",
        "resource resource 1: licence cc-by is no address",
        "resource resource 1: issued is no date",
        "resource resource 2: has no address",
      ]);
    });
  });

  describe("licenceOf", () => {
    it("knows the licences by the ids and titles that sites use", () => {
      const known: Record<string, string[]> = {
        "cc-by-4.0": [
          "cc-by",
          "CC-BY-4.0",
          "cc-by-40-intl",
          "CC BY 4.0",
          "Creative Commons Attribution 4.0 International",
        ],
        "pdl-1.0": ["pdl1.0", "PDL-1.0", "pdl10", "公共データ利用規約（第1.0版）", "Public Data License v1.0"],
        "kogl-1": ["kogl-1", "KOGL Type 1", "kogl1", "공공누리 제1유형", "공공누리_제1유형: 출처표시"],
        "kogl-2": ["kogl-2", "KOGL_TYPE_2", "공공누리 2유형"],
        "kogl-3": ["KOGL-3", "공공누리 제3유형"],
        "kogl-4": ["kogl-type-4", "Korea Open Government License Type 4", "공공누리 제 4 유형"],
      };
      for (const [name, ids] of Object.entries(known)) {
        for (const one of ids) {
          expect(licenceOf({ license_id: one }), one).to.equal(name);
          expect(licenceOf({ license_id: "other", license_title: one }), one).to.equal(name);
        }
      }
      expect(licenceOf({ license_url: "http://creativecommons.org/licenses/by/4.0" })).to.equal("cc-by-4.0");
    });

    it("takes no other licence for one of them", () => {
      const others = [
        "cc-by-3.0",
        "cc-by-sa",
        "cc-by-nc-4.0",
        "cc-zero",
        "odc-by",
        "gjstu-2.0",
        "pdl2.0",
        "kogl-0",
        "kogl-5",
      ];
      for (const one of [...others, "kogl-12", "notspecified", "", "공공누리", "公共データ利用規約（第2.0版）"]) {
        expect(licenceOf({ license_id: one }), one).to.equal(undefined);
      }
      expect(licenceOf({ license_id: "cc-by", license_title: "クリエイティブ・コモンズ 表示 2.1 日本" })).to.equal(
        undefined,
      );
      expect(licenceOf({ license_id: "cc-by", license_url: "https://creativecommons.org/licenses/by/3.0/" })).to.equal(
        undefined,
      );
      expect(
        licenceOf({ license_id: "cc-by", license_url: "https://creativecommons.org/licenses/by-nc/4.0/" }),
      ).to.equal(undefined);
      expect(licenceOf({ license_id: "kogl-1", license_title: "공공누리 제4유형" })).to.equal(undefined);
      expect(licenceOf({})).to.equal(undefined);
    });
  });

  describe("toCkan", () => {
    it("gives back 300 random data sets of what a package can say, and loses nothing", () => {
      for (let seed = 0; seed < 300; seed++) {
        const one = randomDataset(`ckan ${seed}`, true);
        const licence = templateNames[seed % templateNames.length];
        const { ckan, lost } = toCkan(one, licence);
        const again = fromCkan({ success: true, result: copy(ckan) });
        expect(again.dataset, `ckan ${seed}`).to.deep.equal(one);
        expect(again.licence).to.equal(licence);
        expect([again.lost, lost]).to.deep.equal([[], []]);
        expect(ckan.name).to.match(/^[a-z0-9_-]{2,100}$/);
      }
    });

    it("gives a package back as it came, but for what was lost on the way in", () => {
      const { dataset: made, licence } = fromCkan(copy(answer));
      const { ckan } = toCkan(made, licence);
      expect(fromCkan(copy(ckan))).to.deep.include({ dataset: made, licence: "kogl-1", lost: [] });
      expect(ckan).to.deep.include({
        id: answer.result["id"],
        name: "air-quality",
        title: "Air quality",
        notes: "시간별 대기질 측정 자료",
        license_id: "kogl-1",
        maintainer: "공공데이터 담당",
        organization: { title: "견본시" },
        tags: [{ name: "대기질" }, { name: "미세먼지" }],
      });
    });

    it("writes the text that stands for all, translations where there are any, and CKAN's id of the licence", () => {
      const untold = dataset({ title: { und: "t" }, description: { ja: "説明", ko: "설명" }, identifier: ["1"] });
      const { ckan } = toCkan(untold, "pdl-1.0");
      expect(ckan).to.not.have.property("title_translated");
      expect(ckan).to.deep.include({
        title: "t",
        notes: "説明",
        notes_translated: { ja: "説明", ko: "설명" },
        license_id: "pdl1.0",
        license_url: "https://www.digital.go.jp/resources/open_data/public_data_license_v1.0",
      });
      expect(toCkan(untold).ckan).to.not.have.property("license_id");
      const named = { name: "n", resources: [{ name_translated: { ja: "表" }, url: "urn:a", download_url: "urn:b" }] };
      expect(fromCkan(named).resources).to.deep.equal([{ name: "表", url: "urn:b" }]);
    });

    it("says which parts CKAN cannot keep whole", () => {
      const base = dataset({ title: { en: "t" }, description: { en: "d" }, identifier: ["1"] });
      expect(toCkan(base).lost).to.deep.equal([]);
      const rich = dataset({
        ...base,
        landingPage: ["urn:a", "urn:b"],
        temporal: [{ start: "2020" }, { start: "2022" }],
        publisher: { name: { en: "City", ja: "市" } },
        policies: ["urn:policy"],
        contactPoint: [{ name: "a" }, { name: "b" }, { name: "c" }],
        distributions: [{ accessURL: ["urn:a", "urn:b"] }],
      });
      expect(toCkan(rich).lost).to.have.members([
        "landingPage",
        "temporal",
        "publisher",
        "policies",
        "contactPoint",
        "distributions",
      ]);
    });
  });
});
