import { expect } from "chai";
import type { HardhatEthersSigner } from "@nomicfoundation/hardhat-ethers/types";
import type { TenderTermsStruct } from "../../typechain-types/contracts/tenders/ITenderHouse.ts";
import { open, openAll, seal } from "./bids.ts";
import { openedScene, pass, PRICES, publish, type Scene, sealedScene, termsOf } from "./helpers.ts";
import { BOND, CEILING, DEPOSIT, EVIDENCE, id, Outcome, Rules, Status, ZeroAddress } from "./values.ts";

const OVER = CEILING + 1n;

describe("TenderHouse: a second round where every bid was over the ceiling", () => {
  /** The lot of a, b, c and d, of whom d cannot win for another reason; it is closed. */
  async function closed(last: bigint | string = "0x"): Promise<Scene> {
    const s = await openedScene([OVER, OVER + 1n, OVER + 2n, last], { minimums: [50n] });
    await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
    return s;
  }
  const again = (s: Scene, changes: Partial<TenderTermsStruct> = {}, by = s.officer) =>
    termsOf(s, { rebidOf: s.tender, ...changes }).then((terms) => s.house.connect(by).publish(terms));
  const refused = async (s: Scene, act: Promise<unknown>, tender = s.tender, lot = 0): Promise<void> =>
    expect(act).to.be.revertedWithCustomError(s.house, "TenderRebidInvalid").withArgs(tender, lot);

  describe("publish", () => {
    it("reverts where the lot is undecided, awarded, or had no bid over the ceiling", async () => {
      const s = await openedScene(PRICES);
      await refused(s, again(s));
      await s.house.connect(s.officer).award(s.tender, 0, s.d);
      await refused(s, again(s));
      const empty = await openedScene(["0x", "0x", "0x", "0x"]);
      await empty.house.connect(empty.officer).closeLot(empty.tender, 0, ZeroAddress);
      expect((await empty.house.lotOf(empty.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
      await refused(empty, again(empty));
      const lapsed = await openedScene([OVER, OVER, OVER, OVER]);
      await pass(lapsed.awardDeadline);
      await refused(lapsed, again(lapsed));
    });

    it("reverts for another agency", async () => {
      const s = await closed();
      await refused(s, again(s, { agency: 2n }, s.other));
    });

    it("reverts with another ceiling, none, or more lots", async () => {
      const s = await closed();
      for (const ceilings of [[CEILING + 1n], [CEILING - 1n], [0n], [CEILING, CEILING], [CEILING, 0n]]) {
        await refused(s, again(s, { ceilings }));
      }
    });

    it("reverts for itself, and for a tender or a lot that does not exist", async () => {
      const s = await closed();
      // Its own number.
      await refused(s, again(s, { rebidOf: s.tender + 1n }), s.tender + 1n);
      await expect(again(s, { rebidOf: s.tender + 7n }))
        .to.be.revertedWithCustomError(s.house, "TenderUnknown")
        .withArgs(s.tender + 7n);
      await expect(again(s, { rebidLot: 1n }))
        .to.be.revertedWithCustomError(s.house, "TenderLotUnknown")
        .withArgs(s.tender, 1);
    });

    it("reverts the second time, and for the second round itself", async () => {
      const s = await closed();
      await again(s);
      const second = await s.house.tenderCount();
      await refused(s, again(s));
      const { commitDeadline, revealDeadline } = await s.house.tenderOf(second);
      const bid = await seal(s, second, s.a, OVER);
      await pass(commitDeadline);
      await open(s, bid);
      await pass(revealDeadline);
      await s.house.connect(s.officer).closeLot(second, 0, ZeroAddress);
      expect((await s.house.lotOf(second, 0)).award.outcome).to.equal(Outcome.OverCeiling);
      await refused(s, again(s, { rebidOf: second }), second);
    });

    it("keeps which lot is repeated, each lot by itself, and leaves the first round as it is", async () => {
      const s = await sealedScene([1n, 1n, 1n, 1n], { ceilings: [0n, CEILING, CEILING] });
      const first = await publish(s, { ceilings: [0n, CEILING, CEILING] });
      const bids = [await seal(s, first.tender, s.a, OVER, 1n), await seal(s, first.tender, s.b, OVER, 2n)];
      await pass(first.commitDeadline);
      for (const bid of bids) await open(s, bid);
      await pass(first.revealDeadline);
      for (const lot of [1, 2]) await s.house.connect(s.officer).closeLot(first.tender, lot, ZeroAddress);
      const { award } = await s.house.lotOf(first.tender, 2);
      await refused(s, again(s, { rebidOf: first.tender }), first.tender, 0);
      for (const rebidLot of [2n, 1n]) {
        const { tender } = await publish(s, { rebidOf: first.tender, rebidLot });
        const kept = await s.house.tenderOf(tender);
        expect([kept.rebidOf, kept.rebidLot]).to.deep.equal([first.tender, rebidLot]);
        expect(kept.rules).to.equal(Rules.Bonded | Rules.Rebid);
      }
      expect((await s.house.lotOf(first.tender, 2)).award).to.deep.equal(award);
    });
  });

  describe("commitBid", () => {
    async function notInvited(s: Scene, tender: bigint, bidder: HardhatEthersSigner): Promise<void> {
      await expect(s.house.connect(bidder).commitBid(tender, 0, id("c")))
        .to.be.revertedWithCustomError(s.house, "TenderNotInvited")
        .withArgs(tender, bidder.address);
    }

    it("reverts for who had no bid in the round before, or one that was malformed or under the minimum", async () => {
      for (const last of ["0x", 49n] as const) {
        const s = await closed(last);
        const { tender } = await publish(s, { rebidOf: s.tender });
        for (const bidder of [s.stranger, s.d, s.other, s.officer]) await notInvited(s, tender, bidder);
        expect((await s.house.tenderOf(tender)).commits).to.equal(0n);
      }
    });

    it("reverts for who never opened its bid, settled or not", async () => {
      const s = await sealedScene([OVER, OVER, OVER, OVER]);
      await openAll(s, s.bids.slice(0, 1));
      await pass(s.revealDeadline);
      await s.house.settleBond(s.tender, 0, s.d);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      const { tender } = await publish(s, { rebidOf: s.tender });
      for (const [bidder, status] of [
        [s.c, Status.Sealed],
        [s.d, Status.Forfeited],
      ] as const) {
        expect((await s.house.bidOf(s.tender, 0, bidder)).status).to.equal(status);
        await notInvited(s, tender, bidder);
      }
      await s.house.connect(s.a).commitBid(tender, 0, id("c"));
    });

    it("is none where a bid under the ceiling was rejected: its prices are known by then", async () => {
      const s = await sealedScene([OVER, 200n, OVER, OVER]);
      await openAll(s, s.bids.slice(0, 2));
      await s.house.connect(s.officer).reject(s.tender, 0, s.b, 1, EVIDENCE);
      await pass(s.revealDeadline);
      await s.house.strike(s.tender, 0, [s.b]);
      await s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress);
      expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.NoWinner);
      await expect(publish(s, { rebidOf: s.tender }))
        .to.be.revertedWithCustomError(s.house, "TenderRebidInvalid")
        .withArgs(s.tender, 0);
    });

    it("lets those whose bids were over the ceiling bid again, and one of them win", async () => {
      const s = await closed();
      for (const bidder of [s.a, s.b]) await s.house.settleBond(s.tender, 0, bidder);
      const t = await publish(s, { rebidOf: s.tender });
      const bids = [await seal(s, t.tender, s.a, 700n), await seal(s, t.tender, s.b, 600n)];
      await s.house.connect(s.c).commitBid(t.tender, 0, id("c"));
      await s.house.connect(s.c).replaceBid(t.tender, 0, id("c, again"));
      await s.house.connect(s.c).withdraw(t.tender, 0);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, BOND]);
      await pass(t.commitDeadline);
      await openAll(s, bids);
      await pass(t.revealDeadline);
      await s.house.connect(s.officer).award(t.tender, 0, s.b);
      expect((await s.house.lotOf(t.tender, 0)).award.winner).to.equal(s.b.address);
    });
  });
});
