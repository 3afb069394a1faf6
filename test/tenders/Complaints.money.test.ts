import { expect } from "chai";
import type { BaseContract } from "ethers";
import {
  MockFalseToken__factory,
  MockFeeToken__factory,
  MockGreedyToken__factory,
  MockReentrantToken__factory,
} from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { at } from "./helpers.ts";
import {
  complain,
  Complaint,
  decide,
  FEE,
  judgedBy,
  PERIOD,
  reevaluate,
  reviewed,
  reviewedScene,
  type ReviewScene,
  type ReviewStage,
  reviewStage,
} from "./review.ts";
import { refused } from "./sealedScene.ts";
import { DAY } from "./values.ts";

interface Mintable extends BaseContract {
  mint(to: string, amount: bigint): Promise<unknown>;
  approve(spender: string, amount: bigint): Promise<unknown>;
  balanceOf(account: string): Promise<bigint>;
}

const SAFE_ERC20 = new ethers.Interface(["error SafeERC20FailedOperation(address token)"]);
const GUARD = new ethers.Interface(["error ReentrancyGuardReentrantCall()"]);

/** A scene whose fees are in this token; a's complaint is upheld and b's rejected, so that fees are due. */
async function feesIn(stage: ReviewStage, token: Mintable): Promise<ReviewScene & { fees: string }> {
  const fees = await token.getAddress();
  const complaints = await stage.complaints.getAddress();
  for (const bidder of [stage.a, stage.b, stage.c, stage.d]) {
    await token.mint(bidder.address, 10n * FEE);
    await (token.connect(bidder) as Mintable).approve(complaints, 10n * FEE);
  }
  const s = await reviewed({ judging: await judgedBy(stage, { feeToken: fees }) }, stage);
  for (const by of [s.a, s.b, s.c]) await complain(s, by);
  await decide(s, 1n, Complaint.Upheld);
  await decide(s, 2n, Complaint.Rejected);
  return { ...s, fees };
}

describe("Complaints: money", () => {
  it("a token that answers false: a fee is not taken, and one due stays due", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const token = await new MockFalseToken__factory(stage.platform).deploy();
    const s = await feesIn(stage, token);
    await token.refuse(true);
    for (const act of [complain(s, s.d), s.complaints.collect(s.fees, s.a)]) {
      await refused(act, { interface: SAFE_ERC20 } as BaseContract, "SafeERC20FailedOperation", s.fees);
    }
    expect(await s.complaints.complaintCount()).to.equal(3n);
    await token.refuse(false);
    await s.complaints.collect(s.fees, s.a);
    expect(await token.balanceOf(s.a)).to.equal(10n * FEE);
  });

  it("one that keeps something of a transfer: refused, and what is due still leaves", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const token = await new MockFeeToken__factory(stage.platform).deploy();
    const s = await feesIn(stage, token);
    await token.charge(true);
    // It keeps a hundredth, and nothing of less than 100.
    const large = await judgedBy(s, { feeToken: s.fees, feeAmount: 100n });
    const other = await reviewed({ judging: large }, s);
    await refused(complain(other, s.d), s.complaints, "TokenAmountMismatch", s.fees, 100, 99);
    for (const to of [s.a, s.treasury]) await s.complaints.collect(s.fees, to);
    expect(await token.balanceOf(s.complaints)).to.equal(FEE);
  });

  it("one that takes more than was asked: refused, so that other complainants do not pay", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const token = await new MockGreedyToken__factory(stage.platform).deploy();
    const s = await feesIn(stage, token);
    const other = await reviewed({ judging: await judgedBy(s, { feeToken: s.fees, feeAmount: 100n }) }, s);
    await complain(other, s.d);
    await s.complaints.connect(s.d).withdraw(4);
    await token.charge(true);
    const greedy = s.complaints.collect(s.fees, s.treasury);
    await refused(greedy, s.complaints, "TokenAmountMismatch", s.fees, 100n + FEE, 101n + FEE);
    expect(await token.balanceOf(s.complaints)).to.equal(100n + 3n * FEE);
  });

  it("one that calls back: neither in a payment nor in taking a fee is another fee paid out", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const token = await new MockReentrantToken__factory(stage.platform).deploy();
    const s = await feesIn(stage, token);
    const complaints = await s.complaints.getAddress();
    const paying = s.complaints.interface.encodeFunctionData("collect", [s.fees, s.treasury.address]);
    await token.arm(complaints, paying);
    for (const act of [() => complain(s, s.d), () => s.complaints.collect(s.fees, s.a)]) {
      await act();
      expect(await token.attackSucceeded()).to.equal(false);
      expect(await token.attackResult()).to.equal(GUARD.encodeErrorResult("ReentrancyGuardReentrantCall"));
    }
    expect(await s.complaints.feesDue(s.fees, s.treasury)).to.equal(FEE);
    await token.arm(complaints, "0x");
    await s.complaints.collect(s.fees, s.treasury);
    expect(await token.balanceOf(s.treasury)).to.equal(FEE);
  });

  it("one that calls back cannot withdraw the complaint whose fee is being taken", async () => {
    const stage = await networkHelpers.loadFixture(reviewStage);
    const token = await new MockReentrantToken__factory(stage.platform).deploy();
    const s = await feesIn(stage, token);
    await token.arm(await s.complaints.getAddress(), s.complaints.interface.encodeFunctionData("withdraw", [4]));
    await complain(s, s.d);
    expect(await token.attackSucceeded()).to.equal(false);
    expect(await s.complaints.blocks(s.tender, 0)).to.equal(true);
  });

  it("holds the fees of open complaints and what is due, whatever is done; all of it can be paid out", async () => {
    const s = await networkHelpers.loadFixture(reviewedScene);
    const parties = [s.a, s.b, s.c, s.d];
    let seed = 7n;
    const random = (below: number): number => {
      seed = BigInt(ethers.keccak256(ethers.toBeHex(seed, 32)));
      return Number(seed % BigInt(below));
    };
    const open = async () => {
      const numbers = Array.from({ length: Number(await s.complaints.complaintCount()) }, (_, i) => i + 1);
      const all = await Promise.all(numbers.map((number) => s.complaints.complaintOf(number)));
      return all.flatMap(({ status, complainant }, i) =>
        status === Complaint.Open || status === Complaint.Lapsed
          ? [{ number: BigInt(i + 1), status, complainant }]
          : [],
      );
    };
    const due = async () => {
      const all = await Promise.all([...parties, s.treasury].map((one) => s.complaints.feesDue(s.token, one)));
      return all.reduce((sum, one) => sum + one, 0n);
    };
    let ended = 0;
    const lapsedBefore = new Set<bigint>();
    for (let step = 0; step < 60; step++) {
      const some = await open();
      const one = some[random(some.length || 1)];
      const act = random(8);
      if (one === undefined || act < 3) {
        const by = parties[random(4)];
        if (by) await complain(s, by).catch(() => undefined);
      } else if (one.status === Complaint.Lapsed) {
        if (!lapsedBefore.has(one.number)) await s.complaints.lapse(one.number);
        lapsedBefore.add(one.number);
        ended++;
      } else if (act === 3) {
        const by = parties.find(({ address }) => address === one.complainant);
        if (by) await s.complaints.connect(by).withdraw(one.number);
        ended++;
      } else if (act === 4) {
        await decide(s, one.number, random(2) === 0 ? Complaint.Rejected : Complaint.Upheld);
        ended++;
      } else if (act === 5) {
        await reevaluate(s, one.number);
        ended++;
      } else if (act === 6) {
        await s.complaints.collect(s.token, parties[random(4)] ?? s.a).catch(() => undefined);
      } else {
        await at(BigInt(await networkHelpers.time.latest()) + (random(3) === 0 ? PERIOD : DAY / 4n));
        await networkHelpers.mine();
      }
      const held = (await open()).filter(({ number }) => !lapsedBefore.has(number)).length;
      expect(await s.token.balanceOf(s.complaints)).to.equal(BigInt(held) * FEE + (await due()));
    }
    expect(ended).to.be.greaterThan(10);
    await at(BigInt(await networkHelpers.time.latest()) + PERIOD + 1n);
    for (const { number } of await open()) if (!lapsedBefore.has(number)) await s.complaints.lapse(number);
    for (const to of [...parties, s.treasury]) {
      if ((await s.complaints.feesDue(s.token, to)) > 0n) await s.complaints.collect(s.token, to);
    }
    expect(await s.token.balanceOf(s.complaints)).to.equal(0n);
  });
});
