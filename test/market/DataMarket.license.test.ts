import { expect } from "chai";
import {
  another,
  at,
  CATEGORY,
  id,
  idOf,
  listed,
  Listing,
  load,
  now,
  type Offer,
  saleOf,
  sealHash,
  type Stage,
  subscriptionOf,
  YEAR,
} from "./helpers.ts";
import { licenceOf, PLAIN, plainVersion } from "./plain.ts";

/** A data set of one plain version and a free licence. */
async function offered(s: Stage, changes: Partial<Offer> = {}) {
  const offer = licenceOf(s, changes);
  const { list } = s.market.connect(s.officer);
  const dataSet = await list.staticCall(s.agency, CATEGORY, id("about"), PLAIN, [offer]);
  await list(s.agency, CATEGORY, id("about"), PLAIN, [offer]);
  return { dataSet, id: idOf(dataSet, 1n), offer };
}

describe("DataMarket: license", () => {
  it("gives the caller a licence without end", async () => {
    const s = await load();
    const { id: version, dataSet, offer } = await offered(s);
    const then = (await now()) + 10n;
    await at(then);
    await expect(s.market.connect(s.a).license(dataSet, 1, 1, 9, offer, "0x"))
      .to.emit(s.market, "LicenceGranted")
      .withArgs(version, s.a.address, 9, offer.tier, 0);
    expect(await s.market.licenceOf(version, s.a, 9)).to.deep.equal([then, 0n, offer.tier]);
    await at(then + 100n * YEAR);
    expect(await s.market.hasAccess(version, s.a, 9)).to.equal(true);
    expect(await s.market.hasAccess(version, s.a, 8)).to.equal(false);
    expect(await s.market.hasAccess(version, s.b, 9)).to.equal(false);
    expect(await s.market.hasAccess(version + 1n, s.a, 9)).to.equal(false);
    expect(await s.market.licenceOf(version, s.b, 9)).to.deep.equal([0n, 0n, 0n]);
    expect(await s.market.nonceUsed(version, s.a, 9)).to.equal(true);
  });

  it("gives a licence for a time, with all bits of a tier", async () => {
    const s = await load();
    const { id: version, dataSet, offer } = await offered(s, { period: YEAR, tier: 65_535n });
    const then = (await now()) + 10n;
    await at(then);
    await expect(s.market.connect(s.a).license(dataSet, 1, 1, 0, offer, "0x"))
      .to.emit(s.market, "LicenceGranted")
      .withArgs(version, s.a.address, 0, 65_535, then + YEAR);
    expect(await s.market.licenceOf(version, s.a, 0)).to.deep.equal([then, then + YEAR, 65_535n]);
    const access = async (second: bigint) => {
      // Views answer as of the block mined last.
      await at(second);
      await s.platform.sendTransaction({ to: s.platform });
      return s.market.hasAccess(version, s.a, 0);
    };
    expect(await access(then + YEAR)).to.equal(true);
    expect(await access(then + YEAR + 1n)).to.equal(false);
    expect(await s.market.licenceOf(version, s.a, 0)).to.deep.equal([then, then + YEAR, 65_535n]);
  });

  it("reverts for a number used before, each version for itself", async () => {
    const s = await load();
    const of = await offered(s);
    await plainVersion(s, of.dataSet);
    const buyer = s.market.connect(s.a);
    await buyer.license(of.dataSet, 1, 1, 3, of.offer, "0x");
    await expect(buyer.license(of.dataSet, 1, 1, 3, of.offer, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketNonceUsed")
      .withArgs(s.a.address, 3);
    await buyer.license(of.dataSet, 1, 2, 3, of.offer, "0x");
    await buyer.license(of.dataSet, 1, 1, 4, of.offer, "0x");
    await s.market.connect(s.b).license(of.dataSet, 1, 1, 3, of.offer, "0x");
  });

  it("reverts where version or offer is not open, or not what was given", async () => {
    const s = await load();
    const of = await offered(s);
    const buyer = s.market.connect(s.a);
    const [withdrawn, gone, bad] = [
      await plainVersion(s, of.dataSet),
      licenceOf(s),
      { ...of.offer, terms: id("other") },
    ];
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [withdrawn.number], 2);
    await s.market.connect(s.officer).makeOffer(of.dataSet, gone);
    await s.market.connect(s.officer).withdrawOffers(of.dataSet, [2], 2);
    await expect(buyer.license(of.dataSet, 1, 2, 0, of.offer, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
      .withArgs(withdrawn.id, Listing.Withdrawn);
    await expect(buyer.license(of.dataSet, 1, 3, 0, of.offer, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
      .withArgs(idOf(of.dataSet, 3n), Listing.None);
    for (const number of [2n, 3n]) {
      await expect(buyer.license(of.dataSet, number, 1, 0, of.offer, "0x"))
        .to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen")
        .withArgs(of.dataSet, number);
    }
    await expect(buyer.license(of.dataSet, 1, 1, 0, bad, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketOfferMismatch")
      .withArgs(of.dataSet, 1);
  });

  it("reverts for offers that cost, and those of another version", async () => {
    const s = await load();
    const offers = [saleOf(s), subscriptionOf(s), licenceOf(s, { version: 2n })];
    const { dataSet } = await listed(s, offers);
    for (const number of [2n, 3n]) expect((await plainVersion(s, dataSet)).number).to.equal(number);
    const license = (offer: number, version: number) =>
      s.market.connect(s.a).license(dataSet, offer, version, 0, offers[offer - 1] as Offer, "0x");
    for (const number of [1, 2, 3]) {
      await expect(license(number, 3))
        .to.be.revertedWithCustomError(s.market, "MarketOfferUnfit")
        .withArgs(number, offers[number - 1]?.kind, 3);
    }
    await license(3, 2);
  });

  it("reverts for sealed versions, whose licence comes with their key", async () => {
    const s = await load();
    const of = await offered(s);
    const second = await another(s, of);
    for (const buyer of [s.a, s.officer]) {
      await expect(s.market.connect(buyer).license(of.dataSet, 1, second.number, 0, of.offer, "0x"))
        .to.be.revertedWithCustomError(s.market, "MarketVersionUnfit")
        .withArgs(second.id, sealHash(second.version));
    }
    expect(await s.market.nonceUsed(second.id, s.a, 0)).to.equal(false);
    await s.market.connect(s.officer).withdrawVersions(of.dataSet, [second.number], 2);
    await expect(s.market.connect(s.a).license(of.dataSet, 1, second.number, 0, of.offer, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
      .withArgs(second.id, Listing.Withdrawn);
  });

  it("takes an offer in its last second, and not in the one after", async () => {
    const s = await load();
    const until = (await now()) + 1_000n;
    const { dataSet, offer } = await offered(s, { until });
    await at(until);
    await s.market.connect(s.a).license(dataSet, 1, 1, 0, offer, "0x");
    await at(until + 1n);
    await expect(s.market.connect(s.b).license(dataSet, 1, 1, 0, offer, "0x"))
      .to.be.revertedWithCustomError(s.market, "MarketOfferNotOpen")
      .withArgs(dataSet, 1);
  });
});
