import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import { deliver, deliverable, refund, settle, withdraw } from "../../sdk/src/market/deliver.ts";
import { collect, duesOf } from "../../sdk/src/market/due.ts";
import { createKeyFile, readKeyFile } from "../../sdk/src/market/keys/keyFile.ts";
import { fileKeys } from "../../sdk/src/market/keys/source.ts";
import {
  describeDataSet,
  listDataSet,
  listVersion,
  makeOffer,
  offerOf,
  withdrawOffers,
  withdrawVersions,
} from "../../sdk/src/market/list.ts";
import { listedBefore } from "../../sdk/src/market/listed.ts";
import { openOrder } from "../../sdk/src/market/open.ts";
import { prepareVersion } from "../../sdk/src/market/prepare.ts";
import { readDataSet, readMarket, versionAt } from "../../sdk/src/market/read.ts";
import { fetchPlain } from "../../sdk/src/market/seal/plainData.ts";
import { manifestFrom } from "../../sdk/src/market/seal/manifest.ts";
import { actor } from "../../sdk/src/shared/context.ts";
import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { DAY, HOUR, MarketDesk, PRICE, refusal } from "./sdk.desk.ts";
import { noise } from "./sealing.ts";

const WINDOW = 3 * DAY;

describe("acts of the market", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  before(async () => void (desk = await MarketDesk.open()));
  after(() => desk.close());

  it("a sale from the listing to the licence: the file comes out byte for byte, the price goes to the payee", async () => {
    const data = noise(3 * 992 + 17);
    const dataSet = await desk.list({ data });
    const buyer = await desk.buyer("first buyer");
    const { order } = await desk.buy(buyer, dataSet);
    expect(order).to.deep.include({ standing: "ordered" });
    expect(order.order).to.deep.include({ price: PRICE, payee: desk.payee, window: WINDOW, subscription: 0 });
    const market = desk.clerk.addresses.DataMarket;
    expect(await desk.token.balanceOf(market)).to.equal(PRICE);
    const out = desk.path();
    const opening = async () => {
      const model = await readDataSet(buyer, dataSet);
      const [order, version] = [model.orders[0], versionAt(model, 1)];
      if (!order) throw new Error("no order");
      return openOrder(buyer, { keys: desk.keys(buyer), order, version, out });
    };
    expect(await refusal(opening)).to.equal("The key is not delivered yet.");
    expect(await desk.deliver()).to.equal(1);
    expect(await opening()).to.deep.equal({ outcome: "opened", path: out, length: 2993, strangePadding: false });
    expect(new Uint8Array(await readFile(out))).to.deep.equal(data);
    expect(await refusal(opening)).to.equal(`${out} is there already, and is not written over.`);

    const delivered = await desk.order(dataSet, order);
    expect(await refusal(settle(buyer, [delivered]).send())).to.match(/^MarketTooEarly/);
    await desk.later(WINDOW + 1);
    await settle(await desk.as("anyone"), [delivered]).send();
    const licensed = await desk.order(dataSet, order);
    expect(licensed.standing).to.equal("licensed");
    const { version, nonce } = order.order;
    expect(await buyer.market.hasAccess(version, await actor(buyer), nonce)).to.equal(true);
    const [licence] = (await readDataSet(buyer, dataSet)).licences;
    expect(licence).to.deep.equal({
      ...{ version, buyer: await actor(buyer), nonce, tier: 0, from: delivered.delivery.time, until: 0 },
    });
    expect(await duesOf(buyer, await readMarket(buyer), desk.payee)).to.deep.equal([
      { token: desk.tokenAddress, amount: PRICE },
    ]);
    await withdraw(buyer, desk.tokenAddress, desk.payee).send();
    expect([await desk.token.balanceOf(desk.payee), await desk.token.balanceOf(market)]).to.deep.equal([PRICE, 0n]);
    expect(await duesOf(buyer, await readMarket(buyer), desk.payee)).to.deep.equal([]);
    expect(await refusal(withdraw(buyer, desk.tokenAddress, desk.payee).send())).to.match(/^MarketNothingDue/);
  });

  it("many orders are delivered and settled in one transaction each, by number of buyer", async () => {
    const dataSet = await desk.list({ data: noise(10), offers: [desk.sale, { kind: "sale", window: HOUR }] });
    const buyers = await Promise.all(["a", "b", "c"].map((name) => desk.buyer(`many ${name}`)));
    for (const buyer of buyers) await desk.buy(buyer, dataSet);
    const again = (await desk.buy(buyers[0] as never, dataSet, { offer: 2 })).order;
    expect(again.order).to.deep.include({ nonce: 1, price: 0n, token: ZeroAddress, window: HOUR, tier: 1 });
    expect(await desk.deliver()).to.equal(4);
    expect(await desk.deliver()).to.equal(0);
    const { orders } = await readDataSet(desk.clerk, dataSet);
    expect(orders.map(({ standing }) => standing)).to.deep.equal(Array(4).fill("delivered"));
    expect(new Set(orders.map(({ delivery }) => delivery.masked)).size).to.equal(4);
    await desk.later(WINDOW + 1);
    await settle(desk.clerk, orders).send();
    expect((await readDataSet(desk.clerk, dataSet)).licences).to.have.length(4);
  });

  it("only the keys of the order open it; a key file does where a wallet cannot", async () => {
    const dataSet = await desk.list({ data: noise(100) });
    const buyer = await desk.buyer("with a key file");
    const path = desk.path("keys.json");
    const secret = await createKeyFile(path, "correct horse");
    const { order } = await desk.buy(buyer, dataSet, { keys: fileKeys(secret, desk.place) });
    await desk.deliver();
    const model = await readDataSet(buyer, dataSet);
    const opening = { order: await desk.order(dataSet, order), version: versionAt(model, 1) };
    expect(await refusal(openOrder(buyer, { ...opening, keys: desk.keys(buyer), out: desk.path() }))).to.equal(
      "This order was placed with other keys: take the wallet or the key file that it was placed with.",
    );
    const keys = fileKeys(await readKeyFile(path, "correct horse"), desk.place);
    expect(await openOrder(buyer, { ...opening, keys, out: desk.path() })).to.include({
      outcome: "opened",
      length: 100,
    });
  });

  it("what is not delivered in time is refunded, and paid out to the buyer", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, delivery: DAY }] });
    const buyer = await desk.buyer("waiting", PRICE);
    const { order } = await desk.buy(buyer, dataSet);
    expect(await refusal(refund(buyer, [order]).send())).to.match(/^MarketTooEarly/);
    await desk.later(DAY + 1);
    await refund(await desk.as("anyone"), [order]).send();
    expect((await desk.order(dataSet, order)).standing).to.equal("refunded");
    const account = await actor(buyer);
    const dues = await duesOf(buyer, await readMarket(buyer), account);
    await collect(buyer, dues, account);
    expect(await desk.token.balanceOf(account)).to.equal(PRICE);
  });

  it("a delivery an hour before its end or later is not made: its key would be given for nothing", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, delivery: DAY }] });
    const { order } = await desk.buy(await desk.buyer("late"), dataSet);
    const work = async () => {
      const { due, refused } = await deliverable(desk.clerk, { agency: 1, keys: desk.keys() });
      return [due.length, ...refused.map(({ reason }) => reason)];
    };
    await desk.stage.advanceTo(order.order.deliverBy - HOUR);
    expect(await work()).to.deep.equal([1]);
    await desk.stage.advanceTo(order.order.deliverBy - HOUR + 1);
    expect(await work()).to.deep.equal([0, "late"]);
    await desk.stage.advanceTo(order.order.deliverBy + 1);
    const late = { order, masked: `0x${"11".repeat(32)}` };
    expect(await deliver(desk.clerk, 1, [late])).to.deep.equal([]);
    await refund(desk.clerk, [order]).send();
  });

  it("a version withdrawn for personal data stops orders at once: no key, the price back", async () => {
    const dataSet = await desk.list({});
    const buyer = await desk.buyer("unlucky");
    const { order } = await desk.buy(buyer, dataSet);
    await withdrawVersions(desk.clerk, dataSet, [1], 1).send();
    const { due, refused } = await deliverable(desk.clerk, { agency: 1, keys: desk.keys() });
    expect([due, refused.map(({ reason }) => reason)]).to.deep.equal([[], ["withdrawn"]]);
    await refund(buyer, [order]).send();
    expect((await desk.order(dataSet, order)).standing).to.equal("refunded");
    const [version] = (await readDataSet(buyer, dataSet)).versions;
    expect(version).to.deep.include({ state: "personal-data", reason: 1 });
    expect(version?.ended?.time).to.be.greaterThan(version?.listed.time ?? Infinity);
    expect(await refusal(desk.buy(buyer, dataSet))).to.equal(`Data set ${dataSet} has no version that is open.`);
  });

  it("open data are listed by their SHA-256 and fetched by all", async () => {
    const data = noise(600_000, "open");
    const dataSet = await desk.list({ data, open: true, offers: [{ kind: "licence" }] });
    const { terms, sealed } = versionAt(await readDataSet(desk.clerk, dataSet), 1);
    expect([sealed, terms.count, terms.words, terms.size]).to.deep.equal([false, 0, 0, 600_000n]);
    const out = desk.path();
    await fetchPlain(await manifestFrom(desk.clerk.files, terms.manifest), desk.clerk.files, out);
    expect(new Uint8Array(await readFile(out))).to.deep.equal(data);
  });

  describe("versions and offers more", () => {
    it("a version has a key of its own; offers and descriptions can change; what is withdrawn stays so", async () => {
      const dataSet = await desk.list({});
      const path = await desk.file(noise(50, "second"));
      const { version } = await prepareVersion(desk.clerk, { path, agency: 1, keys: desk.keys() });
      expect((await listVersion(desk.clerk, dataSet, version).send()).result.number).to.equal(2);
      const [first, second] = (await readDataSet(desk.clerk, dataSet)).versions;
      expect(second?.terms).to.deep.equal(version);
      expect(second?.terms.keyCommit).to.not.equal(first?.terms.keyCommit);
      const terms = first?.terms.manifest ?? "";
      const free = offerOf({ kind: "sale", terms, version: 2, period: 7 * DAY });
      expect((await makeOffer(desk.clerk, dataSet, free).send()).result.offer).to.equal(2);
      await withdrawOffers(desk.clerk, dataSet, [1], 2).send();
      await withdrawVersions(desk.clerk, dataSet, [1], 2).send();
      await (await describeDataSet(desk.clerk, { dataSet, category: "ENVI", metadata: { title: "x" } })).send();
      const model = await readDataSet(desk.clerk, dataSet);
      expect(model.category).to.equal("ENVI");
      expect(model.offers.map(({ state }) => state)).to.deep.equal(["withdrawn", "open"]);
      expect(model.versions.map(({ state, reason }) => [state, reason])).to.deep.equal([
        ["withdrawn", 2],
        ["open", undefined],
      ]);
      expect(await refusal(withdrawVersions(desk.clerk, dataSet, [1], 2).send())).to.match(/^MarketVersionNotOpen/);
    });

    it("refuses what makes no sense before it is sent", async () => {
      const terms = `0x${"1".repeat(64)}`;
      const price = { token: desk.tokenAddress, amount: 1n, payee: desk.payee };
      expect(() => offerOf({ kind: "licence", terms, price })).to.throw("A licence alone is free");
      expect(() => offerOf({ kind: "subscription", terms, price })).to.throw(
        "A period of a subscription is a day at least.",
      );
      const { version } = await prepareVersion(desk.clerk, { path: await desk.file(noise(1)), agency: 1 });
      const listing = { agency: 1, category: "traffic", metadata: {}, version, offers: [] };
      expect(await refusal(listDataSet(desk.clerk, listing))).to.match(/^A category is a code of four capital/);
      const act = await listDataSet(await desk.as("stranger"), { ...listing, category: "TRAN" });
      expect(await refusal(act.send())).to.match(/^AgencyKeyNotPermitted/);
      const nowhere = { path: desk.path(), agency: 1 };
      expect(await refusal(prepareVersion(desk.clerk, nowhere))).to.equal(`There is no file ${nowhere.path}.`);
    });
  });

  describe("a file that is listed already", () => {
    it("is found by its content: sealed by its key, open by its hash; other keys and other bytes are others", async () => {
      const data = noise(2000, "listed");
      const sealed = await desk.list({ data, more: { samples: [1] } });
      const open = await desk.list({ data, open: true, offers: [] });
      const models = await readMarket(desk.clerk);
      const path = await desk.file(data);
      const other = await desk.file(noise(2000, "other"));
      const find = (at: string, keys?: object) => listedBefore(models, { path: at, ...keys });
      expect(await find(path, { keys: desk.keys() })).to.deep.equal({ dataSet: sealed, version: 1 });
      expect(await find(path)).to.deep.equal({ dataSet: open, version: 1 });
      expect(await find(path, { keys: desk.otherKeys(7) })).to.equal(null);
      expect(await find(other, { keys: desk.keys() })).to.equal(null);
      expect(await find(other)).to.equal(null);
      await withdrawVersions(desk.clerk, open, [1], 3).send();
      expect(await listedBefore(await readMarket(desk.clerk), { path })).to.equal(null);
    });

    it("a sealing that was cut off goes on with its key, and writes no piece twice; other data get another", async () => {
      const path = await desk.file(noise(992 * 512 * 2 + 5));
      const store = new MemoryStore();
      let writes = 0;
      const counting = {
        put: (bytes: Uint8Array) => (++writes === 2 ? Promise.reject(new Error("cut")) : store.put(bytes)),
        get: (digest: string) => store.get(digest),
      };
      const parameters = { path, agency: 1, keys: desk.keys() };
      expect(await refusal(prepareVersion(desk.clerk, { ...parameters, store: counting }))).to.equal("cut");
      writes = 2;
      const { manifest, version } = await prepareVersion(desk.clerk, { ...parameters, store: counting });
      expect(writes).to.equal(2 + 2 + 1); // two pieces, the manifest
      expect((await prepareVersion(desk.clerk, parameters)).manifest).to.deep.equal(manifest);
      const other = await desk.file(noise(992 * 512 * 2 + 5, "other"));
      const others = [
        await prepareVersion(desk.clerk, { ...parameters, path: other }),
        await prepareVersion(desk.clerk, { ...parameters, keys: desk.otherKeys(7) }),
      ];
      for (const one of others) expect(one.version.keyCommit).to.not.equal(version.keyCommit);
    });
  });
});
