import { expect } from "chai";
import { networkHelpers } from "../shared/house.ts";
import { seal } from "./bids.ts";
import { at, BY_PRICE, eachRefused, publish, type PublishedTender, type Stage, stage, termsOf } from "./helpers.ts";
import { bidding, formed, refused, seal as sealEnvelope, sealedStage, TWO_PARTS } from "./sealedScene.ts";
import { DAY, EVIDENCE, id, Permission, ZeroAddress, ZeroHash } from "./values.ts";

const LEFT = 2n * DAY;
const AMENDABLE = { judging: { ...BY_PRICE, amendPeriod: LEFT } };
const NOTICE = id("amended notice");

interface Amended extends Stage {
  tender: bigint;
}

const amend = (s: Amended, documents = NOTICE, by = s.officer) => s.house.connect(by).amend(s.tender, documents);

async function plain(): Promise<Stage & PublishedTender> {
  const s = await stage();
  return { ...s, ...(await publish(s, AMENDABLE)) };
}

const load = () => networkHelpers.loadFixture(plain);

const timesOf = async (s: Amended) => {
  const t = await s.house.tenderOf(s.tender);
  return [
    ...[t.commitDeadline, t.revealDeadline, t.awardDeadline],
    ...[t.scalarsDeadline, t.judgeDeadline, t.scoresDeadline],
  ];
};
const later = (times: bigint[], shift: bigint) => times.map((time) => (time === 0n ? 0n : time + shift));

describe("TenderHouse: amend", () => {
  it("is of keys that may publish, and of nobody else", async () => {
    const s = await load();
    await eachRefused(s, Permission.Publish, (by) =>
      refused(amend(s, NOTICE, by), s.registry, "AgencyKeyNotPermitted", s.agency, by.address, Permission.Publish),
    );
  });

  it("is refused of nothing, where the tender provides for none, is unknown or cancelled", async () => {
    const s = await load();
    await refused(amend(s, ZeroHash), s.house, "TenderDocumentsMissing");
    await refused(amend({ ...s, tender: 99n }), s.house, "TenderUnknown", 99);
    const fixed = await publish(s);
    await refused(amend({ ...s, ...fixed }), s.house, "TenderUnamendable", fixed.tender, 0);
    await s.house.connect(s.officer).cancel(s.tender, 1, EVIDENCE);
    await refused(amend(s), s.house, "TenderIsCancelled", s.tender);
  });

  it("leaves the times where enough is left, and counts its versions", async () => {
    const s = await load();
    const times = await timesOf(s);
    for (const version of [1n, 2n, 3n]) {
      await expect(amend(s, id(`notice ${version}`)))
        .to.emit(s.house, "TenderAmended")
        .withArgs(s.tender, s.key, version, id(`notice ${version}`), s.commitDeadline);
    }
    await at(s.commitDeadline - LEFT);
    await amend(s);
    expect(await timesOf(s)).to.deep.equal(times);
    expect((await s.house.tenderOf(s.tender)).version).to.equal(4n);
  });

  it("in the last minute moves all times, so that the period is left; and no more after it", async () => {
    const s = await load();
    const times = await timesOf(s);
    await seal(s, s.tender, s.a, 500n);
    await at(s.commitDeadline - 59n);
    const moved = s.commitDeadline - 59n + LEFT;
    await expect(amend(s)).to.emit(s.house, "TenderAmended").withArgs(s.tender, s.key, 1, NOTICE, moved);
    expect(await timesOf(s)).to.deep.equal(later(times, LEFT - 59n));
    await at(s.commitDeadline);
    const most = s.commitDeadline + LEFT;
    await expect(amend(s)).to.emit(s.house, "TenderAmended").withArgs(s.tender, s.key, 2, NOTICE, most);
    expect(await timesOf(s)).to.deep.equal(later(times, LEFT));
    await at(s.commitDeadline + 1n);
    await refused(amend(s), s.house, "TenderUnamendable", s.tender, s.commitDeadline);
    await at(most);
    await seal(s, s.tender, s.b, 400n);
    await at(most + 1n);
    await refused(seal(s, s.tender, s.c, 300n), s.house, "TenderCommitClosed", s.tender, most);
  });

  it("a second before the period is left moves them by a second", async () => {
    const s = await load();
    await at(s.commitDeadline - LEFT + 1n);
    await amend(s);
    expect((await s.house.tenderOf(s.tender)).commitDeadline).to.equal(s.commitDeadline + 1n);
  });

  it("leaves a proposed extension as far as it is later still", async () => {
    const s = await networkHelpers.loadFixture(sealedStage);
    const t = await publish(s, AMENDABLE);
    const [near, far] = [t.commitDeadline + DAY, t.commitDeadline + 10n * DAY];
    const propose = (deadline: bigint) => s.house.connect(s.officer).proposeExtension(t.tender, deadline);
    const extend = (deadline: bigint) => s.house.connect(s.extender).extend(t.tender, deadline, 1, EVIDENCE);
    await propose(near);
    await at(t.commitDeadline - 1n);
    await amend({ ...s, ...t });
    await refused(extend(near), s.house, "TenderExtensionInvalid", t.tender, near);
    await propose(far);
    await extend(far);
    // What two keys set is what one can amend until.
    await at(far);
    await amend({ ...s, ...t });
    await refused(amend({ ...s, ...t }), s.house, "TenderUnamendable", t.tender, far);
    expect((await s.house.tenderOf(t.tender)).commitDeadline).to.equal(far + LEFT);
    expect((await s.house.tenderOf(t.tender)).awardDeadline).to.equal(t.awardDeadline + 10n * DAY + LEFT);
  });

  it("moves the committee's times too, of one part and of two, and while it forms", async () => {
    for (const sealing of [{}, TWO_PARTS]) {
      const s = await bidding({ sealing, terms: AMENDABLE });
      const times = await timesOf(s);
      await at(s.commitDeadline);
      await amend(s);
      expect(await timesOf(s)).to.deep.equal(later(times, LEFT));
      await at(s.commitDeadline + LEFT);
      await sealEnvelope(s, s.a, 500n);
      expect((await s.house.openingTimes(s.tender)).publishFrom).to.equal(s.commitDeadline + LEFT + DAY / 48n);
    }
    const forming = await formed(await networkHelpers.loadFixture(sealedStage), { terms: AMENDABLE });
    await amend(forming);
    expect((await forming.house.tenderOf(forming.tender)).version).to.equal(1n);
  });

  it("is refused where sealing was stopped, and moves no deadline beyond five years", async () => {
    const s = await bidding({ terms: AMENDABLE });
    for (const seat of [0, 1]) {
      await s.committee.proveLeak(s.house, s.tender, 0, seat, s.secrets[0]?.[seat] ?? 0n);
    }
    await refused(amend(s), s.house, "TenderNotSealing", s.tender, 2);

    const plain = await networkHelpers.loadFixture(stage);
    const now = BigInt(await networkHelpers.time.latest());
    const longest = { commitDeadline: now + DAY, awardDeadline: now + 5n * 365n * DAY };
    const { tender } = await publish(plain, { ...AMENDABLE, ...longest });
    await at(now + 100n);
    const tooLate = [plain.house, "TenderExtensionInvalid", tender, now + 100n + LEFT] as const;
    await refused(amend({ ...plain, tender }), ...tooLate);
  });

  it("provides for 60 days at most, and for contracts only as rule and complaints", async () => {
    const s = await networkHelpers.loadFixture(stage);
    const attempt = async (judging: Partial<typeof BY_PRICE>) =>
      s.house.connect(s.officer).publish(await termsOf(s, { judging: { ...BY_PRICE, ...judging } }));
    const invalid = [s.house, "TenderJudgingInvalid"] as const;
    const { address } = s.stranger;
    await refused(attempt({ amendPeriod: 60n * DAY + 1n }), ...invalid, ZeroAddress, ZeroAddress, 60n * DAY + 1n);
    await refused(attempt({ rule: address }), ...invalid, address, ZeroAddress, 0);
    await refused(attempt({ complaints: address }), ...invalid, ZeroAddress, address, 0);
    await attempt({ amendPeriod: 60n * DAY });
  });
});
