import { expect } from "chai";
import { getBytes, hexlify, id, keccak256 } from "ethers";
import { deliver, DELIVERY_MARGIN, deliverable } from "../../sdk/src/market/deliver.ts";
import { offerStruct, restHash, sealHash } from "../../sdk/src/market/hashes.ts";
import { orderKey } from "../../sdk/src/market/keys/derive.ts";
import { maskOf } from "../../sdk/src/market/keys/mask.ts";
import { listDataSet, offerOf } from "../../sdk/src/market/list.ts";
import { versionId } from "../../sdk/src/market/model.ts";
import { offerAt, orderAt, readDataSet } from "../../sdk/src/market/read.ts";
import { networkHelpers } from "../shared/house.ts";
import { mask, sealed, type SealedChunk } from "../market/sealed.ts";
import { noise } from "../market/sealing.ts";
import {
  DAY,
  listed,
  load,
  NO_PAYMENT,
  order,
  pass,
  PRICE,
  SALE,
  sell,
  sentBy,
  serve,
  type Stage,
  standing,
  WINDOW,
} from "./market.stage.ts";

/** The bytes with one bit changed. */
const flip = (bytes: string, at = 5): string => hexlify(getBytes(bytes).map((byte, i) => (i === at ? byte ^ 1 : byte)));

describe("findings: deliveries", function () {
  this.timeout(120_000);
  let s: Stage;
  beforeEach(async () => {
    s = await load();
  });
  const ready = async (agency = 1) => (await deliverable(s.seller.context, { agency, keys: s.seller.keys })).due;
  const sends = (act: () => Promise<unknown>) => sentBy(s, s.seller, act);
  const at = async (dataSet: number, number: number) => {
    const [{ order: terms, pins, delivery } = { order: null, pins: null, delivery: null }] = (
      await readDataSet(s.base, dataSet)
    ).orders.slice(number);
    if (!terms) throw new Error("there is no such order");
    return s.base.market.orderState(terms, pins, delivery);
  };

  it("give a buyer that reads the chain with a client of its own the key that it pays for", async () => {
    const { dataSet, version: terms } = await listed(s);
    const { address: buyer, keys, context } = s.buyer;
    const version = versionId(dataSet, 1);
    const { secret, x } = await orderKey(keys, { version, buyer, nonce: 0n });
    const m = maskOf(secret, terms.sellerKey, { ...s.place, version, buyer, nonce: 0n, ephemeral: x });
    const { seal } = await s.base.market.versionOf(version);
    const what = { buyer, dataSet, offer: SALE, version: 1, nonce: 0, periods: 0, seal };
    const offer = offerStruct(offerAt(await readDataSet(s.base, dataSet), SALE).terms);
    const purchase = { ...what, ephemeral: x, maskHash: keccak256(m) };
    await context.market.placeOrder(purchase, offer, NO_PAYMENT, "0x");
    const delivered = await sell(s);
    expect(delivered.map(({ order: one }) => one.nonce)).to.deep.equal([0]);
    expect(await at(dataSet, 0)).to.equal(2n);
    const { delivery } = orderAt(await readDataSet(s.base, dataSet), version, buyer, 0);
    expect(keccak256(mask(delivery.masked, hexlify(m)))).to.equal(terms.keyCommit);
    await pass(WINDOW + 1);
    await serve(s);
    expect(await s.base.market.dueOf(s.token, s.treasury)).to.equal(PRICE);
  });

  it("of another body's orders show no masked key", async () => {
    const { dataSet } = await listed(s);
    await order(s.buyer, dataSet);
    const due = await ready();
    expect(due).to.have.length(1);
    // The officer may deliver for both bodies.
    expect(await sends(async () => expect(await deliver(s.seller.context, 2, due)).to.deep.equal([]))).to.equal(0);
    expect(await standing(s, dataSet)).to.equal("ordered");
    expect(await sends(async () => expect(await deliver(s.seller.context, 1, due)).to.have.length(1))).to.equal(1);
  });

  it("that the chain would skip show no masked key", async () => {
    const { dataSet } = await listed(s);
    await order(s.buyer, dataSet);
    await order(s.other, dataSet);
    const due = await ready();
    const [first, second] = due;
    if (!first || !second) throw new Error("two orders are due");
    const changed = [
      { ...first, order: { ...first.order, pins: { ...first.order.pins, seal: flip(first.order.pins.seal) } } },
      { ...first, order: { ...first.order, order: { ...first.order.order, price: 1n } } },
      { ...first, order: { ...first.order, order: { ...first.order.order, nonce: 1 } } },
    ];
    expect(await sends(() => deliver(s.seller.context, 1, changed))).to.equal(0);
    // One that was delivered meanwhile is left out, and does not hinder the other.
    expect(await deliver(s.seller.context, 1, [first])).to.have.length(1);
    expect(await sends(() => deliver(s.seller.context, 1, [first]))).to.equal(0);
    const rest = await deliver(s.seller.context, 1, [first, second]);
    expect(rest.map(({ order: one }) => one.buyer)).to.deep.equal([second.order.order.buyer]);
    expect([await at(dataSet, 0), await at(dataSet, 1)]).to.deep.equal([2n, 2n]);
  });

  it("keep a margin to the last second, in which a transaction could wait until the key is given for nothing", async () => {
    const { dataSet } = await listed(s);
    const { order: early } = await order(s.buyer, dataSet);
    const { order: late } = await order(s.other, dataSet);
    const due = await ready();
    expect(late.order.deliverBy).to.be.greaterThan(early.order.deliverBy);
    // The last second of one is one too many for the other.
    await networkHelpers.time.increaseTo(late.order.deliverBy - DELIVERY_MARGIN);
    const { due: still, refused } = await deliverable(s.seller.context, { agency: 1, keys: s.seller.keys });
    expect(still.map(({ order: one }) => one.order.buyer)).to.deep.equal([s.other.address]);
    expect(refused.map(({ order: one, reason }) => [one.order.buyer, reason])).to.deep.equal([
      [s.buyer.address, "late"],
    ]);
    // Also where what is due was asked for in time.
    const delivered = await deliver(s.seller.context, 1, due);
    expect(delivered.map(({ order: one }) => one.buyer)).to.deep.equal([s.other.address]);
    expect(DELIVERY_MARGIN).to.be.greaterThan(0).and.lessThan(DAY);
    expect(await at(dataSet, 0)).to.equal(1n);
  });

  it("that are honest are framed by no change of a dispute's arguments", async () => {
    const data = sealed(noise(5 * 992), id("key"));
    const { root, content, keyCommit, count, words } = data;
    const listing = { sellerKey: id("seller"), manifest: id("manifest"), size: BigInt(data.length) };
    const version = { root, content, keyCommit, count, words, ...listing };
    const price = { token: s.token, amount: PRICE, payee: s.treasury };
    const sale = offerOf({ kind: "sale", terms: id("terms"), price, window: WINDOW, delivery: DAY });
    const what = { agency: 1, category: "TRAN", metadata: {}, version, offers: [sale] };
    const { dataSet } = (await (await listDataSet(s.seller.context, what)).send()).result;
    const [m, buyer] = [id("mask"), s.buyer.address];
    const purchase = { buyer, dataSet, offer: 1, version: 1, nonce: 0, periods: 0, seal: sealHash(version) };
    const secret = { ephemeral: id("ephemeral"), maskHash: keccak256(m) };
    await s.buyer.context.market.placeOrder({ ...purchase, ...secret }, offerStruct(sale), NO_PAYMENT, "0x");
    const placed = orderAt(await readDataSet(s.base, dataSet), versionId(dataSet, 1), buyer, 0);
    expect(await deliver(s.seller.context, 1, [{ order: placed, masked: mask(data.key, m) }])).to.have.length(1);

    const { order: terms, delivery } = orderAt(await readDataSet(s.base, dataSet), versionId(dataSet, 1), buyer, 0);
    const rest = restHash(version);
    const market = s.base.market.connect(s.house.stranger);
    const byKey = (d = delivery, part = { root, keyCommit, words, rest }, mm = m) =>
      market.disputeKey.staticCall(terms, d, part, mm);
    const byChunk = (c: SealedChunk, d = delivery, mm = m, others = rest) =>
      market.disputeChunk.staticCall(terms, d, others, mm, c.index, c.plainHash, c.data, c.proof);
    // The true arguments come as far as the last check.
    await expect(byKey()).to.be.revertedWithCustomError(market, "MarketKeyRight");
    for (let i = 0; i < count; i++) {
      await expect(byChunk(data.chunk(i)))
        .to.be.revertedWithCustomError(market, "MarketChunkRight")
        .withArgs(i);
    }
    const part = { root, keyCommit, words, rest };
    const parts = [
      part,
      { ...part, root: flip(root) },
      { ...part, keyCommit: flip(keyCommit) },
      { ...part, words: words - 1 },
      { ...part, rest: flip(rest) },
    ];
    const deliveries = [
      delivery,
      { ...delivery, masked: flip(delivery.masked) },
      { ...delivery, time: delivery.time + 1 },
    ];
    const attempts: Promise<unknown>[] = [];
    for (const mm of [m, flip(m)]) {
      for (const d of deliveries) {
        attempts.push(...parts.map((one) => byKey(d, one, mm)));
        for (let i = 0; i < count; i++) {
          const [chunk, next] = [data.chunk(i), data.chunk((i + 1) % count)];
          const changes: Partial<SealedChunk>[] = [
            {},
            { index: i + 1 },
            { plainHash: flip(chunk.plainHash) },
            { data: flip(chunk.data) },
            { data: `${chunk.data}00` },
            { data: chunk.data.slice(0, -64) },
            { proof: chunk.proof.slice(1) },
            { proof: [...chunk.proof].reverse() },
            { proof: [] },
            next,
            { ...next, index: i },
          ];
          attempts.push(...changes.map((change) => byChunk({ ...chunk, ...change }, d, mm)));
          attempts.push(byChunk(chunk, d, mm, flip(rest)));
        }
      }
    }
    const won = (await Promise.allSettled(attempts)).filter(({ status }) => status === "fulfilled");
    expect(attempts).to.have.length(2 * 3 * (5 + 5 * 12));
    expect(won).to.deep.equal([]);
  });
});
