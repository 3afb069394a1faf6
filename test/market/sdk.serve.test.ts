import { expect } from "chai";
import { id, keccak256, ZeroHash } from "ethers";
import { prepare } from "../../sdk/src/shared/act.ts";
import { deliverable } from "../../sdk/src/market/deliver.ts";
import { offerStruct, sealHash } from "../../sdk/src/market/hashes.ts";
import { orderKey } from "../../sdk/src/market/keys/derive.ts";
import { maskOf } from "../../sdk/src/market/keys/mask.ts";
import { withdrawVersions } from "../../sdk/src/market/list.ts";
import type { OfferModel, VersionModel } from "../../sdk/src/market/model.ts";
import { offerAt, readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { serveOnce } from "../../sdk/src/market/serve.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { MemoryStore } from "../../sdk/src/shared/files.ts";
import { DAY, HOUR, MarketDesk, refusal } from "./sdk.desk.ts";
import { noise } from "./sealing.ts";

const NO_PAYMENT = { kind: 0, v: 0, r: ZeroHash, s: ZeroHash, validAfter: 0n, validBefore: 0n };

describe("the seller's service", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  before(async () => void (desk = await MarketDesk.open()));
  after(() => desk.close());

  const serve = async (more: object = {}) => {
    const { delivered, settled, refused, released } = await serveOnce(desk.clerk, {
      ...{ agency: 1, keys: desk.keys() },
      ...more,
    });
    return {
      delivered: delivered.map(({ order }) => order.buyer),
      settled: settled.map(({ order }) => order.buyer),
      refused: refused.map(({ reason }) => reason),
      released: released.length,
    };
  };
  const nothing = { delivered: [], settled: [], refused: [], released: 0 };

  /** An order as a buyer can place it who does not go by the SDK. */
  async function oddOrder(buyer: Context, dataSet: number, odd: { ephemeral?: string; maskHash?: string }) {
    const buyerAddress = await actor(buyer);
    const model = await readDataSet(buyer, dataSet);
    const [{ terms }, listed] = [offerAt(model, 1), versionAt(model, 1)];
    const { x } = await orderKey(desk.keys(buyer), { version: listed.version, buyer: buyerAddress, nonce: 0n });
    const purchase = {
      ...{ buyer: buyerAddress, dataSet, offer: 1, version: 1, nonce: 0, periods: 0 },
      ...{ seal: sealHash(listed.terms), ephemeral: x, maskHash: id("a mask of nothing") },
      ...odd,
    };
    await prepare(buyer.market.placeOrder, [purchase, offerStruct(terms), NO_PAYMENT, "0x"], () => ({})).send();
  }

  /** As many orders of a buyer's, for nothing, in a few transactions. */
  async function crowd(context: Context, dataSet: number, count: number): Promise<void> {
    const buyer = await actor(context);
    const { versions, offers } = await readDataSet(context, dataSet);
    const [version, offer] = [versions[0]?.version ?? 0n, offers[0] as OfferModel];
    const seal = sealHash((versions[0] as VersionModel).terms);
    const calls: string[] = [];
    for (let nonce = 0; nonce < count; nonce++) {
      const { secret, x } = await orderKey(desk.keys(context), { version, buyer, nonce: BigInt(nonce) });
      const place = { ...desk.place, version, buyer, nonce: BigInt(nonce), ephemeral: x };
      const maskHash = keccak256(maskOf(secret, versions[0]?.terms.sellerKey ?? "", place));
      const purchase = { buyer, dataSet, offer: 1, version: 1, nonce, periods: 0, seal, ephemeral: x, maskHash };
      const args = [purchase, offerStruct(offer.terms), NO_PAYMENT, "0x"] as const;
      calls.push(context.market.interface.encodeFunctionData("placeOrder", [...args]));
    }
    for (let i = 0; i < count; i += 60) {
      await prepare(context.market.multicall, [calls.slice(i, i + 60)], () => ({})).send();
    }
  }

  it("delivers, settles after the window, and does nothing twice; started anew in between it goes on", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, window: HOUR }] });
    const [first, second] = [await desk.buyer("first"), await desk.buyer("second")];
    const names = [await actor(first), await actor(second)];
    await desk.buy(first, dataSet);
    expect(await serve()).to.deep.equal({ ...nothing, delivered: [names[0]] });
    expect(await serve()).to.deep.equal(nothing);
    await desk.buy(second, dataSet);
    const restarted = { ...desk.clerk };
    const { delivered } = await serveOnce(restarted, { agency: 1, keys: desk.keys(await desk.as("clerk")) });
    expect(delivered.map(({ order }) => order.buyer)).to.deep.equal([names[1]]);
    await desk.later(HOUR + 10);
    expect((await serve()).settled).to.deep.equal(names);
    expect(await serve()).to.deep.equal(nothing);
    expect((await readDataSet(first, dataSet)).licences).to.have.length(2);
  });

  it("serves its own agency's data sets only", async () => {
    const dataSet = await desk.list({});
    await desk.buy(await desk.buyer("of 1"), dataSet);
    expect(await serve({ agency: 2 })).to.deep.equal(nothing);
    expect((await serve()).delivered).to.have.length(1);
  });

  it("with other keys, or without the manifest, it delivers nothing and says why", async () => {
    const dataSet = await desk.list({ data: noise(10) });
    await desk.buy(await desk.buyer("patient"), dataSet);
    expect(await serve({ keys: desk.otherKeys(9) })).to.deep.equal({ ...nothing, refused: ["key"] });
    expect(await serve({ store: new MemoryStore() })).to.deep.equal({ ...nothing, refused: ["manifest"] });
    expect((await serve()).delivered).to.have.length(1);
  });

  it("a buyer whose mask is garbage gets nothing, and the others get theirs", async () => {
    const dataSet = await desk.list({ data: noise(20), offers: [{ kind: "sale" }] });
    const [garbage, nowhere, honest] = await Promise.all(
      ["garbage", "nowhere", "honest"].map((one) => desk.buyer(one)),
    );
    await oddOrder(garbage as Context, dataSet, {});
    await oddOrder(nowhere as Context, dataSet, { ephemeral: `0x${"f".repeat(64)}` });
    await desk.buy(honest as Context, dataSet);
    const round = await serve();
    expect(round.delivered).to.deep.equal([await actor(honest as Context)]);
    expect(round.refused).to.deep.equal(["mask", "mask"]);
  });

  it("does not deliver within the last hour, nor what was withdrawn for personal data", async () => {
    const [late, personal] = [await desk.list({ offers: [{ kind: "sale", delivery: DAY }] }), await desk.list({})];
    const buyer = await desk.buyer("of both");
    const { order } = await desk.buy(buyer, late);
    await desk.stage.advanceTo(order.order.deliverBy - HOUR + 1);
    await desk.buy(buyer, personal);
    await withdrawVersions(desk.clerk, personal, [1], 1).send();
    const { due, refused } = await deliverable(desk.clerk, { agency: 1, keys: desk.keys() });
    expect(due).to.have.length(0);
    const reasons = refused.filter(({ order: one }) => one.order.buyer === order.order.buyer);
    expect(reasons.map(({ reason }) => reason)).to.deep.equal(["late", "withdrawn"]);
    await withdrawVersions(desk.clerk, late, [1], 2).send();
  });

  it("what was withdrawn for another reason after the order is delivered still", async () => {
    const dataSet = await desk.list({ data: noise(30) });
    const buyer = await desk.buyer("before the end");
    await desk.buy(buyer, dataSet);
    await withdrawVersions(desk.clerk, dataSet, [1], 2).send();
    expect((await serve()).delivered).to.deep.equal([await actor(buyer)]);
  });

  it("delivers more than one transaction takes, each order once", async () => {
    const dataSet = await desk.list({ data: noise(40), offers: [{ kind: "sale" }] });
    await crowd(await desk.as("crowd"), dataSet, 101);
    const before = await desk.clerk.provider.getTransactionCount(await actor(desk.clerk));
    expect((await serve()).delivered).to.have.length(101);
    expect((await desk.clerk.provider.getTransactionCount(await actor(desk.clerk))) - before).to.equal(2);
    const { orders } = await readDataSet(desk.clerk, dataSet);
    expect(orders.filter(({ standing }) => standing === "delivered")).to.have.length(101);
  });

  it("a key that may not deliver is told so before anything is shown", async () => {
    const dataSet = await desk.list({ data: noise(50) });
    await desk.buy(await desk.buyer("waits"), dataSet);
    const stranger = await desk.as("stranger");
    const keys = desk.keys();
    expect(await refusal(serveOnce(stranger, { agency: 1, keys }))).to.match(/^AgencyKeyNotPermitted/);
    expect((await readDataSet(stranger, dataSet)).orders[0]?.delivery.masked).to.equal(ZeroHash);
  });
});
