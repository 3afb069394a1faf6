import { expect } from "chai";
import { id } from "ethers";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import {
  catalogueFrom,
  catalogueOf,
  type CatalogueTerms,
  listedDataset,
  type Listing,
} from "../../sdk/src/market/catalogue/catalogue.ts";
import { dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetIri, type ListingFacts, type VersionFacts } from "../../sdk/src/market/catalogue/facts.ts";
import { readJsonLd } from "../../sdk/src/market/catalogue/jsonld.ts";
import { datasetDocument, type JsonLd } from "../../sdk/src/market/catalogue/write.ts";
import { policyNode } from "../../sdk/src/market/catalogue/offers.ts";
import { tiers } from "../../sdk/src/market/licences/licence.ts";
import type { Policy } from "../../sdk/src/market/licences/policy.ts";
import { randomDataset } from "./fixtures/random.ts";
import { refused } from "./fixtures/refused.ts";

const MARKET = "0x52908400098527886E0F7030069857D2E4169EE7";
const TOKEN = "0x8617E340B3D01FA5F11F306F4090FD50E238070D";
const DID = `did:pkh:eip155:1:${MARKET}`;
const AUTHORITY = "http://publications.europa.eu/resource/authority/";

const copy = (value: unknown): JsonLd => JSON.parse(JSON.stringify(value)) as JsonLd;

const version = (number: number, more: Partial<VersionFacts> = {}): VersionFacts => ({
  version: number,
  manifest: id(`manifest ${number}`),
  root: id(`root ${number}`),
  content: id(`content ${number}`),
  length: 1000 * number,
  count: number + 1,
  listed: 1_800_000_000 + number,
  state: "open",
  ...more,
});

const facts = (more: Partial<ListingFacts> = {}): ListingFacts => ({
  market: MARKET.toLowerCase(),
  chainId: 1n,
  dataset: 7,
  agency: { number: 3, name: "見本市" },
  category: "TRAN",
  metadata: id("metadata"),
  versions: [version(1), version(2), version(3, { state: "withdrawn" })],
  offers: [],
  ...more,
});

const terms: CatalogueTerms = {
  title: { en: "Market of public data", ja: "公共データ市場", ko: "공공데이터 시장" },
  description: { und: "What agencies offer." },
  publisher: { name: { en: "Common Seal" } },
};

const described = dataset({ title: { ko: "버스" }, description: { en: "Buses." } });

describe("catalogue", () => {
  describe("listedDataset", () => {
    it("puts what the chain says before what the metadata say", () => {
      const metadata = dataset({
        ...described,
        iri: "urn:mine",
        identifier: ["BUS-1"],
        publisher: { name: { en: "Somebody else" } },
        themes: ["ECON"],
        version: "0.1",
        modified: "2001-01-01",
        issued: "2000-01-01",
        distributions: [{ accessURL: ["https://city.example/bus.csv"] }],
      });
      const iri = `${DID}/dataset/7`;
      const { distributions, ...rest } = listedDataset({
        facts: facts(),
        metadata,
        tiers: tiers(["kogl-1"], { target: iri, assigner: DID }),
      });
      const { distributions: own, ...others } = metadata;
      expect(rest).to.deep.equal({
        ...others,
        iri,
        identifier: ["BUS-1", iri],
        publisher: { iri: `${DID}/agency/3`, name: { und: "見本市" } },
        themes: ["TRAN", "ECON"],
        accessRights: "RESTRICTED",
        issued: "2000-01-01",
        modified: "2027-01-15T08:00:02Z",
        version: "2",
      });
      expect(distributions).to.deep.equal([
        {
          iri: `${iri}/version/2`,
          title: {},
          description: {},
          accessURL: [`ipfs://${cidOf(id("manifest 2"))}`],
          downloadURL: [],
          byteSize: 2000,
          licence: "https://www.kogl.or.kr/info/licenseType1.do",
          policies: [`${iri}/tier/0`],
          issued: "2027-01-15T08:00:02Z",
        },
        ...own,
      ]);
    });

    it("lets no metadata describe what is another's: no names for agents, files, or the market's own things", () => {
      const theirs = `${DID}/dataset/8/version/1`;
      const metadata = dataset({
        ...described,
        publisher: { iri: `${DID}/agency/9`, name: { en: "A false name" } },
        spatial: [
          { iri: theirs.toLowerCase(), name: { en: "x" } },
          { iri: "urn:place", name: { en: "y" } },
        ],
        distributions: [{ iri: theirs, accessURL: ["https://evil.example/"] }],
      });
      const written = catalogueOf([{ facts: facts(), metadata }], terms);
      expect(JSON.stringify(written).toLowerCase()).to.not.include("dataset/8").and.not.include("agency/9");
      expect(JSON.stringify(written)).to.include("urn:place").and.include("A false name");
      expect(catalogueFrom(written).datasets[0]?.spatial).to.deep.equal([
        { name: { en: "x" } },
        { iri: "urn:place", name: { en: "y" } },
      ]);
    });

    it("tells who can have it: all, where the data are plain or free for all; else some", () => {
      const offer = { offer: 1, kind: "free", tier: 0, token: TOKEN, price: 0n, period: 0, buyers: "all" } as const;
      const rights = (more: Partial<ListingFacts>) =>
        listedDataset({ facts: facts(more), metadata: described }).accessRights;
      expect(rights({})).to.equal("RESTRICTED");
      expect(rights({ offers: [{ ...offer, kind: "fixed", price: 1n }] })).to.equal("RESTRICTED");
      expect(rights({ offers: [{ ...offer, buyers: [{ schema: 1 }] }] })).to.equal("RESTRICTED");
      expect(rights({ offers: [offer] })).to.equal("PUBLIC");
      expect(rights({ versions: [version(1, { root: `0x${"0".repeat(64)}` })] })).to.equal("PUBLIC");
      const metadata = dataset({ ...described, accessRights: "NON_PUBLIC" });
      expect(listedDataset({ facts: facts({ offers: [offer] }), metadata }).accessRights).to.equal("NON_PUBLIC");
    });

    it("has the SHA-256 and media type of plain data; of sealed data no checksum of a file", () => {
      const plain = version(1, { root: `0x${"0".repeat(64)}`, mediaType: "text/csv" });
      const [one] = listedDataset({ facts: facts({ versions: [plain] }), metadata: described }).distributions;
      expect([one?.sha256, one?.mediaType]).to.deep.equal([plain.content.slice(2), "text/csv"]);
      const [sealed] = listedDataset({ facts: facts(), metadata: described }).distributions;
      expect(sealed).to.not.have.property("sha256");
    });
  });

  describe("catalogueOf", () => {
    const iri = datasetIri(facts());
    const policies = tiers(["kogl-4", { permit: ["use"], until: 1_900_000_000 }], {
      target: iri,
      assigner: `${DID}/agency/3`,
    });
    const offers: ListingFacts["offers"] = [
      {
        offer: 1,
        kind: "free",
        tier: 0,
        token: TOKEN,
        price: 0n,
        period: 0,
        buyers: [{ schema: 4, issuer: 2 }, { schema: 5 }],
      },
      { offer: 2, kind: "subscription", tier: 1, token: TOKEN, price: 2n ** 100n, period: 2_592_000, buyers: "all" },
    ];
    const listing: Listing = { facts: facts({ offers }), metadata: described, tiers: policies };
    const written = copy(catalogueOf([listing], { ...terms, iri: "urn:catalogue", modified: 1_800_000_000 }));
    const listed = (written["dcat:dataset"] as JsonLd[])[0] ?? {};

    it("refuses terms without title, description or publisher's name", () => {
      for (const part of ["title", "description"] as const) {
        refused(() => catalogueOf([], { ...terms, [part]: {} }), `dct:${part} is missing`);
      }
      refused(() => catalogueOf([], { ...terms, publisher: { name: {} } }), "foaf:name is missing");
    });

    it("gives back 150 random catalogues", () => {
      for (let seed = 0; seed < 150; seed++) {
        const listings = Array.from({ length: seed % 5 }, (_, i) => ({
          facts: facts({ dataset: i + 1, versions: [version(1), version(2)].slice(0, (seed + i) % 3) }),
          metadata: randomDataset(`catalogue ${seed} ${i}`),
        }));
        const { datasets, ...rest } = catalogueFrom(copy(catalogueOf(listings, terms)));
        expect(rest).to.deep.equal(terms);
        expect(datasets, `catalogue ${seed}`).to.deep.equal(listings.map(listedDataset));
      }
    });

    it("tells offers and tiers as ODRL, in IRIs that need no context but the document's", () => {
      const said = listed["odrl:hasPolicy"] as JsonLd[];
      expect(said.map((one) => [one["@id"], one["@type"]])).to.deep.equal([
        [`${iri}/tier/0`, "odrl:Offer"],
        [`${iri}/tier/1`, "odrl:Offer"],
        [`${iri}/offer/1`, "odrl:Offer"],
        [`${iri}/offer/2`, "odrl:Offer"],
      ]);
      const number = (value: string) => ({ "@value": value, "@type": "xsd:nonNegativeInteger" });
      expect(said[2]).to.deep.equal({
        "@id": `${iri}/offer/1`,
        "@type": "odrl:Offer",
        "dct:identifier": "1",
        "market:kind": "free",
        "market:tier": number("0"),
        "odrl:inheritFrom": { "@id": `${iri}/tier/0` },
        "odrl:assigner": { "@id": `${DID}/agency/3` },
        "odrl:assignee": {
          "@type": "odrl:PartyCollection",
          "market:requires": [
            { "market:schema": number("4"), "market:issuer": number("2") },
            { "market:schema": number("5") },
          ],
        },
        "odrl:target": { "@id": iri },
        "odrl:permission": { "odrl:action": { "@id": "odrl:use" } },
      });
      expect(said[3]).to.not.have.property("odrl:assignee");
      expect(said[3]?.["odrl:permission"]).to.deep.equal({
        "odrl:action": { "@id": "odrl:use" },
        "odrl:constraint": [
          {
            "@type": "odrl:Constraint",
            "odrl:leftOperand": { "@id": "odrl:elapsedTime" },
            "odrl:operator": { "@id": "odrl:lteq" },
            "odrl:rightOperand": { "@value": "PT2592000S", "@type": "xsd:duration" },
          },
        ],
        "odrl:duty": [
          {
            "odrl:action": {
              "rdf:value": { "@id": "odrl:compensate" },
              "odrl:refinement": {
                "@type": "odrl:Constraint",
                "odrl:leftOperand": { "@id": "odrl:payAmount" },
                "odrl:operator": { "@id": "odrl:eq" },
                "odrl:rightOperand": { "@value": "1267650600228229401496703205376", "@type": "xsd:integer" },
                "odrl:unit": { "@id": `did:pkh:eip155:1:${TOKEN}` },
              },
            },
          },
        ],
      });
      expect(said[0]).to.deep.include({
        "dct:title": "Korea Open Government License, type 4",
        "dct:source": { "@id": "https://www.kogl.or.kr/info/licenseType4.do" },
        "odrl:assigner": { "@id": `${DID}/agency/3` },
        "odrl:target": { "@id": iri },
        "odrl:conflict": { "@id": "odrl:prohibit" },
      });
      expect(policyNode({ ...policies[0], assignee: `${DID}/x` } as Policy)["odrl:assignee"]).to.deep.equal({
        "@id": `${DID}/x`,
      });
      const [use, distribute] = said[0]?.["odrl:permission"] as JsonLd[];
      expect(use).to.deep.equal({
        "odrl:action": { "@id": "odrl:use" },
        "odrl:duty": [{ "odrl:action": { "@id": "odrl:attribute" } }],
      });
      expect(distribute?.["odrl:action"]).to.deep.equal({ "@id": "odrl:distribute" });
      expect((said[0]?.["odrl:prohibition"] as JsonLd[])[0]?.["odrl:constraint"]).to.deep.equal([
        {
          "@type": "odrl:Constraint",
          "odrl:leftOperand": { "@id": "odrl:purpose" },
          "odrl:operator": { "@id": "odrl:isA" },
          "odrl:rightOperand": { "@id": "https://w3id.org/dpv#CommercialPurpose" },
        },
      ]);
    });

    it("tells versions: the newest to be had, older ones, and those that cannot be had without a way to them", () => {
      expect(listed["dcat:version"]).to.equal("2");
      const [first, third] = listed["dcat:hasVersion"] as JsonLd[];
      expect(first).to.include({ "@id": `${iri}/version/1`, "dcat:version": "1", "market:state": "open" });
      expect(first?.["dcat:isVersionOf"]).to.deep.equal({ "@id": iri });
      expect(JSON.stringify(first)).to.include(`ipfs://${cidOf(id("manifest 1"))}`);
      expect(third).to.include({ "@id": `${iri}/version/3`, "market:state": "withdrawn" });
      expect(third).to.not.have.property("dcat:distribution");
      expect(JSON.stringify(written)).to.not.include(cidOf(id("manifest 3")));
      expect((listed["dcat:distribution"] as JsonLd[])[0]).to.deep.include({
        "@id": `${iri}/version/2`,
        "market:state": "open",
        "market:root": { "@value": id("root 2").slice(2), "@type": "xsd:hexBinary" },
        "market:content": { "@value": id("content 2").slice(2), "@type": "xsd:hexBinary" },
        "market:chunks": { "@value": "3", "@type": "xsd:nonNegativeInteger" },
      });
    });

    it("says nothing of where data are of which all versions were withdrawn for personal data", () => {
      const gone = facts({ versions: [version(1, { state: "personal-data" }), version(2, { state: "disproved" })] });
      const text = JSON.stringify(catalogueOf([{ facts: gone, metadata: described }], terms));
      expect(text)
        .to.not.include("dcat:accessURL")
        .and.not.include(cidOf(id("manifest 1")));
      expect(text).to.include("personal-data").and.include("disproved");
    });

    it("names themes, rights, publisher and metadata by IRIs", () => {
      expect(written).to.deep.include({
        "@id": "urn:catalogue",
        "@type": "dcat:Catalog",
        "dct:modified": { "@value": "2027-01-15T08:00:00Z", "@type": "xsd:dateTime" },
        "dcat:themeTaxonomy": { "@id": `${AUTHORITY}data-theme` },
      });
      expect(listed).to.deep.include({
        "dcat:theme": [{ "@id": `${AUTHORITY}data-theme/TRAN` }],
        "dct:accessRights": { "@id": `${AUTHORITY}access-right/RESTRICTED` },
        "market:metadata": { "@id": `ipfs://${cidOf(id("metadata"))}` },
      });
      expect(catalogueFrom(written)).to.deep.include({ iri: "urn:catalogue", modified: 1_800_000_000 });
    });

    it("lists a data set whose metadata are not to be had, and says so", () => {
      const { datasets } = catalogueFrom(copy(catalogueOf([{ facts: facts(), metadata: null }], terms)));
      expect(datasets[0]?.title).to.deep.equal({ en: "Data set 7 of 見本市" });
      expect(datasets[0]?.description["en"]).to.include(`ipfs://${cidOf(id("metadata"))} could not be read`);
    });

    it("uses only prefixes of its context: every property and type is a whole IRI", () => {
      for (const thing of readJsonLd(written).all) {
        for (const name of [...Object.keys(thing.said), ...thing.types])
          expect(name).to.match(/^(http:\/\/|urn:common-seal:)/);
      }
    });
  });

  describe("catalogueFrom", () => {
    it("refuses what is no catalogue, several, or one with a bad data set", () => {
      refused(() => catalogueFrom(datasetDocument(described)), "no catalogue");
      const one = catalogueOf([], terms);
      refused(() => catalogueFrom([one, one]), "several catalogues");
      const bad = { ...one, "dcat:dataset": [{ "@type": "dcat:Dataset", "dct:title": "t" }] };
      refused(() => catalogueFrom(bad), "dcat:dataset 0 dct:description is missing");
      refused(() => catalogueFrom({ ...one, "dct:publisher": [] }), "dct:publisher is missing");
      const two = ["a", "b"].map((name) => ({ "foaf:name": name }));
      refused(() => catalogueFrom({ ...one, "dct:publisher": two }), "dct:publisher is said twice");
    });
  });
});
