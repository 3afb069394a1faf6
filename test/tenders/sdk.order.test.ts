import { expect } from "chai";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { MAX_PRICE } from "../../sdk/src/tenders/amount.ts";
import { clearHead, placeBids } from "../../sdk/src/tenders/head.ts";
import { NOBODY, standingBids } from "../../sdk/src/tenders/model.ts";
import { neighboursIn, orderOf, type OrderedBid, standingOrder } from "../../sdk/src/tenders/order.ts";
import { bidAt } from "../../sdk/src/tenders/read.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { type Played, Scene } from "./scene.ts";
import { commitNaming } from "./vendor.ts";

describe("the order of a lot's bids", () => {
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const addresses = (...names: string[]) => Promise.all(names.map((name) => scene.address(name)));
  const stateOf = async (played: Played, name: string) =>
    bidAt(await played.model(), 0, await scene.address(name)).state;
  const told = async (act: Promise<unknown>) =>
    describeError(
      await act.then(
        () => new Error("nothing was thrown"),
        (thrown: unknown) => thrown,
      ),
    );
  /** The order in which the house has the bids of a lot, by the numbers that link them. */
  const chainOrder = async (played: Played): Promise<string[]> => {
    const { house } = scene.context;
    const { bids } = lotAt(await played.model(), 0);
    const byNumber = new Map(bids.flatMap(({ bidder, commits }) => commits.map(({ number }) => [number, bidder])));
    const order: string[] = [];
    let { lowest: next } = await house.lotOf(played.tender, 0);
    while (next !== 0n) {
      const bidder = byNumber.get(Number(next)) ?? NOBODY;
      order.push(bidder);
      ({ next } = await house.bidOf(played.tender, 0, bidder));
    }
    return order;
  };
  /** A tender with a bid of each name, the first the lowest, all of them opened. */
  const opened = async (...names: string[]): Promise<Played> => {
    const played = await scene.publish();
    for (const [i, name] of names.entries()) await played.commit(name, BigInt(100 + i));
    await played.after("commit");
    for (const name of names) await played.reveal(name);
    return played;
  };
  const clear = async (played: Played) => clearHead(await scene.as("anyone"), played.tender, 0);

  describe("neighboursIn", () => {
    const bid = (bidder: string, price: bigint, number: number, more: Partial<OrderedBid> = {}): OrderedBid => ({
      ...{ bidder, price, number, placed: true, stands: true },
      ...more,
    });
    const order = [
      bid("a", 5n, 9),
      bid("b", 7n, 1, { stands: false }),
      bid("c", 7n, 3),
      bid("d", 8n, 2, { placed: false }),
      bid("e", MAX_PRICE, 4),
    ];

    it("are nobody in an empty order, and nobody at either end", () => {
      expect(neighboursIn([], 5n, 1)).to.deep.equal({ before: NOBODY, next: NOBODY });
      expect(neighboursIn(order, 0n, 10)).to.deep.equal({ before: NOBODY, next: "a" });
      expect(neighboursIn(order, MAX_PRICE, 10)).to.deep.equal({ before: "e", next: NOBODY });
    });

    it("go by the commit number where prices are equal", () => {
      expect(neighboursIn(order, 5n, 8)).to.deep.equal({ before: NOBODY, next: "a" });
      expect(neighboursIn(order, 5n, 10)).to.deep.equal({ before: "a", next: "b" });
      expect(neighboursIn(order, 7n, 2)).to.deep.equal({ before: "b", next: "c" });
      expect(neighboursIn(order, 7n, 10)).to.deep.equal({ before: "c", next: "e" });
    });

    it("may have been rejected, may not be unplaced, and are not the bid itself", () => {
      expect(neighboursIn(order, 6n, 10)).to.deep.equal({ before: "a", next: "b" });
      expect(neighboursIn(order, 8n, 1)).to.deep.equal({ before: "c", next: "e" });
      expect(neighboursIn(order, 8n, 2)).to.deep.equal({ before: "c", next: "e" });
      expect(neighboursIn(order, 7n, 3)).to.deep.equal({ before: "b", next: "e" });
    });
  });

  it("is the house's: by price, ties by number; a rejected bid keeps its place and stands no more", async () => {
    const played = await scene.publish();
    const prices = { p: 50n, q: 20n, r: 50n, s: 10n, t: 20n, u: 750_000n };
    for (const [name, price] of Object.entries(prices)) await played.commit(name, price);
    await played.replace("p", 20n); // equal to q and t, and numbered after both
    await played.after("commit");
    for (const name of ["u", "r", "p", "s", "t", "q"]) await played.reveal(name);
    const expected = await addresses("s", "q", "t", "p", "r", "u");
    expect(await chainOrder(played)).to.deep.equal(expected);
    let standing = ["s", "q", "t", "p", "r", "u"];
    for (const name of ["", "t", "s", "u"]) {
      if (name !== "") await played.reject(name);
      standing = standing.filter((one) => one !== name);
      const wanted = await addresses(...standing);
      const placed = await orderOf(scene.context, played.tender, 0);
      expect(placed.map(({ bidder }) => bidder)).to.deep.equal(expected);
      expect(placed.filter(({ stands }) => !stands)).to.have.length(6 - standing.length);
      expect((await standingOrder(scene.context, played.tender, 0)).map(({ bidder }) => bidder)).to.deep.equal(wanted);
      expect(standingBids(lotAt(await played.model(), 0)).map(({ bidder }) => bidder)).to.deep.equal(wanted);
      expect(await chainOrder(played)).to.deep.equal(expected);
    }
  });

  it("takes an opening between rejected neighbours", async () => {
    const played = await scene.publish();
    for (const [i, name] of ["a", "b", "c"].entries()) await played.commit(name, BigInt(10 + i));
    await played.after("commit");
    for (const name of ["a", "c"]) await played.reveal(name);
    for (const name of ["a", "c"]) await played.reject(name);
    expect(await played.reveal("b")).to.deep.equal({ state: "standing", price: 11n });
    expect(await chainOrder(played)).to.deep.equal(await addresses("a", "b", "c"));
  });

  describe("placeBids", () => {
    it("places what has yet to take its place, in any order of opening, and is then done", async () => {
      const played = await scene.publish();
      const names = ["f", "g", "h", "i"];
      for (const [i, name] of names.entries()) await played.commit(name, BigInt(40 - 10 * i));
      await played.after("commit");
      const [wrong] = await addresses("i");
      await played.reveal("g");
      for (const name of ["f", "h"]) await played.revealBetween(name, wrong);
      await played.reveal("i");
      const states = () => Promise.all(names.map((name) => stateOf(played, name)));
      expect(await states()).to.deep.equal(["unplaced", "standing", "unplaced", "standing"]);
      expect((await standingOrder(scene.context, played.tender, 0))[0]?.bidder).to.equal(wrong);
      expect(await placeBids(await scene.as("anyone"), played.tender, 0)).to.equal(2);
      expect(await placeBids(scene.context, played.tender, 0)).to.equal(0);
      expect(await states()).to.deep.equal(names.map(() => "standing"));
      expect(await chainOrder(played)).to.deep.equal(await addresses("i", "h", "g", "f"));
    });

    it("is needed for both neighbours: one that is right does not do", async () => {
      const played = await scene.publish();
      for (const [i, name] of ["a", "x", "y", "b"].entries()) await played.commit(name, BigInt(10 + i));
      await played.after("commit");
      for (const name of ["a", "b"]) await played.reveal(name);
      const [a, b] = await addresses("a", "b");
      await played.revealBetween("x", a, NOBODY);
      await played.revealBetween("y", NOBODY, b);
      expect([await stateOf(played, "x"), await stateOf(played, "y")]).to.deep.equal(["unplaced", "unplaced"]);
      expect(await placeBids(scene.context, played.tender, 0)).to.equal(2);
      expect(await chainOrder(played)).to.deep.equal(await addresses("a", "x", "y", "b"));
    });

    it("comes before a rejection: an unplaced bid cannot be rejected, and once rejected does not stand in the way", async () => {
      const played = await scene.publish();
      await played.commit("f", 5n);
      await played.commit("g", 4n);
      await played.after("commit");
      await played.reveal("f");
      await played.revealBetween("g", await scene.address("f"));
      expect(await told(played.reject("g"))).to.match(/^TenderBidStatus /);
      await placeBids(scene.context, played.tender, 0);
      await played.reject("g");
      await played.after("reveal");
      await played.award("f");
      expect((await played.model()).lots[0]?.award?.price).to.equal(5n);
    });
  });

  describe("clearHead", () => {
    it("takes the head away up to the first bid that can win, and no more", async () => {
      const played = await opened("a", "b", "c", "d", "e");
      for (const name of ["b", "a", "d"]) await played.reject(name);
      await played.after("reveal");
      expect(await clear(played)).to.equal(await scene.address("c"));
      expect(await chainOrder(played)).to.deep.equal(await addresses("c", "d", "e"));
      expect(await Promise.all(["a", "b", "d"].map((name) => stateOf(played, name)))).to.deep.equal(
        Array<string>(3).fill("rejected"),
      );
      const { block } = await scene.now();
      await clear(played);
      expect((await scene.now()).block, "nothing is left to send").to.equal(block);
      await played.reject("c");
      await clear(played);
      expect(await chainOrder(played)).to.deep.equal(await addresses("e"));
      await played.award("e");
      expect((await played.model()).lots[0]?.award?.price).to.equal(104n);
    });

    it("takes all away where none can win, so that the lot can be closed", async () => {
      const played = await opened("a", "b");
      for (const name of ["a", "b"]) await played.reject(name);
      await played.after("reveal");
      const close = () => scene.officer.house.closeLot(played.tender, 0, NOBODY);
      expect(await told(close())).to.match(/^TenderBidStands /);
      expect(await clear(played)).to.equal(undefined);
      expect(await chainOrder(played)).to.deep.equal([]);
      await (await close()).wait();
      expect((await played.model()).lots[0]?.closed).to.deep.include({ key: 0 });
    });

    it("takes duplicates away, placed or not", async () => {
      const played = await scene.publish();
      await played.commit("vendor", 3n);
      await commitNaming(played, "front", "vendor", 1n);
      await commitNaming(played, "side", "vendor", 2n);
      await played.commit("other", 4n);
      await played.after("commit");
      await played.reveal("vendor");
      await played.revealBetween("front", NOBODY, NOBODY);
      for (const name of ["other", "side"]) await played.reveal(name);
      for (const name of ["vendor", "front", "side"]) expect(await stateOf(played, name), name).to.equal("duplicate");
      const unplaced = await scene.context.house.lotOf(played.tender, 0).then((lot) => lot.unplaced);
      expect(unplaced).to.equal(0n);
      expect(await chainOrder(played)).to.deep.equal(await addresses("side", "vendor", "other"));
      await played.after("reveal");
      await clear(played);
      expect(await chainOrder(played)).to.deep.equal(await addresses("other"));
      await played.award("other");
      expect((await played.model()).lots[0]?.award?.price).to.equal(4n);
    });

    it("places first what has no place, the lowest of all among it", async () => {
      const played = await scene.publish();
      for (const [i, name] of ["a", "b", "c"].entries()) await played.commit(name, BigInt(i + 1));
      await played.after("commit");
      await played.reveal("b");
      await played.reveal("c");
      await played.reject("b");
      await played.revealBetween("a", await scene.address("c"));
      await played.after("reveal");
      await clear(played);
      expect(await chainOrder(played)).to.deep.equal(await addresses("a", "b", "c"));
      await played.reject("a");
      await clear(played);
      expect(await chainOrder(played)).to.deep.equal(await addresses("c"));
    });

    it("has nothing to do in a lot without bids, or with a head that can win", async () => {
      const empty = await scene.publish();
      await empty.after("reveal");
      const { block } = await scene.now();
      expect(await clear(empty)).to.equal(undefined);
      expect((await scene.now()).block).to.equal(block);
      const played = await opened("a", "b");
      await played.reject("b");
      await played.after("reveal");
      const now = await scene.now();
      expect(await clear(played)).to.equal(await scene.address("a"));
      expect((await scene.now()).block).to.equal(now.block);
      expect(await chainOrder(played)).to.deep.equal(await addresses("a", "b"));
    });

    it("waits for the time of awards", async () => {
      const played = await opened("a", "b");
      await played.reject("a");
      expect(await told(clear(played))).to.match(/^TenderRevealRunning /);
      expect(await chainOrder(played)).to.deep.equal(await addresses("a", "b"));
    });
  });
});
