import { expect } from "chai";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { at, pass } from "../helpers.ts";
import { ORDER, pointOf, subsets, word } from "../sealed.ts";
import {
  bidding,
  BODIES,
  formed,
  MARGIN,
  newSecret,
  open,
  prepared,
  proofsOf,
  publish as publishSeats,
  refused,
  seal,
  type SealedScene,
  sealedStage,
  takeSeat,
  TWO_PARTS,
} from "../sealedScene.ts";
import { DAY, EVIDENCE, Phase, ZeroAddress } from "../values.ts";

const { concat } = ethers;
const secretOf = (s: SealedScene, seat: number, part = 0): bigint => s.secrets[part]?.[seat] ?? 0n;
const publish = (s: SealedScene, seats: number[], scalars = seats.map((seat) => secretOf(s, seat)), by = s.stranger) =>
  s.committee.connect(by).publish(s.house, s.tender, seats, scalars);
const published = async (s: SealedScene): Promise<bigint> =>
  (await s.committee.committeeOf(s.house, s.tender)).published[0];
const leak = (s: SealedScene, seat: number, scalar = secretOf(s, seat), part = 0) =>
  s.committee.connect(s.stranger).proveLeak(s.house, s.tender, part, seat, scalar);

/** Scalars are accepted in the next block. */
async function due(options = {}): Promise<SealedScene> {
  const s = await bidding(options);
  await at(s.commitDeadline + MARGIN);
  return s;
}

describe("OpeningCommittee: scalars", () => {
  describe("publish", () => {
    it("takes one after the other from anyone, and tells the house at the threshold", async () => {
      const s = await due();
      const house = await s.house.getAddress();
      for (const seat of [4, 1]) {
        const tx = publish(s, [seat]);
        await expect(tx).to.emit(s.committee, "ScalarPublished").withArgs(house, s.tender, 0, seat, secretOf(s, seat));
        await expect(tx).not.to.emit(s.house, "OpeningBegun");
        expect(await s.committee.keyOf(house, s.tender, 0, seat)).to.equal(word(secretOf(s, seat)));
      }
      await expect(publish(s, [2]))
        .to.emit(s.house, "OpeningBegun")
        .withArgs(s.tender, 0);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Opened);
      await expect(publish(s, [0, 3])).not.to.emit(s.house, "OpeningBegun");
      expect(await published(s)).to.equal(0b11111n);
    });

    it("takes several at once, and skips those that are out already or given twice", async () => {
      const s = await due();
      await publish(s, [0, 1]);
      const tx = await publish(s, [1, 0, 2, 2]);
      const receipt = await tx.wait();
      const scalars = receipt?.logs.filter((log) => s.committee.interface.parseLog(log)?.name === "ScalarPublished");
      expect(scalars).to.have.length(1);
      await expect(publish(s, [0, 1, 2])).not.to.emit(s.committee, "ScalarPublished");
      expect(await published(s)).to.equal(0b111n);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Opened);
    });

    it("refuses a scalar of another seat, part or tender, changed, zero or not reduced, and then takes none", async () => {
      const first = await bidding({ sealing: TWO_PARTS });
      const second = await formed(first);
      for (let seat = 0; seat < 5; seat++) await takeSeat(second, seat);
      await second.committee.freeze(second.house, second.tender);
      const s = first;
      await at(second.commitDeadline + MARGIN);
      const secret = secretOf(s, 2);
      const wrong = [
        secretOf(s, 1),
        secretOf(s, 2, 1),
        secretOf(second, 2),
        secret + 1n,
        ORDER - secret,
        secret + ORDER,
        0n,
        ORDER,
        2n ** 256n - 1n,
      ];
      for (const scalar of wrong) {
        await refused(publish(s, [2], [scalar]), s.committee, "CommitteeScalarWrong", s.tender, 0, 2);
        await refused(
          publish(s, [0, 2], [secretOf(s, 0), scalar]),
          s.committee,
          "CommitteeScalarWrong",
          s.tender,
          0,
          2,
        );
      }
      for (const seat of [5, 16, 255]) {
        await refused(publish(s, [seat], [secret]), s.committee, "CommitteeScalarWrong", s.tender, 0, seat);
      }
      expect(await published(s)).to.equal(0n);
    });

    it("refuses lists of two lengths", async () => {
      const s = await due();
      const wrong = [s.committee, "CommitteeSeatsWrong", s.tender, 0] as const;
      await refused(publish(s, [0, 1], [secretOf(s, 0)]), ...wrong, [0n, 1n]);
      await refused(publish(s, [], [secretOf(s, 0)]), ...wrong, []);
    });

    it("opens with the margin after the deadline, and closes after T1's last second", async () => {
      const s = await bidding();
      const from = s.commitDeadline + MARGIN;
      const closed = [s.committee, "CommitteePublishClosed", s.tender, 0, from, s.scalarsDeadline] as const;
      await refused(publish(s, [0]), ...closed);
      await at(s.commitDeadline + 1n);
      await refused(publish(s, [0]), ...closed);
      await at(from - 1n);
      await refused(publish(s, [0]), ...closed);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(from);
      await publish(s, [0]);
      await snapshot.restore();
      await at(s.scalarsDeadline + 1n);
      await refused(publish(s, [0]), ...closed);
      await snapshot.restore();
      await at(s.scalarsDeadline);
      await publish(s, [0, 1, 2]);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Opened);
    });

    it("is refused before the seats are frozen, after a cancellation, and for an unknown committee", async () => {
      const forming = await formed(await networkHelpers.loadFixture(sealedStage));
      await takeSeat(forming, 0);
      await pass(forming.commitDeadline + MARGIN);
      await refused(publish(forming, [0]), forming.committee, "CommitteeNotFrozen", forming.tender, 1);
      const s = await due();
      const house = await s.house.getAddress();
      await refused(s.committee.publish(house, 99, [0], [1n]), s.committee, "CommitteeUnknown", house, 99);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await refused(publish(s, [0]), s.house, "TenderIsCancelled", s.tender);
    });

    it("with too little gas is refused with a reason, never with a wrong answer", async () => {
      const s = await due();
      await publish(s, [0]);
      const reasons = new Set<string>();
      const call = (gasLimit: bigint) =>
        s.committee.publish.staticCall(s.house, s.tender, [1], [secretOf(s, 1)], { gasLimit });
      for (let gasLimit = 26_000n; gasLimit < 110_000n; gasLimit += 500n) {
        const reason = await call(gasLimit).then(
          () => "published",
          (error: unknown) => String(error),
        );
        reasons.add(/CommitteeScalarWrong/.test(reason) ? "wrong" : /BlsGasShort/.test(reason) ? "short" : "other");
      }
      expect(reasons).not.to.include("wrong");
      expect(reasons).to.include("short");
      await call(1_000_000n);
    });

    it("in a house of its own invention, nobody brings out a scalar of a real tender", async () => {
      const s = await bidding();
      const house = s.stranger.address;
      // A house whose times are always right: it answers every call with part 0, sealed until 1, from 1, until the end.
      await s.committee.connect(s.stranger).form(s.tender, BODIES, 3, 1);
      const secrets = BODIES.map(newSecret);
      for (const [seat, secret] of secrets.entries()) {
        const member = s.seats[seat]?.member;
        const used = await proofsOf(s, seat, { house }, [secretOf(s, seat)]);
        const copied = s.committee.connect(member).takeSeat(house, s.tender, seat, pointOf(secretOf(s, seat)), used);
        await refused(copied, s.committee, "CommitteePointInvalid", s.tender, 0);
        const proofs = await proofsOf(s, seat, { house }, [secret]);
        await s.committee.connect(member).takeSeat(house, s.tender, seat, pointOf(secret), proofs);
      }
      const times = [0n, 1n, 1n, 2n ** 40n - 1n].map((time, i) =>
        concat(["0x7f", word(time), "0x60", new Uint8Array([32 * i])]),
      );
      await networkHelpers.setCode(house, concat([...times.map((one) => concat([one, "0x52"])), "0x60806000f3"]));
      await s.committee.connect(s.a).freeze(house, s.tender);
      const fake = s.committee.connect(s.a);
      for (const seat of [0, 1, 2]) {
        const act = fake.publish(house, s.tender, [seat], [secretOf(s, seat)]);
        await refused(act, s.committee, "CommitteeScalarWrong", s.tender, 0, seat);
      }
      await fake.publish(house, s.tender, [0, 1, 2], secrets.slice(0, 3));
      expect((await s.committee.committeeOf(house, s.tender)).published[0]).to.equal(0b111n);
      expect(await published(s)).to.equal(0n);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Sealing);
    });
  });

  describe("proveLeak", () => {
    it("vacates a seat before bidding opens: its keys are spent, and the bidding waits for others", async () => {
      const s = await formed(await networkHelpers.loadFixture(sealedStage));
      for (let seat = 0; seat < 5; seat++) await takeSeat(s, seat);
      const house = await s.house.getAddress();
      await expect(leak(s, 3)).to.emit(s.committee, "SeatVacated").withArgs(house, s.tender, 3);
      expect(await s.committee.seatOf(house, s.tender, 3)).to.deep.equal([BODIES[3], ZeroAddress]);
      await refused(s.committee.freeze(house, s.tender), s.committee, "CommitteeNotFrozen", s.tender, 0b10111);
      await refused(leak(s, 3), s.committee, "CommitteeScalarWrong", s.tender, 0, 3);
      await refused(takeSeat(s, 3), s.committee, "CommitteePointInvalid", s.tender, 0);
      await takeSeat(s, 3, [newSecret()]);
      await s.committee.freeze(house, s.tender);
    });

    it("counts leaks while bids are sealed, and at t-1 of a part stops the sealing", async () => {
      const s = await bidding();
      const house = await s.house.getAddress();
      const [first, second] = [await prepared(s, s.a, 500n), await prepared(s, s.b, 500n)];
      const early = await seal(s, s.c, 400n);
      const tx = leak(s, 4);
      await expect(tx).to.emit(s.committee, "ScalarLeaked").withArgs(house, s.tender, 0, 4, secretOf(s, 4));
      await expect(tx).not.to.emit(s.house, "SealingStopped");
      await s.house.connect(s.a).commitEnvelope(s.tender, 0, first.sealed);
      await refused(leak(s, 4), s.committee, "CommitteeScalarKnown", s.tender, 0, 4);
      await expect(leak(s, 0)).to.emit(s.house, "SealingStopped").withArgs(s.tender);
      expect((await s.committee.committeeOf(house, s.tender)).leaked).to.deep.equal([0b10001n, 0n]);
      const stopped = [s.house, "TenderNotSealing", s.tender, Phase.Stopped] as const;
      await refused(s.house.connect(s.b).commitEnvelope(s.tender, 0, second.sealed), ...stopped);
      await refused(s.house.connect(s.a).replaceEnvelope(s.tender, 0, first.sealed), ...stopped);
      await expect(leak(s, 1)).not.to.emit(s.house, "SealingStopped");
      const later = s.house.connect(s.officer).proposeExtension(s.tender, s.commitDeadline + DAY);
      await refused(later, ...stopped);
      // What can be read early may still be taken back.
      await s.house.connect(s.a).withdraw(s.tender, 0);
      await publishSeats(s, [0, 1, 2]);
      await open(s, early);
    });

    it("counts each part by itself", async () => {
      const s = await bidding({ sealing: TWO_PARTS });
      await leak(s, 0);
      await leak(s, 1, secretOf(s, 1, 1), 1);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Sealing);
      await leak(s, 0, secretOf(s, 0, 1), 1);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Stopped);
      await leak(s, 3);
      const { leaked } = await s.committee.committeeOf(s.house, s.tender);
      expect(leaked).to.deep.equal([0b1001n, 0b11n]);
    });

    it("of one seat stops a committee of two at once", async () => {
      const stage = await networkHelpers.loadFixture(sealedStage);
      const seats = [stage.seats[0], stage.seats[2], stage.seats[4]].filter((seat) => seat !== undefined);
      const s = await bidding({ sealing: { seats: [3n, 4n, 5n], threshold: 2 } }, { ...stage, seats });
      await expect(leak(s, 1)).to.emit(s.house, "SealingStopped").withArgs(s.tender);
    });

    it("is refused with a wrong scalar, seat or part, and of a seat not taken", async () => {
      const s = await formed(await networkHelpers.loadFixture(sealedStage));
      await takeSeat(s, 0);
      const wrong = [s.committee, "CommitteeScalarWrong", s.tender] as const;
      await refused(leak(s, 1), ...wrong, 0, 1);
      for (const scalar of [0n, ORDER, secretOf(s, 1), secretOf(s, 0) + ORDER]) {
        await refused(leak(s, 0, scalar), ...wrong, 0, 0);
      }
      await refused(leak(s, 0, secretOf(s, 0), 1), ...wrong, 1, 0);
      await refused(leak(s, 5, 1n), s.committee, "CommitteeSeatUnknown", s.tender, 5);
      const house = await s.house.getAddress();
      await refused(s.committee.proveLeak(house, 99, 0, 0, 1n), s.committee, "CommitteeUnknown", house, 99);
    });

    it("works until the commit deadline's last second, extended or not", async () => {
      const s = await bidding();
      const later = s.commitDeadline + DAY;
      const snapshot = await networkHelpers.takeSnapshot();
      await at(s.commitDeadline + 1n);
      await refused(leak(s, 0), s.committee, "CommitteeLeakLate", s.tender, s.commitDeadline);
      await snapshot.restore();
      await s.house.connect(s.officer).proposeExtension(s.tender, later);
      await s.house.connect(s.extender).extend(s.tender, later, 1, EVIDENCE);
      await at(later);
      await leak(s, 0);
      await at(later + 1n);
      await refused(leak(s, 1), s.committee, "CommitteeLeakLate", s.tender, later);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await refused(leak(s, 1), s.house, "TenderIsCancelled", s.tender);
    });
  });

  describe("decrypt", () => {
    it("gives salt and bid for every subset of t seats, and something else with another place", async () => {
      const s = await bidding();
      const bid = await seal(s, s.a, 500n);
      await publishSeats(s, [0, 1, 2, 3, 4]);
      const [part] = bid.parts;
      if (!part) throw new Error("no part");
      const text = concat([part.salt, part.bid]);
      const decrypt = (seats: number[], lot = 0, bidder = s.a.address) =>
        s.committee.decrypt(s.house, s.tender, lot, 0, bidder, seats, part.envelope);
      for (const seats of subsets(5, 3)) expect(await decrypt(seats)).to.equal(text);
      expect(await decrypt([0, 1, 2], 1)).not.to.equal(text);
      expect(await decrypt([0, 1, 2], 0, s.b.address)).not.to.equal(text);
    });

    it("refuses seats repeated, unordered, too few, too many, unpublished, or of another part", async () => {
      const s = await bidding({ sealing: TWO_PARTS });
      const bid = await seal(s, s.a, 500n);
      await publishSeats(s, [0, 1, 2, 3]);
      const envelope = bid.parts[0]?.envelope ?? "0x";
      const decrypt = (seats: number[], part = 0) =>
        s.committee.decrypt(s.house, s.tender, 0, part, s.a, seats, envelope);
      const wrong = [
        [0, 0, 1],
        [0, 1, 1],
        [1, 0, 2],
        [3, 2, 1],
        [0, 1],
        [],
        [0, 1, 2, 3],
        [0, 1, 4],
        [0, 1, 5],
        [0, 1, 200],
      ];
      for (const seats of wrong) {
        await refused(decrypt(seats), s.committee, "CommitteeSeatsWrong", s.tender, 0, seats.map(BigInt));
      }
      for (const part of [1, 2]) {
        await refused(decrypt([0, 1, 2], part), s.committee, "CommitteeSeatsWrong", s.tender, part, [0n, 1n, 2n]);
      }
      await decrypt([1, 2, 3]);
    });

    it("is refused before the seats are frozen", async () => {
      const s = await formed(await networkHelpers.loadFixture(sealedStage));
      await refused(
        s.committee.decrypt(s.house, s.tender, 0, 0, s.a, [0, 1, 2], "0x"),
        s.committee,
        "CommitteeNotFrozen",
        ...[s.tender, 0],
      );
    });
  });
});
