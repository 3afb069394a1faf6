import { expect } from "chai";
import type { BaseContract } from "ethers";
import {
  type MockReentrantToken,
  MockFalseToken__factory,
  MockFeeToken__factory,
  MockGreedyToken__factory,
  MockReentrantToken__factory,
} from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import {
  buy,
  deliver,
  FUNDS,
  load,
  NO_PAYMENT,
  onSale,
  parts,
  pass,
  Pay,
  PRICE,
  purchaseOf,
  refund,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
} from "./helpers.ts";
import { licenceOf, plainVersion } from "./plain.ts";
import { onSubscription, subscribe, subscribing } from "./subscriptions.ts";

interface Mintable extends BaseContract {
  mint(to: string, amount: bigint): Promise<unknown>;
  approve(spender: string, amount: bigint): Promise<unknown>;
}

const SAFE_ERC20 = new ethers.Interface(["error SafeERC20FailedOperation(address token)"]);
const GUARD = ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10);

/** Sales of a token: one settled, one refunded, one open; their prices are due to the treasury and to `b`. */
async function funded(s: Stage, token: Mintable) {
  const [address, market] = [await token.getAddress(), await s.market.getAddress()];
  for (const buyer of [s.a, s.b]) {
    await token.mint(buyer.address, FUNDS);
    await (token.connect(buyer) as Mintable).approve(market, FUNDS);
  }
  const of = await onSale(s, { token: address });
  const [settled] = await deliver(s, [await buy(s, of, s.a)]);
  const late = await buy(s, of, s.b);
  await pass(late.order.deliverBy);
  await settle(s, settled);
  await refund(s, late);
  const open = await buy(s, of, s.a, { nonce: 1n });
  return { of, address, open };
}

describe("DataMarket: hostile tokens", () => {
  async function scene<T extends Mintable>(deploy: (s: Stage) => Promise<T>) {
    const s = await load();
    const token = await deploy(s);
    const state = async () => [
      await s.market.dueOf(token, s.treasury),
      await s.market.dueOf(token, s.b),
      await s.market.nonceUsed(made.of.id, s.b, 9),
    ];
    const made = await funded(s, token);
    const order = (payment = NO_PAYMENT) =>
      s.market.connect(s.b).placeOrder(purchaseOf(made.of, s.b, { nonce: 9n }), made.of.offer, payment, "0x");
    return { s, token, ...made, state, order };
  }

  it("one that answers false: orders and payments revert and book nothing", async () => {
    const { s, token, address, state, order } = await scene((s) => new MockFalseToken__factory(s.platform).deploy());
    const before = await state();
    await token.refuse(true);
    for (const act of [order, () => s.market.withdraw(token, s.treasury), () => s.market.withdraw(token, s.b)]) {
      await expect(act())
        .to.be.revertedWithCustomError({ interface: SAFE_ERC20 }, "SafeERC20FailedOperation")
        .withArgs(address);
    }
    expect(await state()).to.deep.equal(before);
    await token.refuse(false);
    await s.market.withdraw(token, s.treasury);
    await s.market.withdraw(token, s.b);
    expect(await token.balanceOf(s.market)).to.equal(PRICE);
  });

  it("one that takes a fee: orders revert, with what arrived, by allowance and by authorization", async () => {
    const { s, token, address, state, order } = await scene((s) => new MockFeeToken__factory(s.platform).deploy());
    const before = await state();
    await token.charge(true);
    for (const kind of [Pay.Allowance, Pay.Permit, Pay.Authorization]) {
      await expect(order({ ...NO_PAYMENT, kind }))
        .to.be.revertedWithCustomError(s.market, "TokenAmountMismatch")
        .withArgs(address, PRICE, (PRICE * 99n) / 100n);
    }
    expect(await state()).to.deep.equal(before);
    // What came in before still leaves whole, and nobody else pays for the fee.
    await s.market.withdraw(token, s.treasury);
    await s.market.withdraw(token, s.b);
    expect(await token.balanceOf(s.market)).to.equal(PRICE);
    await token.charge(false);
    await order({ ...NO_PAYMENT, kind: Pay.Authorization });
    expect(await token.balanceOf(s.market)).to.equal(2n * PRICE);
  });

  it("one that takes a fee: so do subscriptions", async () => {
    const { s, token, address } = await scene((s) => new MockFeeToken__factory(s.platform).deploy());
    const of = await onSubscription(s, { token: address });
    await token.charge(true);
    await expect(s.market.connect(s.b).subscribe(subscribing(of, s.b), of.offer, NO_PAYMENT, "0x"))
      .to.be.revertedWithCustomError(s.market, "TokenAmountMismatch")
      .withArgs(address, 12n * PRICE, (12n * PRICE * 99n) / 100n);
  });

  it("one that takes more than was asked: refused, so that others do not pay", async () => {
    const { s, token, address, state } = await scene((s) => new MockGreedyToken__factory(s.platform).deploy());
    const before = await state();
    await token.charge(true);
    for (const who of [s.treasury, s.b]) {
      await expect(s.market.withdraw(token, who))
        .to.be.revertedWithCustomError(s.market, "TokenAmountMismatch")
        .withArgs(address, PRICE, PRICE + PRICE / 100n);
    }
    expect(await state()).to.deep.equal(before);
    expect(await token.balanceOf(s.market)).to.equal(3n * PRICE);
  });

  it("one whose receiver refuses stops no act of others", async () => {
    const { s, token, open } = await scene((s) => new MockFalseToken__factory(s.platform).deploy());
    await token.refuse(true);
    const [one] = await deliver(s, [open]);
    await pass(one.delivery.time + WINDOW);
    await settle(s, one);
    expect(await s.market.dueOf(token, s.treasury)).to.equal(2n * PRICE);
  });

  describe("one that calls back in the middle of a transfer", () => {
    /** The token has means, an allowance, a claim and orders of its own, so that its call succeeds at other times. */
    async function armed() {
      const s = await load();
      const token = await new MockReentrantToken__factory(s.platform).deploy();
      const { of, address, open } = await funded(s, token);
      const self = await ethers.getImpersonatedSigner(ethers.getAddress(address));
      await networkHelpers.setBalance(self.address, 10n ** 20n);
      await token.mint(self.address, FUNDS);
      await token.connect(self).approve(s.market, FUNDS);
      const [mature] = await deliver(s, [await buy(s, of, self)]);
      const late = await buy(s, of, self, { nonce: 1n });
      const refunded = await buy(s, of, self, { nonce: 2n });
      await pass(refunded.order.deliverBy);
      await refund(s, refunded);
      const paid = await onSubscription(s, { token: address });
      const running = await subscribe(s, paid, self);
      const [free, plain] = [licenceOf(s), await plainVersion(s, of.dataSet)];
      await s.market.connect(s.officer).makeOffer(of.dataSet, free);
      const encode = s.market.interface;
      const { subscription, offer } = running;
      const attacks = {
        placeOrder: encode.encodeFunctionData("placeOrder", [
          purchaseOf(of, self, { nonce: 3n }),
          of.offer,
          NO_PAYMENT,
          "0x",
        ]),
        subscribe: encode.encodeFunctionData("subscribe", [
          subscribing(paid, self, { nonce: 1n }),
          paid.offer,
          NO_PAYMENT,
          "0x",
        ]),
        withdraw: encode.encodeFunctionData("withdraw", [address, self.address]),
        settle: encode.encodeFunctionData("settle", [...parts([mature])]),
        refund: encode.encodeFunctionData("refund", [...parts([late])]),
        license: encode.encodeFunctionData("license", [of.dataSet, 2, plain.number, 4, free, "0x"]),
        endSubscription: encode.encodeFunctionData("endSubscription", [subscription, 0, offer]),
      };
      const acts = {
        placeOrder: () =>
          s.market.connect(s.b).placeOrder(purchaseOf(of, s.b, { nonce: 9n }), of.offer, NO_PAYMENT, "0x"),
        subscribe: () => s.market.connect(s.b).subscribe(subscribing(paid, s.b), paid.offer, NO_PAYMENT, "0x"),
        withdraw: () => s.market.connect(s.stranger).withdraw(token, s.b),
      };
      return { s, token, of, self, open, mature: mature, late, attacks, acts };
    }
    type Armed = Awaited<ReturnType<typeof armed>>;

    /** Everything that is owed in the token: what is due, and what the sales and subscriptions still hold. */
    const dues = async ({ s, token, self }: Armed) => ({
      treasury: await s.market.dueOf(token, s.treasury),
      b: await s.market.dueOf(token, s.b),
      self: await s.market.dueOf(token, self),
    });
    const moved = { placeOrder: PRICE, subscribe: 12n * PRICE, withdraw: -PRICE } as const;
    const run = async (x: Armed, act: keyof Armed["acts"], attack: keyof Armed["attacks"]) => {
      const balance = await x.token.balanceOf(x.s.market);
      await arm(x.token, x.s, x.attacks[attack]);
      await x.acts[act]();
      expect(await x.token.balanceOf(x.s.market)).to.equal(balance + moved[act]);
    };
    const arm = (token: MockReentrantToken, s: Stage, data: string) => token.arm(s.market, data);

    for (const act of ["placeOrder", "subscribe", "withdraw"] as const) {
      for (const attack of ["placeOrder", "subscribe", "withdraw"] as const) {
        it(`${attack} within ${act} is refused, and the act itself is booked once`, async () => {
          const x = await armed();
          const before = await dues(x);
          await run(x, act, attack);
          expect([await x.token.attackSucceeded(), await x.token.attackResult()]).to.deep.equal([false, GUARD]);
          expect(await dues(x)).to.deep.equal({ ...before, b: act === "withdraw" ? 0n : PRICE });
          await x.token.arm(x.s.market, "0x");
          await x.self.sendTransaction({ to: x.s.market, data: x.attacks[attack] });
        });
      }

      const gains = {
        settle: { treasury: PRICE, self: 0n },
        refund: { treasury: 0n, self: PRICE },
        license: { treasury: 0n, self: 0n },
        endSubscription: { treasury: PRICE, self: 11n * PRICE },
      };
      for (const [attack, gain] of Object.entries(gains) as [keyof typeof gains, typeof gains.settle][]) {
        it(`${attack} within ${act} moves no more than at any other time`, async () => {
          const x = await armed();
          const before = await dues(x);
          await run(x, act, attack);
          expect(await x.token.attackSucceeded()).to.equal(true);
          const expected = {
            treasury: before.treasury + gain.treasury,
            b: act === "withdraw" ? 0n : before.b,
            self: before.self + gain.self,
          };
          expect(await dues(x)).to.deep.equal(expected);
          expect(await stateOf(x.s, x.mature)).to.equal(attack === "settle" ? State.Settled : State.Delivered);
          expect(await stateOf(x.s, x.late)).to.equal(attack === "refund" ? State.Refunded : State.Ordered);
        });
      }
    }
  });
});
