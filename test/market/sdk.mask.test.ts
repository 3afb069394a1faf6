import { hkdfSync } from "node:crypto";
import { expect } from "chai";
import { AbiCoder, concat, getBytes, id, SigningKey, Wallet } from "ethers";
import { toHex } from "../../sdk/src/documents/hash.ts";
import { orderKey, sellerKey } from "../../sdk/src/market/keys/derive.ts";
import { type MaskContext, maskOf, xor } from "../../sdk/src/market/keys/mask.ts";
import { walletKeys } from "../../sdk/src/market/keys/source.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { KEY, noise } from "./sealing.ts";

const PLACE = { chainId: 31_337n, market: "0x1234567890AbcdEF1234567890aBcdef12345678" };
const P = 2n ** 256n - 2n ** 32n - 977n;
const word = (value: bigint) => `0x${value.toString(16).padStart(64, "0")}`;

describe("the mask of an order", () => {
  const buyer = new Wallet(id("buyer"));
  const sell = () => sellerKey(walletKeys(new Wallet(id("seller")), PLACE), 4n);
  const order = (nonce = 9n) => orderKey(walletKeys(buyer, PLACE), { version: 6n, buyer: buyer.address, nonce });
  const contextOf = (ephemeral: string): MaskContext => ({
    ...PLACE,
    version: 6n,
    buyer: buyer.address,
    nonce: 9n,
    ephemeral,
  });

  function refused(act: () => unknown, message: string) {
    expect(act).to.throw(InputError, message);
  }

  it("is the same for seller and buyer, whatever the signs of their points were", async () => {
    const seller = await sell();
    for (let nonce = 0n; nonce < 8n; nonce++) {
      const own = await order(nonce);
      const context = { ...contextOf(own.x), nonce };
      expect(toHex(maskOf(own.secret, seller.x, context))).to.equal(toHex(maskOf(seller.secret, own.x, context)));
    }
  });

  it("is what HKDF makes of the shared x, the order and the key of it", async () => {
    const [seller, own] = [await sell(), await order()];
    const context = contextOf(own.x);
    const shared = new SigningKey(own.secret).computeSharedSecret(`0x02${seller.x.slice(2)}`);
    const info = concat([
      id("CommonSeal.Market.Mask.v1"),
      AbiCoder.defaultAbiCoder().encode(
        ["uint256", "address", "uint256", "address", "uint256", "bytes32"],
        [context.chainId, context.market, context.version, context.buyer, context.nonce, context.ephemeral],
      ),
    ]);
    expect(getBytes(info).length).to.equal(7 * 32);
    const x = getBytes(shared).slice(1, 33);
    const mask = new Uint8Array(hkdfSync("sha256", x, new Uint8Array(), getBytes(info), 32));
    expect(toHex(maskOf(own.secret, seller.x, context))).to.equal(toHex(mask));
  });

  it("is another one for each part of the order, and for another's secret", async () => {
    const [seller, own, other] = [await sell(), await order(), await order(10n)];
    const context = contextOf(own.x);
    const changes: Partial<MaskContext>[] = [
      {},
      { chainId: 1n },
      { market: `0x${"11".repeat(20)}` },
      { version: 7n },
      { buyer: PLACE.market },
      { nonce: 10n },
      { ephemeral: other.x },
    ];
    const masks = changes.map((change) => toHex(maskOf(own.secret, seller.x, { ...context, ...change })));
    masks.push(toHex(maskOf(other.secret, seller.x, context)), toHex(maskOf(own.secret, other.x, context)));
    expect(new Set(masks).size).to.equal(9);
  });

  it("hides a key and shows it again", async () => {
    const [seller, own] = [await sell(), await order()];
    const masked = xor(KEY, maskOf(seller.secret, own.x, contextOf(own.x)));
    expect(toHex(masked)).to.not.equal(toHex(KEY));
    expect(toHex(xor(masked, maskOf(own.secret, seller.x, contextOf(own.x))))).to.equal(toHex(KEY));
    expect(toHex(xor(KEY, noise(32, "m"))), "byte by byte").to.equal(
      word(BigInt(toHex(KEY)) ^ BigInt(toHex(noise(32, "m")))),
    );
    refused(() => xor(KEY, noise(31)), "A key and its mask are 32 bytes each.");
    refused(() => xor(KEY.slice(1), noise(32)), "A key and its mask are 32 bytes each.");
  });

  const strangers: [string, string][] = [
    ["zero", word(0n)],
    ["the x of no point", word(5n)],
    ["the field's size", word(P)],
    ["past the field's size, though it stands for a point", word(P + 1n)],
    ["all ones", word(2n ** 256n - 1n)],
  ];
  for (const [what, x] of strangers) {
    it(`refuses a public key that is ${what}`, async () => {
      const own = await order();
      refused(() => maskOf(own.secret, x, contextOf(own.x)), `This is not a public key: ${x} is the x of no point`);
    });
  }

  it("takes an x of small value, and in capital letters", async () => {
    const own = await order();
    expect(maskOf(own.secret, word(1n), contextOf(own.x)).length).to.equal(32);
    const { x } = await sell();
    const capital = `0x${x.slice(2).toUpperCase()}`;
    const context = contextOf(own.x);
    expect(toHex(maskOf(own.secret, capital, context))).to.equal(toHex(maskOf(own.secret, x, context)));
  });

  it("refuses a public key or an ephemeral one of another length", async () => {
    const own = await order();
    for (const x of ["0x", `${own.x}00`, own.x.slice(0, -2), own.x.slice(2), `0x02${own.x.slice(2)}`]) {
      refused(() => maskOf(own.secret, x, contextOf(own.x)), "Not 32 bytes in hex");
      refused(() => maskOf(own.secret, own.x, contextOf(x)), "Not 32 bytes in hex");
    }
  });
});
