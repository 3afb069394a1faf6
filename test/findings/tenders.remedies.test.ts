import { expect } from "chai";
import type { MockJudge } from "../../typechain-types/index.ts";
import { MockJudge__factory } from "../../typechain-types/index.ts";
import type { TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { type Bid, listOf, openAll, seal } from "../tenders/bids.ts";
import { at, BY_PRICE, pass, publish, type PublishedTender, type Stage, stage } from "../tenders/helpers.ts";
import { refused } from "../tenders/sealedScene.ts";
import { BOND, CEILING, DAY, DEPOSIT, EVIDENCE, Outcome, STANDSTILL, Status, ZeroAddress } from "../tenders/values.ts";

type Scene = Stage & PublishedTender & { judge: MockJudge };

async function reviewed(): Promise<Stage & { judge: MockJudge }> {
  const s = await stage();
  const deployed = await new MockJudge__factory(s.platform).deploy();
  return { ...s, judge: MockJudge__factory.connect(ethers.getAddress(await deployed.getAddress()), s.platform) };
}

/** A tender of two lots whose complaints a judge hears that orders what it likes. */
async function scene(terms: Partial<TenderTermsStruct> = {}, rule = false): Promise<Scene> {
  const s = await networkHelpers.loadFixture(reviewed);
  const judging = { ...BY_PRICE, complaints: s.judge, ...(rule ? { rule: s.judge } : {}) };
  return { ...s, ...(await publish(s, { ceilings: [CEILING, CEILING], judging, ...terms })) };
}

const order = (s: Scene, act: "annul" | "reopen" | "reinstate", lot: number, ...values: unknown[]) =>
  s.judge.order(s.house, s.house.interface.encodeFunctionData(act as never, [s.tender, lot, ...values] as never));
const settle = (s: Scene, lot: number, bidder: { address: string }) =>
  s.house.settleBond(s.tender, lot, bidder.address);
const award = (s: Scene, lot: number, bidder: { address: string }) =>
  s.house.connect(s.officer).award(s.tender, lot, bidder.address);
const outcomeOf = async (s: Scene, lot: number) => (await s.house.lotOf(s.tender, lot)).award.outcome;

/** Bids of lot 0 at these prices by a, b, c, opened; the reveal deadline is over. */
async function opened(s: Scene, prices: bigint[], lot = 0n): Promise<Bid[]> {
  const bids: Bid[] = [];
  for (const [i, price] of prices.entries()) bids.push(await seal(s, s.tender, [s.a, s.b, s.c][i] ?? s.d, price, lot));
  return bids;
}

async function revealed(s: Scene, bids: Bid[]): Promise<void> {
  await pass(s.commitDeadline);
  for (const lot of new Set(bids.map((bid) => bid.lot))) {
    await openAll(
      s,
      bids.filter((bid) => bid.lot === lot),
    );
  }
  await pass(s.revealDeadline);
}

describe("findings: remedies that a review orders", () => {
  it("none is ordered while bids are sealed: a bond settled then would be free twice", async () => {
    const s = await scene();
    await seal(s, s.tender, s.a, 500n);
    await at(s.commitDeadline);
    const early = [s.house, "TenderRevealNotOpen", s.tender, s.commitDeadline] as const;
    await refused(order(s, "annul", 0), ...early);
    await refused(order(s, "reopen", 0, 0), ...early);
    await refused(order(s, "reinstate", 0, s.a.address, ZeroAddress), ...early);
    await at(s.commitDeadline + 4n);
    await order(s, "annul", 0);
    await settle(s, 0, s.a);
    await refused(settle(s, 0, s.a), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Sealed);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("a lot annulled before its bids are opened forfeits none of them", async () => {
    const s = await scene();
    await seal(s, s.tender, s.a, 500n);
    await pass(s.commitDeadline);
    await order(s, "annul", 0);
    await pass(s.revealDeadline);
    await settle(s, 0, s.a);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
    expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
  });

  it("an agency does not save an award by cancelling another lot", async () => {
    const s = await scene();
    await revealed(s, await opened(s, [500n]));
    await award(s, 0, s.a);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await order(s, "annul", 0);
    expect(await outcomeOf(s, 0)).to.equal(Outcome.Annulled);
  });

  it("a lot opened anew moves no deadline of another one, and ends two years after the tender's at the latest", async () => {
    const s = await scene();
    await revealed(s, [...(await opened(s, [500n])), ...(await opened(s, [500n], 1n))]);
    await pass(s.awardDeadline);
    const until = s.awardDeadline + 60n * DAY;
    await order(s, "reopen", 0, until);
    await refused(award(s, 1, s.a), s.house, "TenderAwardClosed", s.tender, s.awardDeadline);
    await settle(s, 1, s.a);
    await refused(settle(s, 0, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
    const most = s.awardDeadline + 730n * DAY;
    await at(most - 100n * DAY);
    await refused(order(s, "reopen", 0, most + 1n), s.house, "TenderReopenInvalid", s.tender, 0, most + 1n);
    await order(s, "reopen", 0, most);
    await at(most);
    await award(s, 0, s.a);
  });

  it("bids of one price come back in their order, whoever comes back first", async () => {
    const s = await scene();
    const bids = await opened(s, [300n, 300n, 300n]);
    await revealed(s, bids);
    for (const bidder of [s.a, s.b]) await s.house.connect(s.officer).reject(s.tender, 0, bidder, 1, EVIDENCE);
    await s.house.strike(s.tender, 0, [s.a, s.b]);
    await order(s, "reinstate", 0, s.a.address, s.c.address);
    const second = order(s, "reinstate", 0, s.b.address, s.a.address);
    await expect(second).to.emit(s.house, "BidReinstated").withArgs(s.tender, 0, s.b.address, Status.Unplaced);
    await s.house.place(s.tender, 0, s.b, s.a, s.c);
    expect(await listOf(s, s.tender, 0n, bids)).to.deep.equal([1n, 2n, 3n]);
    await award(s, 0, s.a);
  });

  it("nobody's award is final in a lot closed or annulled", async () => {
    const s = await scene();
    await revealed(s, []);
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
    await order(s, "annul", 1);
    await pass(s.awardDeadline + STANDSTILL);
    for (const lot of [0, 1]) {
      expect(await s.house.isFinal(s.tender, lot, ZeroAddress)).to.equal(false);
      expect((await s.house.bidOf(s.tender, lot, ZeroAddress)).awardedAt).to.equal(0n);
    }
  });

  it("a bid selected but not awarded is free when the rest is cancelled", async () => {
    const s = await scene({}, true);
    await revealed(s, await opened(s, [300n, 400n]));
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    await award(s, 0, s.a);
    const { time } = (await s.house.lotOf(s.tender, 0)).award;
    await at(time + STANDSTILL + 1n);
    await refused(settle(s, 0, s.b), s.house, "TenderBondHeld", s.tender, 0, s.b.address, s.awardDeadline);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await settle(s, 0, s.b);
    expect((await s.house.bondBalance(s.token, s.b))[1]).to.equal(0n);
  });

  it("a further winner that fails is rejected after the first award, and one awarded is not", async () => {
    const s = await scene({}, true);
    await revealed(s, await opened(s, [300n, 400n]));
    for (const bidder of [s.a, s.b]) await s.judge.choose(bidder, true);
    await award(s, 0, s.a);
    const reject = (bidder: { address: string }) =>
      s.house.connect(s.officer).reject(s.tender, 0, bidder.address, 1, EVIDENCE);
    await refused(reject(s.a), s.house, "TenderLotDecided", s.tender, 0, Outcome.Awarded);
    await reject(s.b);
    await refused(award(s, 0, s.b), s.house, "TenderBidStatus", s.tender, 0, s.b.address, Status.Rejected);
  });

  it("an award whose standstill ended 425 days ago is undone by nobody", async () => {
    const s = await scene();
    await revealed(s, await opened(s, [300n]));
    await award(s, 0, s.a);
    const { time } = (await s.house.lotOf(s.tender, 0)).award;
    const last = time + STANDSTILL + 425n * DAY;
    const snapshot = await networkHelpers.takeSnapshot();
    await at(last);
    await order(s, "annul", 0);
    await snapshot.restore();
    await at(last + 1n);
    await refused(order(s, "annul", 0), s.house, "TenderLotDecided", s.tender, 0, Outcome.Awarded);
    await refused(order(s, "reopen", 0, 0), s.house, "TenderReopenInvalid", s.tender, 0, 0);
    expect((await s.house.bondBalance(s.token, s.a))[1]).to.equal(BOND);
  });
});
