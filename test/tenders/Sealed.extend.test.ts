import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { at, keyWith, pass, publish as publishPlain } from "./helpers.ts";
import {
  bidding,
  formed,
  prepared,
  publish,
  refused,
  type SealedScene,
  sealedStage,
  TWO_PARTS,
} from "./sealedScene.ts";
import { DAY, EVIDENCE, Permission, ZeroHash } from "./values.ts";

const propose = (s: SealedScene, deadline: bigint, by = s.officer) =>
  s.house.connect(by).proposeExtension(s.tender, deadline);
const extend = (s: SealedScene, deadline: bigint, by = s.extender, reason = 4n, evidence: string = EVIDENCE) =>
  s.house.connect(by).extend(s.tender, deadline, reason, evidence);

describe("TenderHouse: extension by two keys", () => {
  it("shifts every time by as much, and says who, until when and why", async () => {
    const s = await bidding({ sealing: TWO_PARTS });
    const shift = 3n * DAY + 7n;
    const deadline = s.commitDeadline + shift;
    await expect(propose(s, deadline)).to.emit(s.house, "ExtensionProposed").withArgs(s.tender, s.key, deadline);
    expect((await s.house.tenderOf(s.tender)).commitDeadline).to.equal(s.commitDeadline);
    await expect(extend(s, deadline)).to.emit(s.house, "TenderExtended").withArgs(s.tender, 2, deadline, 4, EVIDENCE);
    const t = await s.house.tenderOf(s.tender);
    expect([
      t.commitDeadline,
      t.scalarsDeadline,
      t.revealDeadline,
      t.judgeDeadline,
      t.scoresDeadline,
      t.awardDeadline,
    ]).to.deep.equal(
      [s.commitDeadline, s.scalarsDeadline, s.revealDeadline, s.judgeDeadline, s.scoresDeadline, s.awardDeadline].map(
        (time) => time + shift,
      ),
    );
    const { sealed } = await prepared(s, s.a, 1n);
    await at(deadline);
    await s.house.connect(s.a).commitEnvelope(s.tender, 0, sealed);
    const early = s.committee.publish(s.house, s.tender, [0], [s.secrets[0]?.[0] ?? 0n]);
    await refused(early, s.committee, "CommitteePublishClosed");
    await at(deadline + 1n);
    await refused(
      s.house.connect(s.b).commitEnvelope(s.tender, 0, sealed),
      s.house,
      "TenderCommitClosed",
      s.tender,
      deadline,
    );
    await publish(s);
  });

  it("shifts the times of one part, of a plain tender, and of one whose committee still forms", async () => {
    const one = await bidding();
    await propose(one, one.commitDeadline + DAY);
    await extend(one, one.commitDeadline + DAY);
    const t = await one.house.tenderOf(one.tender);
    expect([t.scoresDeadline, t.judgeDeadline]).to.deep.equal([0n, one.judgeDeadline + DAY]);

    const plain = await publishPlain(one);
    const s = { ...one, ...plain };
    await propose(s, plain.commitDeadline + DAY);
    await extend(s, plain.commitDeadline + DAY);
    const p = await s.house.tenderOf(s.tender);
    expect([p.commitDeadline, p.revealDeadline, p.awardDeadline, p.scalarsDeadline, p.judgeDeadline]).to.deep.equal([
      ...[plain.commitDeadline, plain.revealDeadline, plain.awardDeadline].map((time) => time + DAY),
      0n,
      0n,
    ]);

    const forming = await formed(await networkHelpers.loadFixture(sealedStage));
    await propose(forming, forming.commitDeadline + DAY);
    await extend(forming, forming.commitDeadline + DAY);
  });

  it("is never confirmed by who proposed it, though its key may do both", async () => {
    const s = await bidding();
    const both = await keyWith(s, Permission.Publish | Permission.Extend);
    const deadline = s.commitDeadline + DAY;
    await propose(s, deadline, both);
    await refused(extend(s, deadline, both), s.house, "TenderExtensionUnproposed", s.tender, deadline);
    await extend(s, deadline);
  });

  it("is refused to keys without the permission, of another body, or none", async () => {
    const s = await bidding();
    const deadline = s.commitDeadline + DAY;
    const everythingButPublish = await keyWith(s, (2n ** 48n - 1n) ^ Permission.Publish);
    const everythingButExtend = await keyWith(s, (2n ** 48n - 1n) ^ Permission.Extend);
    for (const by of [everythingButPublish, s.other, s.admin, s.stranger]) {
      await refused(propose(s, deadline, by), s.registry, "AgencyKeyNotPermitted");
    }
    await propose(s, deadline);
    for (const by of [everythingButExtend, s.other, s.admin, s.stranger]) {
      await refused(extend(s, deadline, by), s.registry, "AgencyKeyNotPermitted");
    }
    await extend(s, deadline);
  });

  it("needs the very deadline that was proposed last, once", async () => {
    const s = await bidding();
    const [first, second] = [s.commitDeadline + DAY, s.commitDeadline + 2n * DAY];
    const unproposed = (deadline: bigint) => [s.house, "TenderExtensionUnproposed", s.tender, deadline] as const;
    await refused(extend(s, first), ...unproposed(first));
    await propose(s, first);
    await refused(extend(s, first + 1n), ...unproposed(first + 1n));
    await propose(s, second);
    await refused(extend(s, first), ...unproposed(first));
    await extend(s, second);
    await refused(extend(s, second + DAY), ...unproposed(second + DAY));
    await refused(extend(s, second), s.house, "TenderExtensionInvalid", s.tender, second);
  });

  it("needs a reason and its evidence", async () => {
    const s = await bidding();
    const deadline = s.commitDeadline + DAY;
    await propose(s, deadline);
    const missing = [s.house, "TenderReasonMissing"] as const;
    await refused(extend(s, deadline, s.extender, 0n), ...missing, 0, EVIDENCE);
    await refused(extend(s, deadline, s.extender, 4n, ZeroHash), ...missing, 4, ZeroHash);
  });

  it("comes until the deadline's last second, and is later, but not beyond five years", async () => {
    const s = await bidding();
    const invalid = [s.house, "TenderExtensionInvalid", s.tender] as const;
    for (const deadline of [0n, s.commitDeadline - 1n, s.commitDeadline]) {
      await refused(propose(s, deadline), ...invalid, deadline);
      await refused(extend(s, deadline), ...invalid, deadline);
    }
    const now = s.commitDeadline - DAY;
    const most = now + 5n * 365n * DAY - (s.awardDeadline - s.commitDeadline);
    await at(now);
    await refused(propose(s, most + 1n), ...invalid, most + 1n);
    await refused(propose(s, 2n ** 40n - 1n), ...invalid, 2n ** 40n - 1n);
    await at(now);
    await propose(s, most);
    const deadline = s.commitDeadline + DAY;
    await propose(s, deadline);
    const snapshot = await networkHelpers.takeSnapshot();
    await at(s.commitDeadline + 1n);
    const closed = [s.house, "TenderCommitClosed", s.tender, s.commitDeadline] as const;
    await refused(extend(s, deadline), ...closed);
    await refused(propose(s, deadline), ...closed);
    await snapshot.restore();
    await at(s.commitDeadline);
    await extend(s, deadline);
  });

  it("is refused for an unknown tender, and after a cancellation", async () => {
    const s = await bidding();
    const deadline = s.commitDeadline + DAY;
    await propose(s, deadline);
    await refused(s.house.connect(s.officer).proposeExtension(99, deadline), s.house, "TenderUnknown", 99);
    await refused(s.house.connect(s.officer).extend(99, deadline, 1, EVIDENCE), s.house, "TenderUnknown", 99);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await refused(propose(s, deadline), s.house, "TenderIsCancelled", s.tender);
    await refused(extend(s, deadline), s.house, "TenderIsCancelled", s.tender);
    await pass(s.commitDeadline);
  });
});
