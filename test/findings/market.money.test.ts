import { expect } from "chai";
import { getBytes, id } from "ethers";
import { takeLicence } from "../../sdk/src/market/license.ts";
import { deliver, refund } from "../../sdk/src/market/deliver.ts";
import { offerStruct } from "../../sdk/src/market/hashes.ts";
import { fileKeys } from "../../sdk/src/market/keys/source.ts";
import { listVersion } from "../../sdk/src/market/list.ts";
import { offerAt, readDataSet } from "../../sdk/src/market/read.ts";
import { prepareVersion } from "../../sdk/src/market/prepare.ts";
import { endSubscription } from "../../sdk/src/market/subscriptions.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import type { FileStore } from "../../sdk/src/shared/files.ts";
import { caught } from "../market/sealing.ts";
import {
  DAY,
  dueTo,
  elsewhere,
  LICENCE,
  listed,
  load,
  order,
  pass,
  PRICE,
  sell,
  sentBy,
  serve,
  type Stage,
  standing,
  subscribed,
  SUBSCRIPTION,
  subscriptionOf,
  told,
  Watcher,
  WINDOW,
} from "./market.stage.ts";

describe("findings: what buyers pay", function () {
  this.timeout(120_000);
  let s: Stage;
  let watcher: Watcher;
  beforeEach(async () => {
    s = await load();
    watcher = await Watcher.open();
  });
  afterEach(() => watcher.close());
  const held = () => s.house.token.balanceOf(s.buyer.address);
  /** The act is refused, and nothing is sent. */
  const refused = async (act: () => Promise<unknown>, message: RegExp) => {
    const sent = await sentBy(s, s.buyer, async () => expect(describeError(await caught(act()))).to.match(message));
    expect(sent).to.equal(0);
  };

  it("a version of any size can be ordered, and opens to its bytes", async () => {
    for (const bytes of [0, 8, 3_000, 600_000]) {
      const { dataSet } = await listed(s, { bytes });
      expect((await order(s.buyer, dataSet)).order.standing).to.equal("ordered");
      await sell(s);
      expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "opened", "opened"]]);
    }
  });

  it("a seller that delivers a wrong key under a subscription does not get its price", async () => {
    const { dataSet } = await listed(s);
    const subscription = await subscribed(s.buyer, dataSet, 1);
    const { order: placed } = await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
    await deliver(s.seller.context, 1, [{ order: placed, masked: id("garbage") }]);
    expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "disputed", "wrong-key"]]);
    expect(await dueTo(s, s.buyer.address)).to.equal(PRICE);
    await pass(40 * DAY);
    await serve(s);
    expect(await dueTo(s, s.treasury)).to.equal(0n);
  });

  it("a pause does not take from subscribers what they paid for", async () => {
    const { dataSet } = await listed(s, { period: DAY });
    const subscription = await subscribed(s.buyer, dataSet, 1);
    await s.house.market.pause();
    await refused(() => order(s.buyer, dataSet), /^EnforcedPause/);
    const { order: placed } = await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
    await sell(s);
    expect(told(await watcher.round(s.buyer))).to.deep.equal([[dataSet, "opened", "opened"]]);
    expect(await standing(s, dataSet)).to.equal("delivered");
    expect(placed.order.price).to.equal(0n);
  });

  it("a free licence of open data licenses no sealed version that is sold", async () => {
    const { dataSet } = await listed(s);
    const { address, context } = s.buyer;
    const take = (version: number) => takeLicence(context, { dataSet, offer: LICENCE, version });
    const { market } = context;
    expect((await caught(take(1))).message).to.equal("Version 1 is sealed: it is bought by an offer of its key.");
    const model = await readDataSet(s.base, dataSet);
    const terms = offerStruct(offerAt(model, LICENCE).terms);
    const call = market.license(dataSet, LICENCE, 1, 77, terms, "0x");
    await expect(call).to.be.revertedWithCustomError(market, "MarketVersionUnfit");
    const [sealedOne] = model.versions;
    expect(await market.hasAccess(sealedOne?.version ?? 0n, address, 77)).to.equal(false);
    // The same offer holds for a version that anyone can fetch.
    const { version } = await prepareVersion(s.seller.context, { path: import.meta.filename, agency: 1 });
    await listVersion(s.seller.context, dataSet, version).send();
    const { nonce } = (await take(2)).licence;
    expect(await market.hasAccess((sealedOne?.version ?? 0n) + 1n, address, nonce)).to.equal(true);
  });

  it("a command run again goes on with its order, and pays only where it is told to", async () => {
    const { dataSet } = await listed(s);
    const { order: first } = await order(s.buyer, dataSet);
    const paid = await held();
    const again = async () => {
      const bought = await order(s.buyer, dataSet);
      expect(bought.done).to.equal(undefined);
      expect(bought.order.order).to.deep.equal(first.order);
      expect(await held()).to.equal(paid);
      return bought.order.standing;
    };
    expect(await again()).to.equal("ordered");
    await sell(s);
    expect(await again()).to.equal("delivered");
    await pass(WINDOW + 1);
    await serve(s);
    expect(await again()).to.equal("licensed");
    const more = await order(s.buyer, dataSet, { again: true });
    expect(more.order.order.nonce).to.equal(1);
    expect(await held()).to.equal(paid - PRICE);
    // What is on its way is not ordered again, even so.
    expect((await order(s.buyer, dataSet, { again: true })).order.order.nonce).to.equal(1);
    expect(await held()).to.equal(paid - PRICE);
  });

  it("an order that is overdue is named, and not paid for twice", async () => {
    const { dataSet } = await listed(s);
    const { order: first } = await order(s.buyer, dataSet);
    await pass(first.order.deliverBy - (await s.base.provider.getBlock("latest").then((b) => b?.timestamp ?? 0)));
    expect((await order(s.buyer, dataSet)).done).to.equal(undefined);
    await pass(1);
    await refused(() => order(s.buyer, dataSet), /^Your order 0 was not delivered in time: have it refunded/);
    await refused(() => order(s.buyer, dataSet, { again: true }), /^Your order 0 was not delivered in time/);
    await refund(s.buyer.context, [first]).send();
    expect((await order(s.buyer, dataSet)).order.order.nonce).to.equal(1);
  });

  it("keys of another chain or market are refused before anything is paid", async () => {
    const { dataSet } = await listed(s);
    const places = [
      { ...s.place, chainId: 1n },
      { ...s.place, market: s.base.addresses.TenderHouse },
    ];
    for (const place of places) {
      const keys = fileKeys(getBytes(id("buyer's secret")), place);
      await refused(() => order(s.buyer, dataSet, { keys }), /^These keys are for another market\.$/);
    }
    const keys = fileKeys(getBytes(id("buyer's secret")), { ...s.place, market: s.place.market.toLowerCase() });
    expect((await order(s.buyer, dataSet, { keys })).order.standing).to.equal("ordered");
  });

  it("an offer whose window is too short for data that take so long to check is refused", async () => {
    const { dataSet, manifest } = await listed(s);
    const clock = Date.now;
    let seconds = 0;
    /** A store from which a piece takes so long to come. */
    const slow = (by: number): FileStore => ({
      put: (bytes) => s.base.files.put(bytes),
      get(digest) {
        if (manifest.pieces.includes(digest)) seconds += by;
        return s.base.files.get(digest);
      },
    });
    const from = (by: number) => order(elsewhere(s.buyer), dataSet, { source: slow(by) });
    Date.now = () => clock() + 1_000 * seconds;
    try {
      await refused(() => from(WINDOW / 4 + 1), /^Checking the data took \d+ s: the 3600 s that offer 1 leaves/);
      expect((await from(WINDOW / 4 - 60)).order.standing).to.equal("ordered");
    } finally {
      Date.now = clock;
    }
  });

  describe("for a subscription that ended early", () => {
    /** Licences as the log tells them, and as the chain has them. */
    async function licences(dataSet: number) {
      const model = await readDataSet(s.base, dataSet);
      const chain = await Promise.all(
        model.licences.map(async ({ version, buyer, nonce }) => {
          const [from, until, tier] = await s.base.market.licenceOf(version, buyer, nonce);
          return { version, buyer, nonce, tier: Number(tier), from: Number(from), until: Number(until) };
        }),
      );
      expect(model.licences).to.deep.equal(chain);
      return model.licences.map(({ until }) => until).sort((a, b) => a - b);
    }

    it("the licences last as long as was paid, settled before or after, and no other ones are shortened", async () => {
      const { dataSet } = await listed(s, { period: 30 * DAY });
      const subscription = await subscribed(s.buyer, dataSet, 3);
      const under = (nonce: number) => order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription, again: nonce > 0 });
      await under(0);
      await order(s.other, dataSet);
      await sell(s);
      await pass(WINDOW + 1);
      await serve(s);
      expect((await under(1)).order.order.nonce).to.equal(1);
      await sell(s);
      const whole = subscription.start + 90 * DAY - 1;
      expect(await licences(dataSet)).to.deep.equal([0, whole]);
      await endSubscription(s.buyer.context, await readDataSet(s.base, dataSet), subscription).send();
      const paid = subscription.start + 30 * DAY - 1;
      expect(await licences(dataSet)).to.deep.equal([0, paid]);
      await pass(WINDOW + 1);
      await serve(s);
      expect(await licences(dataSet)).to.deep.equal([0, paid, paid]);
      expect(await dueTo(s, s.buyer.address)).to.equal(2n * PRICE);
    });

    it("what is licensed no more can be ordered anew without being told so", async () => {
      const { dataSet } = await listed(s, { period: 30 * DAY });
      const subscription = await subscribed(s.buyer, dataSet, 3);
      await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription });
      await sell(s);
      await pass(WINDOW + 1);
      await serve(s);
      await endSubscription(s.buyer.context, await readDataSet(s.base, dataSet), subscription).send();
      expect((await subscriptionOf(s.buyer, dataSet)).running).to.equal(false);
      expect((await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription })).done).to.equal(undefined);
      await pass(31 * DAY);
      const second = await subscribed(s.buyer, dataSet, 1);
      const bought = await order(s.buyer, dataSet, { offer: SUBSCRIPTION, subscription: second });
      expect(bought.order.order.nonce).to.equal(1);
    });
  });
});
