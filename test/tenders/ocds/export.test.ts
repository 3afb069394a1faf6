import { expect } from "chai";
import { BrowserProvider } from "ethers";
import { stringify } from "lossless-json";
import { connect } from "../../../sdk/src/shared/context.ts";
import { InputError } from "../../../sdk/src/shared/errors.ts";
import { getJson, MemoryStore } from "../../../sdk/src/shared/files.ts";
import { EXAMPLE_PREFIX, exportOcds } from "../../../sdk/src/tenders/ocds/export.ts";
import { isoTime } from "../../../sdk/src/tenders/ocds/format.ts";
import { field, type JsonObject, objects, parseJson, textField } from "../../../sdk/src/tenders/ocds/json.ts";
import { compareOutcome } from "../../../sdk/src/tenders/ocds/compare.ts";
import { planReplay } from "../../../sdk/src/tenders/ocds/plan.ts";
import { parseOcds } from "../../../sdk/src/tenders/ocds/read.ts";
import { toNotice } from "../../../sdk/src/tenders/ocds/to-notice.ts";
import { parseNotice } from "../../../sdk/src/tenders/notice.ts";
import { Scene } from "../scene.ts";
import { lowest } from "./fixtures.ts";
import { committeeLives } from "./committeeLives.ts";
import { lives as plainLives } from "./lives.ts";
import { officialSchemas, type Validate } from "./schemas.ts";
import { expectMerged, expectSteady, recordOf, releasesOf, tell, type Told } from "./told.ts";

const lives = { ...plainLives, ...committeeLives };
const folder = process.env["OCDS_DIR"] ?? "";

describe("OCDS export of whole life cycles", () => {
  let scene: Scene;
  const told = new Map<string, Told>();

  before(async () => {
    scene = await Scene.open();
    for (const [title, live] of Object.entries(lives)) {
      told.set(title, await tell(scene, live));
    }
  });
  after(() => scene.stage.close());

  /** Another connection to the same chain, with nothing remembered. */
  const another = () =>
    new BrowserProvider({
      request: ({ method, params }) => scene.stage.provider.send(method, Array.isArray(params) ? params : []),
    });

  const get = (title: string): Told => {
    const found = told.get(title);
    if (!found) throw new Error(`no life ${title}`);
    return found;
  };

  for (const title of Object.keys(lives)) {
    describe(title, () => {
      it("merged, the releases give what the last one tells, at every block", () => {
        for (const { block, text } of get(title).records) expectMerged(text, `block ${block}`);
      });

      it("a release never says something else under the same id", () => expectSteady(get(title).records));

      it("dates are block times, or the second after a deadline", async () => {
        const { played, records } = get(title);
        const model = await played.model();
        const first = releasesOf(recordOf(records.at(-1)?.text ?? ""))[0];
        expect(first?.["date"]).to.equal(isoTime(model.published.time));
        const ends = model.lots.flatMap((lot) => (lot.award ? [lot.award.standstillEnd + 1] : []));
        for (const { block, text } of records) {
          const { latest, revealDeadline, awardDeadline, sealing } = await played.model(block);
          const lapses = [sealing?.scalarsDeadline ?? awardDeadline, awardDeadline];
          const allowed = [latest.time, ...[revealDeadline, ...lapses].map((end) => end + 1), ...ends].map(isoTime);
          const record = recordOf(text);
          expect(allowed).to.include(textField(record, "compiledRelease", "date"));
          const dates = releasesOf(record).map((release) => Date.parse(textField(release, "date") ?? ""));
          expect(dates).to.deep.equal([...new Set(dates)].sort((a, b) => a - b));
        }
        const bids = objects(field(recordOf(records.at(-1)?.text ?? ""), "compiledRelease", "bids", "details"));
        const sealings = model.lots.flatMap((lot) => lot.bids).map((bid) => bid.commits.at(-1)?.time ?? 0);
        expect(bids.map((bid) => bid["date"])).to.have.members(sealings.map(isoTime));
      });

      it("read back, it gives the same lots, ceilings and money", async () => {
        const { played, last } = get(title);
        const published = parseNotice(await getJson(scene.context.files, played.documents));
        const [process] = parseOcds(last).processes;
        if (!process) throw new Error("no process");
        const notice = toNotice(process);
        const lots = (one: typeof notice) => one.lots.map(({ id, title, ceiling = "0" }) => ({ id, title, ceiling }));
        expect(lots(notice)).to.deep.equal(lots(published));
        for (const key of ["currency", "decimals", "taxBasis", "title"] as const) {
          expect(notice[key], key).to.equal(published[key]);
        }
        const items = (one: typeof notice) =>
          one.lots.map((lot) => lot.items.map(({ description, quantity }) => [description, Number(quantity)]));
        expect(items(notice)).to.deep.equal(items(published));
      });

      it("a replay of it agrees with the award on chain", async () => {
        const { played, last } = get(title);
        const { lots } = await played.model();
        const plans = parseOcds(last).processes.flatMap(planReplay);
        expect(plans).to.have.length(lots.length);
        for (const [index, plan] of plans.entries()) {
          const award = lots[index]?.award;
          const winner = lots[index]?.bids.find(({ bidder }) => bidder === award?.winner);
          if (plan.kind === "left out") {
            expect(award).to.equal(undefined);
            expect(plan.reason).to.equal("no active award");
            continue;
          }
          const { verdict, detail } = compareOutcome(plan, lowest(plan));
          expect(verdict, detail).to.match(/^(agrees on competing bids|no competition published)$/);
          const [expected] = plan.expected;
          expect(expected?.key).to.include(winner?.vendor ?? winner?.bidder ?? "nobody");
          expect(expected?.amount).to.equal(award?.price);
        }
      });
    });
  }

  it("awards wait for the standstill, and are active after it", () => {
    const states = get("awarded, the lowest bid rejected").records.map(({ text }) =>
      objects(field(recordOf(text), "compiledRelease", "awards")).map((award) => award["status"]),
    );
    const order = states.flat().filter((status, index, all) => status !== all[index - 1]);
    expect(order).to.deep.equal(["pending", "active"]);
  });

  /** Of each bid who made it, what became of it, and its price. */
  const bidsOf = (title: string) => {
    const release = field(recordOf(get(title).records.at(-1)?.text ?? ""), "compiledRelease");
    return objects(field(release, "bids", "details")).map((bid) => [
      textField(objects(bid["tenderers"])[0], "name")?.replace(/^0x.*/, "account"),
      bid["status"],
      textField(bid, "value", "amount"),
    ]);
  };

  it("a vendor's two bids and one under the minimum are disqualified, with their prices", () => {
    expect(bidsOf("a vendor's two bids, and one under the minimum")).to.have.deep.members([
      ["cheap LLC", "disqualified", "1.99"],
      ["vendor LLC", "disqualified", "3"],
      ["vendor LLC", "disqualified", "2"],
      ["account", "valid", "4"],
    ]);
  });

  it("says what became of bids of every kind", () => {
    expect(bidsOf("bids of every kind")).to.have.deep.members([
      ["account", "withdrawn", undefined],
      ["account", "disqualified", undefined], // silent
      ["account", "disqualified", undefined], // malformed
      ["account", "disqualified", "7500.01"],
      ["account", "valid", "2"],
      ["replaced LLC", "valid", "2"],
      ["again LLC", "valid", "99.99"],
    ]);
  });

  it("says what became of bids that a committee opened: names and prices of all that were opened", () => {
    expect(bidsOf("by a committee, bids of every kind")).to.have.deep.members([
      ["cheap LLC", "disqualified", "1.99"],
      ["over LLC", "disqualified", "7500.01"],
      ["vendor LLC", "disqualified", "3"],
      ["vendor LLC", "disqualified", "2"], // its other bid, by a fresh account
      ["account", "valid", "4"],
      ["account", "withdrawn", undefined],
      ["account", "disqualified", undefined], // malformed
      ["account", "disqualified", undefined], // garbage
    ]);
  });

  /** What is told of a life, block by block, each time that it is something else. */
  const history = (title: string, tell: (release: JsonObject) => unknown[]) =>
    get(title)
      .records.map(({ text }) => tell(field(recordOf(text), "compiledRelease") as JsonObject).join(" "))
      .filter((told, i, all) => told !== all[i - 1]);
  const states = (release: JsonObject) => [
    textField(release, "tender", "status"),
    ...objects(field(release, "bids", "details")).map(({ status }) => status),
    ...objects(field(release, "awards")).map((award) => `award ${textField(award, "status")}`),
  ];

  it("says at every stage how far a committee's tender has come", () => {
    expect(history("by a committee, the lowest bid rejected", states)).to.deep.equal([
      "active",
      "active pending",
      "active pending pending",
      "active pending pending pending",
      "active valid pending pending",
      "active valid valid pending",
      "active valid valid valid",
      "active valid disqualified valid",
      "complete valid disqualified valid award pending",
      "complete valid disqualified valid award active",
    ]);
    expect(history("by a committee, nobody opens", states)).to.deep.equal([
      ...["active", "active pending", "active disqualified", "unsuccessful disqualified"],
    ]);
    expect(history("by a committee, lapsed for want of scalars", states)).to.deep.equal([
      ...["active", "active pending", "unsuccessful pending"],
    ]);
    expect(history("by a committee, cancelled while opening", states)).to.deep.equal([
      ...["active", "active pending", "cancelled pending"],
    ]);
    expect(history("by a committee, in two parts", states).slice(-6)).to.deep.equal([
      "active pending pending pending",
      "active valid pending pending",
      "active valid valid pending",
      "active valid valid valid",
      "complete valid valid valid award pending",
      "complete valid valid valid award active",
    ]);
  });

  it("a committee's bidding begins when it is opened, its awards after judging, of two parts once scored", async () => {
    const periods = (release: JsonObject) =>
      [field(release, "tender", "tenderPeriod"), field(release, "tender", "awardPeriod")].map((one) => stringify(one));
    const period = (startDate = 0, endDate = 0) =>
      stringify({ startDate: isoTime(startDate), endDate: isoTime(endDate) });
    for (const title of ["by a committee, the lowest bid rejected", "by a committee, in two parts"]) {
      const model = await get(title).played.model();
      const { published, sealing, commitDeadline, awardDeadline } = model;
      const awards = period(sealing?.judgeDeadline, awardDeadline);
      const first = sealing?.scored ? undefined : awards;
      expect(history(title, periods), title).to.deep.equal(
        [
          [period(published.time, commitDeadline), first],
          [period(sealing?.biddingOpened?.time, commitDeadline), first],
          ...(sealing?.scored ? [[period(sealing.biddingOpened?.time, commitDeadline), awards]] : []),
        ].map((pair) => pair.join(" ")),
      );
    }
  });

  it("a committee's bid has its quotation encrypted, and the criteria say how ties are decided", () => {
    const told = (title: string) => field(recordOf(get(title).records.at(-1)?.text ?? ""), "compiledRelease");
    const [bid] = objects(field(told("by a committee, the lowest bid rejected"), "bids", "details"));
    const [document] = objects(bid?.["documents"]);
    expect(document?.["description"]).to.equal("Encrypted: the key derives from the salt of the opened bid.");
    const ties = (title: string) => textField(told(title), "tender", "awardCriteriaDetails");
    expect(ties("by a committee, the lowest bid rejected")).to.match(/one drawn by numbers that the bids sealed\.$/);
    for (const title of ["by a committee, in two parts", "lapsed"]) expect(ties(title)).to.match(/committed first\.$/);
  });

  it("says of a tax basis what the notice said", () => {
    const taxes = (title: string) =>
      objects(field(recordOf(get(title).records.at(-1)?.text ?? ""), "compiledRelease", "awards")).map((award) =>
        field(award, "value", "valueAddedTaxIncluded"),
      );
    expect(taxes("awarded, the lowest bid rejected")).to.deep.equal([true]);
    expect(taxes("tax net")).to.deep.equal([false]);
    expect(taxes("tax unstated")).to.deep.equal([undefined]);
  });

  it("two rebuilds are byte for byte the same, also from logs read by another connection", async () => {
    const { context } = scene;
    for (const { played, last, records } of told.values()) {
      const { tender } = played;
      const [block] = records.slice(-1).map((record) => record.block);
      const { chainId, genesisHash, block: from, addresses } = context;
      const fresh = await connect(another(), { chainId, genesisHash, block: from, addresses }, context.files);
      const at = block === undefined ? {} : { toBlock: block };
      const again = await exportOcds(fresh, { tender, record: true, ...at });
      expect(again).to.equal(records.at(-1)?.text);
      expect(await exportOcds(context, { tender, ...at })).to.equal(await exportOcds(fresh, { tender, ...at }));
      expect(last.endsWith("}\n")).to.equal(true);
    }
  });

  it("has an ocid of prefix, chain, house and tender", async () => {
    const { played, last } = get("awarded, the lowest bid rejected");
    const house = scene.context.addresses.TenderHouse.toLowerCase();
    const ocid = (text: string) => textField(objects(field(parseJson(text), "releases"))[0], "ocid");
    expect(ocid(last)).to.equal(`${EXAMPLE_PREFIX}-31337-${house}-${played.tender}`);
    const own = await exportOcds(scene.context, { tender: played.tender, prefix: "ocds-abc123" });
    expect(ocid(own)).to.equal(`ocds-abc123-31337-${house}-${played.tender}`);
  });

  it("refuses in one line without the notice's file, and for an unknown tender", async () => {
    const { played } = get("lapsed");
    const empty = { ...scene.context, files: new MemoryStore() };
    for (const [act, words] of [
      [() => exportOcds(empty, { tender: played.tender }), "is not in the store"],
      [() => exportOcds(scene.context, { tender: 999n }), "There is no tender 999"],
    ] as const) {
      const error = await act().catch((caught: unknown) => caught);
      expect(error).to.be.instanceOf(InputError);
      expect((error as Error).message)
        .to.include(words)
        .and.not.include("\n");
    }
  });

  describe(`official OCDS 1.1.5 schemas with the lots and bids extensions (${folder ? "from" : "SKIPPED: set"} OCDS_DIR)`, () => {
    let schemas: { release: Validate; record: Validate };
    before(async function () {
      if (folder === "") {
        console.log("      SKIPPED: OCDS_DIR is not set; exports are not checked against the official OCDS schemas");
        this.skip();
      }
      schemas = await officialSchemas(folder);
    });

    for (const title of Object.keys(lives)) {
      it(`${title}: valid release package, and record package at every block`, () => {
        const { records, last } = get(title);
        expect(schemas.release(last)).to.deep.equal([]);
        for (const { block, text } of records) expect(schemas.record(text), `block ${block}`).to.deep.equal([]);
      });
    }

    it("find what is wrong in lots and bids, so the extensions are merged in", () => {
      const { records, last } = get("awarded, the lowest bid rejected");
      const spoil = (text: string) => text.replaceAll('"valid"', '"splendid"').replaceAll('"L1"', "7");
      expect(schemas.release(spoil(last)).join())
        .to.match(/bids\/details\/\d+\/status/)
        .and.match(/tender\/lots\/0\/id/);
      const record = schemas.record(spoil(records.at(-1)?.text ?? "")).join();
      expect(record)
        .to.match(/compiledRelease\/bids\/details/)
        .and.match(/compiledRelease\/tender\/lots\/0\/id/);
    });
  });
});
