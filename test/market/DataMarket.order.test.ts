import { expect } from "chai";
import {
  another,
  at,
  buy,
  DAY,
  DELIVERY,
  FREE,
  FUNDS,
  id,
  idOf,
  Kind,
  listed,
  type Listed,
  Listing,
  load,
  NO_PAYMENT,
  now,
  type Offer,
  onSale,
  orderOf,
  Pay,
  PERSONAL_DATA,
  PRICE,
  type Purchase,
  purchaseOf,
  type Sale,
  saleFrom,
  saleOf,
  sealHash,
  type Stage,
  State,
  stateOf,
  subscriptionOf,
  YEAR,
  ZeroAddress,
  ZeroHash,
} from "./helpers.ts";
import { licenceOf, PLAIN, plainVersion } from "./plain.ts";

describe("DataMarket: placeOrder", () => {
  for (const [name, period, until] of [
    ["without end", 0n, 0n],
    ["for a time, which begins with the last second of delivery", YEAR, DELIVERY + YEAR],
  ] as const) {
    it(`takes the price into escrow and says all of the order, a licence ${name}`, async () => {
      const s = await load();
      const of = await onSale(s, { period });
      const purchase = purchaseOf(of, s.a, { nonce: 4_294_967_295n });
      const then = (await now()) + 10n;
      await at(then);
      await expect(s.market.connect(s.a).placeOrder(purchase, of.offer, NO_PAYMENT, "0x"))
        .to.emit(s.market, "OrderPlaced")
        .withArgs(
          of.id,
          s.a.address,
          purchase.nonce,
          1,
          then + DELIVERY,
          until === 0n ? 0n : then + until,
          0,
          purchase.ephemeral,
          purchase.maskHash,
        )
        .and.to.emit(s.token, "Transfer")
        .withArgs(s.a.address, s.market.target, PRICE);
      const order = orderOf(purchase, of.offer, then);
      expect(await stateOf(s, saleFrom(of, s.a, purchase, order))).to.equal(State.Ordered);
      expect(await s.market.nonceUsed(of.id, s.a, purchase.nonce)).to.equal(true);
      expect(await s.market.nonceUsed(of.id, s.a, 0)).to.equal(false);
      expect(await s.market.nonceUsed(of.id, s.b, purchase.nonce)).to.equal(false);
      expect(await s.market.hasAccess(of.id, s.a, purchase.nonce)).to.equal(false);
      expect(await s.market.licenceOf(of.id, s.a, purchase.nonce)).to.deep.equal([0n, 0n, 0n]);
      expect(await s.token.balanceOf(s.market)).to.equal(PRICE);
      expect(await s.token.balanceOf(s.a)).to.equal(FUNDS - PRICE);
      for (const who of [s.a, s.treasury]) expect(await s.market.dueOf(s.token, who)).to.equal(0n);
    });
  }

  it("pins every part of the order, the seal and the mask", async () => {
    const s = await load();
    const sale = await buy(s, await onSale(s, { period: YEAR }), s.a);
    for (const [name, value] of Object.entries(sale.order) as [keyof Sale["order"], bigint | string][]) {
      const order = { ...sale.order, [name]: typeof value === "bigint" ? value + 1n : s.stranger.address };
      expect(await stateOf(s, { ...sale, order }), name).to.equal(State.None);
    }
    for (const name of ["seal", "maskHash"]) {
      expect(await stateOf(s, { ...sale, pins: { ...sale.pins, [name]: id("other") } }), name).to.equal(State.None);
    }
    expect(await stateOf(s, { ...sale, delivery: { time: 5n, masked: id("any") } })).to.equal(State.Ordered);
  });

  it("takes a free order, of several versions and several numbers", async () => {
    const s = await load();
    const of = await onSale(s, FREE);
    const second = { ...(await another(s, of)), offer: of.offer };
    const sales = [
      await buy(s, of, s.a),
      await buy(s, of, s.a, { nonce: 1n }),
      await buy(s, second, s.a),
      await buy(s, of, s.b),
    ];
    for (const sale of sales) expect(await stateOf(s, sale)).to.equal(State.Ordered);
    expect(await s.token.balanceOf(s.market)).to.equal(0n);
  });

  /** Lets `a` place an order that is refused with these arguments. */
  const refuses = (
    name: string,
    error: string,
    args: (of: { dataSet: bigint; id: bigint; seal: string; buyer: string }) => unknown[],
    prepare: (
      s: Stage,
      of: Listed & { offer: Offer },
    ) => Promise<{ purchase?: Partial<Purchase>; offer?: Partial<Offer> } | undefined>,
  ) =>
    it(name, async () => {
      const s = await load();
      const of = await onSale(s);
      const { purchase, offer } = (await prepare(s, of)) ?? {};
      const balance = await s.token.balanceOf(s.market);
      const sent = s.market
        .connect(s.a)
        .placeOrder({ ...purchaseOf(of, s.a), ...purchase }, { ...of.offer, ...offer }, NO_PAYMENT, "0x");
      await expect(sent)
        .to.be.revertedWithCustomError(s.market, error)
        .withArgs(...args({ ...of, seal: sealHash(of.version), buyer: s.a.address }));
      expect(await s.token.balanceOf(s.market)).to.equal(balance);
    });

  const mismatch = ({ dataSet }: { dataSet: bigint }) => [dataSet, 1n];
  for (const [name, value] of Object.entries({
    version: 1n,
    tier: 8n,
    price: PRICE - 1n,
    period: 1n,
    window: 3_601n,
    delivery: DAY,
    until: 2n ** 40n - 1n,
    required: 1n,
    terms: id("other"),
    kind: Kind.Licence,
  })) {
    refuses(`refuses an offer whose ${name} is another`, "MarketOfferMismatch", mismatch, () =>
      Promise.resolve({ offer: { [name]: value } }),
    );
  }
  for (const name of ["token", "payee"] as const) {
    refuses(`refuses an offer whose ${name} is another`, "MarketOfferMismatch", mismatch, (s) =>
      Promise.resolve({ offer: { [name]: s.stranger.address } }),
    );
  }
  refuses(
    "refuses an offer that was withdrawn",
    "MarketOfferNotOpen",
    ({ dataSet }) => [dataSet, 1n],
    async (s, of) => {
      await s.market.connect(s.officer).withdrawOffers(of.dataSet, [1], 2);
      return undefined;
    },
  );
  refuses(
    "refuses a number that is no offer",
    "MarketOfferNotOpen",
    ({ dataSet }) => [dataSet, 2n],
    () => Promise.resolve({ purchase: { offer: 2n } }),
  );
  refuses(
    "refuses the offer of another data set",
    "MarketOfferMismatch",
    ({ dataSet }) => [dataSet + 1n, 1n],
    async (s, of) => {
      await onSale(s, { price: 2n * PRICE });
      return { purchase: { dataSet: of.dataSet + 1n } };
    },
  );
  refuses(
    "refuses a data set that is none",
    "MarketOfferNotOpen",
    () => [77n, 1n],
    () => Promise.resolve({ purchase: { dataSet: 77n } }),
  );
  refuses(
    "refuses a version that is none",
    "MarketVersionNotOpen",
    ({ dataSet }) => [idOf(dataSet, 2n), Listing.None],
    () => Promise.resolve({ purchase: { version: 2n } }),
  );
  for (const [name, reason, state] of [
    ["withdrawn", 2, Listing.Withdrawn],
    ["of personal data", PERSONAL_DATA, Listing.PersonalData],
  ] as const) {
    refuses(
      `refuses a version that is ${name}`,
      "MarketVersionNotOpen",
      ({ id: version }) => [version, state],
      async (s, of) => {
        await s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], reason);
        return undefined;
      },
    );
  }
  refuses(
    "refuses a number used before",
    "MarketNonceUsed",
    ({ buyer }) => [buyer, 0n],
    async (s, of) => {
      await buy(s, of, s.a);
      return { purchase: { ephemeral: id("new"), maskHash: id("new mask") } };
    },
  );
  for (const [name, purchase] of Object.entries({
    "no ephemeral key": { ephemeral: ZeroHash },
    "no mask": { maskHash: ZeroHash },
    periods: { periods: 1n },
  })) {
    refuses(
      `refuses ${name}`,
      "MarketPurchaseInvalid",
      () => [],
      () => Promise.resolve({ purchase }),
    );
  }
  refuses(
    "refuses a version that is not the one the buyer checked",
    "MarketVersionUnfit",
    ({ id: version, seal }) => [version, seal],
    () => Promise.resolve({ purchase: { seal: id("checked") } }),
  );
  refuses(
    "refuses no seal",
    "MarketVersionUnfit",
    ({ id: version, seal }) => [version, seal],
    () => Promise.resolve({ purchase: { seal: ZeroHash } }),
  );
  refuses(
    "refuses the seal of another version",
    "MarketVersionUnfit",
    ({ id: version, seal }) => [version, seal],
    async (s, of) => ({ purchase: { seal: sealHash((await another(s, of)).version) } }),
  );
  for (const seal of [sealHash(PLAIN), ZeroHash]) {
    refuses(
      `refuses a version that is not sealed, ${seal === ZeroHash ? "without its seal" : "with its seal"}`,
      "MarketVersionUnfit",
      ({ id: version }) => [version + 1n, sealHash(PLAIN)],
      async (s, of) => ({ purchase: { version: (await plainVersion(s, of.dataSet)).number, seal } }),
    );
  }

  it("refuses another's purchase", async () => {
    const s = await load();
    const of = await onSale(s);
    for (const kind of [Pay.Allowance, Pay.Permit]) {
      await expect(s.market.connect(s.a).placeOrder(purchaseOf(of, s.b), of.offer, { ...NO_PAYMENT, kind }, "0x"))
        .to.be.revertedWithCustomError(s.market, "MarketBuyerOnly")
        .withArgs(s.b.address, s.a.address);
    }
  });

  it("refuses no buyer, whoever pays", async () => {
    const s = await load();
    const of = await onSale(s);
    const purchase = purchaseOf(of, { address: ZeroAddress });
    await expect(s.market.connect(s.a).placeOrder(purchase, of.offer, NO_PAYMENT, "0x")).to.be.revertedWithCustomError(
      s.market,
      "MarketPurchaseInvalid",
    );
  });

  it("refuses offers of another kind or for another version", async () => {
    const s = await load();
    const offers = [licenceOf(s), subscriptionOf(s), saleOf(s, { version: 2n })];
    const of = await listed(s, offers);
    const second = await another(s, of);
    for (const [i, offer] of offers.entries()) {
      const purchase = purchaseOf(of, s.a, { offer: BigInt(i + 1) });
      await expect(s.market.connect(s.a).placeOrder(purchase, offer, NO_PAYMENT, "0x"))
        .to.be.revertedWithCustomError(s.market, "MarketOfferUnfit")
        .withArgs(i + 1, offer.kind, 1);
    }
    const purchase = purchaseOf(second, s.a, { offer: 3n });
    await s.market.connect(s.a).placeOrder(purchase, offers[2] as Offer, NO_PAYMENT, "0x");
  });

  it("takes an offer in its last second, and not in the one after", async () => {
    const s = await load();
    const until = (await now()) + 1_000n;
    const of = await onSale(s, { until });
    await at(until);
    await buy(s, of, s.a);
    await at(until + 1n);
    await expect(s.market.connect(s.b).placeOrder(purchaseOf(of, s.b), of.offer, NO_PAYMENT, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen")
      .withArgs(of.dataSet, 1);
  });

  it("keeps an approval from being used at another price", async () => {
    const s = await load();
    const of = await onSale(s);
    await s.token.connect(s.a).approve(s.market, 100n * PRICE);
    await s.market.connect(s.officer).withdrawOffers(of.dataSet, [1], 2);
    const dearer = saleOf(s, { price: 2n * PRICE });
    await s.market.connect(s.officer).makeOffer(of.dataSet, dearer);
    await expect(
      s.market.connect(s.a).placeOrder(purchaseOf(of, s.a, { offer: 2n }), of.offer, NO_PAYMENT, "0x"),
    ).to.be.revertedWithCustomError(s.market, "MarketOfferMismatch");
    await expect(
      s.market.connect(s.a).placeOrder(purchaseOf(of, s.a), of.offer, NO_PAYMENT, "0x"),
    ).to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen");
    await expect(
      s.market.connect(s.officer).placeOrder(purchaseOf(of, s.a, { offer: 2n }), dearer, NO_PAYMENT, "0x"),
    ).to.be.revertedWithCustomError(s.market, "MarketBuyerOnly");
  });

  it("leaves the numbers of a closed order used", async () => {
    const s = await load();
    const of = await onSale(s);
    const sale = await buy(s, of, s.a);
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [1], PERSONAL_DATA);
    await s.market.refund([sale.order], [sale.pins], [sale.delivery]);
    expect(await s.market.nonceUsed(of.id, s.a, 0)).to.equal(true);
    expect(await s.market.hasAccess(of.id, s.a, 0)).to.equal(false);
    expect(await s.market.licenceOf(of.id, s.a, 0)).to.deep.equal([0n, 0n, 0n]);
  });
});
