import { expect } from "chai";
import {
  at,
  DAY,
  FREE,
  HOUR,
  id,
  Kind,
  listed,
  Listing,
  load,
  MAX_PERIOD,
  now,
  type Offer,
  onSale,
  PERSONAL_DATA,
  saleOf,
  sealHash,
  type Stage,
  subscriptionOf,
  unsound,
  versionOf,
  ZeroAddress,
  ZeroHash,
} from "./helpers.ts";
import { licenceOf } from "./plain.ts";
import { sealed } from "./sealed.ts";

type Change = (s: Stage) => Partial<Offer>;
const make = { Licence: licenceOf, Sale: saleOf, Subscription: subscriptionOf } as const;

describe("DataMarket: offers", () => {
  const accepted: [keyof typeof make, string, Change][] = [
    ["Licence", "free", () => ({})],
    ["Licence", "of one version, for a time", () => ({ version: 1n, period: 1n })],
    ["Licence", "of the longest time", () => ({ period: MAX_PERIOD })],
    ["Sale", "with a price", () => ({})],
    ["Sale", "free", () => FREE],
    ["Sale", "with the shortest times", () => ({ window: HOUR, delivery: DAY })],
    ["Sale", "with the longest times", () => ({ window: 30n * DAY, delivery: 30n * DAY, period: MAX_PERIOD })],
    ["Sale", "at the highest price", () => ({ price: 2n ** 128n - 1n })],
    ["Sale", "of one version, for a second", () => ({ version: 9n, period: 1n })],
    ["Subscription", "with a price", () => ({})],
    ["Subscription", "free", () => FREE],
    ["Subscription", "with the shortest period", () => ({ period: DAY })],
    ["Subscription", "with the longest period", () => ({ period: MAX_PERIOD })],
  ];
  for (const [kind, name, change] of accepted) {
    it(`${kind}: taken ${name}`, async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      const offer = make[kind](s, change(s));
      await expect(s.market.connect(s.officer).makeOffer(dataSet, offer))
        .to.emit(s.market, "OfferMade")
        .withArgs(dataSet, 2, s.key, Object.values(offer));
    });
  }

  const PRICED: Change = (s) => ({ token: s.tokenAddress, price: 1n, payee: s.treasury.address });
  const refused: [keyof typeof make, string, Change][] = [
    ["Licence", "with a price", PRICED],
    ["Licence", "with a window", () => ({ window: HOUR })],
    ["Licence", "with a delivery", () => ({ delivery: DAY })],
    ["Licence", "without terms", () => ({ terms: ZeroHash })],
    ["Licence", "for too long", () => ({ period: MAX_PERIOD + 1n })],
    ["Licence", "with a token", (s) => ({ token: s.tokenAddress })],
    ["Licence", "with a payee", (s) => ({ payee: s.treasury.address })],
    ["Sale", "without terms", () => ({ terms: ZeroHash })],
    ["Sale", "for too long", () => ({ period: MAX_PERIOD + 1n })],
    ["Sale", "with a token and no price", () => ({ price: 0n, payee: ZeroAddress })],
    ["Sale", "with a payee and no price", () => ({ price: 0n, token: ZeroAddress })],
    ["Sale", "without a token", () => ({ token: ZeroAddress })],
    ["Sale", "without a payee", () => ({ payee: ZeroAddress })],
    ["Sale", "of a token without code", (s) => ({ token: s.stranger.address })],
    ["Sale", "paid to the market itself", (s) => ({ payee: s.marketAddress })],
    ["Sale", "with too short a window", () => ({ window: HOUR - 1n })],
    ["Sale", "with too long a window", () => ({ window: 30n * DAY + 1n })],
    ["Sale", "with too short a delivery", () => ({ delivery: DAY - 1n })],
    ["Sale", "with too long a delivery", () => ({ delivery: 30n * DAY + 1n })],
    ["Sale", "without a window", () => ({ window: 0n })],
    ["Subscription", "without a period", () => ({ period: 0n })],
    ["Subscription", "with too short a period", () => ({ period: DAY - 1n })],
    ["Subscription", "of one version", () => ({ version: 1n })],
    ["Subscription", "with too short a window", () => ({ window: HOUR - 1n })],
    ["Subscription", "with too long a delivery", () => ({ delivery: 30n * DAY + 1n })],
    ["Subscription", "for too long", () => ({ period: MAX_PERIOD + 1n })],
  ];
  for (const [kind, name, change] of refused) {
    it(`${kind}: refused ${name}`, async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      const offer = make[kind](s, change(s));
      await expect(s.market.connect(s.officer).makeOffer(dataSet, offer))
        .to.be.revertedWithCustomError(s.market, "MarketOfferInvalid")
        .withArgs(...unsound(offer));
    });
  }

  it("are taken with a last second of now, and refused with one that is over", async () => {
    const s = await load();
    const { dataSet } = await onSale(s);
    const then = (await now()) + 100n;
    const offer = saleOf(s, { until: then });
    await at(then);
    await s.market.connect(s.officer).makeOffer(dataSet, offer);
    await at(then + 1n);
    await expect(s.market.connect(s.officer).makeOffer(dataSet, offer)).to.be.revertedWithCustomError(
      s.market,
      "MarketOfferInvalid",
    );
  });

  it("of no kind are refused", async () => {
    const s = await load();
    const { dataSet } = await onSale(s);
    const offer = saleOf(s, { kind: 3n });
    await expect(s.market.connect(s.officer).makeOffer(dataSet, offer)).to.be.revert(s.market.runner as never);
  });

  describe("withdrawOffers", () => {
    it("ends them, each once, with a reason", async () => {
      const s = await load();
      const offers = [saleOf(s), licenceOf(s), subscriptionOf(s)];
      const { dataSet } = await listed(s, offers);
      const officer = s.market.connect(s.officer);
      await expect(officer.withdrawOffers(dataSet, [1], 0)).to.be.revertedWithCustomError(
        s.market,
        "MarketReasonMissing",
      );
      const sent = officer.withdrawOffers(dataSet, [1, 3], 255);
      await expect(sent).to.emit(s.market, "OfferWithdrawn").withArgs(dataSet, 1, s.key, 255);
      await expect(sent).to.emit(s.market, "OfferWithdrawn").withArgs(dataSet, 3, s.key, 255);
      expect(await s.market.offerOf(dataSet, 1)).to.deep.equal([Listing.Withdrawn, ZeroHash]);
      expect((await s.market.offerOf(dataSet, 2))[0]).to.equal(Listing.Open);
      expect(await s.market.offerOf(dataSet, 3)).to.deep.equal([Listing.Withdrawn, ZeroHash]);
      for (const numbers of [[1], [2, 3], [2, 2], [0], [4]]) {
        await expect(officer.withdrawOffers(dataSet, numbers, PERSONAL_DATA))
          .to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen")
          .withArgs(dataSet, numbers.at(-1));
      }
      expect((await s.market.offerOf(dataSet, 2))[0]).to.equal(Listing.Open);
    });
  });

  describe("withdrawVersions", () => {
    it("ends their sale, with a reason", async () => {
      const s = await load();
      const { dataSet, id: first, version } = await onSale(s);
      const officer = s.market.connect(s.officer);
      await officer.listVersion(dataSet, versionOf(sealed(new Uint8Array(1), id("second"))));
      await expect(officer.withdrawVersions(dataSet, [1], 0)).to.be.revertedWithCustomError(
        s.market,
        "MarketReasonMissing",
      );
      expect(await s.market.versionOf(first)).to.deep.equal([Listing.Open, sealHash(version)]);
      const sent = officer.withdrawVersions(dataSet, [1, 2], 2);
      await expect(sent).to.emit(s.market, "VersionWithdrawn").withArgs(first, s.key, 2);
      await expect(sent)
        .to.emit(s.market, "VersionWithdrawn")
        .withArgs(first + 1n, s.key, 2);
      expect(await s.market.versionOf(first)).to.deep.equal([Listing.Withdrawn, ZeroHash]);
      expect(await s.market.versionOf(first + 1n)).to.deep.equal([Listing.Withdrawn, ZeroHash]);
    });

    it("goes on from any reason to personal data, and from there nowhere", async () => {
      const s = await load();
      const { dataSet, id: first } = await onSale(s);
      const officer = s.market.connect(s.officer);
      const refuses = (reason: number, state: bigint) =>
        expect(officer.withdrawVersions(dataSet, [1], reason))
          .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
          .withArgs(first, state);
      await officer.withdrawVersions(dataSet, [1], 2);
      await refuses(3, Listing.Withdrawn);
      await officer.withdrawVersions(dataSet, [1], PERSONAL_DATA);
      expect(await s.market.versionOf(first)).to.deep.equal([Listing.PersonalData, ZeroHash]);
      await refuses(3, Listing.PersonalData);
      await refuses(PERSONAL_DATA, Listing.PersonalData);
    });

    it("reverts for numbers that are none, and gives none of them anew", async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      const officer = s.market.connect(s.officer);
      for (const number of [0n, 2n]) {
        await expect(officer.withdrawVersions(dataSet, [1, number], 2))
          .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
          .withArgs((dataSet << 32n) | number, Listing.None);
      }
      await officer.withdrawVersions(dataSet, [1], 2);
      const again = versionOf(sealed(new Uint8Array(1), id("again")));
      expect(await officer.listVersion.staticCall(dataSet, again)).to.equal((dataSet << 32n) | 2n);
      await officer.withdrawOffers(dataSet, [1], 2);
      expect(await officer.makeOffer.staticCall(dataSet, saleOf(s, { kind: Kind.Sale }))).to.equal(2n);
    });
  });
});
