import { expect } from "chai";
import { at, DAY, deliver, load, pass, PRICE, settle, type Stage, State, stateOf, WINDOW } from "./helpers.ts";
import { end, heldUntil, onSubscription, order, release, subscribe, theSubscription } from "./subscriptions.ts";

const PERIOD = 30n * DAY;
const dues = async (s: Stage) => [await s.market.dueOf(s.token, s.treasury), await s.market.dueOf(s.token, s.a)];

describe("DataMarket: endSubscription", () => {
  for (const [when, second, begun] of [
    ["at once", 1n, 1n],
    ["in the first period's last second", PERIOD - 1n, 1n],
    ["in the second period's first second", PERIOD, 2n],
    ["in the second period's last second", 2n * PERIOD - 1n, 2n],
    ["in the last period's first second", 4n * PERIOD, 5n],
    ["in the last period's last second", 5n * PERIOD - 1n, 5n],
    ["after all", 5n * PERIOD, 5n],
    ["long after all", 70_000n * PERIOD, 5n],
  ] as const) {
    it(`${when} gives ${begun} of 5 periods to the seller, the others to the buyer`, async () => {
      const s = await load();
      const x = await subscribe(s, await onSubscription(s), s.a, { periods: 5n });
      await at(x.subscription.start + second);
      await expect(end(s, x))
        .to.emit(s.market, "SubscriptionEnded")
        .withArgs(...theSubscription(x), begun);
      expect(await dues(s)).to.deep.equal([begun * PRICE, (5n - begun) * PRICE]);
      for (const act of [end, release, order]) {
        await expect(act(s, x)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
      }
    });
  }

  it("counts what was released before", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a, { periods: 5n });
    await pass(heldUntil(x, 2n));
    await release(s, x);
    expect(await dues(s)).to.deep.equal([2n * PRICE, 0n]);
    await expect(end(s, x)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    await end(s, { ...x, released: 2n });
    expect(await dues(s)).to.deep.equal([3n * PRICE, 2n * PRICE]);
  });

  it("is the subscriber's alone", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    for (const by of [s.b, s.officer, s.treasury, s.platform, s.stranger]) {
      await expect(end(s, x, by))
        .to.be.revertedWithCustomError(s.market, "MarketBuyerOnly")
        .withArgs(s.a.address, by.address);
      const own = { ...x, subscription: { ...x.subscription, buyer: by.address } };
      await expect(end(s, own, by)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    }
    const cheaper = { ...x, offer: { ...x.offer, price: 1n } };
    await expect(end(s, cheaper)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
  });

  it("leaves orders under it open, whose licences last as long as was paid", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const sale = await order(s, x);
    await end(s, x);
    const [one] = await deliver(s, [sale]);
    await pass(one.delivery.time + WINDOW);
    await settle(s, one);
    expect(await stateOf(s, sale)).to.equal(State.Settled);
    const until = x.subscription.start + PERIOD - 1n;
    expect(await s.market.licenceOf(x.listed.id, s.a, 0)).to.deep.equal([one.delivery.time, until, sale.order.tier]);
    await pass(until);
    expect(await s.market.hasAccess(x.listed.id, s.a, 0)).to.equal(false);
  });
});
