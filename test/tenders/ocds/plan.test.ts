import { expect } from "chai";
import { compareOutcome } from "../../../sdk/src/tenders/ocds/compare.ts";
import { BIDDERS, type Loose, awardTo, caps, lowest, planOf, playedOf, plans, verdictOf } from "./fixtures.ts";

function leftOut(change: (release: ReturnType<typeof caps>) => void): string {
  const release = caps();
  change(release);
  return verdictOf(planOf(release));
}

describe("planReplay", () => {
  it("plays the five bids for the caps and agrees with the award", () => {
    const plan = playedOf(caps());
    expect(plan).to.include({ kind: "competing", lotId: "1", currency: "UAH", decimals: 2, taxBasis: "gross" });
    expect(plan.ceiling).to.equal(750_000n);
    expect(plan.bids.map((bid) => bid.amount)).to.deep.equal([337_500n, 180_000n, 290_000n, 300_000n, 287_500n]);
    expect(plan.bids.map((bid) => bid.rejected !== undefined)).to.deep.equal([false, true, false, false, false]);
    expect(plan.expected).to.deep.equal([{ key: "UA-EDR-14017091", name: "Skhid LLC", amount: 287_500n }]);
    expect(verdictOf(plan)).to.equal("agrees on competing bids");
  });

  for (const index of [0, 2, 3]) {
    for (const relatedBid of [undefined, "bid-4", `bid-${index}`, "bid-1", "unknown"]) {
      it(`differs when the award goes to bidder ${index} instead, relatedBid ${relatedBid}`, () => {
        const release = caps();
        const changed = awardTo(index, "active", relatedBid === undefined ? {} : { relatedBid });
        release.awards = [awardTo(1, "unsuccessful"), changed];
        const plan = playedOf(release);
        expect(plan.bids.filter((bid) => bid.rejected).map((bid) => bid.key)).to.deep.equal(["UA-EDR-40126602"]);
        const { verdict, detail } = compareOutcome(plan, lowest(plan));
        expect(verdict).to.equal("differs");
        expect(detail).to.include("Skhid LLC (2875 UAH)");
        expect(detail).to.include(`${BIDDERS[index]?.name} (${BIDDERS[index]?.amount} UAH)`);
      });
    }
  }

  it("differs when only the amount or nobody matches, and when the rejected bid is awarded", () => {
    const plan = playedOf(caps());
    const won = { key: "UA-EDR-14017091", amount: 287_501n, currency: "UAH" };
    expect(compareOutcome(plan, [won])).to.deep.equal({
      verdict: "differs",
      detail: "played: Skhid LLC (2875.01 UAH); published: Skhid LLC (2875 UAH)",
    });
    expect(compareOutcome(plan, [{ ...won, amount: 287_500n, currency: "EUR" }]).verdict).to.equal("differs");
    expect(compareOutcome(plan, []).detail).to.equal("played: nobody; published: Skhid LLC (2875 UAH)");
    expect(leftOut((release) => (release.awards[1] = awardTo(1, "active", { id: "x" })))).to.equal("differs");
  });

  it("un-rejects a bid whose unsuccessful award was cancelled", () => {
    const release = caps();
    release.awards[0] = awardTo(1, "cancelled");
    expect(verdictOf(planOf(release))).to.equal("differs");
  });

  it("leaves out, each for its reason", () => {
    const to = (index: number, more: Loose = {}) => awardTo(index, "active", more);
    const money = (amount: unknown, more: Loose = {}) => ({ value: { amount, currency: "UAH", ...more } });
    const award = (more: Loose) => leftOut((release) => (release.awards = [to(4, more)]));
    expect(leftOut((release) => (release.awards = [awardTo(4, "pending")]))).to.equal("left out: no active award");
    expect(award({ value: { currency: "UAH" } })).to.equal("left out: no value");
    expect(award(money(-1))).to.equal("left out: no value");
    expect(award(money(2875.001))).to.equal("left out: no value");
    expect(award(money(2n ** 256n + "")), "2^256").to.equal("left out: no value");
    expect(award({ value: { amount: 2875, currency: "EUR" } })).to.equal("left out: contradicting currency");
    expect(award(money(2875, { valueAddedTaxIncluded: false }))).to.equal("left out: contradicting tax basis");
    expect(award(money(7500.01))).to.equal("left out: above the ceiling");
    expect(leftOut(({ tender }) => (tender["awardCriteria"] = "bestProposal"))).to.equal(
      "left out: not awarded by price",
    );
    expect(award({ suppliers: [{ id: "X", name: "X" }] })).to.equal("left out: winner not among the bids");
    expect(award({ suppliers: [] })).to.equal("left out: winner not among the bids");
  });

  it("tests the reasons in order", () => {
    const release = caps();
    release.tender["awardCriteria"] = "bestProposal";
    const award = awardTo(4, "active");
    release.awards = [award, awardTo(2, "active")];
    award["value"] = {};
    award["items"] = [{ id: "i1" }];
    release.awards = [award, awardTo(2, "active", { items: [{ id: "i2" }] })];
    award["suppliers"] = [{ id: "A" }];
    expect(verdictOf(planOf(release))).to.equal("left out: awarded item by item");
    release.awards = [award];
    expect(verdictOf(planOf(release))).to.equal("left out: no value");
    award["value"] = { amount: 9000, currency: "EUR", valueAddedTaxIncluded: false };
    expect(verdictOf(planOf(release))).to.equal("left out: contradicting currency");
    award["value"] = { amount: 9000, currency: "UAH", valueAddedTaxIncluded: false };
    expect(verdictOf(planOf(release))).to.equal("left out: contradicting tax basis");
    award["value"] = { amount: 9000, valueAddedTaxIncluded: true };
    expect(verdictOf(planOf(release))).to.equal("left out: above the ceiling");
    award["value"] = { amount: 100 };
    expect(verdictOf(planOf(release))).to.equal("left out: not awarded by price");
    delete release.tender["awardCriteria"];
    expect(verdictOf(planOf(release))).to.equal("left out: winner not among the bids");
  });

  it("takes 0 and none for no ceiling, and absent currency and tax basis as agreeing", () => {
    for (const change of [{ amount: 0 }, {}, null]) {
      const release = caps();
      release.tender["value"] = change;
      release.awards[1] = awardTo(4, "active", { value: { amount: "2875.00" } });
      expect(playedOf(release)).not.to.have.property("ceiling");
      expect(verdictOf(planOf(release))).to.equal("agrees on competing bids");
    }
  });

  it("plays the awarded value where no competition is published", () => {
    for (const bids of [undefined, null, { details: null }, { details: caps().bids.details.slice(4) }]) {
      const plan = playedOf({ ...caps(), bids });
      expect(plan.kind).to.equal("uncontested");
      expect(plan.bids.map((bid) => bid.amount)).to.deep.equal([287_500n]);
      expect(verdictOf(plan)).to.equal("no competition published");
    }
  });

  it("does not play withdrawn or unpriced bids, and rejects disqualified ones", () => {
    const release = caps();
    release.awards.shift();
    const low = (release.bids.details[1] ??= {});
    low["status"] = "withdrawn";
    expect(playedOf(release).bids).to.have.length(4);
    low["status"] = "disqualified";
    expect(verdictOf(planOf(release))).to.equal("agrees on competing bids");
    expect(playedOf(release).bids[1]?.rejected?.reason).to.equal("published with status disqualified");
    for (const amount of [undefined, -1800, "1e999999999", 1800.001, true, (2n ** 256n).toString()]) {
      release.bids.details[1] = { ...low, status: "active", value: { amount, currency: "UAH" } };
      expect(playedOf(release).bids).to.have.length(4);
      expect(playedOf(release).notes?.join()).to.include("Zhuravka Torg LLC not played");
    }
  });

  it("counts one bid of a bidder in a lot: the one awarded, else the later", () => {
    const release = caps();
    const again = (id: string, amount: number, date: string) => ({
      ...release.bids.details[4],
      ...{ id, date, value: { amount, currency: "UAH" } },
    });
    release.bids.details.push(again("earlier", 2000, "2016-06-01T00:00:00Z"));
    expect(verdictOf(planOf(release))).to.equal("agrees on competing bids");
    release.bids.details.push(again("later", 2500, "2016-07-01T00:00:00Z"));
    const plan = playedOf(release);
    expect(plan.bids).to.have.length(5);
    expect(compareOutcome(plan, lowest(plan)).detail).to.include("Skhid LLC (2500 UAH)");
    release.awards[1] = awardTo(4, "active", { relatedBid: "bid-4" });
    expect(verdictOf(planOf(release))).to.equal("agrees on competing bids");
    release.bids.details = release.bids.details.filter((_, index) => index >= 4);
    expect(playedOf(release).kind, "three bids of one bidder are no competition").to.equal("uncontested");
  });

  it("matches bidders by relatedBid where nothing else links them", () => {
    const release = caps();
    for (const bid of release.bids.details) bid["tenderers"] = [];
    release.awards = [
      awardTo(1, "unsuccessful", { relatedBid: "bid-1" }),
      awardTo(4, "active", { relatedBid: "bid-4" }),
    ];
    expect(verdictOf(planOf(release))).to.equal("agrees on competing bids");
    release.awards[1] = awardTo(4, "active");
    expect(verdictOf(planOf(release))).to.equal("left out: winner not among the bids");
  });

  it("matches lots by relatedLot, relatedLots and lotID, and splits no value", () => {
    const release = caps();
    release.tender["lots"] = [{ id: 1, value: { amount: 5000, currency: "UAH" } }, { id: "2" }, { id: "3" }];
    release.bids.details.forEach((bid, index) =>
      Object.assign(bid, index % 2 ? { relatedLot: 1 } : { relatedLots: ["1"] }),
    );
    release.awards.forEach((award, index) => Object.assign(award, index === 0 ? { relatedLots: [1] } : { lotID: "1" }));
    release.awards.push({ ...awardTo(2, "active"), id: "both", relatedLots: ["2", "3"] });
    expect(plans(release).map(verdictOf)).to.deep.equal([
      "agrees on competing bids",
      "left out: no value",
      "left out: no value",
    ]);
  });

  it("takes wrong types for absent", () => {
    const wrongs: Loose[] = [
      { awards: "award" },
      { awards: [1, null, "x"] },
      { awards: {} },
      { tender: 7 },
      { tender: null },
    ];
    for (const wrong of wrongs) {
      const plan = planOf({ ...caps(), ...wrong });
      expect(plan.lotId).to.equal("1");
      if ("awards" in wrong) expect(verdictOf(plan)).to.equal("left out: no active award");
    }
    for (const bids of ["bids", 5, [], [null], { details: "x" }, { details: [[], 1, { value: 3, tenderers: "me" }] }]) {
      expect(planOf({ ...caps(), bids }).kind).to.be.oneOf(["uncontested", "left out"]);
    }
    const odd = { suppliers: "Skhid", value: [2875], status: ["active"], relatedBid: {}, lotID: {} };
    expect(verdictOf(planOf({ ...caps(), awards: [odd] }))).to.equal("left out: no active award");
  });
});
