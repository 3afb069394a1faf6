import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import {
  another,
  at,
  buy,
  chunkArgs,
  DAY,
  deliver,
  disputeChunk,
  disputeKey,
  id,
  Listing,
  load,
  now,
  onSale,
  pass,
  PERSONAL_DATA,
  PRICE,
  refund,
  type Sale,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
} from "./helpers.ts";
import { mask } from "./sealed.ts";
import {
  end,
  fail,
  heldUntil,
  lastOf,
  onSubscription,
  order,
  release,
  subscribe,
  type Subscribed,
  theSubscription,
} from "./subscriptions.ts";

const PERIOD = 30n * DAY;
const dues = async (s: Stage) => [await s.market.dueOf(s.token, s.treasury), await s.market.dueOf(s.token, s.a)];
const MOST_NONCE = 2n ** 32n - 1n;

/** A subscription under which a chunk delivered is wrong. */
async function cheated(s: Stage, changes: { periods?: bigint; nonce?: bigint } = {}) {
  const x = await subscribe(s, await onSubscription(s, {}, { corrupt: 0 }), s.a, { nonce: 8n, ...changes });
  const [sale] = await deliver(s, [await order(s, x)]);
  return { x, sale };
}

/** An order under a subscription, refunded because a wrong key was delivered. */
async function misled(s: Stage, x: Subscribed, nonce = 1n): Promise<Sale> {
  const open = await order(s, x, x.listed, { nonce });
  const [sale] = await deliver(s, [open], [mask(id("wrong"), open.m)]);
  await disputeKey(s, sale);
  return sale;
}

describe("DataMarket: failSubscription", () => {
  it("gives back all periods not released, once an order of it was refunded for a wrong chunk", async () => {
    const s = await load();
    const { x, sale } = await cheated(s);
    await disputeChunk(s, sale, 0);
    await expect(fail(s, x, sale))
      .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
      .withArgs(sale.order.version, s.a.address, 0);
    await refund(s, sale);
    await expect(fail(s, x, sale))
      .to.emit(s.market, "SubscriptionEnded")
      .withArgs(...theSubscription(x), 0);
    expect(await dues(s)).to.deep.equal([0n, 12n * PRICE]);
    for (const act of [end, release, order]) {
      await expect(act(s, x)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    }
    await expect(fail(s, x, sale)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
  });

  it("leaves what was released", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s, {}, { corrupt: 0 }), s.a);
    await pass(heldUntil(x, 3n));
    await release(s, x);
    const later = { ...x, released: 3n };
    const [sale] = await deliver(s, [await order(s, later)]);
    await disputeChunk(s, sale, 0);
    await refund(s, sale);
    await expect(fail(s, x, sale)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    await expect(fail(s, later, sale))
      .to.emit(s.market, "SubscriptionEnded")
      .withArgs(...theSubscription(x), 3);
    expect(await dues(s)).to.deep.equal([3n * PRICE, 9n * PRICE]);
  });

  it("comes in time for an order of a period's last second, disputed in the last second", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s, {}, { corrupt: 0 }), s.a, { periods: 1n });
    await at(lastOf(x));
    const open = await order(s, x);
    await at(open.order.deliverBy);
    const [sale] = await deliver(s, [open]);
    await at(sale.delivery.time + WINDOW - 1n);
    await expect(release(s, x)).to.be.revertedWithCustomError(s.market, "MarketTooEarly");
    const encode = s.market.interface;
    await at(sale.delivery.time + WINDOW);
    const { order: ordered, pins, delivery } = sale;
    await s.market
      .connect(s.a)
      .multicall([
        encode.encodeFunctionData("disputeChunk", [...chunkArgs(sale, 0)]),
        encode.encodeFunctionData("refund", [[ordered], [pins], [delivery]]),
        encode.encodeFunctionData("failSubscription", [x.subscription, 0n, x.offer, 1n, 0n]),
        encode.encodeFunctionData("withdraw", [await s.token.getAddress(), s.a.address]),
      ]);
    expect(await s.token.balanceOf(s.market)).to.equal(0n);
  });

  it("refuses an order refunded for another reason than a key or a version disproved", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const refuses = (sale: Sale, state: bigint) =>
      expect(fail(s, x, sale))
        .to.be.revertedWithCustomError(s.market, "MarketVersionNotDisproved")
        .withArgs(sale.order.version, state);
    const undelivered = await order(s, x);
    await pass(undelivered.order.deliverBy);
    await refund(s, undelivered);
    await refuses(undelivered, Listing.Open);
    const second = await another(s, x.listed);
    const personal = await order(s, x, second);
    await s.market.connect(s.officer).withdrawVersions(x.listed.dataSet, [2], PERSONAL_DATA);
    await refund(s, personal);
    await refuses(personal, Listing.PersonalData);
    await s.market.connect(s.officer).withdrawVersions(x.listed.dataSet, [1], 2);
    await refuses(undelivered, Listing.Withdrawn);
    await end(s, x);
  });

  it("gives back all periods not released, once an order of it was refunded for a wrong key", async () => {
    const s = await load();
    const x = await subscribe(s, await onSubscription(s), s.a);
    const sale = await misled(s, x);
    expect((await s.market.versionOf(x.listed.id))[0]).to.equal(Listing.Open);
    await expect(fail(s, x, sale))
      .to.emit(s.market, "SubscriptionEnded")
      .withArgs(...theSubscription(x), 0);
    expect(await dues(s)).to.deep.equal([0n, 12n * PRICE]);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
    for (const act of [end, release, order]) {
      await expect(act(s, x)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
    }
  });

  for (const [name, spoil] of [
    ["withdrawn", (s: Stage, of: Sale["listed"]) => s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], 2)],
    [
      "disproved",
      async (s: Stage, of: Sale["listed"], y: Subscribed) => {
        const [sale] = await deliver(s, [await order(s, y, of)]);
        return disputeChunk(s, sale, 0);
      },
    ],
  ] as const) {
    it(`takes a wrong key as ground although the version was ${name} since`, async () => {
      const s = await load();
      const of = await onSubscription(s, {}, { corrupt: 0 });
      const [x, y] = [await subscribe(s, of, s.a), await subscribe(s, of, s.b)];
      const sale = await misled(s, x);
      await spoil(s, of, y);
      await fail(s, x, sale);
      expect(await dues(s)).to.deep.equal([0n, 12n * PRICE]);
    });
  }

  it("takes a wrong key of its own orders only, not one delivered without a dispute", async () => {
    const s = await load();
    const of = await onSubscription(s);
    const [x, y] = [await subscribe(s, of, s.a), await subscribe(s, of, s.a, { nonce: 1n })];
    const z = await subscribe(s, of, s.b);
    const [sale, others] = [await misled(s, x), await misled(s, z)];
    const paidOffer = (await onSale(s)).offer;
    await s.market.connect(s.officer).makeOffer(of.dataSet, paidOffer);
    const bought = await buy(s, { ...of, offer: paidOffer }, s.a, { offer: 2n, nonce: 5n });
    const [paid] = await deliver(s, [bought], [mask(id("wrong"), bought.m)]);
    await disputeKey(s, paid);
    const open = await order(s, y, of, { nonce: 6n });
    const [undisputed] = await deliver(s, [open], [mask(id("wrong"), open.m)]);
    for (const one of [sale, others, paid, undisputed]) {
      await expect(fail(s, y, one))
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(one.order.version, s.a.address, one.order.nonce);
    }
    await fail(s, x, sale);
  });

  it("is the subscriber's alone, who has to name where the subscription stands before the order", async () => {
    const s = await load();
    const { x, sale } = await cheated(s);
    const key = await misled(s, x);
    await disputeChunk(s, sale, 0);
    await refund(s, sale);
    for (const one of [sale, key]) {
      for (const by of [s.b, s.officer, s.treasury, s.platform, s.stranger]) {
        await expect(fail(s, x, one, by))
          .to.be.revertedWithCustomError(s.market, "MarketBuyerOnly")
          .withArgs(s.a.address, by.address);
        const own = { ...x, subscription: { ...x.subscription, buyer: by.address } };
        await expect(fail(s, own, one, by)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
      }
      const never = { ...one, order: { ...one.order, nonce: 77n } };
      const cheaper = { ...x, offer: { ...x.offer, price: 1n } };
      for (const other of [cheaper, { ...x, released: 1n }]) {
        await expect(fail(s, other, never)).to.be.revertedWithCustomError(s.market, "MarketSubscriptionMismatch");
      }
      await expect(fail(s, x, never))
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(one.order.version, s.a.address, 77);
    }
    expect(await dues(s)).to.deep.equal([0n, 0n]);
    await fail(s, x, sale);
  });

  for (const ground of ["key", "chunk"] as const) {
    it(`tells the highest number of a subscription from none, with a wrong ${ground}`, async () => {
      const s = await load();
      const { x, sale } = await cheated(s, { nonce: MOST_NONCE });
      const first = await subscribe(s, { ...x.listed, offer: x.offer }, s.a, { nonce: 0n });
      const one = ground === "key" ? await misled(s, x) : sale;
      if (ground === "chunk") {
        await disputeChunk(s, sale, 0);
        await refund(s, sale);
      }
      await expect(fail(s, first, one)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
      await fail(s, x, one);
      expect(await dues(s)).to.deep.equal([0n, 12n * PRICE]);
    });
  }

  it("refuses an order of another subscription, of none, of another buyer, or not refunded", async () => {
    const s = await load();
    const { x, sale } = await cheated(s);
    const of = x.listed;
    const y = await subscribe(s, { ...of, offer: x.offer }, s.a, { nonce: 9n });
    const z = await subscribe(s, { ...of, offer: x.offer }, s.b, { nonce: 8n });
    const offer = (await onSale(s)).offer;
    await s.market.connect(s.officer).makeOffer(of.dataSet, offer);
    const paid = await buy(s, { ...of, offer }, s.a, { offer: 2n, nonce: 5n });
    const [settled] = await deliver(s, [await order(s, x, of, { nonce: 6n })]);
    const open = await order(s, x, of, { nonce: 7n });
    await pass(settled.delivery.time + WINDOW);
    await settle(s, settled);
    const [again] = await deliver(s, [await order(s, x, of, { nonce: 10n })]);
    await disputeChunk(s, again, 0);
    await refund(s, sale, paid, again);
    for (const [subscribed, one] of [
      [y, sale],
      [z, sale],
      [x, paid],
      [x, settled],
      [x, open],
    ] as const) {
      await expect(fail(s, subscribed, one))
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(one.order.version, subscribed.subscription.buyer, one.order.nonce);
    }
    await fail(s, x, again);
  });

  it("refuses an order of another data set", async () => {
    const s = await load();
    const { sale } = await cheated(s);
    await disputeChunk(s, sale, 0);
    await refund(s, sale);
    const elsewhere = await subscribe(s, await onSubscription(s), s.a, { nonce: 8n });
    await expect(fail(s, elsewhere, sale))
      .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
      .withArgs(elsewhere.listed.id, s.a.address, sale.order.nonce);
  });
});

describe("DataMarket: licenceOf under a subscription", () => {
  /** A settled order under a subscription of five periods. */
  async function licensed(s: Stage, nonce = 8n) {
    // Another data set comes first, so that the number of this one is not that of its version.
    await onSale(s);
    const x = await subscribe(s, await onSubscription(s), s.a, { periods: 5n, nonce });
    const [sale] = await deliver(s, [await order(s, x)]);
    await pass(sale.delivery.time + WINDOW);
    await settle(s, sale);
    return { x, sale };
  }
  const expectUntil = async (s: Stage, { x, sale }: Awaited<ReturnType<typeof licensed>>, until: bigint) => {
    const licence = await s.market.licenceOf(sale.order.version, s.a, sale.order.nonce);
    expect(licence).to.deep.equal([sale.delivery.time, until, x.offer.tier]);
    const access = async () => s.market.hasAccess(sale.order.version, s.a, sale.order.nonce);
    if (until >= (await now())) {
      if (until > (await now())) await networkHelpers.time.increaseTo(until);
      expect(await access()).to.equal(true);
      await pass(until);
    }
    expect(await access()).to.equal(false);
  };

  for (const nonce of [0n, MOST_NONCE]) {
    it(`end with its last paid second where it is ended early, number ${nonce}`, async () => {
      const s = await load();
      const one = await licensed(s, nonce);
      await at(one.x.subscription.start + PERIOD);
      await end(s, one.x);
      await expectUntil(s, one, one.x.subscription.start + 2n * PERIOD - 1n);
    });
  }

  it("end with the last period released where it failed", async () => {
    const s = await load();
    const one = await licensed(s);
    await pass(heldUntil(one.x, 1n));
    await release(s, one.x);
    const later = { ...one.x, released: 1n };
    const sale = await misled(s, later);
    await fail(s, later, sale);
    await expectUntil(s, one, one.x.subscription.start + PERIOD - 1n);
    expect(await s.market.licenceOf(sale.order.version, s.a, sale.order.nonce)).to.deep.equal([0n, 0n, 0n]);
  });

  it("give no access where it failed before any period was released", async () => {
    const s = await load();
    const one = await licensed(s);
    await fail(s, one.x, await misled(s, one.x));
    await expectUntil(s, one, one.x.subscription.start - 1n);
  });

  it("last as long as was paid where all periods, or only some so far, were released", async () => {
    const s = await load();
    const one = await licensed(s);
    await pass(heldUntil(one.x, 3n));
    await release(s, one.x);
    const licence = [one.sale.delivery.time, lastOf(one.x), one.x.offer.tier];
    expect(await s.market.licenceOf(one.sale.order.version, s.a, 0)).to.deep.equal(licence);
    expect(await s.market.hasAccess(one.sale.order.version, s.a, 0)).to.equal(true);
    await pass(heldUntil(one.x, 5n));
    await release(s, { ...one.x, released: 3n });
    await expectUntil(s, one, lastOf(one.x));
  });

  it("are not touched by the end of another subscription, and bought ones by none", async () => {
    const s = await load();
    const one = await licensed(s, 0n);
    const of = { ...one.x.listed, offer: one.x.offer };
    const others = [await subscribe(s, of, s.a, { nonce: 1n }), await subscribe(s, of, s.b, { nonce: 0n })];
    const elsewhere = await subscribe(s, await onSubscription(s), s.a, { nonce: 0n });
    const { offer } = await onSale(s);
    await s.market.connect(s.officer).makeOffer(of.dataSet, offer);
    const [paid] = await deliver(s, [await buy(s, { ...of, offer }, s.a, { offer: 2n, nonce: 5n })]);
    await pass(paid.delivery.time + WINDOW);
    await settle(s, paid);
    for (const other of [...others, elsewhere]) await end(s, other);
    expect((await s.market.licenceOf(one.sale.order.version, s.a, 0)).until).to.equal(lastOf(one.x));
    await end(s, one.x);
    expect(await s.market.licenceOf(paid.order.version, s.a, 5)).to.deep.equal([paid.delivery.time, 0n, offer.tier]);
    await expectUntil(s, one, one.x.subscription.start + PERIOD - 1n);
    expect(await s.market.hasAccess(paid.order.version, s.a, 5)).to.equal(true);
  });
});
