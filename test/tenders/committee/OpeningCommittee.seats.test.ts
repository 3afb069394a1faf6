import { expect } from "chai";
import { ethers, networkHelpers } from "../../shared/house.ts";
import { at, newAccount } from "../helpers.ts";
import { coordinates, FIELD, flipped, INFINITY, ORDER, outsideSubgroup, padded, pointOf, word } from "../sealed.ts";
import {
  bidding,
  BODIES,
  fails,
  formed,
  newSecret,
  prepared,
  proofsOf,
  refused,
  type SealedScene,
  sealedStage,
  takeSeat,
  TWO_PARTS,
} from "../sealedScene.ts";
import { DAY, EVIDENCE, MAX_UINT40, Permission, Phase, ZeroAddress, ZeroHash } from "../values.ts";

const { concat, dataSlice, keccak256 } = ethers;
const scene = async (options = {}): Promise<SealedScene> =>
  formed(await networkHelpers.loadFixture(sealedStage), options);
const secretOf = (s: SealedScene, seat: number, part = 0): bigint => s.secrets[part]?.[seat] ?? 0n;

/** Tries to take seat 0 with this point and these proofs. */
async function attempt(
  s: SealedScene,
  points: string,
  proofs: [bigint, bigint][],
  by = s.seats[0]?.member,
): Promise<unknown> {
  return s.committee.connect(by ?? s.stranger).takeSeat(s.house, s.tender, 0, points, proofs);
}

describe("OpeningCommittee: seats", () => {
  describe("form", () => {
    it("keeps threshold, seats and parts, and tells the bodies", async () => {
      const s = await networkHelpers.loadFixture(sealedStage);
      const [house, by] = [s.stranger.address, s.committee.connect(s.stranger)];
      await expect(by.form(7, BODIES, 3, 2))
        .to.emit(s.committee, "CommitteeFormed")
        .withArgs(house, 7, 3, 2, BODIES);
      expect(await s.committee.committeeOf(house, 7)).to.deep.equal([3n, 5n, 2n, 0n, false, [0n, 0n], [0n, 0n]]);
      for (const [seat, agency] of BODIES.entries()) {
        expect(await s.committee.seatOf(house, 7, seat)).to.deep.equal([agency, ZeroAddress]);
      }
    });

    it("demands n >= 2t-1, up to 15 seats of three bodies, none with t, and a threshold of two", async () => {
      const s = await networkHelpers.loadFixture(sealedStage);
      const by = s.committee.connect(s.stranger);
      const wrong: [bigint[], number][] = [
        [[], 2],
        [[1n, 2n, 3n], 0],
        [[1n, 2n, 3n], 1],
        [[1n, 2n], 2],
        [[1n, 2n, 3n, 4n], 3],
        [[1n, 1n, 2n], 2],
        [[1n, 1n, 2n, 2n, 2n], 3],
        [[1n, 2n, 2n, 2n, 3n], 3],
        [[1n, 1n, 2n, 2n], 2],
        [[1n, 1n, 2n, 2n, 3n, 3n], 2],
        [Array.from({ length: 16 }, (_, i) => BigInt(i + 1)), 2],
        [[1n, 2n, 3n], 255],
      ];
      for (const [agencies, threshold] of wrong) {
        await refused(
          by.form(1, agencies, threshold, 1),
          s.committee,
          "CommitteeSeatsInvalid",
          agencies.length,
          threshold,
        );
      }
      const right: [bigint[], number][] = [
        [[1n, 2n, 3n], 2],
        [[1n, 1n, 2n, 2n, 3n], 3],
        [Array.from({ length: 15 }, (_, i) => BigInt(i + 1)), 8],
        [Array.from({ length: 15 }, (_, i) => BigInt(i + 1)), 2],
      ];
      for (const [i, [agencies, threshold]] of right.entries()) await by.form(i + 1, agencies, threshold, 1);
    });

    it("works once for a tender of a house, and keeps houses apart", async () => {
      const s = await scene();
      await s.committee.connect(s.stranger).form(s.tender, [1n, 2n, 3n], 2, 1);
      await refused(
        s.committee.connect(s.stranger).form(s.tender, BODIES, 3, 1),
        s.committee,
        "CommitteeFrozen",
        s.tender,
      );
      expect((await s.committee.committeeOf(s.house, s.tender)).seats).to.equal(5n);
      expect((await s.committee.committeeOf(s.stranger, s.tender)).seats).to.equal(3n);
    });
  });

  describe("takeSeat", () => {
    it("takes the seat for a key of its body, and keeps the hash of its point", async () => {
      const s = await scene({ sealing: TWO_PARTS });
      const points = concat([pointOf(secretOf(s, 1, 0)), pointOf(secretOf(s, 1, 1))]);
      const member = s.seats[1]?.member.address;
      await expect(takeSeat(s, 1))
        .to.emit(s.committee, "SeatTaken")
        .withArgs(await s.house.getAddress(), s.tender, 1, member, 1, points);
      expect(await s.committee.seatOf(s.house, s.tender, 1)).to.deep.equal([BODIES[1], member]);
      expect((await s.committee.committeeOf(s.house, s.tender)).taken).to.equal(0b10n);
      for (const part of [0, 1]) {
        const hash = keccak256(padded(pointOf(secretOf(s, 1, part))));
        expect(await s.committee.keyOf(s.house, s.tender, part, 1)).to.equal(hash);
      }
    });

    it("is refused to all but keys of the seat's body with the permission to sit", async () => {
      const s = await scene();
      const wrong = [s.officer, s.admin, s.platform, s.stranger, s.seats[2]?.member];
      const lacking = await newAccount();
      await s.registry.connect(s.admin).addKey(3, lacking, Permission.All, 0, MAX_UINT40);
      const ended = await newAccount();
      await s.registry.connect(s.admin).addKey(3, ended, Permission.Sit, 0, MAX_UINT40);
      await s.registry.connect(s.admin).endKey(3, ended);
      for (const by of [...wrong, lacking, ended]) {
        await refused(takeSeat(s, 0, [newSecret()], by), s.registry, "AgencyKeyNotPermitted");
      }
      await s.registry.suspend(3);
      await refused(takeSeat(s, 0), s.registry, "AgencyKeyNotPermitted");
      await s.registry.resume(3);
      await takeSeat(s, 0);
    });

    it("gives no member two seats", async () => {
      const s = await scene();
      await takeSeat(s, 0);
      const act = takeSeat(s, 1, [newSecret()], s.seats[0]?.member);
      await refused(act, s.committee, "CommitteeMemberSeated", s.tender, s.seats[0]?.member.address, 0);
      await takeSeat(s, 1);
      const other = takeSeat(s, 0, [newSecret()], s.seats[1]?.member);
      await refused(other, s.committee, "CommitteeMemberSeated", s.tender, s.seats[1]?.member.address, 1);
    });

    it("refuses a point that was used before, in this tender, another or another house, also by its own member", async () => {
      const s = await scene({ sealing: TWO_PARTS });
      await takeSeat(s, 0);
      const used = [secretOf(s, 0, 0), secretOf(s, 0, 1)] as const;
      const invalid = [s.committee, "CommitteePointInvalid"] as const;
      await refused(takeSeat(s, 0), ...invalid, s.tender, 0);
      await refused(takeSeat(s, 1, [newSecret(), used[0]]), ...invalid, s.tender, 1);
      await refused(takeSeat(s, 0, [used[1], newSecret()]), ...invalid, s.tender, 0);
      const twice = newSecret();
      await refused(takeSeat(s, 1, [twice, twice]), ...invalid, s.tender, 1);
      const next = await formed(s);
      await refused(takeSeat(next, 0, [used[0]]), ...invalid, next.tender, 0);
      await s.committee.connect(s.stranger).form(1, BODIES, 3, 1);
      const proofs = await proofsOf(next, 0, { house: s.stranger.address, tender: 1n }, [used[0]]);
      const elsewhere = s.committee.connect(s.seats[0]?.member).takeSeat(s.stranger, 1, 0, pointOf(used[0]), proofs);
      await refused(elsewhere, ...invalid, 1, 0);
    });

    it("refuses a point off the curve, outside the subgroup, at infinity, or not reduced", async () => {
      const s = await scene();
      const secret = secretOf(s, 0);
      const [x, y] = [BigInt(dataSlice(pointOf(secret), 0, 48)), BigInt(dataSlice(pointOf(secret), 48))];
      const proofs = await proofsOf(s, 0);
      const zero = await proofsOf(s, 0, {}, [ORDER]);
      const points = [
        [coordinates(x, y ^ 1n), proofs],
        [coordinates(y, x), proofs],
        [outsideSubgroup(), proofs],
        [INFINITY, zero],
        [INFINITY, [[0n, 0n]]],
        [coordinates(x + FIELD, y), proofs],
        [coordinates(x, FIELD - y), proofs],
        [pointOf(newSecret()), proofs],
      ] as [string, [bigint, bigint][]][];
      for (const [point, proof] of points) {
        await refused(attempt(s, point, proof), s.committee, "CommitteePointInvalid", s.tender, 0);
      }
      await attempt(s, pointOf(secret), proofs);
    });

    it("refuses points and proofs of another number or length", async () => {
      const s = await scene({ sealing: TWO_PARTS });
      const points = concat([pointOf(secretOf(s, 0, 0)), pointOf(secretOf(s, 0, 1))]);
      const proofs = await proofsOf(s, 0);
      const [first, second] = proofs;
      if (!first || !second) throw new Error("two proofs");
      const invalid = [s.committee, "CommitteePointInvalid", s.tender, 2] as const;
      for (const bytes of [dataSlice(points, 0, 96), dataSlice(points, 1), concat([points, "0x00"]), "0x"]) {
        await refused(attempt(s, bytes, proofs), ...invalid);
      }
      for (const given of [[first], [], [first, second, second]]) await refused(attempt(s, points, given), ...invalid);
      await refused(attempt(s, points, [second, first]), s.committee, "CommitteePointInvalid", s.tender, 0);
      await attempt(s, points, proofs);
    });

    it("refuses a proof of another member, seat, part, tender, house, committee or chain", async () => {
      const s = await scene();
      const point = pointOf(secretOf(s, 0));
      const wrong = [
        { member: s.seats[1]?.member.address ?? "" },
        { seat: 1n },
        { part: 1n },
        { tender: s.tender + 1n },
        { house: s.stranger.address },
        { committee: s.stranger.address },
        { chainId: s.chainId + 1n },
      ];
      for (const change of wrong) {
        const act = attempt(s, point, await proofsOf(s, 0, change));
        await refused(act, s.committee, "CommitteePointInvalid", s.tender, 0);
      }
      // Copied with its point by another key of the body.
      const proofs = await proofsOf(s, 0);
      const copier = attempt(s, point, proofs, s.seats[1]?.member);
      await refused(copier, s.committee, "CommitteePointInvalid", s.tender, 0);
      await attempt(s, point, proofs);
    });

    it("refuses a proof with a scalar changed, not reduced, or none", async () => {
      const s = await scene();
      const point = pointOf(secretOf(s, 0));
      const [proof] = await proofsOf(s, 0);
      if (!proof) throw new Error("a proof");
      const [challenge, response] = proof;
      const wrong: [bigint, bigint][] = [
        [challenge, BigInt(flipped(word(response), 31))],
        [BigInt(flipped(word(challenge), 31)), response],
        [challenge + ORDER, response],
        [challenge, response + ORDER],
        [0n, 0n],
        [0n, response],
        [response, challenge],
      ];
      for (const one of wrong) {
        await refused(attempt(s, point, [one]), s.committee, "CommitteePointInvalid", s.tender, 0);
      }
    });

    it("again with fresh keys replaces lost ones, by the same member or another of the body", async () => {
      const s = await scene();
      for (let seat = 0; seat < 5; seat++) await takeSeat(s, seat);
      const [mine, others] = [newSecret(), newSecret()];
      await takeSeat(s, 0, [mine]);
      expect(await s.committee.keyOf(s.house, s.tender, 0, 0)).to.equal(keccak256(padded(pointOf(mine))));
      const successor = await newAccount();
      await s.registry.connect(s.admin).addKey(3, successor, Permission.Sit, 0, MAX_UINT40);
      await takeSeat(s, 0, [others], successor);
      expect(await s.committee.seatOf(s.house, s.tender, 0)).to.deep.equal([3n, successor.address]);
      await s.committee.freeze(s.house, s.tender);
      await at(s.commitDeadline + 1800n);
      const publish = (scalar: bigint) => s.committee.publish(s.house, s.tender, [0], [scalar]);
      for (const lost of [secretOf(s, 0), mine]) {
        await refused(publish(lost), s.committee, "CommitteeScalarWrong", s.tender, 0, 0);
      }
      await publish(others);
    });

    it("is refused for an unknown committee or seat, and once frozen", async () => {
      const s = await scene();
      const proofs = await proofsOf(s, 0);
      const by = s.committee.connect(s.seats[0]?.member);
      const point = pointOf(secretOf(s, 0));
      const house = await s.house.getAddress();
      await refused(by.takeSeat(house, 9, 0, point, proofs), s.committee, "CommitteeUnknown", house, 9);
      await refused(by.takeSeat(house, s.tender, 5, point, proofs), s.committee, "CommitteeSeatUnknown", s.tender, 5);
      const frozen = await bidding();
      await refused(takeSeat(frozen, 0, [newSecret()]), frozen.committee, "CommitteeFrozen", frozen.tender);
    });

    it("with too little gas is refused and takes nothing", async () => {
      const s = await scene();
      const proofs = await proofsOf(s, 0);
      const by = s.committee.connect(s.seats[0]?.member);
      const args = [s.house, s.tender, 0, pointOf(secretOf(s, 0)), proofs] as const;
      for (const gasLimit of [50_000n, 70_000n, 90_000n]) {
        expect(await fails(by.takeSeat.staticCall(...args, { gasLimit }))).to.equal(true);
      }
      expect((await s.committee.committeeOf(s.house, s.tender)).taken).to.equal(0n);
      await by.takeSeat(...args);
    });
  });

  describe("freeze", () => {
    it("opens the bidding once all seats are taken, by anyone, and only once", async () => {
      const s = await scene();
      for (let seat = 0; seat < 5; seat++) {
        await refused(
          s.committee.freeze(s.house, s.tender),
          s.committee,
          "CommitteeNotFrozen",
          s.tender,
          (1 << seat) - 1,
        );
        await takeSeat(s, seat);
      }
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Forming);
      const { sealed } = await prepared(s, s.a, 500n);
      await refused(
        s.house.connect(s.a).commitEnvelope(s.tender, 0, sealed),
        s.house,
        "TenderNotSealing",
        ...[s.tender, Phase.Forming],
      );
      const tx = s.committee.connect(s.stranger).freeze(s.house, s.tender);
      await expect(tx)
        .to.emit(s.committee, "SeatsFrozen")
        .withArgs(await s.house.getAddress(), s.tender);
      await expect(tx).to.emit(s.house, "BiddingOpened").withArgs(s.tender);
      expect((await s.house.tenderOf(s.tender)).phase).to.equal(Phase.Sealing);
      expect((await s.committee.committeeOf(s.house, s.tender)).frozen).to.equal(true);
      await refused(s.committee.freeze(s.house, s.tender), s.committee, "CommitteeFrozen", s.tender);
      await s.house.connect(s.a).commitEnvelope(s.tender, 0, sealed);
    });

    it("waits for the time from which bids are taken, and comes a day before the commit deadline at the latest", async () => {
      const stage = await networkHelpers.loadFixture(sealedStage);
      const bidsFrom = BigInt(await networkHelpers.time.latest()) + 3n * DAY;
      const s = await formed(stage, { sealing: { bidsFrom } });
      for (let seat = 0; seat < 5; seat++) await takeSeat(s, seat);
      const freeze = () => s.committee.freeze(s.house, s.tender);
      await refused(freeze(), s.house, "TenderNotSealing", s.tender, Phase.Forming);
      await at(bidsFrom - 1n);
      await refused(freeze(), s.house, "TenderNotSealing", s.tender, Phase.Forming);
      const snapshot = await networkHelpers.takeSnapshot();
      await at(bidsFrom);
      await freeze();
      await snapshot.restore();
      const latest = s.commitDeadline - DAY;
      await at(latest + 1n);
      await refused(freeze(), s.house, "TenderCommitClosed", s.tender, latest);
      await snapshot.restore();
      await at(latest);
      await freeze();
    });

    it("is refused after a cancellation, and for an unknown committee", async () => {
      const s = await scene();
      for (let seat = 0; seat < 5; seat++) await takeSeat(s, seat);
      await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
      await refused(s.committee.freeze(s.house, s.tender), s.house, "TenderIsCancelled", s.tender);
      await refused(s.committee.freeze(s.house, 99), s.committee, "CommitteeUnknown", await s.house.getAddress(), 99);
    });
  });

  it("what it tells the house, nobody else can: biddingOpened, keysPublished, keysLeaked", async () => {
    const s = await scene();
    for (const by of [s.officer, s.admin, s.platform, s.stranger, s.seats[0]?.member ?? s.a]) {
      const house = s.house.connect(by);
      for (const act of [house.biddingOpened, house.keysPublished, house.keysLeaked]) {
        await refused(act(s.tender), s.house, "TenderCommitteeOnly", by.address);
      }
    }
  });

  it("has views that refuse what there is not", async () => {
    const s = await scene();
    const house = await s.house.getAddress();
    await refused(s.committee.committeeOf(house, 99), s.committee, "CommitteeUnknown", house, 99);
    await refused(s.committee.seatOf(house, s.tender, 5), s.committee, "CommitteeSeatUnknown", s.tender, 5);
    await refused(s.committee.keyOf(house, s.tender, 0, 5), s.committee, "CommitteeSeatUnknown", s.tender, 5);
    expect(await s.committee.keyOf(house, s.tender, 0, 4)).to.equal(ZeroHash);
  });
});
