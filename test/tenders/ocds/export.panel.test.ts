import { expect } from "chai";
import { field, type JsonObject, objects, textField } from "../../../sdk/src/tenders/ocds/json.ts";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { toNotice } from "../../../sdk/src/tenders/ocds/to-notice.ts";
import { Scene } from "../scene.ts";
import { GROUP, panelLives } from "./panelLives.ts";
import { officialSchemas, type Validate } from "./schemas.ts";
import { compiledOf, expectMerged, expectSteady, recordOf, releasesOf, tell, type Told } from "./told.ts";

const folder = process.env["OCDS_DIR"] ?? "";

describe("OCDS export of tenders that are judged and complained about", function () {
  this.timeout(300_000);
  let scene: Scene;
  const told = new Map<string, Told>();

  before(async () => {
    scene = await Scene.open();
    for (const [title, live] of Object.entries(panelLives)) told.set(title, await tell(scene, live));
  });
  after(() => scene.stage.close());

  const get = (title: string): Told => {
    const found = told.get(title);
    if (!found) throw new Error(`no life ${title}`);
    return found;
  };
  const lastOf = (title: string): JsonObject => compiledOf(get(title).records.at(-1)?.text ?? "");

  for (const title of Object.keys(panelLives)) {
    it(`${title}: a release never says something else under the same id`, () => expectSteady(get(title).records));
  }

  it("where the notice is not amended, the releases merged give what the last one tells", () => {
    for (const title of ["annulled", "cancelled", "in two parts"])
      for (const { block, text } of get(title).records) expectMerged(text, `block ${block}`);
  });

  describe(`official OCDS 1.1.5 schemas with all extensions, no other field allowed (${folder ? "from" : "SKIPPED: set"} OCDS_DIR)`, () => {
    let schemas: { release: Validate; record: Validate };
    before(async function () {
      if (folder === "") this.skip();
      schemas = await officialSchemas(folder);
    });

    for (const title of Object.keys(panelLives)) {
      it(`${title}: valid release package, and record package at every block`, () => {
        const { records, last } = get(title);
        expect(schemas.release(last)).to.deep.equal([]);
        for (const { block, text } of records) expect(schemas.record(text), `block ${block}`).to.deep.equal([]);
      });
    }

    it("find a field that no extension names, in what is official and in what is not", () => {
      const { last } = get("judged");
      for (const key of ["points", "complainant", "evaluators", "share", "relatedLots", "dateAnswered", "techniques"]) {
        const found = schemas.release(last.replace(`"${key}":`, `"${key}X":`)).join();
        expect(found, key).to.include(`${key}X`);
      }
    });
  });

  /** What is told of a life, block by block, each time that it is something else. */
  const history = (title: string, tell: (release: JsonObject) => unknown[]): string[] =>
    get(title)
      .records.map(({ text }) => tell(compiledOf(text)).join(" "))
      .filter((one, i, all) => one !== all[i - 1]);
  const account = async (name: string) => `eip155:31337:${await scene.address(name)}`;
  const bidOf = async (release: JsonObject, name: string, lot = 0) => {
    const id = `${lot}-${await scene.address(name)}`;
    return objects(field(release, "bids", "details")).find((bid) => bid["id"] === id);
  };
  /** How a bid was judged in one judging of its lot. */
  const judgingOf = async (name: string, lot = 0, generation = 0) =>
    objects((await bidOf(lastOf("judged"), name, lot))?.["csJudgings"])[generation] ?? {};

  it("an award is pending while its standstill runs or a complaint stops its lot, then active, or ended", () => {
    const awards = (lot: string) => (release: JsonObject) =>
      objects(release["awards"])
        .filter((award) => textField(objects(award["items"])[0] ?? {}, "description") === `Caps of ${lot}`)
        .map(
          ({ id, status }) =>
            `${textField({ id: id ?? null }, "id")} ${textField({ status: status ?? null }, "status")}`,
        );
    expect(history("judged", awards("L1"))).to.deep.equal([
      "",
      "award-0 pending",
      "award-0 pending award-0-2 pending",
      "award-0 active award-0-2 active",
      "award-0 active award-0-2 cancelled",
      "award-0 active award-0-2 cancelled award-0-3 pending",
      "award-0 active award-0-2 cancelled award-0-3 active",
    ]);
    expect(history("judged", awards("L2"))).to.deep.equal([
      "",
      "award-1 pending",
      "award-1 cancelled",
      "award-1 cancelled award-1-2 pending",
      "award-1 cancelled award-1-2 pending award-1-3 pending",
      "award-1 cancelled award-1-2 active award-1-3 active",
    ]);
    const stopped = get("judged").records.filter(({ text }) => {
      const release = compiledOf(text);
      const award = objects(release["awards"]).find(({ id }) => id === "award-1-2");
      const over =
        (textField(award ?? {}, "csStandstillPeriod", "endDate") ?? "9") < (textField(release, "date") ?? "");
      return over && award?.["status"] === "pending";
    });
    expect(stopped).to.have.length.above(0);
  });

  it("complaints are told from their filing to their end, with what they are about", async () => {
    const statuses = (release: JsonObject) => objects(release["csComplaints"]).map(({ status }) => status);
    expect(history("judged", statuses)).to.deep.equal([
      ...["", "open", "rejected", "rejected open", "rejected reevaluated", "rejected reevaluated open"],
      ...["rejected reevaluated lapsed", "rejected reevaluated lapsed open", "rejected reevaluated lapsed withdrawn"],
    ]);
    const [atOnce] = objects(lastOf("at once")["csComplaints"]);
    expect(atOnce).to.include({ status: "annulled", relatedAward: "award-0" });
    expect(history("annulled", statuses)).to.deep.equal([
      ...[
        "",
        "open",
        "withdrawn",
        "withdrawn open",
        "withdrawn upheld",
        "withdrawn upheld open",
        "withdrawn upheld annulled",
      ],
    ]);
    const [rejected, anew] = objects(lastOf("judged")["csComplaints"]);
    expect(rejected).to.include({ relatedLot: "L1", relatedAward: "award-0" });
    expect(textField(rejected, "complainant", "id")).to.equal(await account("two"));
    expect(rejected?.["relatedBid"]).to.equal(`0-${await scene.address("two")}`);
    expect(objects(rejected?.["documents"]).map(({ description }) => description)).to.deep.equal([
      ...["Grounds of two.", "Reasons to reject."],
    ]);
    expect(anew).to.include({ relatedLot: "L2", relatedAward: "award-1" });
    const [, upheld] = objects(lastOf("annulled")["csComplaints"]);
    expect(upheld).to.not.have.property("relatedAward");
    expect(textField(lastOf("annulled"), "tender", "csReview", "reviewBody", "name")).to.equal("Review body");
  });

  it("lots tell what reviews ordered, and what has become of them", () => {
    const reviews = (release: JsonObject) =>
      objects(field(release, "tender", "lots")).map((lot) =>
        [textField(lot, "status"), ...objects(lot["csReviews"]).map((one) => textField(one, "order"))].join(":"),
      );
    expect(history("judged", reviews).at(-1)).to.equal("complete complete:reopened");
    expect(history("judged", reviews)).to.include("complete active:reopened");
    // While a complaint stops it, a lot is not complete.
    expect(history("annulled", reviews)).to.deep.equal(["active", "complete", "active", "cancelled:annulled"]);
    expect(history("cancelled", reviews)).to.deep.equal(["active", "cancelled"]);
  });

  it("scores, totals and ranks are those of the chain", async () => {
    const { evaluation } = scene.context;
    const { tender } = get("judged").played;
    for (const [lot, generation, names] of [
      [0, 0, ["one", "two", "fresh", "late"]],
      [1, 1, ["one", "two"]],
    ] as const) {
      const ranks: unknown[] = [];
      for (const name of names) {
        const judging = await judgingOf(name, lot, generation);
        const { total, key } = await evaluation.candidateOf(tender, lot, await scene.address(name));
        expect(textField(judging, "total"), name).to.equal(total.toString());
        ranks.push({ rank: Number(textField(judging, "rank")), key });
        const given = objects(judging["scores"]).filter(({ stage }) => stage === "2");
        expect(given).to.have.length(6);
        // Of two criteria, 60 % and 40 %, the mean of three evaluators.
        const sum = given.reduce(
          (all, one) => all + (one["criterion"] === "1" ? 6000 : 4000) * Number(textField(one, "points")),
          0,
        );
        const stage = objects(judging["stages"])[1] ?? {};
        expect(Number(textField(stage, "score"))).to.equal(Math.floor(sum / 3));
      }
      const byKey = [...(ranks as { rank: number; key: bigint }[])].sort((x, y) => (x.key > y.key ? -1 : 1));
      expect(byKey.map(({ rank }) => rank)).to.deep.equal(names.map((_, i) => i + 1));
    }
  });

  it("each bid tells how far it came and why no further", async () => {
    const told = async (name: string) => {
      const judging = await judgingOf(name);
      return ["outcome", "description"].flatMap((key) => textField(judging, key) ?? []).join(": ");
    };
    expect(await told("one")).to.equal("signed");
    expect(await told("fresh")).to.equal("yielded");
    expect(await told("two")).to.equal("selected");
    expect(await told("poor")).to.equal("failed: below the threshold in stage 1");
    expect(await told("weak")).to.equal("failed: below the threshold in stage 2");
    expect(await told("late")).to.match(/^excluded: rejected: .*: It went out of business\.$/);
    const low = field(await judgingOf("fresh"), "lowPrice");
    expect(textField(low, "explanation", "description")).to.equal("Made at home.");
    expect(await judgingOf("two")).to.not.have.property("lowPrice");
    const statuses = await Promise.all(["poor", "weak", "two"].map((name) => bidOf(lastOf("judged"), name)));
    expect(statuses.map((bid) => bid?.["status"])).to.deep.equal(["disqualified", "disqualified", "valid"]);
    const two = await scene.address("two");
    const outcomes = history("judged", (release) => {
      const found = objects(field(release, "bids", "details")).find(({ id }) => id === `0-${two}`);
      return objects(found?.["csJudgings"]).map(({ outcome }) => outcome);
    });
    expect(outcomes).to.deep.equal(["", "pending", "reserve", "selected"]);
  });
  it("in two parts a bid drops out when its price is out of limits; a stage opened again has two rounds", async () => {
    const release = lastOf("in two parts");
    const outcomes = await Promise.all(
      ["one", "two", "over"].map(async (name) => {
        const [judging] = objects((await bidOf(release, name))?.["csJudgings"]);
        return ["outcome", "description", "rank"].map((key) => textField(judging, key));
      }),
    );
    expect(outcomes).to.deep.equal([
      ["selected", undefined, "1"],
      ["reserve", undefined, "2"],
      ["dropped", "the bid was over the ceiling", undefined],
    ]);
    const [lot] = objects(field(release, "tender", "lots"));
    const [stage] = objects(objects(lot?.["csJudgings"])[0]?.["stages"]);
    expect(objects(stage?.["rounds"])).to.have.length(2);
    const steps = history("in two parts", (one) =>
      objects(objects(field(one, "tender", "lots"))[0]?.["csJudgings"]).map(({ step }) => step),
    );
    expect(steps).to.deep.equal(["", "scoring", "pricing", "ranking", "ranked"]);
  });

  it("a bid is its vendor's; a consortium's is all its members', with their roles and shares", async () => {
    const release = lastOf("judged");
    const ids = async (name: string) => objects((await bidOf(release, name))?.["tenderers"]).map(({ id }) => id);
    expect(await ids("fresh")).to.deep.equal([await account("vendor")]);
    expect(await ids("one")).to.deep.equal([await account("one"), await account("partner")]);
    const rolesOf = async (name: string) => {
      const id = await account(name);
      return objects(release["parties"]).find((party) => party["id"] === id)?.["roles"];
    };
    expect(await rolesOf("partner")).to.deep.equal(["tenderer", "supplier", "consortiumMember"]);
    expect(await rolesOf("one")).to.include.members(["leadTenderer", "enquirer"]);
    expect(await rolesOf("fresh")).to.equal(undefined);
    const [formed] = objects(field(release, "tender", "csConsortia"));
    const shares = objects(formed?.["members"]).map((one) => Number(textField(one, "share")));
    expect(shares.sort()).to.deep.equal([0.3, 0.7]);
    const winners = objects(release["awards"]).find(({ id }) => id === "award-0");
    expect(objects(winners?.["suppliers"])).to.have.length(2);
  });

  it("counts bids of the tender and of each lot", () => {
    const counts = objects(field(lastOf("judged"), "bids", "statistics")).map((one) =>
      ["measure", "relatedLot", "value"].map((key) => textField(one, key) ?? "").join(" "),
    );
    expect(counts).to.include.members(["bids  8", "validBids  5", "disqualifiedBids  3", "bidders  6"]);
    expect(counts).to.include.members(["bids L1 6", "disqualifiedBids L1 3", "bidders L2 2", "validBids L2 2"]);
  });

  it("questions, answers and amendments are told; the publication keeps what it told", async () => {
    const { records } = get("judged");
    const release = lastOf("judged");
    const [colour, count] = objects(field(release, "tender", "enquiries"));
    expect(colour).to.include({ description: "Which colour?", answer: "Blue." });
    expect(textField(colour, "author", "id")).to.equal(await account("asker"));
    expect(count).to.include({ description: "How many?" }).and.to.not.have.property("answer");
    expect(objects(field(release, "tender", "amendments"))).to.have.length(1);
    const titles = (one: JsonObject) => objects(field(one, "tender", "documents")).map(({ title }) => title);
    const [first, later] = releasesOf(recordOf(records.at(-1)?.text ?? ""));
    expect([textField(first, "tender", "title"), textField(later, "tender", "title")]).to.deep.equal([
      ...["Caps", "Blue caps"],
    ]);
    expect(titles(first ?? {})).to.deep.equal(["Notice", "Specification"]);
    expect(titles(later ?? {})).to.deep.equal(["Notice", "Notice", "Colours", "Answer"]);
    const [extension] = objects(field(lastOf("cancelled"), "tender", "amendments"));
    expect(textField(extension, "rationale")).to.match(/: Plans came late\.$/);
  });

  it("several winners of a lot are a framework agreement; groups of lots tell their maximum", () => {
    const techniques = (title: string) =>
      objects(field(lastOf(title), "tender", "lots")).map((lot) => lot["techniques"]);
    const terms = (title: string) =>
      techniques(title).map((one) =>
        ["maximumParticipants", "method"].map((key) => textField(one, "frameworkAgreement", key)),
      );
    expect(terms("judged")).to.deep.equal([
      ["2", undefined],
      ["2", undefined],
    ]);
    expect(terms("cancelled")).to.deep.equal([["3", "withReopeningCompetition"]]);
    expect(techniques("annulled")).to.deep.equal([undefined]);
    const [group] = objects(field(lastOf("judged"), "tender", "lotGroups"));
    expect(group).to.deep.include({ id: "G", title: "Both", relatedLots: ["L1", "L2"] });
    expect(textField(group, "maximumValue", "amount")).to.equal("6000.50");
    const [process] = parseOcds(get("judged").last).processes;
    expect(process && toNotice(process).lotGroups).to.deep.equal([{ ...GROUP, maximumValue: "6000.5" }]);
  });
});
