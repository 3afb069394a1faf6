import { expect } from "chai";
import { concat, type Filter, Log, toBeHex, ZeroHash } from "ethers";
import { addKey } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { MAX_PRICE } from "../../sdk/src/tenders/amount.ts";
import { encodeBid, NO_QUOTATION } from "../../sdk/src/tenders/bid.ts";
import { readBonds } from "../../sdk/src/tenders/bonds.ts";
import {
  awardDeadlineOf,
  lotStatus,
  numberOf,
  openingMissed,
  type TenderModel,
  tenderStage,
} from "../../sdk/src/tenders/model.ts";
import { BID_STATES } from "../../sdk/src/tenders/order.ts";
import { bidAt, listTenders, readTender } from "../../sdk/src/tenders/read.ts";
import { lotAt } from "../../sdk/src/tenders/model.ts";
import { scheduleOf } from "../../sdk/src/tenders/schedule.ts";
import { noticeOf, type Played, Scene } from "./scene.ts";
import { commitNaming } from "./vendor.ts";
import { twoLots } from "./ocds/lives.ts";

const ONE = `0x${"11".repeat(32)}`;

describe("read model of a tender, from logs alone", () => {
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  const states = async (played: Played, names: string[]) => {
    const model = await played.model();
    return Promise.all(names.map(async (name) => bidAt(model, 0, await scene.address(name)).state));
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
        { ...lot, ceiling: MAX_PRICE.toString(), minimum: "7" },
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
        { lot: 0, ceiling: MAX_PRICE, minimum: 7n, required: [], bids: [] },
        { lot: 1, ceiling: 0n, minimum: 0n, required: [], bids: [] },
      ],
    });
    const block = await scene.stage.provider.getBlock(model.published.block);
    expect(model.published.time).to.equal(block?.timestamp);
    expect(model.published).to.deep.equal({ ...model.latest, key: 0 });
  });

  it("bids of every state, as the house has them", async () => {
    const names = ["silent", "gone", "stands", "later", "over", "bad", "out", "cheap", "twin", "double"];
    const [lot] = noticeOf().lots;
    if (!lot) throw new Error("no lot");
    const played = await scene.publish({ ...scene.bonded, lots: [{ ...lot, minimum: "0.03" }] });
    const prices: Record<string, bigint> = { over: 750_001n, cheap: 2n };
    for (const name of names) await scene.fund(name);
    for (const [i, name] of names.entries()) {
      const price = prices[name] ?? BigInt(i + 1);
      if (name === "bad") await played.commitBytes(name, "0x");
      else if (name === "double") await commitNaming(played, name, "twin", price);
      else await played.commit(name, price);
    }
    await played.withdraw("gone");
    expect(await states(played, names)).to.deep.equal(names.map((name) => (name === "gone" ? "withdrawn" : "sealed")));
    await played.after("commit");
    for (const name of names.filter((one) => !["silent", "gone", "later"].includes(one))) await played.reveal(name);
    await played.revealBetween("later", await scene.address("silent"));
    await played.reject("out");
    const now = [
      ...["sealed", "withdrawn", "standing", "unplaced", "over the ceiling", "malformed", "rejected"],
      ...["under the minimum", "duplicate", "duplicate"],
    ];
    expect(await states(played, names)).to.deep.equal(now);
    const model = await played.model();
    for (const [i, name] of names.entries()) {
      const told = await scene.context.house.bidOf(played.tender, 0, await scene.address(name));
      expect(BID_STATES[Number(told.status)], name).to.equal(now[i]);
      const bid = bidAt(model, 0, await scene.address(name));
      if (!bid.opened) continue;
      const { number, price, lottery } = told;
      expect([numberOf(bid), bid.price ?? 0n, bid.lottery ?? 0]).to.deep.equal([
        Number(number),
        price,
        Number(lottery),
      ]);
    }
    expect(bidAt(model, 0, await scene.address("double")).vendor).to.equal(await scene.address("twin"));
    await played.after("reveal");
    await played.settle("silent");
    expect(await states(played, ["silent"])).to.deep.equal(["forfeited"]);
    await played.award("stands");
    const losers = names.slice(3);
    for (const name of losers) await played.settle(name);
    const settled = await states(played, names);
    expect(settled.slice(1)).to.deep.equal(["withdrawn", "standing", "standing", ...now.slice(4)]);
    const outcomes = (await played.model()).lots[0]?.bids.map((bid) => bid.bond?.outcome);
    expect(outcomes).to.deep.equal(["forfeited", undefined, undefined, ...losers.map(() => "released")]);
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

  it("an extension, proposed by one key and confirmed by another, moves the deadlines by as much", async () => {
    const played = await scene.publish();
    const { tender, schedule } = played;
    const before = await played.model();
    const later = schedule.commitDeadline + 3600;
    await (await scene.officer.house.proposeExtension(tender, later)).wait();
    const { latest, proposed, ...rest } = await played.model();
    expect(proposed).to.deep.equal({ ...latest, key: 0, deadline: later });
    expect({ ...rest, latest: before.latest }).to.deep.equal(before);
    expect(latest.block).to.be.greaterThan(before.latest.block);
    const second = await scene.as("second officer");
    const key = { account: await scene.address("second officer"), permissions: permissionBits("tender.extend") };
    await addKey(await scene.as("admin"), { agency: scene.agency, ...key, until: 2 ** 40 - 1 }).send();
    await (await second.house.extend(tender, later, 99, ONE)).wait();
    const model = await played.model();
    const told = await scene.context.house.tenderOf(tender);
    for (const name of ["commitDeadline", "revealDeadline", "awardDeadline"] as const) {
      expect([model[name], Number(told[name])], name).to.deep.equal([schedule[name] + 3600, schedule[name] + 3600]);
    }
    await scene.stage.advanceTo(schedule.commitDeadline + 1);
    await played.commit("late", 5n);
    expect(tenderStage(await played.model(), (await scene.now()).time)).to.equal("sealing");
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
    const head = (price: bigint, lottery = 0) => concat([toBeHex(price, 8), toBeHex(lottery, 2), NO_QUOTATION]);
    const malformed = [
      ...["0x", "0xff", `0x${"00".repeat(43)}`, `0x${"ff".repeat(64)}`],
      concat([head(MAX_PRICE + 1n), "0x0000"]),
      concat([head(1n, 1000), "0x0000"]),
      concat([head(1n), "0x0001"]), // an identity that is cut off
      concat([head(1n), "0x0056", `0x14${"33".repeat(85)}`]), // an identity that nobody signed
    ];
    const well = [encodeBid({ price: 1n, lottery: 999, quotation: NO_QUOTATION }), concat([head(2n), "0x0000ffff"])];
    const bytes = [...malformed, ...well];
    for (const [i, one] of bytes.entries()) await played.commitBytes(`x${i}`, one);
    await played.after("commit");
    for (const i of bytes.keys()) await played.reveal(`x${i}`);
    const bids = lotAt(await played.model(), 0).bids;
    const told = (of: string, count: number) => Array<string>(count).fill(of);
    const states = [...told("malformed", malformed.length), ...told("standing", well.length)];
    expect(bids.map(({ state }) => state)).to.deep.equal(states);
    expect(bids.map(({ opened }) => opened?.bytes)).to.deep.equal(bytes);
    const said = bids.map(({ price, lottery, vendor }) => [price, lottery, vendor]);
    expect(said.slice(0, malformed.length)).to.deep.equal(malformed.map(() => [undefined, undefined, undefined]));
    expect(said.slice(malformed.length)).to.deep.equal([
      [1n, 999, undefined],
      [2n, 0, undefined],
    ]);
  });

  it("events of no bid change none; what is void stays so, beside a duplicate and when its bond is lost", async () => {
    const played = await scene.publish();
    for (const [i, name] of ["a", "b", "c"].entries()) await played.commit(name, BigInt(i + 1));
    await played.after("commit");
    for (const name of ["a", "b", "c"]) await played.reveal(name);
    const [a, b, c] = await Promise.all(["a", "b", "c"].map((name) => scene.address(name)));
    const place = [played.tender, 0];
    const before = await played.model();
    const ceiling = { key: 0, state: "sealed", number: 4, sealed: "0x" };
    const still = await readWith(played, [
      ["BiddingOpened", [played.tender]],
      ["OpeningBegun", [played.tender, 0]],
      ["CeilingSealed", [...place, 0, 4, "0x"]],
      ["TiesDrawn", [...place, 1, 5]],
    ]);
    const [lot] = still.lots;
    expect(lot?.sealedCeiling).to.deep.equal({ ...still.latest, logIndex: still.latest.logIndex - 1, ...ceiling });
    delete lot?.sealedCeiling;
    expect({ ...still, latest: before.latest }).to.deep.equal(before);
    const model = await readWith(played, [
      ["BidVoided", [...place, a, 0, [0, 1]]],
      ["BidsDuplicate", [...place, b, a, c]],
      ["BondForfeited", [...place, a, scene.treasury]],
    ]);
    expect(lotAt(model, 0).bids.map(({ state }) => state)).to.deep.equal(["void", "duplicate", "standing"]);
    expect(bidAt(model, 0, a ?? "").bond?.outcome).to.equal("forfeited");
  });

  it("a later deadline that a review gives has in it what complaints took before; more of it moves it on", async () => {
    const played = await scene.publish();
    const { commitDeadline, awardDeadline } = played.schedule;
    const place = [played.tender, 0];
    const model = await readWith(played, [
      ["LotPostponed", [...place, 100, awardDeadline + 100]],
      ["LotReopened", [...place, awardDeadline + 1_000]],
      ["LotPostponed", [...place, 150, awardDeadline + 1_050]],
    ]);
    expect(awardDeadlineOf(model, lotAt(model, 0))).to.equal(awardDeadline + 1_050);
    const kept = await readWith(played, [
      ["LotPostponed", [...place, 100, awardDeadline + 100]],
      ["LotReopened", [...place, awardDeadline + 100]],
      ["TenderExtended", [played.tender, 0, commitDeadline + 5_000, 30, played.documents]],
    ]);
    expect(awardDeadlineOf(kept, lotAt(kept, 0))).to.equal(awardDeadline + 5_100);
  });

  /** A tender as it is read where further events were written, which take a committee. */
  async function readWith(played: Played, events: [name: string, args: unknown[]][]): Promise<TenderModel> {
    const { context } = scene;
    const { latest } = await played.model();
    const written = events.map(([name, args], i) => {
      const at = { blockNumber: latest.block, blockHash: ONE, transactionHash: latest.tx, transactionIndex: 0 };
      const told = context.house.interface.encodeEventLog(name, args);
      const address = context.addresses.TenderHouse;
      return new Log({ ...at, ...told, address, index: latest.logIndex + 1 + i, removed: false }, context.provider);
    });
    const getLogs = async (filter: Filter) => [...(await context.provider.getLogs(filter)), ...written];
    const provider = new Proxy(context.provider, {
      get(target, key) {
        if (key === "getLogs") return getLogs;
        const own: unknown = Reflect.get(target, key, target);
        return typeof own === "function" ? (own.bind(target) as unknown) : own;
      },
    });
    return readTender({ ...context, provider }, played.tender);
  }

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
    for (const key of ["start", "commitDeadline", "revealDeadline", "awardDeadline"] as const) {
      expect(moved[key] - given[key], key).to.equal(1000 * day);
    }
    expect(scheduleOf(noticeOf(), 500, 1000)).to.deep.equal({
      start: 1000,
      commitDeadline: 1000 + 7 * day,
      revealDeadline: 1000 + 14 * day,
      awardDeadline: 1000 + 104 * day,
    });
  });
});
