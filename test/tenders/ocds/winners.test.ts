import { expect } from "chai";
import { compareOutcome } from "../../../sdk/src/tenders/ocds/compare.ts";
import { awardTo, BIDDERS, caps, type Loose, lowest, planOf, playedOf, plans, verdictOf } from "./fixtures.ts";

type Release = ReturnType<typeof caps>;

const keyOf = (index: number) => `UA-EDR-${BIDDERS[index]?.id}`;
const reference = (index: number): Loose => ({ id: keyOf(index), name: BIDDERS[index]?.name });
/** One active award to several suppliers. */
const awardOf = (indexes: number[], more: Loose = {}) =>
  awardTo(4, "active", { suppliers: indexes.map(reference), ...more });
const jointBid = (indexes: number[], more: Loose = {}): Loose => ({
  ...{ id: "joint", value: { amount: 2000, currency: "UAH" }, tenderers: indexes.map(reference) },
  ...more,
});

function releaseWith(change: (release: Release) => void): Release {
  const release = caps();
  change(release);
  return release;
}
function leftOut(change: (release: Release) => void): string {
  const plan = planOf(releaseWith(change));
  return plan.kind === "left out" ? `${plan.reason}: ${plan.detail ?? ""}` : plan.kind;
}

describe("winners of a lot", () => {
  const rejected = awardTo(1, "unsuccessful");

  it("are those of every active award, each with its amount", () => {
    const plan = playedOf(releaseWith((r) => (r.awards = [rejected, awardTo(4, "active"), awardTo(2, "active")])));
    expect(plan.kind).to.equal("competing");
    expect(plan.bids).to.have.length(5);
    expect(plan.expected).to.deep.equal([
      { key: keyOf(4), name: "Skhid LLC", amount: 287_500n },
      { key: keyOf(2), name: "Lev-Servis K LLC", amount: 290_000n },
    ]);
    expect(verdictOf(plan)).to.equal("agrees on competing bids");
  });

  it("of one award at one value have no amount each", () => {
    const plan = playedOf(releaseWith((r) => (r.awards = [rejected, awardOf([4, 2])])));
    expect(plan.expected).to.deep.equal([
      { key: keyOf(2), name: "Lev-Servis K LLC" },
      { key: keyOf(4), name: "Skhid LLC" },
    ]);
    expect(verdictOf(plan)).to.equal("agrees on competing bids");
  });

  it("differ for every set of two but the right one", () => {
    let agreed = 0;
    for (const [a, b] of [0, 2, 3, 4].flatMap((x) => [0, 2, 3, 4].map((y) => [x, y] as const))) {
      if (a >= b) continue;
      const verdicts = [[awardOf([a, b])], [awardTo(a, "active"), awardTo(b, "active")]].map((awards) =>
        verdictOf(planOf(releaseWith((r) => (r.awards = [rejected, ...awards])))),
      );
      const right = a === 2 && b === 4;
      expect(verdicts).to.deep.equal(Array(2).fill(right ? "agrees on competing bids" : "differs"));
      if (right) agreed++;
    }
    expect(agreed).to.equal(1);
  });

  it("differ where too few or too many won, and are counted where they are many", () => {
    const plan = playedOf(
      releaseWith((r) => (r.awards = [rejected, ...[0, 2, 3, 4].map((i) => awardTo(i, "active"))])),
    );
    const won = lowest(plan);
    expect(compareOutcome(plan, won)).to.deep.equal({
      verdict: "agrees on competing bids",
      detail: "4 winners: the 4 lowest of 5 bids not rejected",
    });
    const few = compareOutcome(plan, won.slice(1));
    expect(few).to.deep.equal({ verdict: "differs", detail: "played: no other; published: Skhid LLC (2875 UAH)" });
    const more = compareOutcome({ ...plan, expected: plan.expected.slice(1) }, won);
    expect(more).to.deep.equal({
      verdict: "differs",
      detail: "played: S-Master LLC (3375 UAH); published: no other",
    });
  });

  it("are those of one bid where it names all suppliers: a consortium", () => {
    const plan = playedOf(
      releaseWith((r) => {
        r.bids.details[4] = { ...r.bids.details[4], tenderers: [4, 2].map(reference) };
        r.bids.details.splice(2, 1);
        r.awards = [rejected, awardOf([2, 4])];
      }),
    );
    const [winner] = plan.expected;
    expect(winner).to.include({ name: "Skhid LLC + Lev-Servis K LLC", amount: 287_500n });
    expect(winner?.members).to.deep.equal([4, 2].map((i) => ({ key: keyOf(i), name: BIDDERS[i]?.name })));
    const won = lowest(plan);
    expect(won.map(({ partners }) => partners)).to.deep.equal([[keyOf(2)]]);
    expect(compareOutcome(plan, won).verdict).to.equal("agrees on competing bids");
    for (const partners of [[], [keyOf(3)], [keyOf(2), keyOf(3)]]) {
      expect(compareOutcome(plan, [{ ...won[0], partners } as (typeof won)[0]]).verdict).to.equal("differs");
    }
  });

  it("are told by relatedBid where suppliers bid alone and together", () => {
    const both = (more: Loose) => (release: Release) => {
      release.bids.details.push(jointBid([4, 2]));
      release.awards = [rejected, awardOf([4, 2], { value: { amount: 2000, currency: "UAH" }, ...more })];
    };
    expect(leftOut(both({}))).to.equal("suppliers not told apart: 3 bids for 2 suppliers");
    expect(leftOut(both({ relatedBid: "unknown" }))).to.match(/^suppliers not told apart/);
    const again = releaseWith((release) => {
      both({ relatedBid: "joint" })(release);
      release.bids.details.push(jointBid([4, 2], { id: "dearer", value: { amount: 2500, currency: "UAH" } }));
    });
    expect(verdictOf(planOf(again)), "one of two bids of theirs").to.equal("agrees on competing bids");
    const plan = playedOf(releaseWith(both({ relatedBid: "joint" })));
    expect(plan.expected.map(({ members }) => members?.length)).to.deep.equal([2]);
    expect(verdictOf(plan)).to.equal("agrees on competing bids");
  });

  it("can be some who bid together and one who bid alone", () => {
    const plan = playedOf(
      releaseWith((r) => {
        r.bids.details.splice(2, 1, jointBid([2, 3]));
        r.bids.details.splice(3, 1);
        r.awards = [rejected, awardOf([2, 3, 4])];
      }),
    );
    expect(plan.expected.map(({ name }) => name)).to.deep.equal([
      "Lev-Servis K LLC + Eney Trading House LLC",
      "Skhid LLC",
    ]);
    expect(verdictOf(plan)).to.equal("agrees on competing bids");
  });

  it("are left out where no bid names one of them, or one is awarded twice", () => {
    expect(leftOut((r) => (r.awards = [awardOf([4, 2]), awardTo(2, "active")]))).to.equal(
      "one bidder awarded twice: Lev-Servis K LLC",
    );
    const stranger = { id: "X", name: "Stranger" };
    expect(leftOut((r) => (r.awards = [{ ...awardOf([4]), suppliers: [reference(4), stranger] }]))).to.equal(
      "winner not among the bids: no bid names Stranger",
    );
    const unnamed = (names: unknown[]) => (release: Release) => {
      for (const bid of release.bids.details)
        bid["tenderers"] = (bid["tenderers"] as Loose[]).map(({ name }) => ({ name }));
      release.awards = [
        { ...awardTo(4, "active", { relatedBid: "bid-4" }), suppliers: names.map((name) => ({ name })) },
      ];
    };
    expect(leftOut(unnamed(["Skhid LLC", "Stranger"]))).to.equal("winner not among the bids: no bid names Stranger");
    expect(leftOut(unnamed(["Skhid LLC"]))).to.equal("competing");
  });

  it("are left out where awards are for different items", () => {
    const items = (...ids: string[]) => ({ items: ids.map((id) => ({ id })) });
    const two = (one: Loose, other: Loose) =>
      leftOut((r) => (r.awards = [awardTo(4, "active", one), awardTo(2, "active", other)]));
    expect(two(items("a"), items("b"))).to.equal("awarded item by item: 2 awards");
    expect(two(items("a", "b"), items("b", "a"))).to.equal("competing");
    expect(two(items("a"), {})).to.equal("competing");
  });

  it("need no amounts where bids compete, and some where none does", () => {
    const valueless = (keep: number[]) => (release: Release) => {
      release.bids.details = release.bids.details.filter((_, i) => keep.includes(i));
      release.awards = [awardOf([4, 2], { value: {} })];
    };
    expect(verdictOf(planOf(releaseWith(valueless([0, 2, 4]))))).to.equal("agrees on competing bids");
    const alone = playedOf(releaseWith(valueless([2, 4])));
    expect(
      alone.bids.map(({ amount }) => amount),
      "their own prices",
    ).to.deep.equal([290_000n, 287_500n]);
    expect(verdictOf(alone)).to.equal("no competition published");
    expect(leftOut(valueless([]))).to.match(/^no value/);
    const jointly = (release: Release) => {
      release.bids.details = [jointBid([4, 2]), ...release.bids.details.slice(0, 1)];
      release.awards = [awardOf([4, 2], { value: {} })];
    };
    expect(leftOut(jointly)).to.match(/^no value/);
  });

  it("differ in amount also where nobody else bid", () => {
    const plan = playedOf(
      releaseWith((r) => {
        r.bids.details = [2, 4].map((i) => r.bids.details[i] ?? {});
        r.awards = [awardTo(4, "active"), awardTo(2, "active", { value: { amount: 2899, currency: "UAH" } })];
      }),
    );
    expect(plan.kind).to.equal("uncontested");
    expect(verdictOf(plan)).to.equal("differs");
  });

  it("of a value for several lots have no amount of their own", () => {
    const release = releaseWith((r) => {
      r.tender["lots"] = [{ id: "A" }, { id: "B" }];
      r.awards = [rejected, awardOf([2, 4], { relatedLots: ["A", "B"] })];
      for (const bid of r.bids.details) bid["relatedLots"] = ["A"];
    });
    const [a, b] = plans(release);
    expect(a && verdictOf(a)).to.equal("agrees on competing bids");
    expect(b && verdictOf(b)).to.equal("left out: no value");
  });

  describe("without published bids", () => {
    const unpublished = (indexes: number[], tender: Loose) => (release: Release) => {
      release.bids.details = [];
      Object.assign(release.tender, tender);
      release.awards = [awardOf(indexes)];
    };
    const sizes = (indexes: number[], tender: Loose) =>
      playedOf(releaseWith(unpublished(indexes, tender))).expected.map(({ members = [{}] }) => members.length);

    it("bid each for itself only where the record says that each was a tenderer", () => {
      const tenderers = [2, 3, 4].map(reference);
      expect(sizes([2, 3, 4], { tenderers, numberOfTenderers: 3 })).to.deep.equal([1, 1, 1]);
      expect(sizes([2, 3, 4], { tenderers })).to.deep.equal([1, 1, 1]);
      expect(sizes([2, 3, 4], { tenderers, numberOfTenderers: 1 })).to.deep.equal([3]);
      expect(sizes([2, 3, 4], { tenderers: tenderers.slice(1), numberOfTenderers: 3 })).to.deep.equal([3]);
      expect(sizes([2, 3, 4], {})).to.deep.equal([3]);
    });

    it("never agree, for nothing was compared", () => {
      for (const tender of [{}, { tenderers: [2, 4].map(reference) }]) {
        const plan = playedOf(releaseWith(unpublished([2, 4], tender)));
        expect(verdictOf(plan)).to.equal("no competition published");
      }
    });

    it("are left out where they are more than a consortium can have", () => {
      const many = (count: number) => (release: Release) => {
        unpublished([], {})(release);
        release.awards[0] = awardTo(4, "active", {
          suppliers: Array.from({ length: count }, (_, i) => ({ id: `S-${i}`, name: `S ${i}` })),
        });
      };
      expect(leftOut(many(20))).to.equal("uncontested");
      expect(leftOut(many(21))).to.equal("too many in one bid: 21, where a consortium has 20 at most");
    });
  });
});
