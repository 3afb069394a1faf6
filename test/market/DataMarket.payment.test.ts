import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import { expect } from "chai";
import type { BaseContract } from "ethers";
import {
  DataMarket__factory,
  type MockAuthorizedToken,
  MockAuthorizedToken__factory,
} from "../../typechain-types/index.ts";
import { ethers } from "../shared/house.ts";
import {
  at,
  buy,
  FREE,
  FUNDS,
  hashOf,
  id,
  load as loadStage,
  NO_PAYMENT,
  now,
  type Offer,
  onSale,
  orderOf,
  pass,
  Pay,
  PRICE,
  type Purchase,
  purchaseOf,
  refund,
  saleFrom,
  sealHash,
  type Stage,
  State,
  stateOf,
  subscriptionOf,
} from "./helpers.ts";

type Scene = Stage & { auth: MockAuthorizedToken };
type Of = Awaited<ReturnType<typeof onSale>>;

/** A second market over the same registries. */
const anotherMarket = (s: Stage) => new DataMarket__factory(s.platform).deploy(s.manager, s.registry, s.documents);

/** A stage whose buyers have tokens that take permits and authorizations, but gave no allowance. */
async function load(): Promise<Scene> {
  const s = await loadStage();
  const auth = await new MockAuthorizedToken__factory(s.platform).deploy();
  for (const buyer of [s.a, s.b]) await auth.mint(buyer, FUNDS);
  return { ...s, auth };
}

const sold = async (s: Scene, changes: Partial<Offer> = {}): Promise<Of> =>
  onSale(s, { token: await s.auth.getAddress(), ...changes });

const typed = (text: string) =>
  text.split(",").map((field) => {
    const [type = "", name = ""] = field.split(" ");
    return { type, name };
  });

async function signed(s: Scene, by: HardhatEthersSigner, name: string, fields: string, message: object) {
  const { chainId } = await ethers.provider.getNetwork();
  const domain = { name: "Authorized", version: "1", chainId, verifyingContract: await s.auth.getAddress() };
  const {
    v,
    r,
    s: rest,
  } = ethers.Signature.from(
    await by.signTypedData(domain, { [name]: typed(fields) }, message as Record<string, unknown>),
  );
  return { v: BigInt(v), r, s: rest };
}

async function permit(s: Scene, owner: HardhatEthersSigner, value: bigint, validBefore: bigint) {
  const fields = "address owner,address spender,uint256 value,uint256 nonce,uint256 deadline";
  const message = {
    owner: owner.address,
    spender: await s.market.getAddress(),
    value,
    nonce: await s.auth.nonces(owner),
    deadline: validBefore,
  };
  return { ...NO_PAYMENT, kind: Pay.Permit, validBefore, ...(await signed(s, owner, "Permit", fields, message)) };
}

async function authorize(s: Scene, from: HardhatEthersSigner, nonce: string, changes: object = {}) {
  const fields = "address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce";
  const message = {
    from: from.address,
    to: await s.market.getAddress(),
    value: PRICE,
    validAfter: 0n,
    validBefore: (await now()) + 1_000n,
    nonce,
    ...changes,
  };
  const signature = await signed(s, from, "ReceiveWithAuthorization", fields, message);
  const { validAfter, validBefore } = message;
  return { kind: Pay.Authorization, validAfter, validBefore, ...signature };
}

const place = (
  s: Scene,
  by: HardhatEthersSigner,
  of: Of,
  payment: typeof NO_PAYMENT,
  purchase: Purchase = purchaseOf(of, s.a),
  proofs = "0x",
) => s.market.connect(by).placeOrder(purchase, of.offer, payment, proofs);
const nonceOf = (s: Scene, of: Of, changes: Partial<Purchase> = {}) =>
  s.market.authorizationNonce(purchaseOf(of, s.a, changes), of.offer, "0x");
const refused = (s: Scene, sent: Promise<unknown>, error: string, contract: BaseContract = s.auth) =>
  expect(sent).to.be.revertedWithCustomError(contract, error);

describe("DataMarket: payment", () => {
  it("takes no more than was allowed", async () => {
    const s = await load();
    const of = await sold(s);
    await s.auth.connect(s.a).approve(s.market, PRICE - 1n);
    await refused(s, place(s, s.a, of, NO_PAYMENT), "ERC20InsufficientAllowance").withArgs(
      s.market.target,
      PRICE - 1n,
      PRICE,
    );
    await s.auth.connect(s.a).approve(s.market, PRICE);
    await place(s, s.a, of, NO_PAYMENT);
    expect(await s.auth.balanceOf(s.market)).to.equal(PRICE);
  });

  it("asks no allowance of a free order", async () => {
    const s = await load();
    const of = await onSale(s, FREE);
    await place(s, s.a, of, { ...NO_PAYMENT, kind: Pay.Permit });
    expect(await s.market.nonceUsed(of.id, s.a, 0)).to.equal(true);
  });

  describe("by permit", () => {
    it("takes the price, without an allowance before", async () => {
      const s = await load();
      const of = await sold(s);
      await place(s, s.a, of, await permit(s, s.a, PRICE, (await now()) + 1_000n));
      expect(await s.auth.balanceOf(s.market)).to.equal(PRICE);
      expect(await s.auth.allowance(s.a, s.market)).to.equal(0n);
    });

    it("takes it although somebody sent the permit first", async () => {
      const s = await load();
      const of = await sold(s);
      const payment = await permit(s, s.a, PRICE, (await now()) + 1_000n);
      const { validBefore, v, r } = payment;
      await s.auth.connect(s.stranger).permit(s.a, s.market, PRICE, validBefore, v, r, payment.s);
      await place(s, s.a, of, payment);
      expect(await s.auth.balanceOf(s.market)).to.equal(PRICE);
      await refused(s, place(s, s.a, of, payment, purchaseOf(of, s.a, { nonce: 1n })), "ERC20InsufficientAllowance");
    });

    it("fails where it is expired, for less, or another's, unless there is an allowance", async () => {
      const s = await load();
      const of = await sold(s);
      const late = await permit(s, s.a, PRICE, await now());
      const less = await permit(s, s.a, PRICE - 1n, (await now()) + 1_000n);
      const others = await permit(s, s.b, PRICE, (await now()) + 1_000n);
      for (const payment of [late, less, others]) {
        await refused(s, place(s, s.a, of, payment), "ERC20InsufficientAllowance").withArgs(s.market.target, 0, PRICE);
      }
      await s.auth.connect(s.a).approve(s.market, PRICE);
      await place(s, s.a, of, late);
    });

    it("is of no use to a stranger", async () => {
      const s = await load();
      const payment = await permit(s, s.a, PRICE, (await now()) + 1_000n);
      await refused(s, place(s, s.stranger, await sold(s), payment), "MarketBuyerOnly", s.market).withArgs(
        s.a.address,
        s.stranger.address,
      );
    });
  });

  describe("by authorization", () => {
    it("lets a stranger send the order of the buyer", async () => {
      const s = await load();
      const of = await sold(s);
      const payment = await authorize(s, s.a, await nonceOf(s, of));
      const purchase = purchaseOf(of, s.a);
      await place(s, s.stranger, of, payment);
      const sale = saleFrom(of, s.a, purchase, orderOf(purchase, of.offer, await now()));
      expect(await stateOf(s, sale)).to.equal(State.Ordered);
      expect(await s.auth.balanceOf(s.market)).to.equal(PRICE);
      expect(await s.auth.balanceOf(s.a)).to.equal(FUNDS - PRICE);
      expect(await s.auth.authorizationState(s.a, await nonceOf(s, of))).to.equal(true);
      await pass(sale.order.deliverBy);
      await refund(s, sale);
      expect(await s.market.dueOf(s.auth, s.a)).to.equal(PRICE);
      expect(await s.market.dueOf(s.auth, s.stranger)).to.equal(0n);
    });

    it("is a hash over chain, market, purchase, offer and proofs", async () => {
      const s = await load();
      const of = await sold(s);
      const purchase = purchaseOf(of, s.a, { nonce: 3n });
      const proofs = "0x0102";
      const { chainId } = await ethers.provider.getNetwork();
      const PURCHASE = "tuple(address,uint32,uint32,uint32,uint32,uint16,bytes32,bytes32,bytes32)";
      const OFFER = "tuple(uint8,uint32,uint16,address,uint128,address,uint40,uint32,uint32,uint40,uint256,bytes32)";
      const expected = hashOf(
        ["bytes32", "uint256", "address", PURCHASE, "bytes32", "bytes32"],
        [
          id("CommonSeal.Market.Purchase.v1"),
          chainId,
          s.market.target,
          ["buyer", "dataSet", "offer", "version", "nonce", "periods", "seal", "ephemeral", "maskHash"].map(
            (name) => purchase[name as keyof Purchase],
          ),
          hashOf([OFFER], [Object.values(of.offer)]),
          ethers.keccak256(proofs),
        ],
      );
      expect(await s.market.authorizationNonce(purchase, of.offer, proofs)).to.equal(expected);
    });

    it("is refused with anything of the purchase changed", async () => {
      const s = await load();
      const of = await sold(s);
      const same = await sold(s);
      // The same conditions as number 2 of the same data set, and a second version.
      await s.market.connect(s.officer).makeOffer(of.dataSet, of.offer);
      await s.market.connect(s.officer).listVersion(of.dataSet, of.version);
      const payment = await authorize(s, s.a, await nonceOf(s, of));
      const purchase = purchaseOf(of, s.a);
      const changes: Partial<Purchase>[] = [
        { buyer: s.b.address },
        { dataSet: same.dataSet, seal: sealHash(same.version) },
        { offer: 2n },
        { version: 2n },
        { nonce: 1n },
        { ephemeral: id("other") },
        { maskHash: id("other") },
      ];
      for (const change of changes) {
        await expect(
          place(s, s.a, of, payment, { ...purchase, ...change }),
          JSON.stringify(Object.keys(change)),
        ).to.be.revertedWith("invalid signature");
      }
      const checked = { ...purchase, seal: id("checked") };
      await refused(s, place(s, s.a, of, payment, checked), "MarketVersionUnfit", s.market);
      await expect(place(s, s.a, of, payment, purchase, "0x00")).to.be.revertedWith("invalid signature");
      const values = [{ validAfter: 1n }, { validBefore: payment.validBefore + 1n }, { r: id("r") }];
      for (const change of values) await expect(place(s, s.a, of, { ...payment, ...change })).to.be.revert(ethers);
      await place(s, s.stranger, of, payment, purchase);
    });

    it("is refused under other conditions", async () => {
      const s = await load();
      const of = await sold(s);
      const dearer = { ...of.offer, price: 2n * PRICE };
      const payment = await authorize(s, s.a, await nonceOf(s, of), { value: 2n * PRICE });
      await s.market.connect(s.officer).makeOffer(of.dataSet, dearer);
      const purchase = purchaseOf(of, s.a, { offer: 2n });
      await expect(s.market.connect(s.stranger).placeOrder(purchase, dearer, payment, "0x")).to.be.revertedWith(
        "invalid signature",
      );
    });

    it("is refused a second time, and where it is for another market", async () => {
      const s = await load();
      const of = await sold(s);
      const payment = await authorize(s, s.a, await nonceOf(s, of));
      await place(s, s.stranger, of, payment);
      await refused(s, place(s, s.stranger, of, payment), "MarketNonceUsed", s.market);
      const next = purchaseOf(of, s.a, { nonce: 1n });
      await expect(place(s, s.stranger, of, payment, next)).to.be.revertedWith("invalid signature");
      const elsewhere = await (await anotherMarket(s)).authorizationNonce(next, of.offer, "0x");
      const foreign = await authorize(s, s.a, elsewhere);
      await expect(place(s, s.stranger, of, foreign, next)).to.be.revertedWith("invalid signature");
      const own = await authorize(s, s.a, await nonceOf(s, of, { nonce: 1n }));
      await place(s, s.stranger, of, own, next);
    });

    it("is refused for less, before its time, in its last second and after", async () => {
      const s = await load();
      const of = await sold(s);
      const nonce = await nonceOf(s, of);
      const then = (await now()) + 100n;
      const window = { validAfter: then, validBefore: then + 2n };
      await expect(place(s, s.a, of, await authorize(s, s.a, nonce, { value: PRICE - 1n }))).to.be.revertedWith(
        "invalid signature",
      );
      const payment = await authorize(s, s.a, nonce, window);
      await at(then);
      await expect(place(s, s.a, of, payment)).to.be.revertedWith("authorization is not yet valid");
      await at(then + 1n);
      await place(s, s.a, of, payment);
      const late = await authorize(s, s.a, await nonceOf(s, of, { nonce: 1n }), window);
      await at(then + 2n);
      await expect(place(s, s.a, of, late, purchaseOf(of, s.a, { nonce: 1n }))).to.be.revertedWith(
        "authorization is expired",
      );
    });

    it("of a sale is none for a subscription", async () => {
      const s = await load();
      const of = await sold(s);
      const offer = subscriptionOf(s, { token: of.offer.token });
      await s.market.connect(s.officer).makeOffer(of.dataSet, offer);
      const purchase = {
        ...purchaseOf(of, s.a),
        ...{
          offer: 2n,
          version: 0n,
          periods: 1n,
          seal: ethers.ZeroHash,
          ephemeral: ethers.ZeroHash,
          maskHash: ethers.ZeroHash,
        },
      };
      const payment = await authorize(s, s.a, await nonceOf(s, of));
      await expect(s.market.subscribe(purchase, offer, payment, "0x")).to.be.revertedWith("invalid signature");
      const own = await authorize(s, s.a, await s.market.authorizationNonce(purchase, offer, "0x"));
      await s.market.connect(s.stranger).subscribe(purchase, offer, own, "0x");
      expect(await s.auth.balanceOf(s.market)).to.equal(PRICE);
    });

    it("is none where nothing is to be paid, so that nobody orders for another", async () => {
      const s = await load();
      const of = await onSale(s, FREE);
      for (const by of [s.a, s.stranger]) {
        await refused(
          s,
          place(s, by, of, { ...NO_PAYMENT, kind: Pay.Authorization }),
          "MarketPurchaseInvalid",
          s.market,
        );
      }
    });

    it("is refused by a token that has none", async () => {
      const s = await load();
      const of = await onSale(s);
      await expect(place(s, s.a, of, await authorize(s, s.a, await nonceOf(s, of)))).to.be.revertedWithoutReason(
        ethers,
      );
    });
  });

  it("refuses a kind of payment that is none", async () => {
    const s = await load();
    await expect(place(s, s.a, await sold(s), { ...NO_PAYMENT, kind: 3n })).to.be.revert(ethers);
  });

  describe("withdraw", () => {
    it("pays what is due, once, whoever calls", async () => {
      const s = await load();
      const sale = await buy(s, await onSale(s), s.a);
      await expect(s.market.withdraw(s.token, s.a))
        .to.be.revertedWithCustomError(s.market, "MarketNothingDue")
        .withArgs(s.token.target, s.a.address);
      await pass(sale.order.deliverBy);
      await refund(s, sale);
      await expect(s.market.connect(s.stranger).withdraw(s.token, s.a))
        .to.emit(s.market, "DuePaid")
        .withArgs(s.token.target, s.a.address, PRICE)
        .and.to.emit(s.token, "Transfer")
        .withArgs(s.market.target, s.a.address, PRICE);
      expect(await s.market.dueOf(s.token, s.a)).to.equal(0n);
      expect(await s.token.balanceOf(s.a)).to.equal(FUNDS);
      await refused(s, s.market.withdraw(s.token, s.a), "MarketNothingDue", s.market);
      await refused(s, s.market.withdraw(s.auth, s.a), "MarketNothingDue", s.market);
    });
  });
});
