import { expect } from "chai";
import { ethers } from "../shared/house.ts";
import {
  bytesOf,
  CATEGORY,
  eachRefused,
  id,
  idOf,
  listed,
  Listing,
  load,
  now,
  type Offer,
  onSale,
  Permission,
  saleOf,
  sealHash,
  type Stage,
  subscriptionOf,
  unsound,
  type Version,
  versionOf,
  ZeroHash,
} from "./helpers.ts";
import { licenceOf, PLAIN } from "./plain.ts";
import { sealed } from "./sealed.ts";

const ABOUT = id("about");
const OFFER =
  "tuple(uint8 kind, uint32 version, uint16 tier, address token, uint128 price, address payee, uint40 period, " +
  "uint32 window, uint32 delivery, uint40 until, uint256 required, bytes32 terms)";
const code = (letters: string) => ethers.hexlify(ethers.toUtf8Bytes(letters));
/** Next to A and Z, both with the highest bit, small letters, and the ends of a byte. */
const NO_CAPITALS = ["40", "5b", "c1", "da", "61", "7a", "00", "7f", "80", "ff"];
/** Categories and digests that are refused: each byte that is no capital letter in each place. */
const UNFIT = [
  ...NO_CAPITALS.flatMap((byte) =>
    [0, 1, 2, 3].flatMap((place) =>
      [code("AAAA"), code("ZZZZ")].map((four) => {
        const at = 2 + 2 * place;
        return [`${four.slice(0, at)}${byte}${four.slice(at + 2)}`, ABOUT] as const;
      }),
    ),
  ),
  ["0x00000000", ABOUT],
  ["0xffffffff", ABOUT],
  [CATEGORY, ZeroHash],
] as const;
const good = (words?: number): Version => versionOf(sealed(bytesOf(2_500), id("key"), words ? { words } : {}));
const fields = (version: Version) => Object.values(version) as unknown[];

describe("DataMarket: listing", () => {
  describe("list", () => {
    it("lists a data set with its first version and offers, numbered from 1 on", async () => {
      const s = await load();
      const version = good();
      const offers = [saleOf(s), licenceOf(s), subscriptionOf(s)];
      for (const number of [1n, 2n]) {
        const sent = s.market.connect(s.officer).list(s.agency, CATEGORY, ABOUT, version, offers);
        await expect(sent)
          .to.emit(s.market, "DataSetListed")
          .withArgs(number, s.agency, s.key, CATEGORY, ABOUT)
          .and.to.emit(s.market, "VersionListed")
          .withArgs(idOf(number, 1n), s.key, fields(version));
        for (const [i, offer] of offers.entries()) {
          await expect(sent)
            .to.emit(s.market, "OfferMade")
            .withArgs(number, i + 1, s.key, Object.values(offer));
          const hash = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode([OFFER], [offer]));
          expect(await s.market.offerOf(number, i + 1)).to.deep.equal([Listing.Open, hash]);
        }
        expect(await s.market.offerOf(number, 4)).to.deep.equal([Listing.None, ZeroHash]);
        expect(await s.market.dataSetOf(number)).to.deep.equal([s.agency, 1n, 3n]);
        expect(await s.market.versionOf(idOf(number, 1n))).to.deep.equal([Listing.Open, sealHash(version)]);
        expect(await s.market.versionOf(idOf(number, 2n))).to.deep.equal([Listing.None, ZeroHash]);
      }
      expect(await s.market.dataSetOf(3)).to.deep.equal([0n, 0n, 0n]);
    });

    it("lists without offers, for another body too", async () => {
      const s = await load();
      await s.market.connect(s.other).list(2, CATEGORY, ABOUT, PLAIN, []);
      expect(await s.market.dataSetOf(1)).to.deep.equal([2n, 1n, 0n]);
      expect((await s.market.versionOf(idOf(1n, 1n)))[1]).to.equal(sealHash(PLAIN));
    });

    it("hashes each part of a version into its seal", async () => {
      const s = await load();
      const version = good();
      const hash = await s.market.sealOf(version);
      expect(hash).to.equal(sealHash(version));
      for (const [name, value] of Object.entries(version) as [keyof Version, bigint | string][]) {
        const other = { ...version, [name]: typeof value === "bigint" ? value + 1n : id("other") };
        expect(await s.market.sealOf(other), name).to.not.equal(hash);
        expect(await s.market.sealOf(other), name).to.equal(sealHash(other));
      }
    });

    it("tells in its lowest bit whether the version is sealed", async () => {
      const s = await load();
      for (let i = 0; i < 8; i++) {
        const sealedOne = { ...good(), manifest: id(`manifest ${i}`) };
        expect(BigInt(await s.market.sealOf(sealedOne)) & 1n).to.equal(1n);
        const plain = { ...PLAIN, manifest: id(`manifest ${i}`) };
        expect(BigInt(await s.market.sealOf(plain)) & 1n).to.equal(0n);
        // The root alone decides.
        expect(BigInt(await s.market.sealOf({ ...sealedOne, root: ZeroHash })) & 1n).to.equal(0n);
        expect(BigInt(await s.market.sealOf({ ...plain, root: id("root") })) & 1n).to.equal(1n);
      }
    });

    it("takes categories of four letters from A to Z", async () => {
      const s = await load();
      for (const [i, category] of ["AAAA", "ZZZZ", "AZMN", "ENVI"].map(code).entries()) {
        await expect(s.market.connect(s.officer).list(s.agency, category, ABOUT, PLAIN, []))
          .to.emit(s.market, "DataSetListed")
          .withArgs(i + 1, s.agency, s.key, category, ABOUT);
      }
    });

    it("reverts without metadata, or a category of four capital letters", async () => {
      const s = await load();
      for (const [category, metadata] of UNFIT) {
        await expect(s.market.connect(s.officer).list(s.agency, category, metadata, PLAIN, []))
          .to.be.revertedWithCustomError(s.market, "MarketMetadataInvalid")
          .withArgs(category, metadata);
      }
    });

    it("reverts with an invalid version or an invalid offer, wherever it stands", async () => {
      const s = await load();
      const bad = { ...good(), count: 4n };
      await expect(s.market.connect(s.officer).list(s.agency, CATEGORY, ABOUT, bad, []))
        .to.be.revertedWithCustomError(s.market, "MarketVersionInvalid")
        .withArgs(2_500, 4, 32);
      const offers = [saleOf(s), saleOf(s, { terms: ZeroHash })];
      await expect(s.market.connect(s.officer).list(s.agency, CATEGORY, ABOUT, good(), offers))
        .to.be.revertedWithCustomError(s.market, "MarketOfferInvalid")
        .withArgs(...unsound(offers[1] as Offer));
      expect(await s.market.dataSetOf(1)).to.deep.equal([0n, 0n, 0n]);
    });

    it("is refused to everyone without MARKET_LIST", async () => {
      const s = await load();
      await eachRefused(s, Permission.List, async (by) => {
        await expect(s.market.connect(by).list(s.agency, CATEGORY, ABOUT, PLAIN, []))
          .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
          .withArgs(s.agency, by.address, Permission.List);
      });
    });
  });

  describe("versions", () => {
    const accepted: [string, () => Version][] = [
      ["plain", () => PLAIN],
      ["plain and empty", () => ({ ...PLAIN, size: 0n })],
      ["of 16 words", () => good(16)],
      ["of 32 words", () => good(32)],
      ["empty", () => versionOf(sealed(new Uint8Array(), id("key")))],
      ["of one byte", () => versionOf(sealed(bytesOf(1), id("key")))],
      ["of one full chunk", () => versionOf(sealed(bytesOf(992), id("key")))],
      ["of one full chunk and a byte", () => versionOf(sealed(bytesOf(993), id("key")))],
      ["of the most chunks", () => ({ ...good(), size: (2n ** 32n - 1n) * 992n, count: 2n ** 32n - 1n })],
    ];
    for (const [name, make] of accepted) {
      it(`are taken ${name}`, async () => {
        const s = await load();
        const { dataSet } = await onSale(s);
        const version = make();
        await expect(s.market.connect(s.officer).listVersion(dataSet, version))
          .to.emit(s.market, "VersionListed")
          .withArgs(idOf(dataSet, 2n), s.key, fields(version));
        expect(await s.market.versionOf(idOf(dataSet, 2n))).to.deep.equal([Listing.Open, sealHash(version)]);
        expect(await s.market.dataSetOf(dataSet)).to.deep.equal([s.agency, 2n, 1n]);
      });
    }

    const refused: [string, (version: Version) => Partial<Version>][] = [
      ["without content", () => ({ content: ZeroHash })],
      ["without a manifest", () => ({ manifest: ZeroHash })],
      ["without a root", () => ({ root: ZeroHash })],
      ["without a key", () => ({ keyCommit: ZeroHash })],
      ["without the seller's key", () => ({ sellerKey: ZeroHash })],
      ["of 15 words", () => ({ words: 15n, count: 6n })],
      ["of 33 words", () => ({ words: 33n })],
      ["of one word", () => ({ words: 1n, count: 1n })],
      ["of a chunk too few", () => ({ count: 2n })],
      ["of a chunk too many", () => ({ count: 4n })],
      ["of no chunk", () => ({ count: 0n, size: 0n })],
      ["of a full chunk counted as two", () => ({ count: 2n, size: 992n })],
      ["of more chunks than can be counted", () => ({ count: 0n, size: 2n ** 32n * 992n })],
      ["plain without content", () => ({ ...PLAIN, content: ZeroHash })],
      ["plain without a manifest", () => ({ ...PLAIN, manifest: ZeroHash })],
      ["plain with a root", () => ({ ...PLAIN, root: id("root") })],
      ["plain with a key", () => ({ ...PLAIN, keyCommit: id("key") })],
      ["plain with the seller's key", () => ({ ...PLAIN, sellerKey: id("seller") })],
      ["plain with a chunk", () => ({ ...PLAIN, count: 1n })],
    ];
    for (const [name, changes] of refused) {
      it(`are refused ${name}`, async () => {
        const s = await load();
        const { dataSet } = await onSale(s);
        const version = { ...good(), ...changes(good()) };
        await expect(s.market.connect(s.officer).listVersion(dataSet, version))
          .to.be.revertedWithCustomError(s.market, "MarketVersionInvalid")
          .withArgs(version.size, version.count, version.words);
      });
    }
  });

  describe("describe", () => {
    it("says the new category and description", async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      await expect(s.market.connect(s.officer).describe(dataSet, "0x48454154", id("new")))
        .to.emit(s.market, "DataSetDescribed")
        .withArgs(dataSet, s.key, "0x48454154", id("new"));
    });

    it("reverts without metadata, or a category of four capital letters", async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      for (const [category, metadata] of UNFIT) {
        await expect(s.market.connect(s.officer).describe(dataSet, category, metadata))
          .to.be.revertedWithCustomError(s.market, "MarketMetadataInvalid")
          .withArgs(category, metadata);
      }
    });
  });

  describe("acts on a data set", () => {
    const acts = (s: Stage, dataSet: bigint) => {
      const offer = saleOf(s);
      return {
        describe: (by: typeof s.officer) => s.market.connect(by).describe(dataSet, CATEGORY, ABOUT),
        listVersion: (by: typeof s.officer) => s.market.connect(by).listVersion(dataSet, PLAIN),
        makeOffer: (by: typeof s.officer) => s.market.connect(by).makeOffer(dataSet, offer),
        withdrawVersions: (by: typeof s.officer) => s.market.connect(by).withdrawVersions(dataSet, [1], 2),
        withdrawOffers: (by: typeof s.officer) => s.market.connect(by).withdrawOffers(dataSet, [1], 2),
      };
    };

    for (const name of ["describe", "listVersion", "makeOffer", "withdrawVersions", "withdrawOffers"] as const) {
      it(`${name} is refused to everyone without MARKET_LIST of its body, and of no data set`, async () => {
        const s = await load();
        const { dataSet } = await onSale(s);
        await eachRefused(s, Permission.List, async (by) => {
          await expect(acts(s, dataSet)[name](by))
            .to.be.revertedWithCustomError(s.registry, "AgencyKeyNotPermitted")
            .withArgs(s.agency, by.address, Permission.List);
        });
        for (const none of [0n, dataSet + 1n]) {
          await expect(acts(s, none)[name](s.officer))
            .to.be.revertedWithCustomError(s.market, "MarketDataSetUnknown")
            .withArgs(none);
        }
        await acts(s, dataSet)[name](s.officer);
      });
    }
  });

  describe("makeOffer", () => {
    it("numbers offers on, each with its data set's own numbers", async () => {
      const s = await load();
      const { dataSet } = await onSale(s);
      await listed(s, []);
      const offer = saleOf(s, { price: 5n, until: (await now()) + 100n });
      await expect(s.market.connect(s.officer).makeOffer(dataSet, offer))
        .to.emit(s.market, "OfferMade")
        .withArgs(dataSet, 2, s.key, Object.values(offer));
      const hash = ethers.keccak256(ethers.AbiCoder.defaultAbiCoder().encode([OFFER], [offer]));
      expect(await s.market.offerOf(dataSet, 2)).to.deep.equal([Listing.Open, hash]);
      expect(await s.market.connect(s.officer).makeOffer.staticCall(dataSet + 1n, offer)).to.equal(1n);
      expect(await s.market.connect(s.officer).makeOffer.staticCall(dataSet, offer)).to.equal(3n);
      expect(await s.market.dataSetOf(dataSet)).to.deep.equal([s.agency, 1n, 2n]);
    });
  });
});
