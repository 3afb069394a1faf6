import { expect } from "chai";
import { ethers } from "../shared/house.ts";
import {
  another,
  at,
  buy,
  bytesOf,
  chunkArgs,
  deliver,
  delivered,
  disputeChunk,
  disputeKey,
  FREE,
  FUNDS,
  id,
  Listing,
  load,
  named,
  onSale,
  pass,
  PRICE,
  refund,
  rightKey,
  type Sale,
  sealOf,
  settle,
  type Stage,
  State,
  stateOf,
  WINDOW,
  ZeroHash,
} from "./helpers.ts";
import { mask } from "./sealed.ts";

const WRONG = id("wrong key");
const corrupted = { seal: { corrupt: 1 } };

/** Every field of a value, changed in turn. */
function* changedIn<T extends object>(value: T): Generator<[string, T]> {
  for (const [name, part] of Object.entries(value) as [string, unknown][]) {
    const address = typeof part === "string" && part.length === 42;
    const other = typeof part === "bigint" ? part + 1n : address ? ethers.ZeroAddress : id("other");
    yield [name, { ...value, [name]: other }];
  }
}

describe("DataMarket: disputeKey", () => {
  it("refunds the order of a wrong key, from anyone who knows the mask, and says the key", async () => {
    const s = await load();
    const sale = await delivered(s, { key: WRONG });
    const sent = disputeKey(s, sale);
    await expect(sent)
      .to.emit(s.market, "KeyDisproved")
      .withArgs(...named(sale), WRONG);
    await expect(sent)
      .to.emit(s.market, "OrderRefunded")
      .withArgs(...named(sale));
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
    expect((await s.market.versionOf(sale.listed.id))[0]).to.equal(Listing.Open);
  });

  it("refunds that order only", async () => {
    const s = await load();
    const of = await onSale(s);
    const sales = [await buy(s, of, s.a), await buy(s, of, s.b)] as const;
    const [bad, good] = await deliver(s, [...sales], [mask(WRONG, sales[0].m), rightKey(sales[1])]);
    await disputeKey(s, bad);
    await expect(refund(s, good)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    await pass(good.delivery.time + WINDOW);
    await settle(s, bad, good);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(PRICE);
  });

  it("refuses the right key", async () => {
    const s = await load();
    const sale = await delivered(s);
    await expect(disputeKey(s, sale))
      .to.be.revertedWithCustomError(s.market, "MarketKeyRight")
      .withArgs(sale.listed.data.key);
    expect(await stateOf(s, sale)).to.equal(State.Delivered);
  });

  it("is possible until the window's last second", async () => {
    const s = await load();
    const of = await onSale(s);
    const sales = [await buy(s, of, s.a), await buy(s, of, s.b)] as const;
    const [first, second] = await deliver(
      s,
      [...sales],
      sales.map(({ m }) => mask(WRONG, m)),
    );
    const last = first.delivery.time + WINDOW;
    await at(last);
    await disputeKey(s, first);
    await at(last + 1n);
    await expect(disputeKey(s, second))
      .to.be.revertedWithCustomError(s.market, "MarketTooLate")
      .withArgs(last, last + 1n);
  });

  it("refuses any part of the order, the delivery, the seal or the mask that is another's", async () => {
    const s = await load();
    const sale = await delivered(s, { key: WRONG });
    const seal = sealOf(sale.listed);
    const attempt = (x: Sale, y = seal, m = sale.m) => s.market.disputeKey(x.order, x.delivery, y, m);
    const refused = async (name: string, sent: ReturnType<typeof attempt>, of = sale) => {
      await expect(sent, name)
        .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
        .withArgs(...named(of));
    };
    for (const [name, order] of changedIn(sale.order)) {
      await refused(`order.${name}`, attempt({ ...sale, order }), { ...sale, order });
    }
    for (const [name, delivery] of changedIn(sale.delivery)) await refused(name, attempt({ ...sale, delivery }));
    for (const [name, other] of changedIn(seal)) await refused(`seal.${name}`, attempt(sale, other));
    await refused("m", attempt(sale, seal, id("other mask")));
    await attempt(sale);
  });

  it("refuses an order not delivered, refunded, or settled", async () => {
    const s = await load();
    const of = await onSale(s);
    const open = await buy(s, of, s.b);
    await expect(disputeKey(s, open)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    const sale = await delivered(s, { key: WRONG });
    await disputeKey(s, sale);
    await expect(disputeKey(s, sale)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    const settled = await delivered(s, { key: WRONG });
    await pass(settled.delivery.time + WINDOW);
    await settle(s, settled);
    await expect(disputeKey(s, settled)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
  });

  it("refunds nothing of a free order but its record", async () => {
    const s = await load();
    const sale = await delivered(s, { key: WRONG, changes: FREE });
    await disputeKey(s, sale);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
    expect(await s.market.dueOf(ethers.ZeroAddress, s.a)).to.equal(0n);
  });
});

describe("DataMarket: disputeChunk", () => {
  it("closes the version, from anyone who knows the mask, and says chunk and key", async () => {
    const s = await load();
    const sale = await delivered(s, corrupted);
    await expect(disputeChunk(s, sale, 1))
      .to.emit(s.market, "VersionDisproved")
      .withArgs(sale.listed.id, 1, sale.listed.data.key);
    expect(await s.market.versionOf(sale.listed.id)).to.deep.equal([Listing.Disproved, ZeroHash]);
    expect(await stateOf(s, sale)).to.equal(State.Delivered);
    await expect(refund(s, sale))
      .to.emit(s.market, "OrderRefunded")
      .withArgs(...named(sale));
    expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
  });

  it("refuses the chunks that are right, of that sale and of an honest one", async () => {
    const s = await load();
    for (const options of [corrupted, {}]) {
      const sale = await delivered(s, options);
      for (const index of options === corrupted ? [0, 2] : [0, 1, 2]) {
        await expect(disputeChunk(s, sale, index))
          .to.be.revertedWithCustomError(s.market, "MarketChunkRight")
          .withArgs(index);
      }
      expect((await s.market.versionOf(sale.listed.id))[0]).to.equal(Listing.Open);
    }
  });

  it("is possible until the window's last second", async () => {
    const s = await load();
    const sale = await delivered(s, corrupted);
    const last = sale.delivery.time + WINDOW;
    await at(last);
    await disputeChunk(s, sale, 1);
    await at(last + 1n);
    await expect(disputeChunk(s, sale, 1))
      .to.be.revertedWithCustomError(s.market, "MarketTooLate")
      .withArgs(last, last + 1n);
  });

  it("refuses any part that is another's, in an honest sale and in a corrupted one", async () => {
    const s = await load();
    for (const options of [corrupted, {}]) {
      const sale = await delivered(s, options);
      const args = chunkArgs(sale, 1);
      const [order, delivery, rest, m, index, plainHash, data, proof] = args;
      const other = id("other");
      const flipped = ethers.hexlify(ethers.getBytes(data).map((byte, i) => (i === 40 ? byte ^ 1 : byte)));
      const third = sale.listed.data.chunk(2);
      type Args = Parameters<typeof s.market.disputeChunk>;
      const wrong: [string, Args][] = [
        ...[...changedIn(order)].map(([name, x]): [string, Args] => [
          `order.${name}`,
          [x, delivery, rest, m, index, plainHash, data, proof],
        ]),
        ...[...changedIn(delivery)].map(([name, x]): [string, Args] => [
          `delivery.${name}`,
          [order, x, rest, m, index, plainHash, data, proof],
        ]),
        ["rest", [order, delivery, other, m, index, plainHash, data, proof]],
        ["m", [order, delivery, rest, other, index, plainHash, data, proof]],
        ["index", [order, delivery, rest, m, 0n, plainHash, data, proof]],
        ["a great index", [order, delivery, rest, m, 2n ** 256n - 1n, plainHash, data, proof]],
        ["plainHash", [order, delivery, rest, m, index, other, data, proof]],
        ["data", [order, delivery, rest, m, index, plainHash, flipped, proof]],
        ["data of another chunk", [order, delivery, rest, m, index, plainHash, third.data, proof]],
        ["less data", [order, delivery, rest, m, index, plainHash, ethers.dataSlice(data, 0, 992), proof]],
        ["more data", [order, delivery, rest, m, index, plainHash, ethers.concat([data, ZeroHash]), proof]],
        ["a byte more", [order, delivery, rest, m, index, plainHash, `${data}00`, proof]],
        ["no data", [order, delivery, rest, m, index, plainHash, "0x", proof]],
        ["a changed proof", [order, delivery, rest, m, index, plainHash, data, [other, ...proof.slice(1)]]],
        ["less proof", [order, delivery, rest, m, index, plainHash, data, proof.slice(1)]],
        ["more proof", [order, delivery, rest, m, index, plainHash, data, [...proof, other]]],
        ["no proof", [order, delivery, rest, m, index, plainHash, data, []]],
        ["proof upside down", [order, delivery, rest, m, index, plainHash, data, [...proof].reverse()]],
      ];
      for (const [name, bad] of wrong) {
        const of = bad[0] as Sale["order"];
        await expect(s.market.disputeChunk(...bad), name)
          .to.be.revertedWithCustomError(s.market, "MarketOrderMismatch")
          .withArgs(of.version, of.buyer, of.nonce);
      }
      expect((await s.market.versionOf(sale.listed.id))[0]).to.equal(Listing.Open);
    }
  });

  it("takes no node of the tree for a leaf", async () => {
    const s = await load();
    const sale = await delivered(s, { seal: { bytes: bytesOf(992 * 4) } });
    const [leaf0, leaf1] = [0, 1].map((i) => {
      const { index, plainHash, data } = sale.listed.data.chunk(i);
      return ethers.solidityPackedKeccak256(
        ["uint256", "bytes32", "bytes32"],
        [index, plainHash, ethers.keccak256(data)],
      );
    });
    const [, above] = sale.listed.data.chunk(0).proof;
    const [order, delivery, rest, m] = chunkArgs(sale, 0);
    const attempt = s.market.disputeChunk(order, delivery, rest, m, leaf0 ?? 0, leaf1 ?? "", "0x", [above ?? ""]);
    await expect(attempt).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
  });

  it("refuses a wrong key: that is what disputeKey is for", async () => {
    const s = await load();
    const sale = await delivered(s, { ...corrupted, key: WRONG });
    await expect(disputeChunk(s, sale, 1)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    await disputeKey(s, sale);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
  });

  it("refuses an order not delivered, refunded, or settled", async () => {
    const s = await load();
    const of = await onSale(s, {}, { corrupt: 1 });
    const sale = await buy(s, of, s.a);
    await expect(disputeChunk(s, sale, 1)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    const [one] = await deliver(s, [sale]);
    await disputeChunk(s, one, 1);
    await refund(s, one);
    await expect(disputeChunk(s, one, 1)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    const settled = await delivered(s, corrupted);
    await pass(settled.delivery.time + WINDOW);
    await settle(s, settled);
    await expect(disputeChunk(s, settled, 1)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
  });

  it("has all orders ordered and delivered refunded at once, and leaves the licences of settled ones", async () => {
    const s = await load();
    const of = await onSale(s, {}, { corrupt: 0 });
    const [old] = await deliver(s, [await buy(s, of, s.c)]);
    await pass(old.delivery.time + WINDOW);
    await settle(s, old);
    const late = await deliver(s, [await buy(s, of, s.b, { nonce: 5n })]);
    await pass(late[0].delivery.time + WINDOW);
    const open = await buy(s, of, s.b);
    const [first, second] = await deliver(s, [await buy(s, of, s.a), await buy(s, of, s.a, { nonce: 1n })]);
    await expect(refund(s, first)).to.be.revertedWithCustomError(s.market, "MarketOrderMismatch");
    await expect(refund(s, open)).to.be.revertedWithCustomError(s.market, "MarketTooEarly");
    await disputeChunk(s, first, 0);
    await pass(first.delivery.time + WINDOW);
    for (const one of [first, late[0]]) {
      await expect(settle(s, old, one))
        .to.be.revertedWithCustomError(s.market, "MarketVersionDisproved")
        .withArgs(of.id);
    }
    const sent = await refund(s, open, first, second, late[0], old);
    expect((await sent.wait())?.logs).to.have.length(4);
    expect(await s.market.dueOf(s.token, s.a)).to.equal(2n * PRICE);
    expect(await s.market.dueOf(s.token, s.b)).to.equal(2n * PRICE);
    expect(await s.market.dueOf(s.token, s.c)).to.equal(0n);
    expect(await s.market.dueOf(s.token, s.treasury)).to.equal(PRICE);
    expect(await s.market.hasAccess(of.id, s.c, 0)).to.equal(true);
  });

  it("leaves other versions of the data set as they are, and sells no more of this one", async () => {
    const s = await load();
    const sale = await delivered(s, corrupted);
    const of = await onSale(s);
    await disputeChunk(s, sale, 1);
    expect((await s.market.versionOf(of.id))[0]).to.equal(Listing.Open);
    await expect(buy(s, { ...of, dataSet: sale.listed.dataSet }, s.b))
      .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
      .withArgs(sale.listed.id, Listing.Disproved);
  });

  for (const reason of [1, 2]) {
    it(`is skipped by withdrawVersions for reason ${reason}, which withdraws the others`, async () => {
      const s = await load();
      const sale = await delivered(s, corrupted);
      const second = await another(s, sale.listed);
      await disputeChunk(s, sale, 1);
      const officer = s.market.connect(s.officer);
      const sent = await officer.withdrawVersions(sale.listed.dataSet, [1, 2, 1], reason);
      await expect(sent).to.emit(s.market, "VersionWithdrawn").withArgs(second.id, s.key, reason);
      expect((await sent.wait())?.logs).to.have.length(1);
      expect((await s.market.versionOf(sale.listed.id))[0]).to.equal(Listing.Disproved);
      expect((await s.market.versionOf(second.id))[0]).to.equal(
        reason === 1 ? Listing.PersonalData : Listing.Withdrawn,
      );
      await expect(officer.withdrawVersions(sale.listed.dataSet, [1, 3], reason))
        .to.be.revertedWithCustomError(s.market, "MarketVersionNotOpen")
        .withArgs(second.id + 1n, Listing.None);
      await refund(s, sale);
      expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
    });
  }

  for (const reason of [1, 2]) {
    it(`reaches a version withdrawn before, for reason ${reason}`, async () => {
      const s = await load();
      const sale = await delivered(s, corrupted);
      await s.market.connect(s.officer).withdrawVersions(sale.listed.dataSet, [1], reason);
      await disputeChunk(s, sale, 1);
      expect((await s.market.versionOf(sale.listed.id))[0]).to.equal(Listing.Disproved);
      await refund(s, sale);
      expect(await s.market.dueOf(s.token, s.a)).to.equal(PRICE);
    });
  }

  for (const [words, length] of [
    [16, 0],
    [16, 480],
    [17, 5_000],
    [32, 992 * 7],
  ] as const) {
    it(`finds each corrupted chunk of ${length} bytes in chunks of ${words} words, and no other`, async () => {
      const s = await load();
      const bytes = bytesOf(length);
      const count = Math.max(1, Math.ceil(length / (32 * (words - 1))));
      for (let corrupt = 0; corrupt < count; corrupt++) {
        const sale = await delivered(s, { seal: { bytes, words, corrupt } });
        for (let index = 0; index < count; index++) {
          if (index === corrupt) continue;
          await expect(disputeChunk(s, sale, index)).to.be.revertedWithCustomError(s.market, "MarketChunkRight");
        }
        await expect(disputeChunk(s, sale, corrupt)).to.emit(s.market, "VersionDisproved");
      }
    });
  }

  it("disputes, refunds and withdraws in one transaction", async () => {
    const s = await load();
    const sale = await delivered(s, corrupted);
    const { order, pins, delivery } = sale;
    const [token, encode] = [await s.token.getAddress(), s.market.interface];
    const acts = (index: number) => [
      encode.encodeFunctionData("disputeChunk", [...chunkArgs(sale, index)]),
      encode.encodeFunctionData("refund", [[order], [pins], [delivery]]),
      encode.encodeFunctionData("withdraw", [token, s.a.address]),
    ];
    await expect(s.market.connect(s.a).multicall(acts(0)))
      .to.be.revertedWithCustomError(s.market, "MarketChunkRight")
      .withArgs(0);
    expect(await balances(s)).to.deep.equal([FUNDS - PRICE, PRICE]);
    await s.market.connect(s.a).multicall(acts(1));
    expect(await balances(s)).to.deep.equal([FUNDS, 0n]);
    expect(await stateOf(s, sale)).to.equal(State.Refunded);
  });

  const balances = (s: Stage) => Promise.all([s.token.balanceOf(s.a), s.token.balanceOf(s.market)]);
});
