import { expect } from "chai";
import { roles } from "../../rocketh/roles.ts";
import {
  buy,
  CATEGORY,
  deliver,
  disputeChunk,
  disputeKey,
  id,
  load,
  NO_PAYMENT,
  onSale,
  pass,
  PERSONAL_DATA,
  PRICE,
  purchaseOf,
  refund,
  rightKey,
  type Sale,
  saleOf,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
} from "./helpers.ts";
import { licenceOf, PLAIN, plainVersion } from "./plain.ts";
import { mask } from "./sealed.ts";
import { end, fail, heldUntil, onSubscription, order, release, subscribe, subscribing } from "./subscriptions.ts";

const paused = (s: Stage, sent: Promise<unknown>) =>
  expect(sent).to.be.revertedWithCustomError(s.market, "EnforcedPause");

describe("DataMarket: pausing", () => {
  it("is the supervisor's", async () => {
    const s = await load();
    for (const act of ["pause", "unpause"] as const) {
      if (act === "unpause") await s.market.pause();
      for (const by of [s.admin, s.officer, s.stranger, s.a]) {
        await expect(s.market.connect(by)[act]())
          .to.be.revertedWithCustomError(s.market, "AccessManagedUnauthorized")
          .withArgs(by.address);
      }
    }
    await s.manager.grantRole(roles.SUPERVISOR, s.stranger, 0);
    await s.market.connect(s.stranger).unpause();
    expect(await s.market.paused()).to.equal(false);
    await s.manager.grantRole(roles.REGISTRAR, s.b, 0);
    await expect(s.market.connect(s.b).pause()).to.be.revertedWithCustomError(s.market, "AccessManagedUnauthorized");
  });

  it("stops listings and purchases, and lets them go on again", async () => {
    const s = await load();
    const sale = await onSale(s);
    const [free, plain] = [licenceOf(s), await plainVersion(s, sale.dataSet)];
    await s.market.connect(s.officer).makeOffer(sale.dataSet, free);
    const paid = await onSubscription(s);
    const offer = saleOf(s);
    const officer = s.market.connect(s.officer);
    const buyer = s.market.connect(s.a);
    const acts = [
      () => officer.list(s.agency, CATEGORY, id("about"), PLAIN, []),
      () => officer.describe(sale.dataSet, CATEGORY, id("about")),
      () => officer.listVersion(sale.dataSet, PLAIN),
      () => officer.makeOffer(sale.dataSet, offer),
      () => buyer.license(sale.dataSet, 2, plain.number, 7, free, "0x"),
      () => buyer.placeOrder(purchaseOf(sale, s.a), sale.offer, NO_PAYMENT, "0x"),
      () => buyer.subscribe(subscribing(paid, s.a), paid.offer, NO_PAYMENT, "0x"),
    ];
    await s.market.pause();
    for (const act of acts) await paused(s, act());
    await s.market.unpause();
    for (const act of acts) await act();
  });

  it("stops no order under a subscription, delivery, dispute, settlement, refund, release, end, withdrawal or payment", async () => {
    const s = await load();
    const good = await onSale(s);
    const bad = await onSale(s, {}, { corrupt: 0 });
    const paid = await onSubscription(s, {}, { corrupt: 0 });
    const [x, y] = [await subscribe(s, paid, s.a), await subscribe(s, paid, s.b)];
    const sales = [await buy(s, good, s.a), await buy(s, good, s.b), await buy(s, bad, s.c)] as const;
    const late = await buy(s, good, s.c);
    await s.market.pause();
    const under = await order(s, x);
    const all = [...sales, under];
    const masked = all.map((sale, i) => (i === 1 ? mask(id("wrong"), sale.m) : rightKey(sale)));
    const [right, wrong, chunk, subscribed] = (await deliver(s, all, masked)) as [Sale, Sale, Sale, Sale];
    await disputeKey(s, wrong);
    await disputeChunk(s, chunk, 0);
    await disputeChunk(s, subscribed, 0);
    await refund(s, chunk, subscribed);
    await fail(s, x, subscribed);
    await s.market.connect(s.officer).withdrawVersions(good.dataSet, [1], PERSONAL_DATA);
    await s.market.connect(s.officer).withdrawOffers(good.dataSet, [1], PERSONAL_DATA);
    await refund(s, late);
    await pass(right.delivery.time + WINDOW);
    await settle(s, right);
    await pass(heldUntil(y));
    await release(s, y);
    await end(s, { ...y, released: 1n });
    for (const who of [s.a, s.b, s.c, s.treasury]) await s.market.withdraw(s.token, who);
    expect(await s.token.balanceOf(s.market)).to.equal(0n);
    expect(await s.token.balanceOf(s.treasury)).to.equal(3n * PRICE);
    expect(await stateOf(s, right)).to.equal(State.Settled);
  });
});
