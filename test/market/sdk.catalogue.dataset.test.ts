import { readFileSync } from "node:fs";
import { expect } from "chai";
import { dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetFrom } from "../../sdk/src/market/catalogue/read.ts";
import { CONTEXT } from "../../sdk/src/market/catalogue/vocabulary.ts";
import { datasetDocument, type JsonLd } from "../../sdk/src/market/catalogue/write.ts";
import { randomDataset } from "./fixtures/random.ts";
import { refused } from "./fixtures/refused.ts";

const copy = (value: unknown): JsonLd => JSON.parse(JSON.stringify(value)) as JsonLd;

const described = dataset({ title: { ko: "버스" }, description: { en: "Buses." } });

describe("metadata of a data set", () => {
  describe("datasetFrom", () => {
    it("gives back 400 random data sets from their documents", () => {
      let several = 0;
      for (let seed = 0; seed < 400; seed++) {
        const one = randomDataset(`metadata ${seed}`);
        expect(datasetFrom(copy(datasetDocument(one))), `metadata ${seed}`).to.deep.equal(one);
        if (Object.keys(one.title).length > 1) several++;
      }
      expect(several).to.be.greaterThan(200);
    });

    it("reads another portal's document: other prefixes, typed terms, languages, references", () => {
      const text = readFileSync(new URL("./fixtures/portal.dataset.jsonld", import.meta.url), "utf8");
      expect(datasetFrom(JSON.parse(text))).to.deep.equal(
        dataset({
          iri: "https://portal.example/dataset/bus-stops",
          title: { ja: "バス停一覧", ko: "버스 정류장 목록", en: "Bus stops" },
          description: { ja: "市内のバス停の位置" },
          publisher: {
            iri: "https://portal.example/organization/city",
            name: { ja: "見本市", en: "Sample City" },
          },
          issued: "2024-04-01",
          keywords: { ja: ["バス", "交通"] },
          themes: ["TRAN"],
          accessRights: "PUBLIC",
          contactPoint: [{ name: "Open data desk", email: "opendata@portal.example" }],
          distributions: [
            {
              accessURL: ["https://portal.example/files/bus-stops.csv"],
              mediaType: "text/csv",
              byteSize: 2048,
              licence: "https://creativecommons.org/licenses/by/4.0/",
            },
          ],
        }),
      );
    });

    it("reads terms of the vocabulary, numbers, default languages, and what has none", () => {
      const context = {
        "@vocab": "http://www.w3.org/ns/dcat#",
        "@language": "ko",
        dct: "http://purl.org/dc/terms/",
        dist: { "@id": "distribution" },
        rights: { "@id": "dct:accessRights", "@type": "@vocab" },
        PUBLIC: "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
        description: { "@id": "dct:description", "@language": null },
        theme: { "@type": "@id" },
        mail: { "@id": "http://www.w3.org/2006/vcard/ns#hasEmail", "@type": "@id" },
      };
      const document = {
        "@context": [null, context],
        "@type": "Dataset",
        "dct:title": "버스",
        description: "no language",
        rights: "PUBLIC",
        version: 2,
        theme: ["urn:a", null],
        keyword: { "@list": ["길", { "@value": "road", "@language": "en" }] },
        contactPoint: { mail: "MAILTO:a%20b@city.example" },
        distribution: { accessURL: "urn:d", byteSize: { "@value": 7 }, "spdx:unknown": true },
        "dct:identifier": { "@set": ["x"] },
      };
      expect(datasetFrom(document)).to.deep.equal(
        dataset({
          title: { ko: "버스" },
          description: { und: "no language" },
          accessRights: "PUBLIC",
          version: "2",
          themes: ["urn:a"],
          keywords: { ko: ["길"], en: ["road"] },
          contactPoint: [{ email: "a b@city.example" }],
          distributions: [{ accessURL: ["urn:d"], byteSize: 7 }],
          identifier: ["x"],
        }),
      );
    });

    it("refuses what lacks a mandatory property, and says which", () => {
      const full = dataset({
        title: { en: "t" },
        description: { en: "d" },
        publisher: { name: { en: "p" } },
        distributions: [{ accessURL: ["https://data.example/1"], sha256: "0".repeat(64) }],
      });
      const without = (path: string, property: string): JsonLd => {
        const document = copy(datasetDocument(full));
        const inner = path.split("/").filter(Boolean);
        const at = inner.reduce((node, key) => node[key] as JsonLd, document);
        expect(at).to.have.property(property);
        delete at[property];
        return document;
      };
      refused(() => datasetFrom(without("", "dct:title")), "dct:title is missing");
      refused(() => datasetFrom(without("", "dct:description")), "dct:description is missing");
      refused(() => datasetFrom(without("dct:publisher", "foaf:name")), "dct:publisher 0 foaf:name is missing");
      const distribution = "dcat:distribution/0";
      refused(() => datasetFrom(without(distribution, "dcat:accessURL")), "dcat:accessURL is missing");
      const checksum = `${distribution}/spdx:checksum`;
      refused(() => datasetFrom(without(checksum, "spdx:algorithm")), "spdx:algorithm is missing");
      refused(() => datasetFrom(without(checksum, "spdx:checksumValue")), "spdx:checksumValue is missing");
      const blank = { ...datasetDocument(full), "dct:title": [{ "@value": " ", "@language": "en" }] };
      refused(() => datasetFrom(blank), "is empty");
      const two = { ...datasetDocument(full), "dct:publisher": [1, 2].map(() => ({ "foaf:name": "p" })) };
      refused(() => datasetFrom(two), "is said twice");
    });

    it("refuses in one line what cannot be right", () => {
      const wrong: [string, unknown, string][] = [
        ["dct:issued", "yesterday", "issued is no date"],
        ["dct:issued", "2024-13-01", "issued is no date"],
        ["dct:issued", "2023-02-29", "issued is no date"],
        ["dct:issued", "2024-01-01T25:00:00Z", "issued is no date"],
        ["dct:title", [{ "@value": "x", "@language": "not a language" }], "title"],
        ["dcat:distribution", { "dcat:accessURL": "nowhere" }, "accessURL"],
        ["dcat:distribution", { "dcat:accessURL": "urn:a", "dcat:byteSize": "many" }, "byteSize"],
        ["dcat:distribution", { "dcat:accessURL": "urn:a", "dcat:byteSize": -1 }, "byteSize"],
        ["dcat:distribution", { "dcat:accessURL": "urn:a", "dcat:mediaType": "csv" }, "not a media type"],
        ["dcat:theme", "roads and such", "themes"],
      ];
      for (const [property, value, words] of wrong) {
        refused(() => datasetFrom({ ...datasetDocument(described), [property]: value }), words);
      }
    });

    it("refuses other documents, contexts that would have to be fetched, and depths", () => {
      for (const value of [null, 7, "text", [null], { "@graph": [1] }]) refused(() => datasetFrom(value), "JSON-LD");
      refused(() => datasetFrom({}), "no data sets");
      refused(() => datasetFrom([datasetDocument(described), datasetDocument(described)]), "2 data sets");
      const remote = { ...datasetDocument(described), "@context": "https://evil.example/context" };
      refused(() => datasetFrom(remote), "have to be fetched: https://evil.example/context");
      refused(() => datasetFrom({ ...datasetDocument(described), "@reverse": {} }), "@reverse");
      let deep: JsonLd = {};
      for (let i = 0; i < 5000; i++) deep = { "dct:relation": deep };
      refused(() => datasetFrom({ ...datasetDocument(described), ...deep }), "levels deep");
    });

    it("refuses graphs and names of another kind", () => {
      refused(() => datasetFrom({ "@graph": [7] }), "@graph of a JSON-LD document holds objects only");
      refused(() => datasetFrom({ ...datasetDocument(described), "@id": 7 }), "An @id in the JSON-LD is no text");
      refused(
        () => datasetFrom({ ...datasetDocument(described), "dct:title": { "@value": {} } }),
        "neither text nor number",
      );
    });

    it("takes GeoJSON for a geometry and not WKT, and whole addresses whatever the prefixes", () => {
      const geometry = [
        { "@value": "POINT(1 2)", "@type": "geo:wktLiteral" },
        { "@value": '{"type":"Point","coordinates":[1,2]}', "@type": "geo:geoJSONLiteral" },
      ];
      const more = {
        "@context": { ...CONTEXT, https: "urn:not:" },
        "dct:spatial": { "locn:geometry": [{ "@id": "urn:g" }, ...geometry] },
        "dcat:landingPage": { "@id": "https://city.example/" },
      };
      const { spatial, landingPage } = datasetFrom({ ...datasetDocument(described), ...more });
      expect(spatial).to.deep.equal([{ name: {}, geometry: '{"type":"Point","coordinates":[1,2]}' }]);
      expect(landingPage).to.deep.equal(["https://city.example/"]);
    });

    it("refuses lists nested without end", () => {
      for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ "@list": [inner] })]) {
        let deep: unknown = "d";
        for (let i = 0; i < 100_000; i++) deep = wrap(deep);
        refused(() => datasetFrom({ ...datasetDocument(described), "dct:description": deep }), "levels deep");
      }
    });

    it("is not confused by names of JavaScript's own, and follows circles once", () => {
      const text =
        `{"@context": ${JSON.stringify(CONTEXT)}, "@type": "dcat:Dataset", "@id": "urn:a", "__proto__": {"x": 1},` +
        `"constructor": "c", "dct:title": "t", "dct:description": "d", "dct:relation": {"@id": "urn:a"}}`;
      expect(datasetFrom(JSON.parse(text))).to.deep.equal(
        dataset({ iri: "urn:a", title: { und: "t" }, description: { und: "d" } }),
      );
    });
  });
});
