import { readFile, writeFile } from "node:fs/promises";
import { expect } from "chai";
import { id } from "ethers";
import { deliver, refund } from "../../sdk/src/market/deliver.ts";
import { dispute, openOrder } from "../../sdk/src/market/open.ts";
import { orderAt, readDataSet, versionAt } from "../../sdk/src/market/read.ts";
import { failSubscription } from "../../sdk/src/market/subscriptions.ts";
import { pathOf } from "../../sdk/src/market/watch.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { fileKeys } from "../../sdk/src/market/keys/source.ts";
import {
  DAY,
  dueTo,
  elsewhere,
  HOUR,
  listed,
  load,
  order,
  pass,
  type Party,
  PRICE,
  sell,
  serve,
  type Stage,
  standing,
  subscribed,
  SUBSCRIPTION,
  subscriptionOf,
  told,
  Watcher,
  WINDOW,
  withdrawing,
} from "./market.stage.ts";

describe("findings: a buyer's watcher", function () {
  this.timeout(120_000);
  let s: Stage;
  let watcher: Watcher;
  beforeEach(async () => {
    s = await load();
    watcher = await Watcher.open();
  });
  afterEach(() => watcher.close());

  it("disputes a bad chunk also where the pieces were withdrawn after the payment", async () => {
    const { dataSet, manifest } = await listed(s, { bad: true });
    const remote = withdrawing(s.base.files);
    const mine = elsewhere(s.buyer);
    await order(mine, dataSet, { source: remote.store });
    remote.gone.add(manifest.pieces[0] ?? "");
    await sell(s);
    // Who has not kept the pieces is helpless.
    expect(told(await watcher.round(elsewhere(mine), remote.store))).to.deep.equal([[dataSet, "failed"]]);
    expect(told(await watcher.round(mine, remote.store))).to.deep.equal([[dataSet, "disputed", "bad-chunk"]]);
    await pass(WINDOW + 1);
    await serve(s);
    expect(await dueTo(s, s.treasury)).to.equal(0n);
    expect(await dueTo(s, s.buyer.address)).to.equal(PRICE);
  });

  it("disputes an order while the pieces of an earlier one are gone, which it opens when they are back", async () => {
    const [first, second] = [await listed(s), await listed(s, { agency: 2, bad: true })];
    await order(s.buyer, first.dataSet);
    await order(s.buyer, second.dataSet);
    await sell(s, 1);
    await sell(s, 2);
    const remote = withdrawing(s.base.files);
    remote.gone.add(first.manifest.pieces[0] ?? "");
    const mine = elsewhere(s.buyer);
    const round = await watcher.round(mine, remote.store);
    expect(told(round)).to.deep.equal([
      [first.dataSet, "failed"],
      [second.dataSet, "disputed", "bad-chunk"],
    ]);
    expect(describeError(round[0]?.error)).to.match(/^Piece 1 of 1 is missing/);
    expect(await standing(s, second.dataSet)).to.equal("refunded");
    remote.gone.clear();
    const [opened, ...rest] = await watcher.round(mine, remote.store);
    expect(rest).to.deep.equal([]);
    expect(opened?.did).to.equal("opened");
    expect(await readFile(opened?.path ?? "")).to.deep.equal(Buffer.from(first.bytes));
    expect(await watcher.round(mine, remote.store)).to.deep.equal([]);
  });

  it("disputes an order while one whose window is over is bad and not settled", async () => {
    const first = await listed(s, { bad: true });
    const second = await listed(s, { agency: 2, bad: true });
    await order(s.buyer, first.dataSet);
    await sell(s, 1);
    await pass(WINDOW + 10);
    await order(s.buyer, second.dataSet);
    await sell(s, 2);
    expect(told(await watcher.round(s.buyer))).to.deep.equal([
      [second.dataSet, "disputed", "bad-chunk"],
      [first.dataSet, "late", "bad-chunk"],
    ]);
    expect(await standing(s, second.dataSet)).to.equal("refunded");
  });

  it("disputes an order while another was placed with other keys", async () => {
    const [first, second] = [await listed(s), await listed(s, { agency: 2, bad: true })];
    await order({ ...s.buyer, keys: fileKeys(Buffer.alloc(32, 1), s.place) }, first.dataSet);
    await order(s.buyer, second.dataSet);
    await sell(s, 1);
    await sell(s, 2);
    const round = await watcher.round(s.buyer);
    expect(told(round)).to.deep.equal([
      [first.dataSet, "failed"],
      [second.dataSet, "disputed", "bad-chunk"],
    ]);
    expect(describeError(round[0]?.error)).to.contain("This order was placed with other keys");
    expect(await standing(s, second.dataSet)).to.equal("refunded");
  });

  it("is deceived by no file of another chain, market, buyer, version or order", async () => {
    const { dataSet } = await listed(s, { bad: true });
    const { order: mine } = await order(s.buyer, dataSet);
    await sell(s);
    const { context } = s.buyer;
    const at = (changes: object) => pathOf(context, watcher.folder, { ...mine, order: { ...mine.order, ...changes } });
    const market = { ...context.addresses, DataMarket: context.addresses.TenderHouse };
    const others = [
      pathOf({ ...context, chainId: 1n }, watcher.folder, mine),
      pathOf({ ...context, addresses: market }, watcher.folder, mine),
      at({ buyer: s.other.address }),
      at({ nonce: 1 }),
      at({ version: mine.order.version + 1n }),
      at({ version: mine.order.version + (1n << 32n) }),
    ];
    expect(new Set([...others, at({})]).size).to.equal(7);
    for (const path of others) await writeFile(path, "opened elsewhere");
    expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "disputed", "bad-chunk"]]);
    expect(await standing(s, dataSet)).to.equal("refunded");
  });

  it("has wrong keys disputed before any data are opened, and opens first what can be disputed least long", async () => {
    const long = await listed(s, { window: 10 * HOUR });
    const short = await listed(s, { agency: 2, window: 2 * HOUR, bad: true });
    const wrong = await listed(s, { window: 20 * HOUR });
    for (const { dataSet } of [long, short]) await order(s.buyer, dataSet);
    const { order: unopened } = await order(s.buyer, wrong.dataSet);
    await deliver(s.seller.context, 1, [{ order: unopened, masked: id("garbage") }]);
    await sell(s, 1);
    await sell(s, 2);
    expect(told(await watcher.round(s.buyer))).to.deep.equal([
      [wrong.dataSet, "disputed", "wrong-key"],
      [short.dataSet, "disputed", "bad-chunk"],
      [long.dataSet, "opened", "opened"],
    ]);
  });

  it("tells why an order failed, and tries it again in the next round", async () => {
    const { dataSet } = await listed(s);
    await order(s.buyer, dataSet);
    await pass(DAY + 1);
    // Somebody who cannot send anything.
    const idle = { ...s.buyer, context: { ...s.buyer.context, market: s.base.market } };
    const round = await watcher.round(idle);
    expect(told(round)).to.deep.equal([[dataSet, "failed"]]);
    expect(describeError(round[0]?.error)).to.contain("does not support sending transactions");
    expect(await standing(s, dataSet)).to.equal("ordered");
    expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "refunded"]]);
    expect(await dueTo(s, s.buyer.address)).to.equal(PRICE);
  });

  describe("and subscriptions", () => {
    /** A subscription with an order of the only version, delivered. */
    async function under(by: Party, dataSet: number, periods: number) {
      await order(by, dataSet, { offer: SUBSCRIPTION, subscription: await subscribed(by, dataSet, periods) });
      await sell(s);
    }

    /** After all periods: what became due to the seller. */
    async function earned(): Promise<bigint> {
      await pass(100 * DAY);
      await serve(s);
      return dueTo(s, s.treasury);
    }

    it("ends one whose version it disproved, at once", async () => {
      const { dataSet } = await listed(s, { bad: true });
      await under(s.buyer, dataSet, 2);
      expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "disputed", "bad-chunk"]]);
      expect((await subscriptionOf(s.buyer, dataSet)).running).to.equal(false);
      expect(await dueTo(s, s.buyer.address)).to.equal(2n * PRICE);
      expect(await watcher.round(s.buyer)).to.deep.equal([]);
      expect(await earned()).to.equal(0n);
    });

    it("ends one whose version another buyer disproved", async () => {
      const { dataSet } = await listed(s, { bad: true });
      await under(s.buyer, dataSet, 2);
      await under(s.other, dataSet, 1);
      await watcher.round(s.other);
      expect(told(await watcher.round(s.buyer))).to.deep.equal([
        [dataSet, "refunded"],
        [dataSet, "ended"],
      ]);
      expect(await dueTo(s, s.buyer.address)).to.equal(2n * PRICE);
      expect(await watcher.round(s.buyer)).to.deep.equal([]);
      expect(await earned()).to.equal(0n);
    });

    for (const wrong of ["wrong-key", "bad-chunk"] as const) {
      it(`ends one whose ${wrong} somebody proved in front of the buyer's own dispute`, async () => {
        const { dataSet } = await listed(s, { bad: wrong === "bad-chunk" });
        const subscription = await subscribed(s.buyer, dataSet, 2);
        const { order: placed } = await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
        if (wrong === "wrong-key") await deliver(s.seller.context, 1, [{ order: placed, masked: id("garbage") }]);
        else await sell(s);
        const model = await readDataSet(s.base, dataSet);
        const delivered = orderAt(model, placed.order.version, s.buyer.address, 0);
        const [version, out] = [versionAt(model, 1), `${watcher.folder}/out`];
        const outcome = await openOrder(s.buyer.context, { keys: s.buyer.keys, order: delivered, version, out });
        if (outcome.outcome === "opened") throw new Error("there is nothing to dispute");
        // The same proof by a stranger, who saw it before it was mined, without the end of the subscription.
        const stranger = { ...s.base, market: s.base.market.connect(s.house.stranger) };
        const proof = { order: delivered, version, model: { ...model, subscriptions: [] } };
        await dispute(stranger, proof, outcome).send();
        expect(await standing(s, dataSet)).to.equal("refunded");
        expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "ended"]]);
        expect(await dueTo(s, s.buyer.address)).to.equal(2n * PRICE);
        expect(await earned()).to.equal(0n);
      });
    }

    it("goes on with one of which an order was only late", async () => {
      const { dataSet } = await listed(s);
      const subscription = await subscribed(s.buyer, dataSet, 2);
      await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
      await pass(DAY + 1);
      expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "refunded"]]);
      expect(await watcher.round(s.buyer)).to.deep.equal([]);
      expect((await subscriptionOf(s.buyer, dataSet)).running).to.equal(true);
    });

    it("lets nobody but the subscriber end one", async () => {
      const { dataSet } = await listed(s, { bad: true });
      const subscription = await subscribed(s.buyer, dataSet, 3);
      const { order: late } = await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
      await pass(DAY + 1);
      await refund(s.buyer.context, [late]).send();
      await order(s.other, dataSet);
      await sell(s);
      expect(told(await watcher.round(s.other))).to.deep.equal([[dataSet, "disputed", "bad-chunk"]]);
      const model = await readDataSet(s.base, dataSet);
      const { market } = s.base;
      for (const by of [s.house.stranger, s.house.officer, s.other.context.signer]) {
        const context = { ...s.base, market: market.connect(by ?? null) };
        const ended = failSubscription(context, model, subscription, late).send();
        await expect(ended).to.be.revertedWithCustomError(market, "MarketBuyerOnly");
      }
      expect((await subscriptionOf(s.buyer, dataSet)).running).to.equal(true);
      expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "ended"]]);
    });
  });
});
