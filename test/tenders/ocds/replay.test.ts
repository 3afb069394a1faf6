import { expect } from "chai";
import { getAddress } from "ethers";
import { auditTender } from "../../../sdk/src/tenders/audit/audit.ts";
import { consortiumOf } from "../../../sdk/src/tenders/consortium.ts";
import type { TenderModel } from "../../../sdk/src/tenders/model.ts";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { type ReplayRow, replayProcess } from "../../../sdk/src/tenders/ocds/replay.ts";
import { readTender } from "../../../sdk/src/tenders/read.ts";
import { Scene } from "../scene.ts";
import { awardTo, BIDDERS, caps, type Loose } from "./fixtures.ts";

type Release = ReturnType<typeof caps>;

const reference = (index: number): Loose => {
  const { id, name } = BIDDERS[index] ?? { id: "1", name: "?" };
  return { id: `UA-EDR-${id}`, name };
};
const value = (amount: number) => ({ amount, currency: "UAH", valueAddedTaxIncluded: true });

describe("replay on a chain of what several won", function () {
  this.timeout(60_000);
  let scene: Scene;
  before(async () => void (scene = await Scene.open()));
  after(() => scene.stage.close());

  /** The only row of a release, and its tender where one was played. */
  async function replay(change: (release: Release) => void): Promise<{ row: ReplayRow; model?: TenderModel }> {
    const release = caps();
    change(release);
    const [process] = parseOcds(JSON.stringify(release)).processes;
    if (!process) throw new Error("no process");
    const { rows, tenders } = await replayProcess(scene.stage, process);
    const [row, ...others] = rows;
    if (!row || others.length > 0) throw new Error(`${rows.length} rows`);
    const [tender] = tenders;
    return tender === undefined ? { row } : { row, model: await readTender(scene.context, tender) };
  }
  const awards = (...active: Loose[]) => [awardTo(1, "unsuccessful"), ...active];
  const shared = (indexes: number[], amount = 5775) => ({
    ...awardTo(4, "active"),
    ...{ suppliers: indexes.map(reference), value: value(amount) },
  });

  describe("a framework", () => {
    it("of two awards agrees: the rule selects the two lowest, and each is awarded at its price", async () => {
      const { row, model } = await replay((release) => {
        release.awards = awards(awardTo(2, "active"), awardTo(4, "active"));
      });
      expect(row.verdict).to.equal("agrees on competing bids");
      expect(row.detail).to.equal(
        "Lev-Servis K LLC (2900 UAH), Skhid LLC (2875 UAH): the 2 lowest of 5 bids not rejected",
      );
      const [lot] = model?.lots ?? [];
      expect(model?.rule).to.equal(getAddress(scene.context.addresses.Evaluation));
      expect([lot?.award, ...(lot?.furtherAwards ?? [])].map((award) => award?.price)).to.have.members([
        287_500n,
        290_000n,
      ]);
      if (!model) throw new Error("not played");
      const { checks } = await auditTender(scene.context, model.tender);
      expect(checks.flatMap(({ findings }) => findings)).to.deep.equal([]);
    });

    it("of one award at one value compares the winners alone, and says so", async () => {
      const { row } = await replay((release) => (release.awards = awards(shared([2, 4]))));
      expect(row).to.include({ verdict: "agrees on competing bids" });
      expect(row.detail).to.equal(
        "Lev-Servis K LLC, Skhid LLC: the 2 lowest of 5 bids not rejected; not every award tells an amount to compare",
      );
    });

    it("differs when another than the two lowest is awarded, in either form", async () => {
      const separate = await replay((release) => {
        release.awards = awards(awardTo(4, "active"), awardTo(3, "active"));
      });
      expect(separate.row).to.include({
        verdict: "differs",
        detail: "played: Lev-Servis K LLC (2900 UAH); published: Eney Trading House LLC (3000 UAH)",
      });
      const together = await replay((release) => (release.awards = awards(shared([3, 4]))));
      expect(together.row).to.include({
        verdict: "differs",
        detail: "played: Lev-Servis K LLC (2900 UAH); published: Eney Trading House LLC",
      });
    });

    it("differs when an award's amount is another than its bid's", async () => {
      const { row } = await replay((release) => {
        release.awards = awards(awardTo(4, "active"), awardTo(2, "active", { value: value(2901) }));
      });
      expect(row).to.include({
        verdict: "differs",
        detail: "played: Lev-Servis K LLC (2900 UAH); published: Lev-Servis K LLC (2901 UAH)",
      });
    });

    it("differs when one of the winners had been rejected, with fewer winners than awards", async () => {
      const { row } = await replay((release) => {
        release.awards = awards(awardTo(4, "active"), awardTo(1, "active", { id: "again" }));
        release.bids.details.splice(2, 2);
      });
      expect(row.verdict).to.equal("differs");
      expect(row.detail).to.equal("played: S-Master LLC (3375 UAH); published: Zhuravka Torg LLC (1800 UAH)");
      const alone = await replay((release) => {
        release.awards = awards(awardTo(4, "active"), awardTo(1, "active", { id: "again" }));
        release.bids.details = [release.bids.details[1] ?? {}, release.bids.details[4] ?? {}];
      });
      expect(alone.row).to.include({
        verdict: "differs",
        detail: "played: no other; published: Zhuravka Torg LLC (1800 UAH)",
      });
    });

    it("is closed where every bid is rejected, and differs", async () => {
      const { row, model } = await replay((release) => {
        for (const bid of release.bids.details) bid["status"] = "disqualified";
        release.awards = awards(awardTo(2, "active"), awardTo(4, "active"));
      });
      expect(row.verdict).to.equal("differs");
      expect(row.detail).to.match(/^played: nobody; published: Lev-Servis K LLC \(2900 UAH\), Skhid LLC \(2875 UAH\)$/);
      expect(model?.lots[0]?.closed).not.to.equal(undefined);
    });

    it("is a tender beside that of a lot with one winner", async () => {
      const release = caps();
      release.tender["lots"] = ["A", "B"].map((id) => ({ id }));
      for (const bid of release.bids.details) bid["relatedLots"] = ["A"];
      const again = release.bids.details.map((bid, i) => ({ ...bid, id: `b-${i}`, relatedLots: ["B"] }));
      release.bids.details.push(...again);
      const one = (index: number, lot: string) =>
        awardTo(index, "active", { id: `${lot}-${index}`, relatedLots: [lot] });
      release.awards = [one(1, "A"), one(1, "B"), one(4, "B")];
      const [process] = parseOcds(JSON.stringify(release)).processes;
      if (!process) throw new Error("no process");
      const { rows, tenders } = await replayProcess(scene.stage, process);
      expect(rows.map(({ lot, verdict }) => [lot, verdict])).to.deep.equal([
        ["A", "agrees on competing bids"],
        ["B", "agrees on competing bids"],
      ]);
      const rules = await Promise.all(tenders.map(async (tender) => (await readTender(scene.context, tender)).rule));
      expect(rules).to.deep.equal([undefined, getAddress(scene.context.addresses.Evaluation)]);
    });

    it("counts a price of 0 and none over the ceiling", async () => {
      const { row } = await replay((release) => {
        release.bids.details[2] = { ...release.bids.details[2], value: value(0) };
        release.bids.details[0] = { ...release.bids.details[0], value: value(8000) };
        release.awards = awards(awardTo(4, "active"), awardTo(2, "active", { value: value(0) }));
      });
      expect(row.detail).to.equal(
        "Skhid LLC (2875 UAH), Lev-Servis K LLC (0 UAH): the 2 lowest of 5 bids not rejected",
      );
      expect(row.verdict).to.equal("agrees on competing bids");
    });

    it("is played without published bids where each supplier was a tenderer, and proves no competition", async () => {
      const { row, model } = await replay((release) => {
        release.awards = [shared([2, 3, 4])];
        release.bids.details = [];
        Object.assign(release.tender, { tenderers: [2, 3, 4].map(reference), numberOfTenderers: 3 });
      });
      expect(row.verdict).to.equal("no competition published");
      expect(row.detail).to.match(
        /: played as the only 3 bids; the record tells no amount of each, none was compared$/,
      );
      expect(model?.lots[0]?.furtherAwards).to.have.length(2);
    });
  });

  describe("a consortium", () => {
    const joint = (release: Release, ...members: number[]) => {
      const [lead = 0] = members;
      release.bids.details[lead] = { ...release.bids.details[lead], tenderers: members.map(reference) };
      release.bids.details = release.bids.details.filter((_, i) => i === lead || !members.includes(i));
    };

    it("bids once, registered with its members' consents and equal shares, the rest the lead's", async () => {
      const { row, model } = await replay((release) => {
        joint(release, 4, 2, 3);
        release.awards = awards(shared([2, 3, 4], 2875));
      });
      const name = "Skhid LLC + Lev-Servis K LLC + Eney Trading House LLC";
      expect(row).to.include({
        verdict: "agrees on competing bids",
        detail: `${name} (2875 UAH): the lowest of 3 bids not rejected`,
      });
      const [lot] = model?.lots ?? [];
      expect(lot?.bids).to.have.length(3);
      const lead = lot?.award?.winner ?? "";
      const { members = [], shares = [] } = (await consortiumOf(scene.context, model?.tender ?? 0n, 0, lead)) ?? {};
      const share = new Map(members.map((member, i) => [member, shares[i]]));
      const partners = await Promise.all([2, 3].map((i) => scene.address(`UA-EDR-${BIDDERS[i]?.id}`)));
      expect([lead, ...partners].map((member) => share.get(member))).to.deep.equal([3334, 3333, 3333]);
    });

    it("differs when it did not bid lowest, and when its amount is another", async () => {
      const lost = await replay((release) => {
        joint(release, 2, 3);
        release.awards = awards(shared([2, 3], 2900));
      });
      expect(lost.row).to.include({
        verdict: "differs",
        detail: "played: Skhid LLC (2875 UAH); published: Lev-Servis K LLC + Eney Trading House LLC (2900 UAH)",
      });
      const dearer = await replay((release) => {
        joint(release, 4, 3);
        release.awards = awards(shared([3, 4], 2880));
      });
      expect(dearer.row.detail).to.match(/^played: .* \(2875 UAH\); published: .* \(2880 UAH\)$/);
      expect(dearer.row.verdict).to.equal("differs");
    });

    it("wins beside who bids alone, also where its lead does", async () => {
      const { row } = await replay((release) => {
        release.bids.details.push({
          ...{ id: "joint", value: value(2000), tenderers: [reference(4), reference(2)] },
        });
        release.awards = awards(awardTo(4, "active"), { ...shared([4, 2], 2000), relatedBid: "joint" });
      });
      expect(row).to.include({
        verdict: "agrees on competing bids",
        detail: "Skhid LLC (2875 UAH), Skhid LLC + Lev-Servis K LLC (2000 UAH): the 2 lowest of 6 bids not rejected",
      });
    });

    it("can have a lead that the record names without an identifier", async () => {
      const { row } = await replay((release) => {
        release.bids.details[4] = { ...release.bids.details[4], tenderers: [{ name: "Unnumbered" }, reference(4)] };
      });
      expect(row).to.include({
        verdict: "agrees on competing bids",
        detail: "Unnumbered + Skhid LLC (2875 UAH): the lowest of 5 bids not rejected",
      });
    });

    it("without published bids is played as the only bid", async () => {
      const { row, model } = await replay((release) => {
        release.awards = [shared([2, 4])];
        release.bids.details = [];
      });
      expect(row).to.include({
        verdict: "no competition published",
        detail: "Lev-Servis K LLC + Skhid LLC (5775 UAH): the awarded value, played as the only bid",
      });
      expect(model?.lots[0]?.bids).to.have.length(1);
    });
  });
});
