import { readFile, stat } from "node:fs/promises";
import { expect } from "chai";
import { settle } from "../../sdk/src/market/deliver.ts";
import { duesOf } from "../../sdk/src/market/due.ts";
import type { OrderModel } from "../../sdk/src/market/model.ts";
import { dispute, openOrder } from "../../sdk/src/market/open.ts";
import { readDataSet, readMarket, versionAt } from "../../sdk/src/market/read.ts";
import { partPath } from "../../sdk/src/market/seal/part.ts";
import { pathOf, watchOnce, type WatchParameters } from "../../sdk/src/market/watch.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { DAY, HOUR, MarketDesk, PRICE, refusal } from "./sdk.desk.ts";
import { failingAt, noise, spoiling } from "./sealing.ts";

describe("the buyer's watcher", function () {
  this.timeout(60_000);
  let desk: MarketDesk;
  before(async () => void (desk = await MarketDesk.open()));
  after(() => desk.close());

  const watch = async (buyer: Context, more: Partial<WatchParameters> = {}) => {
    const parameters = { keys: desk.keys(buyer), folder: desk.folder, ...more };
    return watchOnce(buyer, parameters);
  };
  const did = async (buyer: Context, more: Partial<WatchParameters> = {}) =>
    (await watch(buyer, more)).map((one) => [one.order.order.nonce, one.did]);
  const due = async (buyer: Context) =>
    (await duesOf(buyer, await readMarket(buyer), await actor(buyer)))[0]?.amount ?? 0n;
  const opened = (buyer: Context, order: OrderModel) =>
    readFile(pathOf(buyer, desk.folder, order)).then((bytes) => new Uint8Array(bytes));

  it("opens what is delivered once, byte for byte; waits for what is not", async () => {
    const data = noise(992 * 600);
    const dataSet = await desk.list({ data });
    const buyer = await desk.buyer("watching");
    const { order } = await desk.buy(buyer, dataSet);
    expect(await did(buyer)).to.deep.equal([]);
    await desk.deliver();
    expect(await did(await desk.as("somebody else"))).to.deep.equal([]);
    expect(await did(buyer)).to.deep.equal([[0, "opened"]]);
    expect(await opened(buyer, order)).to.deep.equal(data);
    expect(await did(buyer)).to.deep.equal([]);
  });

  it("disputes a wrong key: the price is due again, and the version stays open to others", async () => {
    const dataSet = await desk.list({});
    const buyer = await desk.buyer("cheated");
    const { order } = await desk.buy(buyer, dataSet);
    await desk.deliverWrong(order);
    const [one] = await watch(buyer);
    expect(one).to.deep.include({ did: "disputed", outcome: "wrong-key" });
    expect(await due(buyer)).to.equal(PRICE);
    expect((await desk.order(dataSet, order)).standing).to.equal("refunded");
    expect(versionAt(await readDataSet(buyer, dataSet)).state).to.equal("open");
    expect(await did(buyer)).to.deep.equal([]);
  });

  it("disputes a bad chunk wherever it is: the version is closed, and all its open orders are refunded", async () => {
    for (const [data, index] of [
      [noise(992 * 5), 2],
      [noise(992 * 513 + 1), 513],
      [new Uint8Array(), 0],
    ] as const) {
      const dataSet = await desk.list({ data, ...desk.withBadChunk(index) });
      const [first, second, third] = (await Promise.all(
        ["first", "second", "third"].map((name) => desk.buyer(`${name} ${index}`)),
      )) as [Context, Context, Context];
      await desk.buy(first, dataSet);
      await desk.buy(second, dataSet);
      await desk.deliver();
      await desk.buy(third, dataSet);
      const [one] = await watch(first);
      expect(one, String(index)).to.deep.include({ did: "disputed", outcome: "bad-chunk" });
      expect((await readDataSet(first, dataSet)).versions[0]?.state).to.equal("disproved");
      expect(await did(second)).to.deep.equal([[0, "refunded"]]);
      expect(await did(third)).to.deep.equal([[0, "refunded"]]);
      for (const buyer of [first, second, third]) expect(await due(buyer)).to.equal(PRICE);
      expect(await did(second)).to.deep.equal([]);
    }
  });

  it("the market holds nothing once all of a disproved version is paid back", async () => {
    const dataSet = await desk.list(desk.withBadChunk());
    const buyer = await desk.buyer("paid back");
    const before = await desk.token.balanceOf(buyer.addresses.DataMarket);
    await desk.buy(buyer, dataSet);
    await desk.deliver();
    await watch(buyer);
    await buyer.market.withdraw(desk.tokenAddress, await actor(buyer));
    expect(await desk.token.balanceOf(buyer.addresses.DataMarket)).to.equal(before);
    expect(await desk.token.balanceOf(await actor(buyer))).to.equal(10n * PRICE);
  });

  it("has refunded what was not delivered in time", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, delivery: DAY }] });
    const buyer = await desk.buyer("in vain");
    await desk.buy(buyer, dataSet);
    await desk.later(DAY + 1);
    expect(await did(buyer)).to.deep.equal([[0, "refunded"]]);
    expect(await due(buyer)).to.equal(PRICE);
  });

  it("what fails for one order stops no other: the one whose time ends first comes first", async () => {
    const data = noise(100);
    const lost = await desk.list({ data, offers: [{ ...desk.sale, window: HOUR }] });
    const wrong = await desk.list({ data: noise(200) });
    const short = await desk.list({ data: noise(300), offers: [{ ...desk.sale, window: 2 * HOUR }] });
    const buyer = await desk.buyer("of three");
    await desk.buy(buyer, lost);
    const other = await desk.buy(buyer, wrong, { keys: desk.otherKeys(3) });
    await desk.buy(buyer, short);
    await desk.deliver();
    expect(other.order.standing).to.equal("ordered");
    const { terms } = versionAt(await readDataSet(buyer, lost), 1);
    const round = await watch({ ...buyer, files: spoiling(buyer.files, terms.manifest, null) });
    expect(round.map((one) => [Number(one.order.order.version >> 32n), one.did])).to.deep.equal([
      [wrong, "failed"], // by its key, which is looked at before any data
      [lost, "failed"],
      [short, "opened"],
    ]);
    expect(describeError(round[1]?.error)).to.match(/^The store does not have the manifest/);
    expect(describeError(round[0]?.error)).to.match(/^This order was placed with other keys/);
    expect(await did(buyer)).to.deep.equal([
      [0, "failed"],
      [0, "opened"],
    ]);
  });

  it("after the window it does not dispute, which would show the mask for nothing, and says so once", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, window: HOUR }] });
    const buyer = await desk.buyer("too late");
    const { order } = await desk.buy(buyer, dataSet);
    await desk.deliverWrong(order);
    const { delivery } = await desk.order(dataSet, order);
    await desk.stage.advanceTo(delivery.time + HOUR);
    const late = new Set<string>();
    expect(await did(buyer, { late })).to.deep.equal([[0, "late"]]);
    expect(await did(buyer, { late })).to.deep.equal([]);
    await desk.later(1);
    await settle(buyer, [await desk.order(dataSet, order)]).send();
    expect(await did(buyer)).to.deep.equal([[0, "late"]]);
  });

  it("a dispute in the last second of the window succeeds", async () => {
    const dataSet = await desk.list({ offers: [{ ...desk.sale, window: HOUR }] });
    const buyer = await desk.buyer("in time");
    const { order } = await desk.buy(buyer, dataSet);
    await desk.deliverWrong(order);
    const { delivery } = await desk.order(dataSet, order);
    await desk.stage.advanceTo(delivery.time + HOUR - 1);
    expect(await did(buyer)).to.deep.equal([[0, "disputed"]]);
  });

  it("an honest delivery cannot be disputed, nor with what belongs to another order", async () => {
    const dataSet = await desk.list({ data: noise(992 * 3) });
    const [buyer, other] = [await desk.buyer("quarrelsome"), await desk.buyer("other")];
    const { order } = await desk.buy(buyer, dataSet);
    const foreign = (await desk.buy(other, dataSet)).order;
    await desk.deliver();
    const model = await readDataSet(buyer, dataSet);
    const version = versionAt(model, 1);
    const delivered = await desk.order(dataSet, order);
    const bad = await desk.list({ data: noise(992 * 3), ...desk.withBadChunk(1) });
    const its = await desk.buy(other, bad);
    await desk.deliver();
    const badVersion = versionAt(await readDataSet(other, bad), 1);
    const opening = { keys: desk.keys(other), out: desk.path() };
    const found = await openOrder(other, { ...opening, order: await desk.order(bad, its.order), version: badVersion });
    if (found.outcome !== "bad-chunk") throw new Error(found.outcome);
    const say = (wrong: typeof found, one = delivered, of = version) =>
      refusal(dispute(buyer, { model, order: one, version: of }, wrong).send());
    expect(await say(found)).to.match(/^MarketOrderMismatch/);
    expect(await say(found, await desk.order(dataSet, foreign))).to.match(/^MarketOrderMismatch/);
    const wrongKey = { outcome: "wrong-key" as const, m: found.m };
    expect(await refusal(dispute(buyer, { model, order: delivered, version }, wrongKey).send())).to.match(
      /^MarketOrderMismatch/,
    );
    const { index } = found.fault;
    expect(await say({ ...found, fault: { ...found.fault, index: index + 1 } }, delivered, badVersion)).to.match(
      /^MarketOrderMismatch/,
    );
    expect(await did(buyer)).to.deep.equal([[0, "opened"]]);
  });

  it("a download that was stopped is gone on with: what is there whole is not written again", async () => {
    const data = noise(992 * 512 * 3, "large");
    const dataSet = await desk.list({ data });
    const buyer = await desk.buyer("resuming");
    const { order } = await desk.buy(buyer, dataSet);
    await desk.deliver();
    const path = pathOf(buyer, desk.folder, order);
    const [cut] = await watch({ ...buyer, files: failingAt(buyer.files, 4) });
    expect(cut).to.deep.include({ did: "failed" });
    expect((await stat(partPath(path))).size).to.equal(992 * 512 * 2);
    expect(await did(buyer)).to.deep.equal([[0, "opened"]]);
    expect(await opened(buyer, order)).to.deep.equal(data);
  });

  it("a signal ends the round in the middle of a file", async () => {
    const dataSet = await desk.list({ data: noise(992 * 512 * 3, "ended") });
    const buyer = await desk.buyer("ended");
    const { order } = await desk.buy(buyer, dataSet);
    await desk.deliver();
    const stop = new AbortController();
    const round = watch(buyer, { signal: stop.signal, progress: () => stop.abort() });
    expect(await refusal(round)).to.match(/abort/i);
    expect((await stat(partPath(pathOf(buyer, desk.folder, order)))).size).to.equal(992 * 512 * 2);
    expect(await did(buyer)).to.deep.equal([[0, "opened"]]);
  });
});
