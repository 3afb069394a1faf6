import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { type Bid, listOf, neighboursOf, open, ranked, seal } from "./bids.ts";
import { newAccount, pass, publish, type PublishedTender, type Stage, stage, UNBONDED } from "./helpers.ts";
import { EVIDENCE, Status } from "./values.ts";

type Filled = Stage & PublishedTender & { bids: Bid[] };

/** A tender of one lot with sealed bids of these prices, each by another account; the commit deadline is over. */
async function filled(prices: bigint[]): Promise<Filled> {
  const s = await stage();
  const published = await publish(s, UNBONDED);
  const bids: Bid[] = [];
  for (const price of prices) bids.push(await seal(s, published.tender, await newAccount(), price));
  await pass(published.commitDeadline);
  return { ...s, ...published, bids };
}

/** The numbers below 101 in an order without pattern (70 generates them), times 1,000. */
const SHUFFLED = Array.from({ length: 100 }, (_, i) => BigInt(((i + 1) * 70) % 101) * 1_000n);
const hundred = () => filled(SHUFFLED);
/** In the order in which they win: 100, 200, 200, and then 300, 300. */
const five = () => filled([300n, 200n, 300n, 100n, 200n]);

type Act = { kind: "open" | "reject"; bid: Bid };

/** Does an act, with the right neighbours; the bids that are then in the order. A rejected one stays there. */
async function perform(s: Filled, { kind, bid }: Act, placed: Bid[]): Promise<Bid[]> {
  if (kind === "open") {
    await open(s, bid, neighboursOf(bid, placed));
    return [...placed, bid];
  }
  await s.house.connect(s.officer).reject(s.tender, 0, bid.bidder, 1, EVIDENCE);
  return placed;
}

/** Only the winner can be awarded: the call for it succeeds, the one for each of the others reverts as it must. */
async function expectWinner(s: Filled, winner: Bid, others: Bid[], rejected: Bid[]): Promise<void> {
  const house = s.house.connect(s.officer);
  const refusals = async (lowest: Bid, stand: Bid[]) => {
    for (const { bidder } of stand) {
      await expect(house.award.staticCall(s.tender, 0, bidder))
        .to.be.revertedWithCustomError(house, "TenderLowerBidStands")
        .withArgs(s.tender, 0, bidder.address, lowest.number);
    }
    for (const { bidder } of rejected) {
      await expect(house.award.staticCall(s.tender, 0, bidder))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(s.tender, 0, bidder.address, Status.Rejected);
    }
    await expect(house.closeLot.staticCall(s.tender, 0, lowest.bidder))
      .to.be.revertedWithCustomError(house, "TenderBidStands")
      .withArgs(s.tender, 0, lowest.number);
  };
  const [head] = rejected;
  if (!head) throw new Error("none is rejected");
  await refusals(head, [winner, ...others]);
  await s.house.connect(s.stranger).strike(
    s.tender,
    0,
    rejected.map(({ bidder }) => bidder),
  );
  await refusals(winner, others);
  await house.award.staticCall(s.tender, 0, winner.bidder);
}

describe("TenderHouse: a hundred bids, the lowest three rejected", function () {
  this.timeout(120_000);

  async function play(plan: (order: Bid[], bids: Bid[]) => Act[]): Promise<void> {
    const s = await networkHelpers.loadFixture(hundred);
    const order = ranked(s.bids);
    const [first, second, third, fourth] = order;
    if (!first || !second || !third || !fourth) throw new Error("too few bids");
    const acts = plan(order, s.bids);
    expect(acts).to.have.length(103);
    let placed: Bid[] = [];
    for (const act of acts) placed = await perform(s, act, placed);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal(order.map(({ number }) => number));
    await pass(s.revealDeadline);
    await expectWinner(s, fourth, order.slice(4), [first, second, third]);
    expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal(order.slice(3).map(({ number }) => number));
    await s.house.connect(s.officer).award(s.tender, 0, fourth.bidder);
    const { award } = await s.house.lotOf(s.tender, 0);
    expect(award.winner).to.equal(fourth.bidder.address);
  }
  const opening = (bid: Bid): Act => ({ kind: "open", bid });
  const rejecting = (bid: Bid): Act => ({ kind: "reject", bid });

  it("opened from the lowest up, then rejected from the lowest up", () =>
    play((order) => [...order.map(opening), ...order.slice(0, 3).map(rejecting)]));

  it("opened from the highest down, then rejected from the third down to the lowest", () =>
    play((order) => [...[...order].reverse().map(opening), ...order.slice(0, 3).reverse().map(rejecting)]));

  it("opened in the order of their numbers, each of the three rejected as soon as it is open", () =>
    play((order, bids) =>
      bids.flatMap((bid) => (order.indexOf(bid) < 3 ? [opening(bid), rejecting(bid)] : [opening(bid)])),
    ));

  it("the three opened first, the second rejected at once, the others in the middle and at the end", () =>
    play((order, bids) => {
      const [first, second, third] = order;
      if (!first || !second || !third) throw new Error("too few bids");
      const rest = bids.filter((bid) => order.indexOf(bid) > 2).map(opening);
      const start = [opening(third), opening(second), rejecting(second), opening(first)];
      return [...start, ...rest.slice(0, 50), rejecting(third), ...rest.slice(50), rejecting(first)];
    }));
});

describe("TenderHouse: five bids, the lowest three rejected", function () {
  this.timeout(120_000);

  it("in every order of the acts, the fourth is the only one that can win", async () => {
    const s = await networkHelpers.loadFixture(five);
    const order = ranked(s.bids);
    const [rejected, fourth, fifth] = [order.slice(0, 3), order[3], order[4]];
    if (!fourth || !fifth) throw new Error("too few bids");
    let orders = 0;

    /** Tries every act that is possible now, and goes on from there; the fifth bid stands from the start. */
    async function explore(toOpen: Bid[], toReject: Bid[], placed: Bid[]): Promise<void> {
      const openings = toOpen.map((bid): Act => ({ kind: "open", bid }));
      const rejections = toReject.filter((bid) => placed.includes(bid)).map((bid): Act => ({ kind: "reject", bid }));
      for (const act of [...openings, ...rejections]) {
        const snapshot = await networkHelpers.takeSnapshot();
        const next = await perform(s, act, placed);
        const without = (bids: Bid[]) => bids.filter((bid) => bid !== act.bid);
        await explore(without(toOpen), act.kind === "reject" ? without(toReject) : toReject, next);
        await snapshot.restore();
      }
      if (openings.length + rejections.length > 0) return;
      orders++;
      expect(await listOf(s, s.tender, 0n, s.bids)).to.deep.equal(order.map(({ number }) => number));
      await pass(s.revealDeadline);
      await expectWinner(s, fourth as Bid, [fifth as Bid], rejected);
    }

    const placed = await perform(s, { kind: "open", bid: fifth }, []);
    await explore(order.slice(0, 4), rejected, placed);
    // 4 openings and 3 rejections, each after its opening: 7! / 2^3.
    expect(orders).to.equal(630);
  });
});
