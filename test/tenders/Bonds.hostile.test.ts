import { expect } from "chai";
import type { BaseContract, BytesLike } from "ethers";
import {
  type IBonds,
  MockFalseToken__factory,
  MockFeeToken__factory,
  MockGreedyToken__factory,
  MockReentrantToken__factory,
} from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { pass, publish, type Stage, stage } from "./helpers.ts";
import { BOND, DEPOSIT, id } from "./values.ts";

interface Mintable extends BaseContract {
  mint(to: string, amount: bigint): Promise<unknown>;
  approve(spender: string, amount: bigint): Promise<unknown>;
}

const SAFE_ERC20 = new ethers.Interface(["error SafeERC20FailedOperation(address token)"]);

describe("Bonds: hostile tokens", () => {
  const load = () => networkHelpers.loadFixture(stage);

  /** Gives `a` and `b` tokens and allowances; `a` pays in, and forfeits one bond to the treasury. */
  async function funded(s: Stage, token: Mintable): Promise<void> {
    const [address, house] = [await token.getAddress(), await s.house.getAddress()];
    for (const bidder of [s.a, s.b]) {
      await token.mint(bidder.address, 2n * DEPOSIT);
      await (token.connect(bidder) as Mintable).approve(house, 2n * DEPOSIT);
    }
    await s.house.connect(s.a).depositBond(address, DEPOSIT);
    const t = await publish(s, { bondToken: address });
    await s.house.connect(s.a).commitBid(t.tender, 0, id("a"));
    await pass(t.revealDeadline);
    await s.house.settleBond(t.tender, 0, s.a);
  }

  async function unchanged(s: Stage, token: { getAddress(): Promise<string> }, act: () => Promise<void>) {
    const address = await token.getAddress();
    const state = async () => [
      await s.house.bondBalance(address, s.a),
      await s.house.bondBalance(address, s.b),
      await s.house.bondDue(address, s.treasury),
    ];
    const before = await state();
    await act();
    expect(await state()).to.deep.equal(before);
  }

  it("one that answers false: deposit, withdrawal and payment revert and book nothing", async () => {
    const s = await load();
    const token = await new MockFalseToken__factory(s.platform).deploy();
    await funded(s, token);
    await token.refuse(true);
    await unchanged(s, token, async () => {
      const acts = [
        () => s.house.connect(s.a).depositBond(token, BOND),
        () => s.house.connect(s.a).withdrawBond(token, BOND),
        () => s.house.payDue(token, s.treasury),
      ];
      for (const act of acts) {
        await expect(act())
          .to.be.revertedWithCustomError({ interface: SAFE_ERC20 }, "SafeERC20FailedOperation")
          .withArgs(await token.getAddress());
      }
    });
    await token.refuse(false);
    await s.house.connect(s.a).withdrawBond(token, DEPOSIT - BOND);
    await s.house.payDue(token, s.treasury);
    expect(await token.balanceOf(s.house)).to.equal(0n);
  });

  it("one that takes a fee: a deposit reverts, with what arrived", async () => {
    const s = await load();
    const token = await new MockFeeToken__factory(s.platform).deploy();
    await funded(s, token);
    await token.charge(true);
    await unchanged(s, token, async () => {
      await expect(s.house.connect(s.b).depositBond(token, BOND))
        .to.be.revertedWithCustomError(s.house, "TokenAmountMismatch")
        .withArgs(token, BOND, (BOND * 99n) / 100n);
    });
  });

  it("one that takes a fee once deposits are in: whole balances still leave, nobody else pays for it", async () => {
    const s = await load();
    const token = await new MockFeeToken__factory(s.platform).deploy();
    await funded(s, token);
    await s.house.connect(s.b).depositBond(token, DEPOSIT);
    await token.charge(true);
    await s.house.connect(s.a).withdrawBond(token, DEPOSIT - BOND);
    await s.house.payDue(token, s.treasury);
    await s.house.connect(s.b).withdrawBond(token, DEPOSIT);
    expect(await token.balanceOf(s.house)).to.equal(0n);
  });

  it("one that takes more from the house than was asked: refused, so that other vendors do not pay", async () => {
    const s = await load();
    const token = await new MockGreedyToken__factory(s.platform).deploy();
    await funded(s, token);
    await s.house.connect(s.b).depositBond(token, DEPOSIT);
    await token.charge(true);
    await unchanged(s, token, async () => {
      for (const act of [
        () => s.house.connect(s.a).withdrawBond(token, BOND),
        () => s.house.payDue(token, s.treasury),
      ]) {
        await expect(act())
          .to.be.revertedWithCustomError(s.house, "TokenAmountMismatch")
          .withArgs(token, BOND, BOND + BOND / 100n);
      }
    });
    expect(await token.balanceOf(s.house)).to.equal(2n * DEPOSIT);
  });

  describe("one that calls back in the middle of a transfer", () => {
    async function armed() {
      const s = await load();
      const token = await new MockReentrantToken__factory(s.platform).deploy();
      await funded(s, token);
      await token.fundHouse(s.house, DEPOSIT);
      const call = (encode: (iface: IBonds["interface"], address: string) => string) => async () =>
        encode(s.house.interface, await token.getAddress());
      const attacks = {
        depositBond: call((i, t) => i.encodeFunctionData("depositBond", [t, 1n])),
        depositBondWithPermit: call((i, t) =>
          i.encodeFunctionData("depositBondWithPermit", [t, 1n, 0n, 27, id("r"), id("s")]),
        ),
        withdrawBond: call((i, t) => i.encodeFunctionData("withdrawBond", [t, 1n])),
        payDue: call((i, t) => i.encodeFunctionData("payDue", [t, s.treasury.address])),
      };
      const transfers = {
        depositBond: () => s.house.connect(s.a).depositBond(token, BOND),
        withdrawBond: () => s.house.connect(s.a).withdrawBond(token, BOND),
        payDue: () => s.house.connect(s.stranger).payDue(token, s.treasury),
      };
      return { s, token, attacks, transfers };
    }

    const GUARD = ethers.id("ReentrancyGuardReentrantCall()").slice(0, 10);
    for (const transfer of ["depositBond", "withdrawBond", "payDue"] as const) {
      for (const attack of ["depositBond", "depositBondWithPermit", "withdrawBond", "payDue"] as const) {
        it(`${attack} within ${transfer} is refused, and the act itself is booked once`, async () => {
          const { s, token, attacks, transfers } = await armed();
          await token.arm(s.house, await attacks[attack]());
          const address = await token.getAddress();
          const own = await s.house.bondBalance(address, address);
          await transfers[transfer]();
          const result: BytesLike = await token.attackResult();
          expect([await token.attackSucceeded(), result]).to.deep.equal([false, GUARD]);
          expect(await s.house.bondBalance(address, address)).to.deep.equal(own);
          const { free } = await s.house.bondBalance(address, s.a);
          const moved = { depositBond: BOND, withdrawBond: -BOND, payDue: 0n }[transfer];
          expect(free).to.equal(DEPOSIT - BOND + moved);
          const due = await s.house.bondDue(address, s.treasury);
          expect(due).to.equal(transfer === "payDue" ? 0n : BOND);
          expect(await token.balanceOf(s.house)).to.equal(2n * DEPOSIT + moved - (transfer === "payDue" ? BOND : 0n));
        });

        it(`${attack} would succeed outside of a transfer`, async () => {
          const { s, token, attacks } = await armed();
          const asToken = await ethers.getImpersonatedSigner(ethers.getAddress(await token.getAddress()));
          await networkHelpers.setBalance(asToken.address, 10n ** 20n);
          await token.mint(asToken.address, 1n);
          await asToken.sendTransaction({ to: s.house, data: await attacks[attack]() });
        });
      }
    }

    it("acts on bids during a withdrawal use only what is left, and a bond locked meanwhile stays locked", async () => {
      const { s, token } = await armed();
      const t = await publish(s, { bondToken: token });
      const commit = s.house.interface.encodeFunctionData("commitBid", [t.tender, 0, id("token's bid")]);
      await token.arm(s.house, commit);
      await s.house.connect(s.a).withdrawBond(token, BOND);
      expect(await token.attackSucceeded()).to.equal(true);
      const address = await token.getAddress();
      expect(await s.house.bondBalance(address, address)).to.deep.equal([DEPOSIT - BOND, BOND]);
      expect(await s.house.bondBalance(address, s.a)).to.deep.equal([DEPOSIT - 2n * BOND, 0n]);
      expect(await token.balanceOf(s.house)).to.equal(2n * DEPOSIT - BOND);
    });
  });
});
