import { expect } from "chai";
import { ZeroHash } from "ethers";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MAX_PRICE } from "../../sdk/src/tenders/amount.ts";
import { encodeBid, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { readBonds } from "../../sdk/src/tenders/bonds.ts";
import { lowestBid, placeBids } from "../../sdk/src/tenders/decide.ts";
import { lotStatus, NOBODY, numberOf, openingMissed, standingBids, tenderStage } from "../../sdk/src/tenders/model.ts";
import { scheduleOf } from "../../sdk/src/tenders/publish.ts";
import { bidAt, listTenders, lotAt, readTender } from "../../sdk/src/tenders/read.ts";
import { BID_STATES, predecessorIn, standingOrder } from "../../sdk/src/tenders/order.ts";
import { noticeOf, type Played, Scene } from "./scene.ts";
import { twoLots } from "./ocds/lives.ts";

describe("read model of a tender, from logs alone", () => {
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const states = async (played: Played, names: string[]) => {
    const model = await played.model();
    return Promise.all(names.map(async (name) => bidAt(model, 0, await scene.address(name)).state));
  };
  /** The order in which the house has the bids of a lot. */
  const chainOrder = async (played: Played): Promise<string[]> => {
    const { house } = scene.context;
    const order: string[] = [];
    let bidder = (await house.lotOf(played.tender, 0)).lowest;
    while (bidder !== NOBODY) {
      order.push(bidder);
      bidder = (await house.bidOf(played.tender, 0, bidder)).next;
    }
    return order;
  };
  /** Opens a bid after a predecessor that is wrong, so that it has yet to take its place. */
  const revealUnplaced = async (played: Played, name: string, predecessor: string) => {
    const context = await scene.as(name);
    const commit = bidAt(await played.model(), 0, await scene.address(name)).commits.at(-1);
    const { kept } = await scene.stage.bids.list();
    const file = kept.find((one) => one.file.commitment === commit?.commitment)?.file;
    if (!commit || !file) throw new Error("no bid file");
    const { number, time } = commit;
    await (await context.house.reveal(played.tender, 0, file.bid, file.salt, number, time, predecessor)).wait();
  };

  it("terms are those published, to the last unit", async () => {
    const { lots } = noticeOf();
    const [lot] = lots;
    if (!lot) throw new Error("no lot");
    const played = await scene.publish({
      ...scene.bonded,
      currency: "JPY",
      decimals: 0,
      taxBasis: "net",
      lots: [
        { ...lot, ceiling: MAX_PRICE.toString() },
        { id: "L2", items: [] },
      ],
    });
    const model = await played.model();
    expect(model).to.deep.include({
      tender: played.tender,
      agency: scene.agency,
      documents: played.documents,
      currency: "JPY",
      decimals: 0,
      tax: "net",
      commitDeadline: played.schedule.commitDeadline,
      revealDeadline: played.schedule.revealDeadline,
      awardDeadline: played.schedule.awardDeadline,
      standstill: 3600,
      bond: { token: scene.token, amount: 5n * 10n ** 18n, treasury: scene.treasury },
      lots: [
        { lot: 0, ceiling: MAX_PRICE, required: [], bids: [] },
        { lot: 1, ceiling: 0n, required: [], bids: [] },
      ],
    });
    const block = await scene.stage.provider.getBlock(model.published.block);
    expect(model.published.time).to.equal(block?.timestamp);
    expect(model.published).to.deep.equal({ ...model.latest, key: 0 });
  });

  it("bids of every state, as the house has them", async () => {
    const names = ["silent", "gone", "stands", "later", "over", "bad", "out"];
    const played = await scene.publish(scene.bonded);
    for (const name of names) await scene.fund(name);
    for (const [price, name] of names.entries()) {
      if (name === "over") await played.commit(name, 750_001n);
      else if (name === "bad") await played.commitBytes(name, "0x");
      else await played.commit(name, BigInt(price + 1));
    }
    await played.withdraw("gone");
    expect(await states(played, names)).to.deep.equal(names.map((name) => (name === "gone" ? "withdrawn" : "sealed")));
    await played.after("commit");
    for (const name of ["stands", "over", "bad", "out"]) await played.reveal(name);
    await revealUnplaced(played, "later", await scene.address("silent"));
    await played.reject("out");
    const now = ["sealed", "withdrawn", "standing", "unplaced", "over the ceiling", "malformed", "rejected"];
    expect(await states(played, names)).to.deep.equal(now);
    const order = ["None", "sealed", "withdrawn", "standing", "unplaced", "over the ceiling", "malformed", "rejected"];
    for (const [i, name] of names.entries()) {
      const { status, number, price } = await scene.context.house.bidOf(played.tender, 0, await scene.address(name));
      expect(order[Number(status)], name).to.equal(now[i]);
      const bid = bidAt(await played.model(), 0, await scene.address(name));
      if (bid.opened) expect([numberOf(bid), bid.price ?? 0n]).to.deep.equal([Number(number), price]);
    }
    await played.after("reveal");
    await played.settle("silent");
    expect(await states(played, ["silent"])).to.deep.equal(["forfeited"]);
    await played.award("stands");
    for (const name of ["later", "over", "bad", "out"]) await played.settle(name);
    const settled = await states(played, names);
    expect(settled.slice(1)).to.deep.equal([
      "withdrawn",
      "standing",
      "standing",
      "over the ceiling",
      "malformed",
      "rejected",
    ]);
    const outcomes = (await played.model()).lots[0]?.bids.map((bid) => bid.bond?.outcome);
    expect(outcomes).to.deep.equal(["forfeited", undefined, undefined, "released", "released", "released", "released"]);
    const treasury = await readBonds(scene.context, scene.token, scene.treasury);
    expect([treasury.due, treasury.symbol, treasury.decimals]).to.deep.equal([5n * 10n ** 18n, "MOCK", 18]);
  });

  it("a withdrawn bid sealed again is one bid, with its new number", async () => {
    const played = await scene.publish();
    await played.commit("a", 5n);
    await played.commit("b", 6n);
    await played.withdraw("a");
    await played.commit("a", 7n);
    const bid = bidAt(await played.model(), 0, await scene.address("a"));
    expect([bid.state, bid.withdrawn, bid.commits.map(({ number }) => number)]).to.deep.equal([
      "sealed",
      undefined,
      [1, 3],
    ]);
    expect(BID_STATES[3]).to.equal("standing");
  });

  it("the order is the house's: by price, ties by number, after rejections in the middle", async () => {
    const played = await scene.publish();
    const prices = { p: 50n, q: 20n, r: 50n, s: 10n, t: 20n, u: MAX_PRICE };
    for (const [name, price] of Object.entries(prices)) await played.commit(name, price > 750_000n ? 750_000n : price);
    await played.replace("p", 20n); // equal to q and t, and numbered after both
    await played.after("commit");
    for (const name of ["u", "r", "p", "s", "t", "q"]) await played.reveal(name);
    const expected = await Promise.all(["s", "q", "t", "p", "r", "u"].map((name) => scene.address(name)));
    const order = async () => standingBids(lotAt(await played.model(), 0)).map(({ bidder }) => bidder);
    expect(await order()).to.deep.equal(expected);
    expect(await chainOrder(played)).to.deep.equal(expected);
    for (const name of ["t", "s", "u"]) {
      await played.reject(name);
      expect(await chainOrder(played)).to.deep.equal(await order());
    }
    const lot = lotAt(await played.model(), 0);
    const [first] = standingBids(lot);
    const told = await standingOrder(scene.context, played.tender, 0);
    expect(told.map(({ bidder }) => bidder)).to.deep.equal(standingBids(lot).map(({ bidder }) => bidder));
    expect(predecessorIn(told, 0n, 1)).to.equal(NOBODY);
    expect(predecessorIn(told, first?.price ?? 0n, numberOf(first as never))).to.equal(NOBODY);
    expect(predecessorIn(told, 20n, 99)).to.equal(await scene.address("p"));
    expect(predecessorIn(told, MAX_PRICE, 0)).to.equal(await scene.address("r"));
  });

  it("bids that have yet to take their place are placed before the award, in any order of opening", async () => {
    const played = await scene.publish();
    const names = ["f", "g", "h", "i"];
    for (const [i, name] of names.entries()) await played.commit(name, BigInt(40 - 10 * i));
    await played.after("commit");
    await played.reveal("g");
    const wrong = await scene.address("i");
    for (const name of ["f", "h"]) await revealUnplaced(played, name, wrong);
    await played.reveal("i");
    expect(await states(played, names)).to.deep.equal(["unplaced", "standing", "unplaced", "standing"]);
    expect((await lowestBid(scene.context, played.tender, 0))?.bidder).to.equal(wrong);
    expect(await placeBids(await scene.as("anyone"), played.tender, 0)).to.equal(2);
    expect(await placeBids(scene.context, played.tender, 0)).to.equal(0);
    expect(await states(played, names)).to.deep.equal(["standing", "standing", "standing", "standing"]);
    const expected = await Promise.all(["i", "h", "g", "f"].map((name) => scene.address(name)));
    expect(await chainOrder(played)).to.deep.equal(expected);
  });

  it("an unplaced bid can be rejected and does not stand in the way", async () => {
    const played = await scene.publish();
    await played.commit("f", 5n);
    await played.commit("g", 4n);
    await played.after("commit");
    await played.reveal("f");
    await revealUnplaced(played, "g", await scene.address("f"));
    await played.reject("g");
    await played.after("reveal");
    await played.award("f");
    expect((await played.model()).lots[0]?.award?.price).to.equal(5n);
  });

  it("stages and lots by the clock, a deadline being the last second", async () => {
    const played = await scene.publish(twoLots);
    const { commitDeadline, revealDeadline, awardDeadline } = played.schedule;
    const model = await played.model();
    const at = (time: number) => tenderStage(model, time);
    expect([commitDeadline, commitDeadline + 1].map(at)).to.deep.equal(["sealing", "opening"]);
    expect([revealDeadline, revealDeadline + 1].map(at)).to.deep.equal(["opening", "deciding"]);
    expect([awardDeadline, awardDeadline + 1].map(at)).to.deep.equal(["deciding", "lapsed"]);
    expect(lotStatus(model, lotAt(model, 0), awardDeadline + 1)).to.equal("lapsed");
    expect([openingMissed(model, revealDeadline), openingMissed(model, revealDeadline + 1)]).to.deep.equal([
      false,
      true,
    ]);
    await played.commit("a", 5n);
    await played.after("commit");
    await played.reveal("a");
    await played.after("reveal");
    await played.award("a");
    const awarded = await played.model();
    const end = awarded.lots[0]?.award?.standstillEnd ?? 0;
    expect(end).to.equal((awarded.lots[0]?.award?.time ?? 0) + 3600);
    const status = (time: number) => lotStatus(awarded, lotAt(awarded, 0), time);
    expect([status(end), status(end + 1)]).to.deep.equal(["awarded", "final"]);
    await played.close(1);
    expect(tenderStage(await played.model(), end)).to.equal("decided");
    const cancelled = await scene.publish();
    await cancelled.cancel();
    const gone = await cancelled.model();
    expect([tenderStage(gone, end), lotStatus(gone, lotAt(gone, 0), end)]).to.deep.equal(["cancelled", "cancelled"]);
    expect(gone.cancelled).to.deep.include({ reason: 22 });
    expect(gone.cancelled?.evidence).not.to.equal(ZeroHash);
  });

  it("as of a block, it is what it was; all tenders are listed in order", async () => {
    const played = await scene.publish();
    const before = await played.model();
    await played.commit("a", 5n);
    expect(await played.model(before.latest.block)).to.deep.equal(before);
    const all = await listTenders(scene.context);
    expect(all.map(({ tender }) => tender)).to.deep.equal(all.map((_, i) => BigInt(i + 1)));
    expect(all.at(-1)?.tender).to.equal(played.tender);
    for (const tender of [0n, 999n, 2n ** 64n - 1n]) {
      const error = await readTender(scene.context, tender).catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(InputError);
      expect((error as Error).message).to.include(`There is no tender ${tender}`);
    }
  });

  it("what a bid says survives whatever its bytes are", async () => {
    const played = await scene.publish();
    const bytes = [
      "0x",
      "0xff",
      `0x${"ff".repeat(64)}`,
      `0x${"00".repeat(65)}`,
      encodeBid({ price: 1n, quotation: NO_QUOTATION }),
    ];
    for (const [i, one] of bytes.entries()) await played.commitBytes(`x${i}`, one);
    await played.after("commit");
    for (const i of bytes.keys()) await played.reveal(`x${i}`);
    const bids = lotAt(await played.model(), 0).bids;
    expect(bids.map(({ state }) => state)).to.deep.equal([...Array<string>(4).fill("malformed"), "standing"]);
    expect(bids.map(({ opened }) => opened?.bytes)).to.deep.equal(bytes);
    expect(bids.map(({ price }) => price)).to.deep.equal([undefined, undefined, undefined, undefined, 1n]);
  });

  it("a schedule keeps its durations when it is moved, and fills in a week", () => {
    const day = 86_400;
    const iso = (time: number) => new Date(time * 1000).toISOString();
    const start = 1_800_000_000;
    const times = { start: iso(start), commitDeadline: iso(start + day), revealDeadline: iso(start + 3 * day) };
    const given = scheduleOf(noticeOf({ times }), 5, undefined);
    expect(given).to.deep.equal({
      start,
      commitDeadline: start + day,
      revealDeadline: start + 3 * day,
      awardDeadline: start + 93 * day,
    });
    const moved = scheduleOf(noticeOf({ times }), 5, start + 1000 * day);
    for (const [key, time] of Object.entries(given))
      expect(moved[key as keyof typeof moved] - time).to.equal(1000 * day);
    expect(scheduleOf(noticeOf(), 500, 1000)).to.deep.equal({
      start: 1000,
      commitDeadline: 1000 + 7 * day,
      revealDeadline: 1000 + 14 * day,
      awardDeadline: 1000 + 104 * day,
    });
  });
});
