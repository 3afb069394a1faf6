import { expect } from "chai";
import {
  concat,
  dataLength,
  dataSlice,
  getAddress,
  id,
  keccak256,
  SigningKey,
  toBeHex,
  toUtf8Bytes,
  Wallet,
} from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MAX_PRICE } from "../../sdk/src/tenders/amount.ts";
import {
  type Bid,
  type BidPlace,
  commitmentOf,
  decodeBid,
  decodePrice,
  decodeTechnical,
  encodeBid,
  encodePrice,
  encodeTechnical,
  newSalt,
  NO_QUOTATION,
  PRICE_LENGTH,
} from "../../sdk/src/tenders/bid.ts";
import { identityMessage, packIdentity, vendorOf } from "../../sdk/src/tenders/identity.ts";
import { commitment } from "./committee/reference.ts";
import { ELSEWHERE, PLACE, refused, Seeded, spliced } from "./committee/scene.ts";

const ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
const random = new Seeded("bids");
const vendor = new Wallet(id("vendor"));
const place: BidPlace = PLACE;
const quotation = id("quotation");
const number = (value: bigint | number, bytes: number) => toBeHex(value, bytes);

/** What the vendor signs, hashed by the rules of EIP-712 and nothing else. */
function digestOf({ chainId, house, tender, lot, bidder }: BidPlace): string {
  const text = (words: string) => keccak256(toUtf8Bytes(words));
  const words = (...values: (string | bigint | number)[]) =>
    keccak256(concat(values.map((v) => toBeHex(BigInt(v), 32))));
  const domain = words(
    text("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"),
    text("Common Seal TenderHouse"),
    text("1"),
    chainId,
    house,
  );
  const value = words(text("BidIdentity(uint64 tender,uint16 lot,address bidder)"), tender, lot, bidder);
  return keccak256(concat(["0x1901", domain, value]));
}

/** An identity as the text of the construction says it. */
function identityOf(at: BidPlace, by = vendor): string {
  const { r, s, v } = new SigningKey(by.privateKey).sign(digestOf(at));
  return concat(["0x14", by.address, r, s, number(v, 1)]).toLowerCase();
}

const identity = identityOf(place);
const bid: Bid = { price: 123_456n, lottery: 42, quotation };

describe("bytes of bids", () => {
  describe("one part", () => {
    it("is price, lottery, quotation; then the length of the identity, the identity and the proofs", () => {
      const proofs = random.bytes(77);
      const price = concat([number(123_456, 8), number(42, 2), quotation]);
      expect(encodeBid(bid)).to.equal(concat([price, "0x0000"]));
      expect(encodeBid({ ...bid, proofs })).to.equal(concat([price, "0x0000", proofs]));
      expect(encodeBid({ ...bid, identity, proofs })).to.equal(concat([price, "0x0056", identity, proofs]));
      expect(dataLength(identity)).to.equal(0x56);
    });

    it("is filled up with zero bytes to the tender's length, and never cut", () => {
      const bytes = encodeBid({ ...bid, identity });
      const length = dataLength(bytes);
      expect(encodeBid({ ...bid, identity }, length)).to.equal(bytes);
      expect(encodeBid({ ...bid, identity }, length + 33)).to.equal(`${bytes}${"00".repeat(33)}`);
      refused(() => encodeBid({ ...bid, identity }, length - 1), "The bid has 130 bytes, and this tender takes 129.");
    });

    it("reads what it writes, at random; the padding belongs to the proofs", () => {
      for (let i = 0; i < 200; i++) {
        const proofs = random.bytes(random.below(3) * 54);
        const one: Bid = {
          price: random.word() % (MAX_PRICE + 1n),
          lottery: random.below(1000),
          quotation: random.bytes(32),
          ...(random.below(2) === 0 ? {} : { identity }),
          ...(proofs === "0x" ? {} : { proofs }),
        };
        const who = { vendor: one.identity ? vendor.address : place.bidder };
        expect(decodeBid(encodeBid(one), place)).to.deep.equal({ ...one, ...who });
        const pad = 1 + random.below(40);
        const read = decodeBid(encodeBid(one, dataLength(encodeBid(one)) + pad), place);
        expect(read).to.deep.equal({ ...one, ...who, proofs: `${proofs}${"00".repeat(pad)}` });
        expect(decodeBid(encodeBid(one).toUpperCase().replace("0X", "0x"), place)).to.deep.equal({ ...one, ...who });
      }
    });

    it("has prices up to MAX_PRICE and lottery numbers up to 999, in both ways", () => {
      for (const price of [0n, 1n, 2n ** 59n - 1n]) {
        expect(decodeBid(encodeBid({ ...bid, price }), place)?.price).to.equal(price);
      }
      for (const price of [-1n, 2n ** 59n, 2n ** 64n]) {
        refused(() => encodeBid({ ...bid, price }), `A price must be 0 to 2^59-1 minor units, not ${price}.`);
      }
      for (const lottery of [0, 999]) {
        expect(decodeBid(encodeBid({ ...bid, lottery }), place)?.lottery).to.equal(lottery);
      }
      for (const lottery of [-1, 1000, 1.5, Number.NaN]) {
        refused(() => encodeBid({ ...bid, lottery }), `A lottery number is 0 to 999, not ${lottery}.`);
      }
      const bytes = encodeBid(bid);
      for (const high of [number(2n ** 59n, 8), "0xffffffffffffffff"]) {
        expect(decodeBid(spliced(bytes, 0, high), place)).to.equal(null);
      }
      for (const high of [number(1000, 2), "0xffff"]) {
        expect(decodeBid(spliced(bytes, 8, high), place)).to.equal(null);
      }
    });

    it("is malformed where it is too short, or no bytes", () => {
      const bytes = encodeBid(bid);
      expect(decodeBid(bytes, place)).to.deep.equal({ ...bid, vendor: place.bidder });
      for (let length = 0; length < 44; length++) {
        expect(decodeBid(dataSlice(bytes, 0, length), place), `${length}`).to.equal(null);
      }
      for (const text of ["", "0x1", "bid", `${bytes}0`]) expect(decodeBid(text, place)).to.equal(null);
    });

    it("is malformed where its identity does not fit or does not verify", () => {
      const bytes = encodeBid({ ...bid, identity });
      for (const size of [1, 85, 87, 0x100, 0xffff]) {
        expect(decodeBid(spliced(bytes, PRICE_LENGTH, number(size, 2)), place), `${size}`).to.equal(null);
        expect(decodeBid(spliced(`${bytes}${"00".repeat(300)}`, PRICE_LENGTH, number(size, 2)), place)).to.equal(null);
      }
      for (const other of ELSEWHERE.filter(({ part }) => part === 0)) expect(decodeBid(bytes, other)).to.equal(null);
      expect(decodeBid(spliced(bytes, 60, "0x00"), place)).to.equal(null);
    });

    it("refuses to write what does not fit", () => {
      for (const bad of ["0x", quotation.slice(2), `${quotation}00`]) {
        refused(() => encodeBid({ ...bid, quotation: bad }), "A quotation's digest has 32 bytes in hex.");
      }
      const most = `0x${"11".repeat(65_535)}`;
      expect(dataSlice(encodeBid({ ...bid, identity: most }), 42, 44)).to.equal("0xffff");
      refused(() => encodeBid({ ...bid, identity: `${most}11` }), "An identity has at most 65535 bytes, not 65536.");
      for (const bad of ["", "0x1", "proof"]) {
        refused(() => encodeBid({ ...bid, identity: bad }), "Identity and proofs are bytes in hex.");
        refused(() => encodeBid({ ...bid, proofs: bad }), "Identity and proofs are bytes in hex.");
      }
    });
  });

  describe("two parts", () => {
    const proofs = random.bytes(54);

    it("the technical part is quotation and vendor section, the price part a price section", () => {
      const technical = encodeTechnical({ quotation, identity, proofs });
      expect(technical).to.equal(concat([quotation, "0x0056", identity, proofs]));
      expect(decodeTechnical(technical, place)).to.deep.equal({
        quotation,
        identity,
        proofs,
        vendor: vendor.address,
      });
      const price = encodePrice(bid);
      expect(price).to.equal(concat([number(123_456, 8), number(42, 2), quotation]));
      expect(dataLength(price)).to.equal(PRICE_LENGTH);
      expect(decodePrice(price)).to.deep.equal(bid);
    });

    it("are filled up to their lengths, too", () => {
      const technical = encodeTechnical({ quotation }, 100);
      expect(technical).to.equal(`${quotation}${"00".repeat(68)}`);
      expect(decodeTechnical(technical, place)).to.deep.equal({
        quotation,
        vendor: place.bidder,
        proofs: `0x${"00".repeat(66)}`,
      });
      expect(decodePrice(encodePrice(bid, 64))).to.deep.equal(bid);
      expect(dataLength(encodePrice(bid, 64))).to.equal(64);
      refused(() => encodeTechnical({ quotation }, 33), "The bid has 34 bytes, and this tender takes 33.");
      refused(() => encodePrice(bid, 41), "The bid has 42 bytes, and this tender takes 41.");
    });

    it("are malformed where they are too short, or say what cannot be", () => {
      const [technical, price] = [encodeTechnical({ quotation, identity }), encodePrice(bid)];
      for (let length = 0; length < 120; length++) {
        expect(decodeTechnical(dataSlice(technical, 0, length), place), `${length}`).to.equal(null);
      }
      for (let length = 0; length < 42; length++) expect(decodePrice(dataSlice(price, 0, length))).to.equal(null);
      for (const text of ["", "0x1", "bid"]) {
        expect([decodeTechnical(text, place), decodePrice(text)]).to.deep.equal([null, null]);
      }
      expect(decodePrice(spliced(price, 0, number(2n ** 59n, 8)))).to.equal(null);
      expect(decodePrice(spliced(price, 8, number(1000, 2)))).to.equal(null);
      expect(decodeTechnical(spliced(technical, 50, "0x00"), place)).to.equal(null);
      expect(decodeTechnical(technical, { ...place, tender: 9n })).to.equal(null);
    });
  });

  describe("identity", () => {
    it("is signed in the house's domain, over tender, lot and bidder", async () => {
      const { domain, types, value } = identityMessage(place);
      const signature = await vendor.signTypedData(domain, types, value);
      expect(signature).to.equal(new SigningKey(vendor.privateKey).sign(digestOf(place)).serialized);
      expect(packIdentity(place, vendor.address, signature)).to.equal(identity);
      expect(packIdentity(place, vendor.address.toLowerCase(), signature)).to.equal(identity);
    });

    it("names the vendor; without one, the bidder is it", () => {
      expect(vendorOf(identity, place)).to.equal(vendor.address);
      expect(vendorOf("0x", place)).to.equal(getAddress(place.bidder));
      expect(vendorOf("0x", { ...place, bidder: place.bidder.toLowerCase() })).to.equal(getAddress(place.bidder));
    });

    it("is of this place only", () => {
      for (const other of ELSEWHERE.filter(({ part }) => part === 0)) {
        expect(vendorOf(identity, other)).to.equal(null);
        expect(vendorOf(identityOf(other), other)).to.equal(vendor.address);
      }
    });

    it("packs whatever form of signature a wallet gives, and refuses what is not the vendor's", async () => {
      const { domain, types, value } = identityMessage(place);
      const signature = await vendor.signTypedData(domain, types, value);
      const { compactSerialized } = new SigningKey(vendor.privateKey).sign(digestOf(place));
      const low = signature.replace(/1b$/, "00").replace(/1c$/, "01");
      for (const form of [compactSerialized, low]) expect(packIdentity(place, vendor.address, form)).to.equal(identity);
      const other = new Wallet(id("other"));
      refused(() => packIdentity(place, other.address, signature), `This is not ${other.address}'s signature`);
      refused(() => packIdentity({ ...place, lot: 9 }, vendor.address, signature), "in lot 9.");
      for (const none of ["0x", "0x1234", `${signature}00`, "signature"]) {
        refused(() => packIdentity(place, vendor.address, none), "this is no ECDSA signature");
      }
    });

    it("takes low s and v of 27 or 28 alone: what OpenZeppelin's ECDSA refuses is malformed", () => {
      const [r, s] = [dataSlice(identity, 21, 53), BigInt(dataSlice(identity, 53, 85))];
      const v = Number(dataSlice(identity, 85));
      const made = (newR: string, newS: bigint, newV: number) =>
        concat(["0x14", vendor.address, newR, number(newS, 32), number(newV, 1)]);
      expect(vendorOf(made(r, s, v), place)).to.equal(vendor.address);
      // The other form of the same signature, which ecrecover takes.
      expect(vendorOf(made(r, ORDER - s, 55 - v), place)).to.equal(null);
      for (const other of [55 - v, v - 27, 35 + 31_337 * 2 + (v - 27), 0, 1, 26, 29, 31, 255].map((x) => x % 256)) {
        expect(vendorOf(made(r, s, other), place), `v ${other}`).to.equal(null);
      }
      for (const [badR, badS] of [
        [number(0, 32), s],
        [number(ORDER, 32), s],
        [number(2n ** 256n - 1n, 32), s],
        [r, 0n],
        [r, ORDER],
        [r, 2n ** 256n - 1n],
      ] as const) {
        expect(vendorOf(made(badR, badS, v), place)).to.equal(null);
      }
    });

    it("the highest s that counts is half the order, and one above it does not", () => {
      // With s chosen, the signer is whoever the signature recovers to.
      const signed = (s: bigint) => {
        const [r, v] = [toBeHex(BigInt(dataSlice(identity, 21, 53)), 32), 27];
        const point = SigningKey.recoverPublicKey(digestOf(place), { r, s: number(s, 32), v });
        const signer = dataSlice(keccak256(dataSlice(point, 1)), 12);
        return vendorOf(concat(["0x14", signer, r, number(s, 32), number(v, 1)]), place);
      };
      expect(signed(ORDER / 2n)).to.be.a("string");
      expect(signed(ORDER / 2n + 1n)).to.equal(null);
    });

    it("of no account or of other lengths is none", () => {
      const others = [
        concat(["0x14", `0x${"00".repeat(20)}`, dataSlice(identity, 21)]),
        `${identity}00`,
        identity.slice(0, -2),
        spliced(identity, 0, "0x13"),
        spliced(identity, 0, "0x15"),
        concat(["0x00", dataSlice(identity, 21)]),
        concat(["0x20", `0x${"00".repeat(12)}`, dataSlice(identity, 1)]),
        "0x14",
        "0x00",
        "",
        "nonsense",
      ];
      for (const other of others) expect(vendorOf(other, place), other).to.equal(null);
      for (let at = 1; at < 85; at += 5) {
        const byte = Number(dataSlice(identity, at, at + 1));
        expect(vendorOf(spliced(identity, at, number(byte ^ 1, 1)), place), `byte ${at}`).to.equal(null);
      }
    });
  });

  describe("commitment", () => {
    it("is the construction's hash, which binds place, part, bytes and salt", () => {
      const [bytes, salt] = [encodeBid(bid), random.bytes(32)];
      const commitments = [PLACE, ...ELSEWHERE].map((at) => commitmentOf(at, bytes, salt));
      for (const [i, at] of [PLACE, ...ELSEWHERE].entries()) {
        expect(commitments[i]).to.equal(commitment(at, bytes, salt));
      }
      commitments.push(commitmentOf(PLACE, `${bytes}00`, salt), commitmentOf(PLACE, bytes, random.bytes(32)));
      expect(new Set(commitments).size).to.equal(ELSEWHERE.length + 3);
    });

    it("salts are 32 bytes and never the same", () => {
      const salts = Array.from({ length: 100 }, newSalt);
      expect(new Set(salts).size).to.equal(100);
      for (const salt of salts) expect(salt).to.match(/^0x[0-9a-f]{64}$/);
      expect(NO_QUOTATION).to.equal(number(0, 32));
      expect(() => encodeBid({ ...bid, quotation: NO_QUOTATION })).to.not.throw(InputError);
    });
  });
});
