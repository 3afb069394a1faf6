import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { BigNumberish } from "ethers";
import { ethers, networkHelpers } from "../shared/house.ts";
import { pass, publish, type Stage, stage, time } from "./helpers.ts";
import { BOND, DEPOSIT, id, ZeroAddress } from "./values.ts";

const MAX = 2n ** 128n - 1n;

describe("Bonds", () => {
  const load = () => networkHelpers.loadFixture(stage);
  const walletOf = (s: Stage) => s.token.balanceOf(s.house);

  /** A bond of `a` that is forfeited and due to the treasury. */
  async function forfeited() {
    const s = await load();
    const t = await publish(s);
    await s.house.connect(s.a).commitBid(t.tender, 0, id("a"));
    await pass(t.revealDeadline);
    await s.house.settleBond(t.tender, 0, s.a);
    return s;
  }

  describe("depositBond", () => {
    it("reverts with an amount of zero", async () => {
      const { house, token, a } = await load();
      await expect(house.connect(a).depositBond(token, 0))
        .to.be.revertedWithCustomError(house, "BondNothing")
        .withArgs(token, a.address);
    });

    it("reverts where there is no contract at the token's address", async () => {
      const { house, a, stranger } = await load();
      for (const token of [ZeroAddress, stranger.address]) {
        await expect(house.connect(a).depositBond(token, 1))
          .to.be.revertedWithCustomError(house, "TokenInvalid")
          .withArgs(token);
      }
    });

    it("reverts where the contract is no token", async () => {
      const { house, registry, a } = await load();
      await expect(house.connect(a).depositBond(registry, 1)).to.revert(ethers);
      await expect(house.connect(a).depositBond(house, 1)).to.revert(ethers);
    });

    it("reverts without an allowance, or without the tokens", async () => {
      const { house, token, a, stranger } = await load();
      await expect(house.connect(a).depositBond(token, 1))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientAllowance")
        .withArgs(house, 0, 1);
      await token.connect(stranger).approve(house, 5);
      await expect(house.connect(stranger).depositBond(token, 5))
        .to.be.revertedWithCustomError(token, "ERC20InsufficientBalance")
        .withArgs(stranger.address, 0, 5);
    });

    it("never takes the tokens of an account that gave an allowance for somebody else's call", async () => {
      const { house, token, a, stranger } = await load();
      await token.connect(a).approve(house, DEPOSIT);
      await expect(house.connect(stranger).depositBond(token, 1)).to.be.revertedWithCustomError(
        token,
        "ERC20InsufficientAllowance",
      );
    });

    it("pays into the caller's free balance", async () => {
      const s = await load();
      const { house, token, a, b } = s;
      await token.connect(a).approve(house, 7n);
      const before = await walletOf(s);
      await expect(house.connect(a).depositBond(token, 7n))
        .to.emit(house, "BondDeposited")
        .withArgs(token, a.address, 7n);
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT + 7n, 0n]);
      expect(await house.bondBalance(token, b)).to.deep.equal([DEPOSIT, 0n]);
      expect(await walletOf(s)).to.equal(before + 7n);
    });

    it("takes up to 2^128 - 1 units of an account, and reverts beyond", async () => {
      const { house, token, stranger } = await load();
      await token.mint(stranger, 2n ** 129n);
      await token.connect(stranger).approve(house, 2n ** 129n);
      await house.connect(stranger).depositBond(token, MAX);
      await expect(house.connect(stranger).depositBond(token, 1)).to.be.revertedWithPanic(0x11);
      await house.connect(stranger).withdrawBond(token, MAX);
      expect(await token.balanceOf(stranger)).to.equal(2n ** 129n);
    });
  });

  describe("depositBondWithPermit", () => {
    async function permit(s: Stage, owner: HardhatEthersSigner, value: bigint, deadline: bigint) {
      const { chainId } = await ethers.provider.getNetwork();
      const verifyingContract = await s.token.getAddress();
      const domain = { name: "Mock", version: "1", chainId, verifyingContract };
      const fields = ["address owner", "address spender", "uint256 value", "uint256 nonce", "uint256 deadline"];
      const Permit = fields.map((field) => {
        const [type = "", name = ""] = field.split(" ");
        return { type, name };
      });
      const message = {
        owner: owner.address,
        spender: await s.house.getAddress(),
        value,
        nonce: await s.token.nonces(owner),
        deadline,
      };
      return ethers.Signature.from(await owner.signTypedData(domain, { Permit }, message));
    }
    const send = (s: Stage, by: HardhatEthersSigner, amount: bigint, deadline: bigint, sig: Signature) =>
      s.house.connect(by).depositBondWithPermit(s.token, amount, deadline, sig.v, sig.r, sig.s);
    type Signature = { v: BigNumberish; r: string; s: string };
    const later = async () => BigInt(await time.latest()) + 1_000n;

    it("pays in by the caller's permit, without an allowance before", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 50n, deadline);
      await expect(send(s, s.a, 50n, deadline, signature))
        .to.emit(s.house, "BondDeposited")
        .withArgs(s.token, s.a.address, 50n);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT + 50n, 0n]);
      expect(await s.token.allowance(s.a, s.house)).to.equal(0n);
    });

    it("pays in although somebody sent the permit first", async () => {
      const s = await load();
      const deadline = await later();
      const { v, r, s: sigS } = await permit(s, s.a, 50n, deadline);
      await s.token.connect(s.stranger).permit(s.a, s.house, 50n, deadline, v, r, sigS);
      await send(s, s.a, 50n, deadline, { v, r, s: sigS });
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT + 50n, 0n]);
    });

    it("an expired permit reverts without an allowance and is ignored with one", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 50n, deadline);
      await time.increaseTo(deadline + 1n);
      await expect(send(s, s.a, 50n, deadline, signature))
        .to.be.revertedWithCustomError(s.token, "ERC20InsufficientAllowance")
        .withArgs(s.house, 0, 50);
      await s.token.connect(s.a).approve(s.house, 50n);
      await send(s, s.a, 50n, deadline, signature);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT + 50n, 0n]);
    });

    it("a permit for less than the amount reverts, and stays unused", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 49n, deadline);
      await expect(send(s, s.a, 50n, deadline, signature)).to.be.revertedWithCustomError(
        s.token,
        "ERC20InsufficientAllowance",
      );
      expect(await s.token.nonces(s.a)).to.equal(0n);
    });

    it("a second use of a permit reverts", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 50n, deadline);
      await send(s, s.a, 50n, deadline, signature);
      await expect(send(s, s.a, 50n, deadline, signature)).to.be.revertedWithCustomError(
        s.token,
        "ERC20InsufficientAllowance",
      );
    });

    it("somebody else's permit neither takes its signer's tokens nor credits the caller", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 50n, deadline);
      const [before, balance] = [await walletOf(s), await s.token.balanceOf(s.a)];
      await expect(send(s, s.stranger, 50n, deadline, signature))
        .to.be.revertedWithCustomError(s.token, "ERC20InsufficientAllowance")
        .withArgs(s.house, 0, 50);
      // The same where the permit is already in force, and the caller has tokens and an allowance of its own.
      await s.token.connect(s.b).permit(s.a, s.house, 50n, deadline, signature.v, signature.r, signature.s);
      await expect(send(s, s.stranger, 50n, deadline, signature)).to.be.revertedWithCustomError(
        s.token,
        "ERC20InsufficientAllowance",
      );
      await s.token.connect(s.b).approve(s.house, 20n);
      await send(s, s.b, 20n, deadline, signature);
      expect(await s.token.balanceOf(s.a)).to.equal(balance);
      expect(await s.token.allowance(s.a, s.house)).to.equal(50n);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
      expect(await s.house.bondBalance(s.token, s.b)).to.deep.equal([DEPOSIT + 20n, 0n]);
      expect(await walletOf(s)).to.equal(before + 20n);
    });

    it("reverts with an amount of zero, and where there is no contract", async () => {
      const s = await load();
      const deadline = await later();
      const signature = await permit(s, s.a, 0n, deadline);
      await expect(send(s, s.a, 0n, deadline, signature))
        .to.be.revertedWithCustomError(s.house, "BondNothing")
        .withArgs(s.token, s.a.address);
      const { v, r, s: sigS } = signature;
      for (const token of [ZeroAddress, s.stranger.address]) {
        await expect(s.house.connect(s.a).depositBondWithPermit(token, 1n, deadline, v, r, sigS))
          .to.be.revertedWithCustomError(s.house, "TokenInvalid")
          .withArgs(token);
      }
    });
  });

  describe("withdrawBond", () => {
    it("reverts with an amount of zero, also for a token never seen", async () => {
      const { house, token, a, stranger } = await load();
      for (const [address, by] of [[token, a] as const, [stranger, a] as const]) {
        await expect(house.connect(by).withdrawBond(address, 0)).to.be.revertedWithCustomError(house, "BondNothing");
      }
    });

    it("reverts where the free balance is smaller: one unit more, a stranger, everything", async () => {
      const { house, token, a, stranger } = await load();
      const cases = [
        [a, DEPOSIT, DEPOSIT + 1n],
        [stranger, 0n, 1n],
        [a, DEPOSIT, MAX],
      ] as const;
      for (const [by, free, amount] of cases) {
        await expect(house.connect(by).withdrawBond(token, amount))
          .to.be.revertedWithCustomError(house, "BondInsufficient")
          .withArgs(token, by.address, free, amount);
      }
    });

    it("does not touch what is locked", async () => {
      const s = await load();
      const { tender } = await publish(s);
      await s.house.connect(s.a).commitBid(tender, 0, id("a"));
      await expect(s.house.connect(s.a).withdrawBond(s.token, DEPOSIT))
        .to.be.revertedWithCustomError(s.house, "BondInsufficient")
        .withArgs(s.token, s.a.address, DEPOSIT - BOND, DEPOSIT);
      await s.house.connect(s.a).withdrawBond(s.token, DEPOSIT - BOND);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([0n, BOND]);
    });

    it("pays out to the caller", async () => {
      const s = await load();
      const before = await walletOf(s);
      await expect(s.house.connect(s.a).withdrawBond(s.token, 4n))
        .to.emit(s.house, "BondWithdrawn")
        .withArgs(s.token, s.a.address, 4n);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - 4n, 0n]);
      expect(await s.token.balanceOf(s.a)).to.equal(DEPOSIT + 4n);
      expect(await walletOf(s)).to.equal(before - 4n);
    });

    it("does not pay out tokens that somebody sent directly", async () => {
      const s = await load();
      await s.token.mint(s.house, 1_000_000n);
      await expect(s.house.connect(s.a).withdrawBond(s.token, DEPOSIT + 1n)).to.be.revertedWithCustomError(
        s.house,
        "BondInsufficient",
      );
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });

  describe("payDue", () => {
    it("reverts where nothing is due: another treasury, the caller, another token, the second time", async () => {
      const s = await forfeited();
      for (const treasury of [s.stranger, s.a, s.officer]) {
        await expect(s.house.connect(s.stranger).payDue(s.token, treasury))
          .to.be.revertedWithCustomError(s.house, "BondNothing")
          .withArgs(s.token, treasury.address);
      }
      await expect(s.house.payDue(s.registry, s.treasury)).to.be.revertedWithCustomError(s.house, "BondNothing");
      await s.house.payDue(s.token, s.treasury);
      await expect(s.house.payDue(s.token, s.treasury))
        .to.be.revertedWithCustomError(s.house, "BondNothing")
        .withArgs(s.token, s.treasury.address);
    });

    it("pays all that is due to the treasury, whoever calls", async () => {
      const s = await forfeited();
      const before = await walletOf(s);
      await expect(s.house.connect(s.stranger).payDue(s.token, s.treasury))
        .to.emit(s.house, "BondDuePaid")
        .withArgs(s.token, s.treasury.address, BOND);
      expect(await s.token.balanceOf(s.treasury)).to.equal(BOND);
      expect(await s.token.balanceOf(s.stranger)).to.equal(0n);
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
      expect(await walletOf(s)).to.equal(before - BOND);
    });
  });
});
