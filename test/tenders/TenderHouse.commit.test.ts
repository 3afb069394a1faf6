import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { open, prepare, seal, sealedBy, viewOf } from "./bids.ts";
import { at, openedScene, pass, publish, sealedScene, stage, UNBONDED } from "./helpers.ts";
import { BOND, DEPOSIT, EVIDENCE, id, Status, ZeroHash } from "./values.ts";

describe("TenderHouse: commitBid, replaceBid, withdraw", () => {
  const load = () => networkHelpers.loadFixture(stage);

  async function published(changes = {}) {
    const s = await load();
    return { ...s, ...(await publish(s, changes)) };
  }

  describe("commitBid", () => {
    it("reverts with a commitment of zero", async () => {
      const { house, a, tender } = await published();
      await expect(house.connect(a).commitBid(tender, 0, ZeroHash)).to.be.revertedWithCustomError(
        house,
        "TenderCommitmentZero",
      );
    });

    it("is allowed in the deadline's last second and reverts in the one after", async () => {
      const { house, a, b, tender, commitDeadline } = await published();
      await at(commitDeadline);
      await house.connect(a).commitBid(tender, 0, id("a"));
      await at(commitDeadline + 1n);
      await expect(house.connect(b).commitBid(tender, 0, id("b")))
        .to.be.revertedWithCustomError(house, "TenderCommitClosed")
        .withArgs(tender, commitDeadline);
    });

    it("reverts once the tender is cancelled", async () => {
      const { house, officer, a, tender } = await published();
      await house.connect(officer).cancel(tender, 1, EVIDENCE);
      await expect(house.connect(a).commitBid(tender, 0, id("a")))
        .to.be.revertedWithCustomError(house, "TenderIsCancelled")
        .withArgs(tender);
    });

    it("reverts while the bidder's bid is sealed", async () => {
      const { house, a, tender } = await published();
      await house.connect(a).commitBid(tender, 0, id("a"));
      await expect(house.connect(a).commitBid(tender, 0, id("again")))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, a.address, Status.Sealed);
    });

    it("reverts where the free balance is one unit too small, and takes all of it where it suffices", async () => {
      const { house, token, a, tender } = await published({ ceilings: [0n, 0n] });
      await house.connect(a).withdrawBond(token, DEPOSIT - BOND + 1n);
      await expect(house.connect(a).commitBid(tender, 0, id("a")))
        .to.be.revertedWithCustomError(house, "BondInsufficient")
        .withArgs(token, a.address, BOND - 1n, BOND);
      await token.connect(a).approve(house, 1n);
      await house.connect(a).depositBond(token, 1n);
      await house.connect(a).commitBid(tender, 0, id("a"));
      expect(await house.bondBalance(token, a)).to.deep.equal([0n, BOND]);
      await expect(house.connect(a).commitBid(tender, 1, id("a")))
        .to.be.revertedWithCustomError(house, "BondInsufficient")
        .withArgs(token, a.address, 0n, BOND);
    });

    it("does not lock another account's balance", async () => {
      const { house, token, stranger, tender } = await published();
      await expect(house.connect(stranger).commitBid(tender, 0, id("a")))
        .to.be.revertedWithCustomError(house, "BondInsufficient")
        .withArgs(token, stranger.address, 0n, BOND);
    });

    it("seals the bid, locks the bond and numbers commits through the whole tender", async () => {
      const { house, token, a, b, tender } = await published({ ceilings: [0n, 0n] });
      expect(await house.connect(a).commitBid.staticCall(tender, 1, id("a"))).to.equal(1n);
      await expect(house.connect(a).commitBid(tender, 1, id("a")))
        .to.emit(house, "BidCommitted")
        .withArgs(tender, 1, a.address, id("a"), 1);
      await expect(house.connect(b).commitBid(tender, 0, id("b")))
        .to.emit(house, "BidCommitted")
        .withArgs(tender, 0, b.address, id("b"), 2);
      await expect(house.connect(a).commitBid(tender, 0, id("a")))
        .to.emit(house, "BidCommitted")
        .withArgs(tender, 0, a.address, id("a"), 3);

      expect(await house.bidOf(tender, 1, a)).to.deep.equal(viewOf({ status: Status.Sealed }));
      expect(await house.bidOf(tender, 1, b)).to.deep.equal(viewOf({ status: Status.None }));
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT - 2n * BOND, 2n * BOND]);
      expect(await house.bondBalance(token, b)).to.deep.equal([DEPOSIT - BOND, BOND]);
      expect((await house.tenderOf(tender)).commits).to.equal(3n);
    });

    it("locks nothing in a tender without a bond", async () => {
      const { house, token, stranger, tender } = await published(UNBONDED);
      await house.connect(stranger).commitBid(tender, 0, id("a"));
      expect((await house.bidOf(tender, 0, stranger)).status).to.equal(Status.Sealed);
      expect(await house.bondBalance(token, stranger)).to.deep.equal([0n, 0n]);
    });

    it("is not stopped by the agency's suspension: bidders keep their rights", async () => {
      const { house, registry, agency, a, tender } = await published();
      await registry.suspend(agency);
      await house.connect(a).commitBid(tender, 0, id("a"));
      expect((await house.bidOf(tender, 0, a)).status).to.equal(Status.Sealed);
    });
  });

  describe("replaceBid", () => {
    it("reverts without a sealed bid: none, withdrawn", async () => {
      const { house, a, tender } = await published();
      const replace = () => house.connect(a).replaceBid(tender, 0, id("new"));
      await expect(replace())
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, a.address, Status.None);
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(a).withdraw(tender, 0);
      await expect(replace())
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, a.address, Status.Withdrawn);
    });

    it("reverts with a commitment of zero", async () => {
      const { house, a, tender } = await published();
      await house.connect(a).commitBid(tender, 0, id("a"));
      await expect(house.connect(a).replaceBid(tender, 0, ZeroHash)).to.be.revertedWithCustomError(
        house,
        "TenderCommitmentZero",
      );
    });

    it("is allowed in the deadline's last second and reverts in the one after", async () => {
      const { house, a, tender, commitDeadline } = await published();
      await house.connect(a).commitBid(tender, 0, id("a"));
      await at(commitDeadline);
      await house.connect(a).replaceBid(tender, 0, id("b"));
      await at(commitDeadline + 1n);
      await expect(house.connect(a).replaceBid(tender, 0, id("c")))
        .to.be.revertedWithCustomError(house, "TenderCommitClosed")
        .withArgs(tender, commitDeadline);
    });

    it("reverts once the tender is cancelled", async () => {
      const { house, officer, a, tender } = await published();
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(officer).cancel(tender, 1, EVIDENCE);
      await expect(house.connect(a).replaceBid(tender, 0, id("b")))
        .to.be.revertedWithCustomError(house, "TenderIsCancelled")
        .withArgs(tender);
    });

    it("touches neither another bidder's bid nor one in another lot", async () => {
      const { house, a, b, tender } = await published({ ceilings: [0n, 0n] });
      await house.connect(a).commitBid(tender, 0, id("a"));
      for (const [by, lot] of [[b, 0] as const, [a, 1] as const]) {
        await expect(house.connect(by).replaceBid(tender, lot, id("new")))
          .to.be.revertedWithCustomError(house, "TenderBidStatus")
          .withArgs(tender, lot, by.address, Status.None);
      }
    });

    it("gives a new number, leaves the bond locked, and only the new bid can be opened", async () => {
      const s = await published();
      const { house, token, a, tender, commitDeadline } = s;
      const old = await seal(s, tender, a, 500n);
      const next = await prepare(s, tender, a, 400n);
      expect(await house.connect(a).replaceBid.staticCall(tender, 0, next.commitment)).to.equal(2n);
      const tx = house.connect(a).replaceBid(tender, 0, next.commitment);
      await expect(tx).to.emit(house, "BidReplaced").withArgs(tender, 0, a.address, next.commitment, 2);
      const replaced = await sealedBy(s, next, await tx);
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT - BOND, BOND]);
      expect(replaced.number).to.equal(2n);

      await pass(commitDeadline);
      const mixed = { ...old, number: replaced.number, time: replaced.time };
      for (const bid of [old, mixed, { ...replaced, number: old.number, time: old.time }]) {
        await expect(open(s, bid))
          .to.be.revertedWithCustomError(house, "TenderOpeningMismatch")
          .withArgs(tender, 0, a.address);
      }
      await open(s, replaced);
      expect(await house.bidOf(tender, 0, a)).to.deep.equal(
        viewOf({ status: Status.Standing, number: 2n, price: 400n }),
      );
    });
  });

  describe("withdraw", () => {
    it("reverts without a sealed bid: none, withdrawn", async () => {
      const { house, a, tender } = await published();
      await expect(house.connect(a).withdraw(tender, 0))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, a.address, Status.None);
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(a).withdraw(tender, 0);
      await expect(house.connect(a).withdraw(tender, 0))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, a.address, Status.Withdrawn);
    });

    it("is allowed in the deadline's last second and reverts in the one after", async () => {
      const { house, a, b, tender, commitDeadline } = await published();
      for (const bidder of [a, b]) await house.connect(bidder).commitBid(tender, 0, id("c"));
      await at(commitDeadline);
      await house.connect(a).withdraw(tender, 0);
      await at(commitDeadline + 1n);
      await expect(house.connect(b).withdraw(tender, 0))
        .to.be.revertedWithCustomError(house, "TenderCommitClosed")
        .withArgs(tender, commitDeadline);
    });

    it("reverts once the tender is cancelled: the bond is settled instead", async () => {
      const { house, officer, a, tender } = await published();
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(officer).cancel(tender, 1, EVIDENCE);
      await expect(house.connect(a).withdraw(tender, 0))
        .to.be.revertedWithCustomError(house, "TenderIsCancelled")
        .withArgs(tender);
    });

    it("takes back the caller's own bid of that lot only, and frees one bond", async () => {
      const { house, token, a, b, tender } = await published({ ceilings: [0n, 0n] });
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(a).commitBid(tender, 1, id("a"));
      await expect(house.connect(b).withdraw(tender, 0))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(tender, 0, b.address, Status.None);
      await expect(house.connect(a).withdraw(tender, 0)).to.emit(house, "BidWithdrawn").withArgs(tender, 0, a.address);
      expect(await house.bidOf(tender, 0, a)).to.deep.equal(viewOf({ status: Status.Withdrawn }));
      expect((await house.bidOf(tender, 1, a)).status).to.equal(Status.Sealed);
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT - BOND, BOND]);
    });

    it("leaves a bid that can neither be opened nor forfeited nor settled", async () => {
      const s = await published();
      const { house, a, tender, commitDeadline, revealDeadline } = s;
      const bid = await seal(s, tender, a, 500n);
      await house.connect(a).withdraw(tender, 0);
      await pass(commitDeadline);
      const refused = [tender, 0, a.address, Status.Withdrawn] as const;
      await expect(open(s, bid))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(...refused);
      await pass(revealDeadline);
      await expect(house.settleBond(tender, 0, a))
        .to.be.revertedWithCustomError(house, "TenderBidStatus")
        .withArgs(...refused);
    });

    it("allows another commit, with a new number and the bond locked again", async () => {
      const s = await published();
      const { house, token, a, tender, commitDeadline } = s;
      const old = await seal(s, tender, a, 500n);
      await house.connect(a).withdraw(tender, 0);
      const next = await prepare(s, tender, a, 600n);
      const tx = house.connect(a).commitBid(tender, 0, next.commitment);
      await expect(tx).to.emit(house, "BidCommitted").withArgs(tender, 0, a.address, next.commitment, 2);
      const bid = await sealedBy(s, next, await tx);
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT - BOND, BOND]);
      await pass(commitDeadline);
      await expect(open(s, old)).to.be.revertedWithCustomError(house, "TenderOpeningMismatch");
      await open(s, bid);
      expect((await house.bidOf(tender, 0, a)).price).to.equal(600n);
    });

    it("gives the bond back once, however often commit and withdrawal are repeated", async () => {
      const { house, token, a, tender } = await published();
      const slots = new Set([await house.slotOf(tender, 0, a)]);
      for (let round = 0; round < 3; round++) {
        await house.connect(a).commitBid(tender, 0, id("same"));
        slots.add(await house.slotOf(tender, 0, a));
        expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT - BOND, BOND]);
        await house.connect(a).withdraw(tender, 0);
        slots.add(await house.slotOf(tender, 0, a));
        expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT, 0n]);
      }
      // No state ever comes back: what was signed over one of them is void for good.
      expect(slots.size).to.equal(7);
    });

    it("unlocks nothing in a tender without a bond", async () => {
      const { house, token, a, tender } = await published(UNBONDED);
      await house.connect(a).commitBid(tender, 0, id("a"));
      await house.connect(a).withdraw(tender, 0);
      expect(await house.bondBalance(token, a)).to.deep.equal([DEPOSIT, 0n]);
    });
  });

  it("an opened bid can be neither replaced nor withdrawn, a lot not entered after the deadline", async () => {
    const { house, a, tender, commitDeadline, bids } = await sealedScene([4n, 3n, 2n, 1n]);
    await open({ house }, bids[0]);
    const acts = {
      commitBid: () => house.connect(a).commitBid(tender, 0, id("new")),
      replaceBid: () => house.connect(a).replaceBid(tender, 0, id("new")),
      withdraw: () => house.connect(a).withdraw(tender, 0),
    };
    for (const [name, act] of Object.entries(acts)) {
      await expect(act(), name)
        .to.be.revertedWithCustomError(house, "TenderCommitClosed")
        .withArgs(tender, commitDeadline);
    }
  });

  it("equal prices: a replaced bid goes behind the one that was later than its first number", async () => {
    const s = await published();
    const { house, officer, a, b, tender } = s;
    await seal(s, tender, a, 500n);
    const second = await seal(s, tender, b, 500n);
    const next = await prepare(s, tender, a, 500n);
    const replaced = await sealedBy(s, next, await house.connect(a).replaceBid(tender, 0, next.commitment));
    await pass(s.commitDeadline);
    await open(s, replaced);
    await open(s, second, { next: a.address });
    await pass(s.revealDeadline);
    await expect(house.connect(officer).award(tender, 0, a))
      .to.be.revertedWithCustomError(house, "TenderLowerBidStands")
      .withArgs(tender, 0, a.address, second.number);
    await house.connect(officer).award(tender, 0, b);
  });

  it("equal prices: the lower number wins, in whatever order they are opened", async () => {
    const s = await openedScene([500n, 500n, 500n, 500n]);
    const { house, officer, a, b, tender } = s;
    for (const bidder of [b, s.c, s.d]) {
      await expect(house.connect(officer).award(tender, 0, bidder))
        .to.be.revertedWithCustomError(house, "TenderLowerBidStands")
        .withArgs(tender, 0, bidder.address, 1);
    }
    await house.connect(officer).award(tender, 0, a);
  });
});
