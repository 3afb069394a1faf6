import { p256 } from "@noble/curves/nist.js";
import { expect } from "chai";
import { InputError } from "../../sdk/src/shared/errors.ts";
import {
  IDENTITY_LENGTH,
  identityDigest,
  KEY_IDENTITY_LENGTH,
  packKeyIdentity,
  vendorOf,
} from "../../sdk/src/tenders/identity.ts";
import type { Notice } from "../../sdk/src/tenders/notice.ts";
import { keySigned } from "../../sdk/src/tenders/p256.ts";
import type { Schedule } from "../../sdk/src/tenders/schedule.ts";
import { sealingTerms } from "../../sdk/src/tenders/sealing.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { flipped } from "./sealed.ts";
import {
  bidding,
  open,
  openingOf,
  publish,
  refused,
  seal,
  type SealedBid,
  type SealedScene,
  statusOf,
  toAwards,
} from "./sealedScene.ts";
import { UNBONDED } from "./helpers.ts";
import { id, Status } from "./values.ts";

const { concat, dataLength, dataSlice, getAddress, getBytes, hexlify, keccak256, toBeHex, toBigInt } = ethers;
const SECRET = getBytes(id("a key of a national card"));
const ORDER = p256.Point.Fn.ORDER;
/** The key's point without its prefix. */
const KEY = hexlify(p256.getPublicKey(SECRET, false).slice(1));
const SIGNER_AT = 1;

const FIELDS = [
  { name: "tender", type: "uint64" },
  { name: "lot", type: "uint16" },
  { name: "bidder", type: "address" },
];

const addressOf = (signer: string): string => getAddress(dataSlice(keccak256(signer), 12));

/** An identity by the key, with what is to differ. */
async function identity(
  s: SealedScene,
  bidder: string,
  changes: { tender?: bigint; lot?: bigint; bidder?: string } = {},
): Promise<string> {
  const verifyingContract = await s.house.getAddress();
  const domain = { name: "Common Seal TenderHouse", version: "1", chainId: s.chainId, verifyingContract };
  const value = { tender: s.tender, lot: 0n, bidder, ...changes };
  const digest = ethers.TypedDataEncoder.hash(domain, { BidIdentity: FIELDS }, value);
  const signature = p256.sign(getBytes(digest), SECRET, { prehash: false, lowS: true, format: "compact" });
  const signer = concat([await s.house.VERIFIER(), KEY]);
  return concat([toBeHex(dataLength(signer), 1), signer, hexlify(signature)]);
}

/** The same signature with the higher s. */
function highS(whole: string): string {
  const at = dataLength(whole) - 32;
  return concat([dataSlice(whole, 0, at), toBeHex(ORDER - toBigInt(dataSlice(whole, at)), 32)]);
}

describe("TenderHouse: a vendor that signs with a P-256 key", () => {
  it("is malformed where the verifier fails, and does not hinder the opening", async () => {
    const s = await bidding({ terms: UNBONDED });
    const bid = await seal(s, s.a, 500n, { identity: await identity(s, s.a.address) });
    await publish(s);
    await networkHelpers.setCode(await s.house.VERIFIER(), "0x60006000fd");
    await open(s, bid);
    expect(await statusOf(s, s.a)).to.equal(Status.Malformed);
  });

  it("is named by the address of verifier and key, and its bid can win", async () => {
    const s = await bidding();
    const bid = await seal(s, s.a, 500n, { identity: await identity(s, s.a.address) });
    await publish(s);
    const vendor = addressOf(concat([await s.house.VERIFIER(), KEY]));
    await expect(open(s, bid)).to.emit(s.house, "BidIdentified").withArgs(s.tender, 0, s.a.address, vendor);
    expect((await s.house.bidOf(s.tender, 0, s.a)).vendor).to.equal(vendor);
    await toAwards(s);
    await expect(s.house.connect(s.officer).award(s.tender, 0, s.a)).to.emit(s.house, "LotAwarded");
  });

  it("of two bids of one key both are duplicates", async () => {
    const s = await bidding();
    const bids = [];
    for (const [by, price] of [
      [s.a, 500n],
      [s.b, 400n],
    ] as const) {
      bids.push(await seal(s, by, price, { identity: await identity(s, by.address) }));
    }
    await publish(s);
    for (const bid of bids) await open(s, bid);
    for (const { bidder } of bids) expect(await statusOf(s, bidder)).to.equal(Status.Duplicate);
  });

  it("is malformed when tampered with, cut off, of another place, key or verifier, or with a high s", async () => {
    const cases: ((good: string, s: SealedScene, lot: bigint) => Promise<string> | string)[] = [
      (good) => flipped(good, dataLength(good) - 1),
      (good) => flipped(good, SIGNER_AT),
      (good) => flipped(good, SIGNER_AT + 20 + 3),
      (good) => flipped(good, SIGNER_AT + 84 + 3),
      (good) => dataSlice(good, 0, dataLength(good) - 1),
      (good) => dataSlice(good, 0, SIGNER_AT + 84),
      (good) => dataSlice(good, 0, SIGNER_AT + 40),
      (good) => concat([toBeHex(83, 1), dataSlice(good, 1)]),
      (good) => concat([toBeHex(21, 1), dataSlice(good, 1)]),
      (good) => highS(good),
      (_, s, lot) => identity(s, s.a.address, { lot: lot + 1n }),
      (_, s, lot) => identity(s, s.a.address, { lot, tender: s.tender + 1n }),
      (_, s, lot) => identity(s, s.a.address, { lot, bidder: s.b.address }),
    ];
    // A bid in a lot each.
    const s = await bidding({ terms: { ceilings: cases.map(() => 0n), ...UNBONDED } });
    const [house, verifier] = [await s.house.getAddress(), await s.house.VERIFIER()];
    const bids: SealedBid[] = [];
    for (const [i, change] of cases.entries()) {
      const lot = BigInt(i);
      const good = await identity(s, s.a.address, { lot });
      const bad = await change(good, s, lot);
      // The SDK says the same.
      const place = { chainId: s.chainId, house, tender: s.tender, lot: i, bidder: s.a.address };
      expect(vendorOf(good, place, verifier)).to.equal(addressOf(dataSlice(good, 1, 85)));
      expect(vendorOf(bad, place, verifier), `case ${i}`).to.equal(null);
      bids.push(await seal(s, s.a, 500n, { lot, identity: bad }));
    }
    await publish(s);
    for (const bid of bids) {
      await open(s, bid);
      expect(await statusOf(s, s.a, bid.lot), `case ${bid.lot}`).to.equal(Status.Malformed);
    }
  });

  it("is checked with enough gas or not at all: no opening marks it malformed for want of gas", async () => {
    const s = await bidding();
    const bid = await seal(s, s.a, 500n, { identity: await identity(s, s.a.address) });
    await publish(s);
    const opening = openingOf(bid);
    const enough = await s.house.open.estimateGas(s.tender, 0, s.a, opening);
    const statuses = new Set<string>();
    for (let gasLimit = 300_000n; gasLimit <= 900_000n; gasLimit += 40_000n) {
      const result = await s.house.open.staticCall(s.tender, 0, s.a, opening, { gasLimit }).then(
        () => "opened",
        (error: unknown) => (String(error).includes("IdentityGasShort") ? "short" : "other"),
      );
      statuses.add(result);
    }
    expect([...statuses].sort()).to.deep.equal(["opened", "short"]);
    await refused(s.house.open(s.tender, 0, s.a, opening, { gasLimit: 500_000n }), s.house, "IdentityGasShort");
    expect(await statusOf(s, s.a)).to.equal(Status.Sealed);
    await s.house.open(s.tender, 0, s.a, opening, { gasLimit: enough });
    expect(await statusOf(s, s.a)).to.equal(Status.Standing);
  });

  it("is packed by the SDK from key and signature, for this very place and with a low s only", async () => {
    const s = await bidding();
    const [house, verifier] = [await s.house.getAddress(), await s.house.VERIFIER()];
    const place = { chainId: s.chainId, house, tender: s.tender, lot: 0, bidder: s.a.address };
    const good = await identity(s, s.a.address);
    const signature = dataSlice(good, 85);
    expect(packKeyIdentity(place, verifier, KEY, signature)).to.equal(good);
    expect(dataLength(good)).to.equal(KEY_IDENTITY_LENGTH);
    expect(vendorOf(good, place)).to.equal(addressOf(concat([verifier, KEY])));
    expect(vendorOf(good, place, house)).to.equal(null);
    for (const wrong of [
      flipped(signature, 0),
      dataSlice(signature, 1),
      concat([signature, "0x00"]),
      highS(signature),
    ]) {
      expect(() => packKeyIdentity(place, verifier, KEY, wrong)).to.throw(InputError, "in lot 0.");
    }
    expect(() => packKeyIdentity({ ...place, lot: 1 }, verifier, KEY, signature)).to.throw(InputError, "in lot 1.");
    expect(keySigned(dataSlice(KEY, 1), identityDigest(place), signature)).to.equal(false);
    expect(keySigned(flipped(KEY, 0), identityDigest(place), signature)).to.equal(false);
  });

  it("has room in the bids of a tender whose notice says so", () => {
    const lengths = (identities: boolean | "p256" | undefined): number[] => {
      const sealing = { seats: [1, 2, 3], threshold: 2, ...(identities === undefined ? {} : { identities }) };
      const sealed = { bidsFrom: 0, scalarsDeadline: 0, judgeDeadline: 0 };
      return sealingTerms({ lots: [{}], sealing } as unknown as Notice, { sealed } as Schedule, "0x").bidLengths;
    };
    const [none = 0] = lengths(false);
    expect(lengths(undefined)).to.deep.equal([none]);
    expect(lengths(true)).to.deep.equal([none + IDENTITY_LENGTH]);
    expect(lengths("p256")).to.deep.equal([none + 149]);
  });
});
