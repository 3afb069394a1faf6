import { expect } from "chai";
import {
  another,
  at,
  DAY,
  deliver,
  FREE,
  FUNDS,
  id,
  load,
  MAX_PERIOD,
  named,
  NO_PAYMENT,
  now,
  type Offer,
  onSale,
  pass,
  PRICE,
  type Purchase,
  purchaseOf,
  refund,
  rightKey,
  sealHash,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
  ZeroAddress,
  ZeroHash,
} from "./helpers.ts";
import { plainVersion } from "./plain.ts";
import {
  end,
  heldUntil,
  lastOf,
  onSubscription,
  order,
  release,
  subscribe,
  type Subscribed,
  subscribing,
  theSubscription,
} from "./subscriptions.ts";

const PERIOD = 30n * DAY;

/** Runs checks of each field of a subscription or offer changed, and of another count of released periods. */
function* changed(x: Subscribed): Generator<[string, Subscribed]> {
  for (const [name, value] of Object.entries(x.subscription) as [string, bigint | string][]) {
    if (name === "buyer") continue;
    yield [name, { ...x, subscription: { ...x.subscription, [name]: (value as bigint) + 1n } }];
  }
  yield ["price", { ...x, offer: { ...x.offer, price: x.offer.price + 1n } }];
  yield ["payee", { ...x, offer: { ...x.offer, payee: x.by.address } }];
  yield ["released", { ...x, released: x.released + 1n }];
}

describe("DataMarket: subscribe", () => {
  it("takes the price of all periods into escrow", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const purchase = subscribing(of, s.a, { nonce: 4_294_967_295n });
    await expect(s.market.connect(s.a).subscribe(purchase, of.offer, NO_PAYMENT, "0x"))
      .to.emit(s.market, "Subscribed")
      .withArgs(of.dataSet, s.a.address, purchase.nonce, 1, 12)
      .and.to.emit(s.token, "Transfer")
      .withArgs(s.a.address, s.market.target, 12n * PRICE);
    expect(await s.token.balanceOf(s.a)).to.equal(FUNDS - 12n * PRICE);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(0n);
  });

  it("uses each number once, each data set and buyer for itself", async () => {
    const s = await load();
    const of = await onSubscription(s);
    await subscribe(s, of, s.a);
    await expect(subscribe(s, of, s.a, { periods: 1n }))
      .to.be.revertedWithCustomError(s.market, "MarketNonceUsed")
      .withArgs(s.a.address, 0);
    await subscribe(s, of, s.b);
    await subscribe(s, await onSubscription(s), s.a);
    const x = await subscribe(s, of, s.a, { nonce: 1n });
    await end(s, x);
    await expect(subscribe(s, of, s.a, { nonce: 1n })).to.be.revertedWithCustomError(s.market, "MarketNonceUsed");
  });

  const invalid: [string, Partial<Purchase>][] = [
    ["a version", { version: 1n }],
    ["a seal", { seal: id("seal") }],
    ["an ephemeral key", { ephemeral: id("key") }],
    ["a mask", { maskHash: id("mask") }],
    ["no period", { periods: 0n }],
    ["more than a hundred years", { periods: MAX_PERIOD / PERIOD + 1n }],
    ["no buyer", { buyer: ZeroAddress }],
  ];
  for (const [name, changes] of invalid) {
    it(`refuses ${name}`, async () => {
      const s = await load();
      const of = await onSubscription(s, FREE);
      await expect(s.market.connect(s.a).subscribe(subscribing(of, s.a, changes), of.offer, NO_PAYMENT, "0x"))
        .to.be.revertedWithCustomError(s.market, "MarketPurchaseInvalid")
        .withArgs();
    });
  }

  it("takes exactly a hundred years, and no product of large numbers wraps", async () => {
    const s = await load();
    const of = await onSubscription(s, { ...FREE, period: MAX_PERIOD / 5n });
    await subscribe(s, of, s.a, { periods: 5n });
    for (const periods of [6n, 65_535n]) {
      await expect(subscribe(s, of, s.b, { periods })).to.be.revertedWithCustomError(s.market, "MarketPurchaseInvalid");
    }
    const short = await onSubscription(s, { ...FREE, period: DAY });
    await subscribe(s, short, s.a, { periods: 36_500n });
    await expect(subscribe(s, short, s.b, { periods: 36_501n })).to.be.revertedWithCustomError(
      s.market,
      "MarketPurchaseInvalid",
    );
  });

  it("refuses another's purchase, other offers, and conditions changed", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const sale = await onSale(s);
    const send = (purchase: Purchase, offer: Offer) =>
      s.market.connect(s.a).subscribe(purchase, offer, NO_PAYMENT, "0x");
    await expect(send(subscribing(of, s.b), of.offer))
      .to.be.revertedWithCustomError(s.market, "MarketBuyerOnly")
      .withArgs(s.b.address, s.a.address);
    await expect(send(subscribing(sale, s.a), sale.offer))
      .to.be.revertedWithCustomError(s.market, "MarketOfferUnfit")
      .withArgs(1, sale.offer.kind, 0);
    await expect(send(subscribing(of, s.a), { ...of.offer, price: 1n }))
      .to.be.revertedWithCustomError(s.market, "MarketOfferMismatch")
      .withArgs(of.dataSet, 1);
    await s.market.connect(s.officer).withdrawOffers(of.dataSet, [1], 2);
    await expect(send(subscribing(of, s.a), of.offer))
      .to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen")
      .withArgs(of.dataSet, 1);
  });
});

describe("DataMarket: orderSubscribed", () => {
  it("orders a version for nothing, with a licence that ends with the subscription", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const x = await subscribe(s, of, s.a, { nonce: 41n });
    const purchase = purchaseOf(of, s.a, { nonce: 3n });
    const then = x.subscription.start + PERIOD;
    await at(then);
    await expect(s.market.connect(s.a).orderSubscribed(x.subscription, 0, purchase, of.offer))
      .to.emit(s.market, "OrderPlaced")
      .withArgs(
        of.id,
        s.a.address,
        3,
        1,
        then + of.offer.delivery,
        lastOf(x),
        42,
        purchase.ephemeral,
        purchase.maskHash,
      );
    expect(await s.token.balanceOf(s.market)).to.equal(12n * PRICE);
    const [sale] = await deliver(s, [await order(s, x, of, { nonce: 4n })]);
    await pass(sale.delivery.time + WINDOW);
    await expect(settle(s, sale))
      .to.emit(s.market, "LicenceGranted")
      .withArgs(...named(sale), of.offer.tier, lastOf(x));
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(0n);
    await at(lastOf(x));
    await s.platform.sendTransaction({ to: s.platform });
    expect(await s.market.hasAccess(of.id, s.a, 4)).to.equal(true);
    await at(lastOf(x) + 1n);
    await s.platform.sendTransaction({ to: s.platform });
    expect(await s.market.hasAccess(of.id, s.a, 4)).to.equal(false);
  });

  it("does so until the subscription's last second", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a, { periods: 2n });
    await at(lastOf(x));
    await order(s, x);
    await at(lastOf(x) + 1n);
    await expect(order(s, x, x.listed, { nonce: 1n }))
      .to.be.revertedWithCustomError(s.market, "MarketTooLate")
      .withArgs(lastOf(x), lastOf(x) + 1n);
  });

  it("orders later versions, although the offer was withdrawn or is over", async () => {
    const s = await load();
    const of = await onSubscription(s, { until: (await now()) + DAY });
    const x = await subscribe(s, of, s.a);
    await s.market.connect(s.officer).withdrawOffers(of.dataSet, [1], 2);
    await pass(of.offer.until);
    const second = await another(s, of);
    const sale = await order(s, x, second);
    expect(await stateOf(s, sale)).to.equal(State.Ordered);
    await expect(order(s, x, second)).to.be.revertedWithCustomError(s.market, "MarketNonceUsed");
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [2], 2);
    await expect(order(s, x, second, { nonce: 1n }))
      .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
      .withArgs(second.id, 2);
    await expect(order(s, x, { ...second, number: 3n })).to.be.revertedWithCustomError(
      s.market,
      "MarketVersionNotOpen",
    );
  });

  it("is refunded for nothing when it is not delivered", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const sale = await order(s, x);
    await pass(sale.order.deliverBy);
    await refund(s, sale);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(0n);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
  });

  it("pins the subscription, which a delivery has to name", async () => {
    const s = await load();
    const sale = await order(s, await subscribe(s, await onSubscription(s), s.a));
    const wrong = { ...sale.order, subscription: 0n };
    const sent = s.market.connect(s.officer).deliver(s.agency, [wrong], [sale.pins], [rightKey(sale)]);
    await expect(sent).to.emit(s.market, "DeliverySkipped");
  });

  it("refuses all but the subscriber, and another's subscription, conditions or count", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const [x, y] = [await subscribe(s, of, s.a), await subscribe(s, of, s.b)];
    for (const by of [s.b, s.officer, s.stranger]) {
      await expect(s.market.connect(by).orderSubscribed(x.subscription, 0, purchaseOf(of, s.a), of.offer))
        .to.be.revertedWithCustomError(s.market, "MarketBuyerOnly")
        .withArgs(s.a.address, by.address);
    }
    for (const [name, other] of changed(x)) {
      await expect(order(s, other), name)
        .to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch")
        .withArgs(...theSubscription(other));
    }
    const own = { ...y, subscription: { ...y.subscription, buyer: s.a.address, start: y.subscription.start }, by: s.a };
    await expect(order(s, own)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
  });

  it("refuses a version not sealed, and a seal that is not the version's", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const x = await subscribe(s, of, s.a);
    const plain = await plainVersion(s, of.dataSet);
    const refuses = async (changes: Partial<Purchase>, version: bigint, seal: string) => {
      await expect(order(s, x, of, changes))
        .to.be.revertedWithCustomError(s.market, "MarketVersionUnfit")
        .withArgs(version, seal);
    };
    for (const seal of [id("checked"), ZeroHash]) await refuses({ seal }, of.id, sealHash(of.version));
    for (const seal of [sealHash(plain.version), ZeroHash]) {
      await refuses({ version: plain.number, seal }, plain.id, sealHash(plain.version));
    }
    await order(s, x);
  });

  it("refuses a purchase of another data set, offer, buyer or kind", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const other = await onSubscription(s);
    await s.market.connect(s.officer).makeOffer(of.dataSet, of.offer);
    const x = await subscribe(s, of, s.a);
    const wrong: Partial<Purchase>[] = [
      { dataSet: other.dataSet },
      { offer: 2n },
      { buyer: s.b.address },
      { periods: 1n },
      { ephemeral: `0x${"0".repeat(64)}` },
      { maskHash: `0x${"0".repeat(64)}` },
    ];
    for (const changes of wrong) {
      await expect(
        s.market.connect(s.a).orderSubscribed(x.subscription, 0, purchaseOf(of, s.a, changes), of.offer),
        JSON.stringify(Object.keys(changes)),
      ).to.be.revertedWithCustomError(s.market, "MarketPurchaseInvalid");
    }
  });
});

describe("DataMarket: releasePeriods", () => {
  const due = (s: Stage) => s.market.dueOf(s.token, s.treasury);

  it("makes a period due once its last order can be disputed no more", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    await at(heldUntil(x));
    await expect(release(s, x))
      .to.be.revertedWithCustomError(s.market, "MarketTooEarly")
      .withArgs(heldUntil(x), heldUntil(x));
    await at(heldUntil(x) + 1n);
    await expect(release(s, x))
      .to.emit(s.market, "PeriodsReleased")
      .withArgs(...theSubscription(x), 1);
    expect(await due(s)).to.equal(PRICE);
    await expect(release(s, x)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    await expect(release(s, { ...x, released: 1n }))
      .to.be.revertedWithCustomError(s.market, "MarketTooEarly")
      .withArgs(heldUntil(x, 2n), (v: bigint) => v > heldUntil(x));
  });

  it("makes several due at once, to the second", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const [x, y] = [await subscribe(s, of, s.a), await subscribe(s, of, s.b)];
    await at(heldUntil(x, 4n));
    await expect(release(s, x))
      .to.emit(s.market, "PeriodsReleased")
      .withArgs(...theSubscription(x), 3);
    await at(heldUntil(y, 4n) + 1n);
    await expect(release(s, y))
      .to.emit(s.market, "PeriodsReleased")
      .withArgs(...theSubscription(y), 4);
    expect(await due(s)).to.equal(7n * PRICE);
    const [x3, y4] = [
      { ...x, released: 3n },
      { ...y, released: 4n },
    ];
    await release(s, x3);
    expect(await due(s)).to.equal(8n * PRICE);
    await at(heldUntil(y, 6n) + 1n);
    await expect(release(s, y4))
      .to.emit(s.market, "PeriodsReleased")
      .withArgs(...theSubscription(y), 6);
    expect(await due(s)).to.equal(10n * PRICE);
    expect(await stateOf(s, await order(s, { ...y, released: 6n }))).to.equal(State.Ordered);
  });

  it("makes all due at the end, and no more after", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a, { periods: 3n });
    await pass(heldUntil(x, 2n));
    await release(s, x);
    await pass(heldUntil(x, 50n));
    await expect(release(s, { ...x, released: 2n }))
      .to.emit(s.market, "PeriodsReleased")
      .withArgs(...theSubscription(x), 3);
    expect(await due(s)).to.equal(3n * PRICE);
    for (const released of [0n, 2n, 3n]) {
      for (const act of [release, end]) {
        await expect(act(s, { ...x, released })).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
      }
    }
    expect(await s.market.dueOf(s.token, s.a)).to.equal(0n);
    await s.market.withdraw(s.token, s.treasury);
    expect(await s.token.balanceOf(s.market)).to.equal(0n);
  });

  it("reverts for another subscription, conditions or count", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    await pass(heldUntil(x, 4n));
    for (const [name, other] of changed(x)) {
      await expect(release(s, other), name)
        .to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch")
        .withArgs(...theSubscription(other));
    }
    const foreign = { ...x, subscription: { ...x.subscription, buyer: s.b.address } };
    await expect(release(s, foreign)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
  });
});
