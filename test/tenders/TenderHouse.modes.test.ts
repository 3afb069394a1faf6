import { expect } from "chai";
import { ITenderDesk__factory, ITenderOffice__factory } from "../../typechain-types/index.ts";
import { ethers, networkHelpers } from "../shared/house.ts";
import { open, openingOf, prepare, sealedBy, viewOf } from "./bids.ts";
import { BY_SEATS, committeeTermsOf, pass, publish, publishTerms, stage, type Stage, termsOf } from "./helpers.ts";
import { BOND, DEPOSIT, EVIDENCE, id, MAX_UINT40, Phase, Status, ZeroAddress, ZeroHash } from "./values.ts";

const COMMITMENT = 32;

describe("TenderHouse: bids sealed in the other mode", () => {
  const load = () => networkHelpers.loadFixture(stage);

  /** A tender of a committee; its seats are frozen by the committee's own word. */
  async function committee(frozen: boolean) {
    const s = await load();
    const t = await publishTerms(s, await committeeTermsOf(s));
    if (!frozen) return { ...s, ...t };
    const address = await s.committee.getAddress();
    await networkHelpers.setBalance(address, 10n ** 20n);
    await s.house.connect(await ethers.getImpersonatedSigner(address)).biddingOpened(t.tender);
    return { ...s, ...t };
  }

  it("commitBid and replaceBid are refused in a tender of a committee, before its seats are frozen and after", async () => {
    const forming = await committee(false);
    const length = (await forming.house.tenderOf(forming.tender)).sealedLength;
    expect(length).to.equal(320n);
    for (const act of ["commitBid", "replaceBid"] as const) {
      await expect(forming.house.connect(forming.a)[act](forming.tender, 0, id("c")))
        .to.be.revertedWithCustomError(forming.house, "TenderNotSealing")
        .withArgs(forming.tender, Phase.Forming);
    }
    const s = await committee(true);
    for (const act of ["commitBid", "replaceBid"] as const) {
      await expect(s.house.connect(s.a)[act](s.tender, 0, id("c")))
        .to.be.revertedWithCustomError(s.house, "TenderSealedLength")
        .withArgs(s.tender, COMMITMENT, length);
    }
    expect((await s.house.bidOf(s.tender, 0, s.a)).status).to.equal(Status.None);
    expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT, 0n]);
  });

  it("commitEnvelope, replaceEnvelope and commitFor refuse an envelope in a tender without a committee", async () => {
    const s = await load();
    const { tender } = await publish(s);
    const house = s.house.connect(s.a);
    for (const committed of [false, true]) {
      if (committed) await house.commitBid(tender, 0, id("c"));
      const slot = await house.slotOf(tender, 0, s.a);
      for (const length of [0, 31, 33, 64, 320]) {
        const sealed = ethers.hexlify(new Uint8Array(length).fill(7));
        const acts = {
          commitEnvelope: () => house.commitEnvelope(tender, 0, sealed),
          commitFor: () => house.commitFor(s.a, tender, 0, sealed, "0x", slot, MAX_UINT40, "0x"),
          ...(committed ? { replaceEnvelope: () => house.replaceEnvelope(tender, 0, sealed) } : {}),
        };
        for (const [name, act] of Object.entries(acts)) {
          await expect(act(), name)
            .to.be.revertedWithCustomError(house, "TenderSealedLength")
            .withArgs(tender, length, COMMITMENT);
        }
      }
    }
  });

  it("a commitment alone is sealed by any of these acts as by commitBid, and opened like it", async () => {
    const s = await load();
    const t = await publish(s);
    const bid = await prepare(s, t.tender, s.a, 100n);
    const house = s.house.connect(s.a);
    const acts = [
      () => house.commitEnvelope(t.tender, 0, bid.commitment),
      () => house.replaceEnvelope(t.tender, 0, bid.commitment),
      async () => {
        const slot = await house.slotOf(t.tender, 0, s.a);
        return house.commitFor(s.a, t.tender, 0, bid.commitment, "0x", slot, MAX_UINT40, "0x");
      },
    ];
    let sealed = bid;
    for (const [i, act] of acts.entries()) {
      const tx = await act();
      await expect(tx)
        .to.emit(house, "BidSealed")
        .withArgs(t.tender, 0, s.a.address, i + 1, bid.commitment);
      sealed = await sealedBy(s, bid, tx);
      expect(await s.house.bondBalance(s.token, s.a)).to.deep.equal([DEPOSIT - BOND, BOND]);
    }
    await pass(t.commitDeadline);
    await open(s, sealed);
    const view = viewOf({ status: Status.Standing, number: 3n, price: 100n });
    expect(await s.house.bidOf(t.tender, 0, s.a)).to.deep.equal(view);
  });

  it("a commitment of zero is refused by these acts too", async () => {
    const s = await load();
    const { tender } = await publish(s);
    const house = s.house.connect(s.a);
    for (const act of [
      () => house.commitEnvelope(tender, 0, ZeroHash),
      () => house.commitFor(s.a, tender, 0, ZeroHash, "0x", ZeroHash, MAX_UINT40, "0x"),
    ]) {
      await expect(act()).to.be.revertedWithCustomError(house, "TenderCommitmentZero");
    }
  });

  it("what only a committee's tender has is refused in one without: judging, scores, ceilings, a draw", async () => {
    const s = await load();
    const t = await publish(s);
    const bid = await prepare(s, t.tender, s.a, 100n);
    const sealed = await sealedBy(s, bid, await s.house.connect(s.a).commitBid(t.tender, 0, bid.commitment));
    await expect(s.house.connect(s.officer).sealCeiling(t.tender, 0, id("ceiling")))
      .to.be.revertedWithCustomError(s.house, "TenderCeilingClosed")
      .withArgs(t.tender, 0);
    await pass(t.commitDeadline);
    await open(s, sealed);
    const judgement = { ...openingOf(sealed), ...BY_SEATS, seats: [], commitment: sealed.commitment };
    await expect(s.house.judge(t.tender, 0, s.a, judgement))
      .to.be.revertedWithCustomError(s.house, "TenderKeysNotOut")
      .withArgs(t.tender, 0);
    await expect(s.house.judgeCeiling(t.tender, 0, judgement))
      .to.be.revertedWithCustomError(s.house, "TenderCeilingClosed")
      .withArgs(t.tender, 0);
    await pass(t.revealDeadline);
    await expect(s.house.openCeiling(t.tender, 0, openingOf(sealed)))
      .to.be.revertedWithCustomError(s.house, "TenderCeilingClosed")
      .withArgs(t.tender, 0);
    for (const by of [s.officer, s.stranger]) {
      await expect(s.house.connect(by).revealScores(t.tender, EVIDENCE))
        .to.be.revertedWithCustomError(s.house, "TenderScorerOnly")
        .withArgs(t.tender, ZeroAddress);
    }
    for (const tied of [[s.a], []]) {
      await expect(s.house.draw(t.tender, 0, tied))
        .to.be.revertedWithCustomError(s.house, "TenderDrawNeedless")
        .withArgs(t.tender, 0);
    }
    expect(await s.house.lapsed(t.tender)).to.equal(false);
    await s.house.connect(s.officer).award(t.tender, 0, s.a);
  });
});

describe("TenderHouse: office and desk called at their own addresses", () => {
  async function parts() {
    const s: Stage = await networkHelpers.loadFixture(stage);
    const { tender } = await publish(s);
    const opening = openingOf(await prepare(s, tender, s.a, 1n));
    const judgement = { ...opening, ...BY_SEATS, seats: [], commitment: ZeroHash };
    const office = ITenderOffice__factory.connect(await s.house.OFFICE(), s.officer);
    const desk = ITenderDesk__factory.connect(await s.house.DESK(), s.officer);
    return { s, tender, opening, judgement, office, desk };
  }

  it("the office publishes nothing", async () => {
    const { s, office } = await parts();
    await expect(office.publish(await termsOf(s))).to.be.revertedWithCustomError(office, "TenderOfficeDirect");
    await expect(office.publish(await committeeTermsOf(s))).to.be.revertedWithCustomError(office, "TenderOfficeDirect");
  });

  it("neither knows a tender, so that every act is refused", async () => {
    const { s, tender, opening, judgement, office, desk } = await parts();
    const evidence = EVIDENCE;
    const acts: Record<string, () => Promise<unknown>> = {
      proposeExtension: () => office.proposeExtension(tender, MAX_UINT40),
      extend: () => office.extend(tender, MAX_UINT40, 1, evidence),
      revealScores: () => office.revealScores(tender, evidence),
      sealCeiling: () => office.sealCeiling(tender, 0, id("c")),
      openCeiling: () => office.openCeiling(tender, 0, opening),
      judgeCeiling: () => office.judgeCeiling(tender, 0, judgement),
      cancel: () => office.cancel(tender, 1, evidence),
      amend: () => office.amend(tender, evidence),
      judge: () => office.judge(tender, 0, s.a, judgement),
      annul: () => desk.annul(tender, 0),
      reopen: () => desk.reopen(tender, 0, 0),
      reinstate: () => desk.reinstate(tender, 0, s.a, s.b),
      postpone: () => desk.postpone(tender, 0, 0, 0),
      reject: () => desk.reject(tender, 0, s.a, 1, evidence),
      admit: () => desk.admit(tender, 0, s.a, 1, evidence),
      strike: () => desk.strike(tender, 0, [s.a]),
      draw: () => desk.draw(tender, 0, [s.a]),
      award: () => desk.award(tender, 0, s.a),
      awardWithDocuments: () => desk.awardWithDocuments(tender, 0, s.a, "0x"),
      closeLot: () => desk.closeLot(tender, 0, s.a),
      commitFor: () => desk.commitFor(s.officer, tender, 0, id("c"), "0x", ZeroHash, MAX_UINT40, "0x"),
      withdrawFor: () => desk.withdrawFor(s.officer, tender, 0, ZeroHash, MAX_UINT40, "0x"),
      settleBond: () => desk.settleBond(tender, 0, s.a),
    };
    const names = [office, desk].flatMap(({ interface: { fragments } }) =>
      fragments.flatMap((one) => (one.type === "function" && "name" in one ? [String(one.name)] : [])),
    );
    expect([...Object.keys(acts), "publish"].sort()).to.deep.equal(names.sort());
    for (const [name, act] of Object.entries(acts)) {
      await expect(act(), name).to.be.revertedWithCustomError(s.house, "TenderUnknown").withArgs(tender);
    }
  });
});
