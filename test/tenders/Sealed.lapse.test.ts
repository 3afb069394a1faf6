import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, pass } from "./helpers.ts";
import {
  bidding,
  formed,
  judge,
  MARGIN,
  open,
  openAll,
  type Options,
  prepared,
  publish,
  refused,
  scored,
  seal,
  type SealedBid,
  type SealedScene,
  sealedStage,
  statusOf,
  takeSeat,
  toAwards,
  TWO_PARTS,
} from "./sealedScene.ts";
import { BOND, DEPOSIT, EVIDENCE, Outcome, Phase, Status, ZeroAddress } from "./values.ts";

type Scene = SealedScene & { bids: SealedBid[] };

/** Bids of a, b and c, of which b and c are tied; so many scalars are out. */
async function scene(scalars: number[], options: Options = {}): Promise<Scene> {
  const s = await bidding(options);
  const bids = [
    await seal(s, s.a, 500n, { lottery: 1n }),
    await seal(s, s.b, 300n, { lottery: 2n }),
    await seal(s, s.c, 300n, { lottery: 4n }),
  ];
  if (scalars.length > 0) await publish(s, scalars);
  return { ...s, bids };
}

const FREE = [DEPOSIT, 0n];
const HELD = [DEPOSIT - BOND, BOND];
const balance = (s: SealedScene, who: { address: string }) => s.house.bondBalance(s.token, who.address);
const settle = (s: SealedScene, who: { address: string }) =>
  s.house.connect(s.stranger).settleBond(s.tender, 0, who.address);
const award = (s: SealedScene, who: { address: string }) => s.house.connect(s.officer).award(s.tender, 0, who.address);
const cancel = (s: SealedScene) => s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
const BY_BIDDERS = { sealing: { openByBidders: true } };

async function allFree(s: SealedScene): Promise<void> {
  for (const who of [s.a, s.b, s.c]) {
    await settle(s, who);
    expect(await balance(s, who)).to.deep.equal(FREE);
  }
  expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
}

describe("TenderHouse: a committee that fails", () => {
  for (const scalars of [[], [0, 1], [3, 4]]) {
    it(`lets the tender lapse with ${scalars.length} scalars at T1 (${scalars.join()}): no honest bidder loses its bond`, async () => {
      const s = await scene(scalars);
      const [bid] = s.bids as [SealedBid];
      await at(s.scalarsDeadline);
      await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
      await pass(s.scalarsDeadline);
      expect(await s.house.lapsed(s.tender)).to.equal(true);
      const lapsed = [s.house, "TenderLapsed", s.tender] as const;
      await refused(open(s, bid, {}, 0, s.a), ...lapsed);
      await refused(judge(s, bid), s.house, "TenderKeysNotOut", s.tender, 0);
      await allFree(s);
      await refused(settle(s, s.a), s.house, "TenderBidStatus", s.tender, 0, s.a.address, Status.Sealed);
      await toAwards(s);
      await refused(award(s, s.a), ...lapsed);
      await refused(s.house.connect(s.officer).reject(s.tender, 0, s.a, 1, EVIDENCE), ...lapsed);
      await refused(s.house.connect(s.officer).admit(s.tender, 0, s.a, 1, EVIDENCE), ...lapsed);
      await refused(s.house.connect(s.officer).closeLot(s.tender, 0, ZeroAddress), ...lapsed);
      await refused(s.house.strike(s.tender, 0, []), ...lapsed);
      await refused(s.house.draw(s.tender, 0, [s.a]), ...lapsed);
    });
  }

  it("has not failed where the last scalar needed comes at T1's last second", async () => {
    const s = await scene([0, 1]);
    await at(s.scalarsDeadline);
    await publish(s, [2]);
    await pass(s.scalarsDeadline);
    expect(await s.house.lapsed(s.tender)).to.equal(false);
    await openAll(s, s.bids);
  });

  it("that never took its seats leaves nothing but a tender to cancel, or to lapse", async () => {
    const s = await formed(await networkHelpers.loadFixture(sealedStage));
    for (let seat = 0; seat < 4; seat++) await takeSeat(s, seat);
    await pass(s.scalarsDeadline);
    expect(await s.house.lapsed(s.tender)).to.equal(true);
    await cancel(s);
  });

  describe("where bidders may open themselves", () => {
    it("they do after T1, in any place; ties go to the earlier bid, and no lottery is drawn", async () => {
      const s = await scene([0, 1], BY_BIDDERS);
      await at(s.scalarsDeadline);
      await refused(open(s, s.bids[0] as SealedBid, {}, 0, s.a), s.house, "TenderKeysNotOut", s.tender, 0);
      await pass(s.scalarsDeadline);
      expect(await s.house.lapsed(s.tender)).to.equal(false);
      await openAll(s, s.bids);
      await toAwards(s);
      await refused(s.house.draw(s.tender, 0, [s.b, s.c]), s.house, "TenderDrawNeedless", s.tender, 0);
      await refused(award(s, s.c), s.house, "TenderLowerBidStands", s.tender, 0, s.c.address, s.bids[1]?.number);
      await award(s, s.b);
    });

    it("who does not loses nothing: its bond is free with the others' once the lot is decided", async () => {
      const s = await scene([], BY_BIDDERS);
      await pass(s.scalarsDeadline);
      await open(s, s.bids[1] as SealedBid, {}, 0, s.b);
      await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
      await at(s.revealDeadline + 1n);
      await refused(open(s, s.bids[0] as SealedBid), s.house, "TenderRevealClosed", s.tender, s.revealDeadline);
      await refused(judge(s, s.bids[0] as SealedBid), s.house, "TenderKeysNotOut", s.tender, 0);
      await toAwards(s);
      await award(s, s.b);
      for (const who of [s.a, s.c]) {
        await settle(s, who);
        expect(await balance(s, who)).to.deep.equal(FREE);
      }
      expect(await s.house.bondDue(s.token, s.treasury)).to.equal(0n);
    });

    it("they open also the price part, where only its scalars fail; with a lottery where they did not", async () => {
      const s = await scene([], { sealing: { ...TWO_PARTS, openByBidders: true } });
      await pass(s.scalarsDeadline);
      for (const bid of s.bids) await open(s, bid);
      const later = await scored(s);
      const snapshot = await networkHelpers.takeSnapshot();
      await pass(later.scalarsDeadline);
      await openAll(later, s.bids, 1);
      await toAwards(later);
      await refused(s.house.draw(s.tender, 0, [s.b, s.c]), s.house, "TenderDrawNeedless", s.tender, 0);
      await award(later, s.b);
      await snapshot.restore();
      await publish(later, [0, 1, 2], 1);
      await openAll(later, s.bids, 1);
      await toAwards(later);
      // 1 + 2 + 4 = 7 of two: the second.
      await s.house.draw(s.tender, 0, [s.b, s.c, s.b, s.c]);
      await award(later, s.c);
    });
  });

  it("lets bonds free where the award deadline passes, whatever was opened", async () => {
    const s = await scene([0, 1, 2]);
    await open(s, s.bids[0] as SealedBid);
    await at(s.awardDeadline);
    await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
    await pass(s.awardDeadline);
    await refused(award(s, s.a), s.house, "TenderAwardClosed", s.tender, s.awardDeadline);
    await allFree(s);
  });

  it("keeps an unopened bid's bond until the lot is decided, then frees it: nobody can be made to open", async () => {
    const s = await scene([0, 1, 2]);
    await open(s, s.bids[1] as SealedBid);
    await pass(s.revealDeadline);
    await refused(settle(s, s.a), s.house, "TenderBondHeld", s.tender, 0, s.a.address, 0);
    await toAwards(s);
    await award(s, s.b);
    await settle(s, s.a);
    expect(await balance(s, s.a)).to.deep.equal(FREE);
    expect(await statusOf(s, s.a)).to.equal(Status.Sealed);
  });
});

describe("TenderHouse: cancellation of a sealed tender", () => {
  it("while the committee forms: seats freeze no more", async () => {
    const s = await formed(await networkHelpers.loadFixture(sealedStage));
    for (let seat = 0; seat < 5; seat++) await takeSeat(s, seat);
    await cancel(s);
    await refused(s.committee.freeze(s.house, s.tender), s.house, "TenderIsCancelled", s.tender);
  });

  it("while bids are sealed, after leaks, and after the deadline: no scalar is accepted, and bonds are free at once", async () => {
    const stages = [
      (): Promise<unknown> => Promise.resolve(),
      async (s: Scene) => {
        for (const seat of [0, 1]) await s.committee.proveLeak(s.house, s.tender, 0, seat, s.secrets[0]?.[seat] ?? 0n);
        expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Stopped);
      },
      (s: Scene) => pass(s.commitDeadline + MARGIN),
      (s: Scene) => publish(s, [0, 1]),
    ];
    for (const reach of stages) {
      const s = await scene([]);
      await reach(s);
      const { sealed } = await prepared(s, s.d, 1n);
      await cancel(s);
      const cancelled = [s.house, "TenderIsCancelled", s.tender] as const;
      await refused(s.house.connect(s.d).commitEnvelope(s.tender, 0, sealed), ...cancelled);
      await refused(s.house.connect(s.a).withdraw(s.tender, 0), ...cancelled);
      await refused(s.committee.publish(s.house, s.tender, [2], [s.secrets[0]?.[2] ?? 0n]), ...cancelled);
      const leaking = s.committee.proveLeak(s.house, s.tender, 0, 2, s.secrets[0]?.[2] ?? 0n);
      await refused(leaking, ...cancelled);
      await refused(open(s, s.bids[0] as SealedBid), ...cancelled);
      await allFree(s);
      await refused(cancel(s), ...cancelled);
    }
  });

  it("after the keys are out, opened or not: nothing is opened, judged or awarded, and bonds are free at once", async () => {
    for (const opened of [false, true]) {
      const s = await scene([0, 1, 2]);
      if (opened) await openAll(s, s.bids);
      await cancel(s);
      const cancelled = [s.house, "TenderIsCancelled", s.tender] as const;
      await refused(open(s, s.bids[0] as SealedBid), ...cancelled);
      await refused(judge(s, s.bids[0] as SealedBid), ...cancelled);
      await allFree(s);
      await toAwards(s);
      await refused(award(s, s.b), ...cancelled);
      await refused(s.house.strike(s.tender, 0, []), ...cancelled);
      await refused(s.house.draw(s.tender, 0, [s.b]), ...cancelled);
    }
  });

  it("long after, never makes an unopened bid forfeit", async () => {
    const s = await scene([0, 1, 2]);
    await pass(s.judgeDeadline);
    await cancel(s);
    await allFree(s);
  });

  it("of two parts after the scores: no price scalar, and bonds are free", async () => {
    const s = await scene([0, 1, 2], { sealing: TWO_PARTS });
    for (const bid of s.bids) await open(s, bid);
    const later = await scored(s);
    await cancel(later);
    await refused(publish(later, [0, 1, 2], 1), s.house, "TenderIsCancelled", s.tender);
    await allFree(later);
  });

  it("is refused once every lot is decided", async () => {
    const s = await scene([0, 1, 2]);
    await openAll(s, [s.bids[0] as SealedBid]);
    await toAwards(s);
    await award(s, s.a);
    await refused(cancel(s), s.house, "TenderIsDecided", s.tender);
    expect((await s.house.lotOf(s.tender, 0)).award.outcome).to.equal(Outcome.Awarded);
    expect(await balance(s, s.a)).to.deep.equal(HELD);
  });
});
