import { expect } from "chai";
import {
  at,
  buy,
  deliver,
  delivered,
  DELIVERY,
  eachRefused,
  FREE,
  id,
  load,
  MARKET,
  MAX_UINT40,
  named,
  newAccount,
  onSale,
  parts,
  pass,
  Permission,
  PERSONAL_DATA,
  PRICE,
  refund,
  rightKey,
  type Sale,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
  YEAR,
} from "./helpers.ts";

const send = (s: Stage, sales: Sale[], by = s.officer, agency = s.agency) => {
  const [orders, pins] = parts(sales);
  return s.market.connect(by).deliver(agency, orders, pins, sales.map(rightKey));
};

describe("DataMarket: deliver", () => {
  it("delivers keys under their masks, one or many", async () => {
    const s = await load();
    const of = await onSale(s);
    const sales = [await buy(s, of, s.a), await buy(s, of, s.b), await buy(s, of, s.a, { nonce: 1n })];
    const [orders, pins] = parts(sales);
    const masked = sales.map(rightKey);
    const sent = await s.market.connect(s.officer).deliver(s.agency, orders, pins, masked);
    const time = BigInt((await sent.getBlock())?.timestamp ?? 0);
    for (const [i, sale] of sales.entries()) {
      await expect(sent)
        .to.emit(s.market, "OrderDelivered")
        .withArgs(...named(sale), masked[i]);
      const delivery = { time, masked: masked[i] ?? "" };
      expect(await stateOf(s, { ...sale, delivery })).to.equal(State.Delivered);
      expect(await stateOf(s, sale)).to.equal(State.None);
      expect(await stateOf(s, { ...sale, delivery: { ...delivery, time: time + 1n } })).to.equal(State.None);
      expect(await stateOf(s, { ...sale, delivery: { ...delivery, masked: id("other") } })).to.equal(State.None);
      expect(await s.market.hasAccess(of.id, sale.by, sale.order.nonce)).to.equal(false);
    }
    await expect(sent).not.to.emit(s.market, "DeliverySkipped");
  });

  it("delivers in the last second, and not in the one after", async () => {
    const s = await load();
    const of = await onSale(s);
    const [early, late] = [await buy(s, of, s.a), await buy(s, of, s.b)];
    await at(early.order.deliverBy);
    await expect(send(s, [early]))
      .to.emit(s.market, "OrderDelivered")
      .withArgs(...named(early), rightKey(early));
    await at(late.order.deliverBy + 1n);
    await expect(send(s, [late]))
      .to.emit(s.market, "DeliverySkipped")
      .withArgs(...named(late))
      .and.not.to.emit(s.market, "OrderDelivered");
    expect(await stateOf(s, late)).to.equal(State.Ordered);
  });

  it("skips what is closed, late, never ordered, delivered, another's or changed, and does the others", async () => {
    const s = await load();
    const of = await onSale(s);
    const foreign = await buy(s, await onSale(s, {}, { by: s.other, agency: 2n }), s.a);
    const gone = await onSale(s);
    const [refunded, soon] = [await buy(s, gone, s.a), await buy(s, gone, s.b)];
    await s.market.connect(s.officer).withdrawVersions(gone.dataSet, [1], PERSONAL_DATA);
    await refund(s, refunded);
    const [settled] = await deliver(s, [await buy(s, of, s.c)]);
    const late = await buy(s, of, s.a);
    await pass(late.order.deliverBy);
    await settle(s, settled);
    const fine = await buy(s, of, s.b);
    const [again] = await deliver(s, [await buy(s, of, s.c, { nonce: 1n })]);
    const never = { ...fine, order: { ...fine.order, nonce: 7n } };
    const changed = { ...fine, order: { ...fine.order, price: PRICE + 1n } };
    const pinned = { ...fine, pins: { ...fine.pins, maskHash: id("other") } };
    const all = [foreign, refunded, settled, late, again, never, changed, pinned, soon, fine, fine];
    const sent = await send(s, all);
    const receipt = await sent.wait();
    const names = receipt?.logs.map((log) => s.market.interface.parseLog(log)?.name);
    const skipped = Array.from({ length: 9 }, () => "DeliverySkipped");
    expect(names).to.deep.equal([...skipped, "OrderDelivered", "DeliverySkipped"]);
    for (const sale of all.slice(0, 8)) {
      await expect(sent)
        .to.emit(s.market, "DeliverySkipped")
        .withArgs(...named(sale));
    }
    expect(await stateOf(s, foreign)).to.equal(State.Ordered);
    expect(await stateOf(s, refunded)).to.equal(State.Refunded);
    expect(await stateOf(s, settled)).to.equal(State.Settled);
    expect(await stateOf(s, again)).to.equal(State.Delivered);
  });

  it("is refused to everyone without MARKET_DELIVER", async () => {
    const s = await load();
    const sale = await buy(s, await onSale(s), s.a);
    await eachRefused(s, Permission.Deliver, async (by) => {
      for (const sales of [[sale], []]) {
        await expect(send(s, sales, by))
          .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
          .withArgs(s.agency, by.address, Permission.Deliver);
      }
    });
    const service = await newAccount();
    await s.registry.connect(s.admin).addKey(s.agency, service, Permission.Deliver, 0, MAX_UINT40);
    await expect(send(s, [sale], service)).to.emit(s.market, "OrderDelivered");
  });

  it("skips for another body the order of this one, though its key may deliver", async () => {
    const s = await load();
    const sale = await buy(s, await onSale(s), s.a);
    await expect(send(s, [sale], s.other, 2n)).to.emit(s.market, "DeliverySkipped");
    expect(await stateOf(s, sale)).to.equal(State.Ordered);
    await s.registry.connect(s.admin).addKey(2, s.officer, MARKET, 0, MAX_UINT40);
    await expect(send(s, [sale], s.officer, 2n)).to.emit(s.market, "DeliverySkipped");
    await expect(send(s, [sale])).to.emit(s.market, "OrderDelivered");
  });

  it("reverts with lists of unequal lengths", async () => {
    const s = await load();
    const [orders, pins] = parts([await buy(s, await onSale(s), s.a)]);
    for (const [x, y, z] of [
      [1, 0, 1],
      [1, 1, 0],
      [0, 1, 1],
      [1, 1, 2],
    ] as const) {
      const masked = Array.from({ length: z }, () => id("masked"));
      const sent = s.market.connect(s.officer).deliver(s.agency, orders.slice(0, x), pins.slice(0, y), masked);
      await expect(sent).to.be.revertedWithCustomError(s.market, "MarketLengthsDiffer").withArgs(x, y, z);
    }
  });

  it("goes on for versions withdrawn, and offers withdrawn", async () => {
    const s = await load();
    const of = await onSale(s);
    const sale = await buy(s, of, s.a);
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], 2);
    await s.market.connect(s.officer).withdrawOffers(of.dataSet, [1], 2);
    const [one] = await deliver(s, [sale]);
    await pass(one.delivery.time + WINDOW);
    await settle(s, one);
    expect(await stateOf(s, sale)).to.equal(State.Settled);
  });
});

describe("DataMarket: settle", () => {
  for (const period of [0n, YEAR]) {
    it(`makes the price due to the payee and gives the licence, ${period === 0n ? "without end" : "for a time"}`, async () => {
      const s = await load();
      const sale = await delivered(s, { changes: { period } });
      await pass(sale.delivery.time + WINDOW);
      const until = period === 0n ? 0n : sale.order.deliverBy + period;
      await expect(settle(s, sale))
        .to.emit(s.market, "LicenceGranted")
        .withArgs(...named(sale), sale.order.tier, until);
      expect(await s.market.dueOf(s.token, s.treasury)).to.equal(PRICE);
      expect(await s.market.dueOf(s.token, s.a)).to.equal(0n);
      expect(await stateOf(s, sale)).to.equal(State.Settled);
      expect(await s.market.hasAccess(sale.order.version, s.a, 0)).to.equal(true);
      const licence = [sale.delivery.time, until, sale.order.tier];
      expect(await s.market.licenceOf(sale.order.version, s.a, 0)).to.deep.equal(licence);
    });
  }

  it("does so after the window's last second", async () => {
    const s = await load();
    const sale = await delivered(s);
    const last = sale.delivery.time + WINDOW;
    await at(last);
    await expect(settle(s, sale)).to.be.revertedWithCustomError(s.market, "MarketTooEarly").withArgs(last, last);
    await at(last + 1n);
    await settle(s, sale);
  });

  it("does many at once, of several buyers and prices, and skips those closed before", async () => {
    const s = await load();
    const [dear, cheap, free] = [
      await onSale(s, { price: 50n }),
      await onSale(s, { price: 3n }),
      await onSale(s, FREE),
    ];
    const sales = await deliver(s, [
      await buy(s, dear, s.a),
      await buy(s, cheap, s.a),
      await buy(s, dear, s.b),
      await buy(s, free, s.b),
    ]);
    await pass(sales[0].delivery.time + WINDOW);
    await settle(s, sales[1]);
    const sent = await settle(s, ...sales, sales[0]);
    expect((await sent.wait())?.logs).to.have.length(3);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(103n);
    for (const sale of sales) expect(await stateOf(s, sale)).to.equal(State.Settled);
    await settle(s, ...sales);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(103n);
  });

  it("skips what was refunded", async () => {
    const s = await load();
    const sale = await buy(s, await onSale(s), s.a);
    await pass(sale.order.deliverBy);
    await refund(s, sale);
    await settle(s, sale);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(0n);
  });

  it("reverts as a whole where one is not delivered, or not so", async () => {
    const s = await load();
    const of = await onSale(s);
    const [one] = await deliver(s, [await buy(s, of, s.a)]);
    const [other] = await deliver(s, [await buy(s, of, s.b)]);
    const open = await buy(s, of, s.c);
    await pass(open.order.deliverBy);
    const wrong: Sale[] = [
      open,
      { ...one, pins: other.pins },
      { ...one, delivery: other.delivery },
      { ...one, delivery: { ...one.delivery, time: one.delivery.time - 1n } },
      { ...one, delivery: { ...one.delivery, masked: other.delivery.masked } },
      { ...one, order: { ...one.order, payee: s.stranger.address } },
      { ...one, order: { ...one.order, price: 2n * PRICE } },
      { ...one, order: { ...one.order, buyer: s.c.address, nonce: 9n } },
    ];
    for (const bad of wrong) {
      await expect(settle(s, other, bad))
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(...named(bad));
    }
    expect(await stateOf(s, other)).to.equal(State.Delivered);
  });
});

describe("DataMarket: refund", () => {
  it("makes the price due to the buyer after the last second for the delivery", async () => {
    const s = await load();
    const of = await onSale(s);
    const sale = await buy(s, of, s.a);
    const last = sale.order.deliverBy;
    await at(last);
    await expect(refund(s, sale)).to.be.revertedWithCustomError(s.market, "MarketTooEarly").withArgs(last, last);
    await at(last + 1n);
    await expect(refund(s, sale))
      .to.emit(s.market, "OrderRefunded")
      .withArgs(...named(sale));
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(0n);
  });

  it("does many at once, and skips those closed before", async () => {
    const s = await load();
    const of = await onSale(s);
    const sales = [await buy(s, of, s.a), await buy(s, of, s.b), await buy(s, of, s.a, { nonce: 1n })] as const;
    const [settled] = await deliver(s, [await buy(s, of, s.c)]);
    await pass(sales[2].order.deliverBy + DELIVERY);
    await settle(s, settled);
    await refund(s, sales[1]);
    const sent = await refund(s, ...sales, sales[0], settled);
    expect((await sent.wait())?.logs).to.have.length(2);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(2n * PRICE);
    expect(await s.market.dueOf(s.token, s.b)).to.equal(PRICE);
    expect(await s.market.dueOf(s.token, s.c)).to.equal(0n);
    expect(await stateOf(s, settled)).to.equal(State.Settled);
  });

  it("reverts for an order delivered, or changed, or never placed", async () => {
    const s = await load();
    const of = await onSale(s);
    const [sent] = await deliver(s, [await buy(s, of, s.a)]);
    const open = await buy(s, of, s.b);
    await pass(open.order.deliverBy);
    const wrong = [
      sent,
      { ...open, order: { ...open.order, deliverBy: 1n } },
      { ...open, order: { ...open.order, price: 2n * PRICE } },
      { ...open, pins: sent.pins },
      { ...open, order: { ...open.order, nonce: 3n } },
    ];
    for (const bad of wrong) {
      await expect(refund(s, bad))
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(...named(bad));
    }
  });

  it("does so at once for personal data where nothing was delivered; what was delivered settles", async () => {
    const s = await load();
    const of = await onSale(s);
    const [gone] = await deliver(s, [await buy(s, of, s.a)]);
    const open = await buy(s, of, s.b);
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], 2);
    await expect(refund(s, open)).to.be.revertedWithCustomError(s.market, "MarketTooEarly");
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], PERSONAL_DATA);
    await expect(refund(s, gone)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    await refund(s, open);
    expect(await s.market.dueOf(s.token, s.b)).to.equal(PRICE);
    await pass(gone.delivery.time + WINDOW);
    await settle(s, gone);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(PRICE);
    expect(await s.market.hasAccess(of.id, s.a, 0)).to.equal(true);
  });

  for (const act of ["settle", "refund"] as const) {
    it(`${act} reverts with lists of unequal lengths, and does nothing with empty ones`, async () => {
      const s = await load();
      const [orders, pins, deliveries] = parts([await buy(s, await onSale(s), s.a)]);
      for (const [x, y, z] of [
        [1, 0, 1],
        [1, 1, 0],
        [0, 1, 1],
        [0, 0, 1],
      ] as const) {
        await expect(s.market[act](orders.slice(0, x), pins.slice(0, y), deliveries.slice(0, z)))
          .to.be.revertedWithCustomError(s.market, "MarketLengthsDiffer")
          .withArgs(x, y, z);
      }
      await s.market[act]([], [], []);
    });
  }
});
