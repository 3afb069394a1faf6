import { expect } from "chai";
import { id, ZeroHash } from "ethers";
import { catalogueFrom, catalogueOf } from "../../sdk/src/market/catalogue/catalogue.ts";
import { dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetDocument } from "../../sdk/src/market/catalogue/write.ts";
import { settle } from "../../sdk/src/market/deliver.ts";
import { restHash, sealHash } from "../../sdk/src/market/hashes.ts";
import { templateOf } from "../../sdk/src/market/licences/licence.ts";
import { termsHash } from "../../sdk/src/market/licences/policy.ts";
import { takeLicence } from "../../sdk/src/market/license.ts";
import { describeDataSet, makeOffer, offerOf, withdrawVersions } from "../../sdk/src/market/list.ts";
import { listingsOf } from "../../sdk/src/market/listings.ts";
import { dataSetOf, numberOf, versionId } from "../../sdk/src/market/model.ts";
import { orderAt, readDataSet, readMarket, versionAt } from "../../sdk/src/market/read.ts";
import { reasonCode, withdrawalText } from "../../sdk/src/market/reasons.ts";
import { policyFor, policyOfTier, readDescription, readPolicies, withPolicies } from "../../sdk/src/market/terms.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { MemoryStore, putJson } from "../../sdk/src/shared/files.ts";
import { DAY, MarketDesk, PRICE } from "./sdk.desk.ts";
import { noise } from "./sealing.ts";

describe("reading the market", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  before(async () => void (desk = await MarketDesk.open()));
  after(() => desk.close());

  describe("readMarket", () => {
    it("rebuilds each order as the contract has it, at every step of its life", async () => {
      const dataSet = await desk.list({ data: noise(2000) });
      const buyer = await desk.buyer("followed");
      const { order } = await desk.buy(buyer, dataSet);
      const states: number[] = [];
      const look = async () => {
        const one = await desk.order(dataSet, order);
        states.push(Number(await buyer.market.orderState(one.order, one.pins, one.delivery)));
        return one;
      };
      expect(await look()).to.deep.include({ standing: "ordered", delivery: { time: 0, masked: ZeroHash } });
      await desk.deliver();
      const delivered = await look();
      expect(delivered.delivery.time).to.equal(await desk.now());
      await desk.later(3 * DAY + 1);
      await settle(buyer, [delivered]).send();
      expect((await look()).standing).to.equal("licensed");
      expect(states).to.deep.equal([1, 2, 3]);
    });

    it("can be asked as of a block in the past", async () => {
      const dataSet = await desk.list({ data: noise(30) });
      const block = await desk.clerk.provider.getBlockNumber();
      await desk.buy(await desk.buyer("later"), dataSet);
      const orders = async (at?: number) =>
        (await readMarket(desk.clerk, at)).find((one) => one.dataSet === dataSet)?.orders.length;
      expect([await orders(block), await orders()]).to.deep.equal([0, 1]);
      expect(await orders(block - 1)).to.equal(undefined);
    });

    it("its hashes of versions are the contract's", async () => {
      const { terms, version } = versionAt(await readDataSet(desk.clerk, await desk.list({})));
      const { market } = desk.clerk;
      expect(sealHash(terms)).to.equal(await market.sealOf(terms));
      expect(sealHash(terms)).to.equal((await market.versionOf(version))[1]);
      expect(restHash(terms)).to.not.equal(restHash({ ...terms, size: terms.size + 1n }));
    });

    it("tells in one line what is not there", async () => {
      const dataSet = await desk.list({});
      const model = await readDataSet(desk.clerk, dataSet);
      const who = await actor(desk.clerk);
      expect(() => versionAt(model, 4)).to.throw(`Data set ${dataSet} has no version 4.`);
      expect(() => orderAt(model, versionId(dataSet, 1), who, 2)).to.throw(
        `${who} has no order 2 of version 1 of data set ${dataSet}.`,
      );
      await withdrawVersions(desk.clerk, dataSet, [1], 4).send();
      expect(() => versionAt({ ...model, versions: [] })).to.throw("has no version that is open");
      expect([dataSetOf(versionId(7, 9)), numberOf(versionId(7, 9))]).to.deep.equal([7, 9]);
    });
  });

  describe("licences of offers", () => {
    it("one known by name is made again from nothing; one of other terms is found by the description", async () => {
      const dataSet = await desk.list({ data: noise(77) });
      const own = { title: "Research", permit: ["use"] as const, users: 3 };
      const before = await readDataSet(desk.clerk, dataSet);
      const { policy, tier } = policyOfTier(desk.clerk, before, own);
      expect([tier, policyOfTier(desk.clerk, before, "pdl-1.0").tier]).to.deep.equal([1, 0]);
      await makeOffer(desk.clerk, dataSet, offerOf({ kind: "sale", tier, terms: termsHash(policy) })).send();
      const model = await readDataSet(desk.clerk, dataSet);
      expect(policyOfTier(desk.clerk, model, own).tier).to.equal(1);
      expect(policyOfTier(desk.clerk, model, "kogl-2").tier).to.equal(2);
      const description = await readDescription(desk.clerk, model);
      if (!description) throw new Error("no description");
      const known = await readPolicies(desk.clerk, model, description);
      expect([...known.values()].map(templateOf)).to.deep.equal(["pdl-1.0"]);
      const described = withPolicies(description, [await putJson(desk.clerk.files, policy)]);
      const all = await readPolicies(desk.clerk, model, described);
      expect(all.get(termsHash(policy))).to.deep.equal(policy);
      expect(all.size).to.equal(2);
    });

    it("a description can name anything: what is not the licence of an offer is passed over", async () => {
      const dataSet = await desk.list({ data: noise(78) });
      const model = await readDataSet(desk.clerk, dataSet);
      const [offer] = model.offers;
      if (!offer) throw new Error("no offer");
      const strange = { ...model, offers: [{ ...offer, terms: { ...offer.terms, terms: id("strange") } }] };
      const place = { agency: 1, manifest: ZeroHash, tier: 0 };
      const other = await putJson(desk.clerk.files, policyFor(desk.clerk, "kogl-1", place));
      const junk = await putJson(desk.clerk.files, { no: "policy" });
      const base = dataset({ title: { en: "x" }, description: { en: "y" } });
      const links = withPolicies(base, [other, junk, id("nowhere")]);
      const described = { ...links, policies: [...links.policies, "https://example.org/", "ipfs://nonsense"] };
      expect((await readPolicies(desk.clerk, strange, described)).size).to.equal(0);
    });

    it("a description that is not in the store, or is none, is null", async () => {
      const dataSet = await desk.list({ data: noise(79) });
      const elsewhere = { ...desk.clerk, files: new MemoryStore() };
      expect(await readDescription(elsewhere, await readDataSet(desk.clerk, dataSet))).to.equal(null);
      await (await describeDataSet(desk.clerk, { dataSet, category: "TRAN", metadata: { title: "bare" } })).send();
      expect(await readDescription(desk.clerk, await readDataSet(desk.clerk, dataSet))).to.equal(null);
    });

    it("reasons have words and codes", () => {
      expect(["personal-data", "superseded", "error", "legal", "77"].map(reasonCode)).to.deep.equal([1, 2, 3, 4, 77]);
      expect([1, 4, 77].map(withdrawalText)).to.deep.equal(["personal-data", "legal", "reason 77"]);
      for (const wrong of ["", "0", "256", "whim"]) expect(() => reasonCode(wrong)).to.throw("No such reason");
    });
  });

  describe("the catalogue of what is listed", () => {
    it("tells title, agency, versions, offers and licences of each data set, and is read back", async () => {
      const required = [{ schema: 3, issuer: 1 }];
      const offers = [desk.sale, { ...desk.sale, required }, { kind: "subscription" as const, period: DAY }];
      const dataSet = await desk.list({ data: noise(999), offers });
      const open = await desk.list({ data: noise(1000), open: true, offers: [{ kind: "licence" }] });
      const models = (await readMarket(desk.clerk)).filter((one) => [dataSet, open].includes(one.dataSet));
      const listings = await listingsOf(desk.clerk, models);
      expect(listings.map(({ facts }) => facts.agency)).to.deep.equal(
        Array(2).fill({ number: 1, name: "Transport Agency" }),
      );
      const [sealed, plain] = listings;
      expect(sealed?.facts.offers.map(({ kind, price, buyers }) => [kind, price, buyers])).to.deep.equal([
        ["fixed", PRICE, "all"],
        ["fixed", PRICE, required],
        ["subscription", 0n, "all"],
      ]);
      expect(sealed?.facts.versions[0]).to.deep.include({
        length: 999,
        count: 2,
        state: "open",
        mediaType: "text/csv",
      });
      expect(sealed?.tiers?.map(({ uid }) => uid.at(-1))).to.deep.equal(["0", "1", "2"]);
      expect(plain?.facts.versions[0]).to.deep.include({ length: 1000, count: 0, root: ZeroHash });
      const catalogue = catalogueOf(listings, {
        ...{ title: { en: "All" }, description: { en: "All of it." }, publisher: { name: { en: "Us" } } },
      });
      const { datasets } = catalogueFrom(catalogue);
      expect(datasets.map(({ title }) => title)).to.deep.equal(Array(2).fill({ en: "Departures", ja: "出発" }));
      expect(datasets[1]?.distributions[0]?.byteSize).to.equal(1000);
      expect(datasets.map(({ accessRights }) => accessRights)).to.deep.equal(["RESTRICTED", "PUBLIC"]);
    });

    it("leaves out offers that are withdrawn, tells versions that are, and stands what the store does not have", async () => {
      const dataSet = await desk.list({ data: noise(11), offers: [desk.sale, { kind: "sale" }] });
      await desk.clerk.market.withdrawOffers(dataSet, [1], 2);
      await withdrawVersions(desk.clerk, dataSet, [1], 2).send();
      const model = await readDataSet(desk.clerk, dataSet);
      const elsewhere = { ...desk.clerk, files: new MemoryStore() };
      const [listing] = await listingsOf(elsewhere, [model]);
      expect(listing?.metadata).to.equal(null);
      expect(listing?.facts.agency.name).to.equal("Agency 1");
      expect(listing?.facts.offers.map(({ offer }) => offer)).to.deep.equal([2]);
      expect(listing?.facts.versions[0]).to.deep.include({ state: "withdrawn" });
      expect(listing?.tiers, "tier 0 is not offered any more").to.deep.equal([]);
      if (!listing) throw new Error("no listing");
      const terms = { title: { en: "All" }, description: { en: "All." }, publisher: { name: { en: "Us" } } };
      expect(catalogueFrom(catalogueOf([listing], terms)).datasets[0]?.title).to.deep.equal({
        en: `Data set ${dataSet} of Agency 1`,
      });
    });

    it("a free licence stands in the model with its term", async () => {
      const dataSet = await desk.list({ data: noise(12), open: true, offers: [{ kind: "licence", period: DAY }] });
      const buyer = await desk.as("reader");
      await takeLicence(buyer, { dataSet, offer: 1 });
      const [licence] = (await readDataSet(buyer, dataSet)).licences;
      const from = await desk.now();
      expect(licence).to.deep.include({ nonce: 0, tier: 0, from, until: from + DAY, buyer: await actor(buyer) });
    });
  });

  it("what is described is what the store keeps", async () => {
    const described = dataset({
      title: { ko: "출발" },
      description: { ko: "모든 정류장" },
      keywords: { ko: ["버스"] },
    });
    const dataSet = await desk.list({ data: noise(13) });
    const metadata = datasetDocument(described);
    await (await describeDataSet(desk.clerk, { dataSet, category: "TRAN", metadata })).send();
    expect(await readDescription(desk.clerk, await readDataSet(desk.clerk, dataSet))).to.deep.equal(described);
  });
});
