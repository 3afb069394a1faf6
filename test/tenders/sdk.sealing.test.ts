import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import { concat, dataSlice } from "ethers";
import { addKey } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import { actingAs, type Context } from "../../sdk/src/shared/context.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { getJson } from "../../sdk/src/shared/files.ts";
import { CeilingStore, encodeCeiling } from "../../sdk/src/tenders/ceilingFile.ts";
import { openCeilings, sealCeiling } from "../../sdk/src/tenders/ceilings.ts";
import { proveLeak } from "../../sdk/src/tenders/committee/leak.ts";
import { readCommittee } from "../../sdk/src/tenders/committee/read.ts";
import { confirmExtension, proposeExtension } from "../../sdk/src/tenders/extend.ts";
import { openBids } from "../../sdk/src/tenders/openAll.ts";
import { revealScores } from "../../sdk/src/tenders/scores.ts";
import { Bench } from "./bench.ts";
import { refused, refusedLater } from "./committee/scene.ts";
import type { Played, Scene } from "./scene.ts";

const DAY = 86_400;

describe("what a body does about a tender for a committee, by the SDK", function () {
  this.timeout(60_000);
  let bench: Bench;
  let scene: Scene;
  before(async () => {
    bench = await Bench.open();
    scene = bench.scene;
  });
  after(() => bench.close());

  type Outcome = { act: { send(): Promise<unknown> } } | { done: unknown };
  const failure = (outcome: Outcome): Promise<string> =>
    "act" in outcome ? outcome.act.send().then(() => "nothing", describeError) : Promise.resolve("done before");
  const done = async (outcome: Promise<Outcome>): Promise<boolean> => {
    const settled = await outcome;
    if ("act" in settled) await settled.act.send();
    return "done" in settled;
  };

  describe("an extension", () => {
    let deputy: Context;
    const statement = { reason: 30, statement: "The samples are described anew." };
    before(async () => {
      const account = await scene.stage.account("deputy");
      const key = {
        agency: scene.agency,
        account: await account.getAddress(),
        permissions: permissionBits("tender.extend"),
      };
      await addKey(actingAs(scene.context, await scene.stage.account("admin")), { ...key, until: 2 ** 40 - 1 }).send();
      deputy = actingAs(scene.context, account);
    });

    it("is proposed by one account and confirmed by another, each once; every deadline moves by as much", async () => {
      const played = await bench.bidding();
      const { tender } = played;
      const before = await played.model();
      const deadline = before.commitDeadline + 3 * DAY;
      const confirm = (by: Context, to = deadline) => confirmExtension(by, { tender, deadline: to, ...statement });
      await refusedLater(confirm(deputy), `No extension of tender ${tender} is proposed.`);
      expect(await done(proposeExtension(scene.officer, { tender, deadline }))).to.equal(false);
      expect(await done(proposeExtension(scene.officer, { tender, deadline }))).to.equal(true);
      expect((await played.model()).proposed).to.include({ deadline, key: 0 });
      await refusedLater(confirm(deputy, deadline + 1), "What is proposed for tender");
      const own = await confirm(scene.officer);
      expect(await failure(own)).to.match(/^TenderExtensionUnproposed/);
      expect(await done(confirm(deputy))).to.equal(false);
      for (const again of [confirm(deputy), proposeExtension(scene.officer, { tender, deadline })]) {
        expect(await done(again)).to.equal(true);
      }
      const after = await played.model();
      expect(after).to.not.have.any.keys("proposed");
      const times = ["commitDeadline", "revealDeadline", "awardDeadline"] as const;
      for (const time of times) expect(after[time] - before[time], time).to.equal(3 * DAY);
      const [extension] = after.extended;
      expect(extension).to.include({ deadline, reason: 30 });
      expect(await getJson(scene.context.files, extension?.evidence ?? "")).to.include(statement);
    });
  });

  describe("a leaked secret", () => {
    it("is proven once, for the part it opens; t-1 of them stop the sealing", async () => {
      const scorer = await scene.address("scorer");
      const played = await bench.bidding({ parts: 2, scorer });
      const { tender } = played;
      const scalar = await bench.secretOf(played, 1, 1);
      const leak = (seat: number, secret = scalar) => proveLeak(scene.context, { tender, seat, scalar: secret });
      await refusedLater(leak(0), `This is not the secret of a key of seat 0 in tender ${tender}.`);
      await refusedLater(leak(3), "The committee has 3 seats");
      await refusedLater(leak(1, 0n), "A secret scalar must be 1 to r-1.");
      const first = await leak(1);
      if (!("act" in first)) throw new Error("done before");
      expect((await first.act.send()).result).to.deep.equal({ seat: 1, part: 1 });
      expect(await leak(1)).to.deep.equal({ done: { seat: 1, part: 1 } });
      expect((await readCommittee(scene.context, tender)).seats[1]?.leaked).to.deep.equal([false, true]);
      expect((await played.model()).sealing?.stopped).to.include(await scene.now());
    });

    it("is shown to nobody once bids are sealed no more", async () => {
      const played = await bench.bidding();
      const scalar = await bench.secretOf(played, 2);
      await played.after("commit");
      await refusedLater(proveLeak(scene.context, { tender: played.tender, seat: 2, scalar }), "shown to nobody");
    });
  });

  describe("technical scores", () => {
    const file = new TextEncoder().encode('{"lot 0":{"A":81}}');

    it("are revealed once by the scorer, as a file or by its digest; other ones are refused", async () => {
      const scorer = await scene.as("scorer");
      const played = await bench.bidding({ parts: 2, scorer: await scene.address("scorer") });
      const { tender } = played;
      await played.commit("ann", 5_000n);
      await bench.open(played);
      const early = await revealScores(scorer, { tender, scores: file });
      expect(await failure(early)).to.match(/^TenderScoresClosed/);
      expect(await scene.context.files.get(digestOf(file))).to.equal(null);
      await scene.stage.advanceTo(((await played.model()).sealing?.judgeDeadline ?? 0) + 1);
      expect(await done(revealScores(scorer, { tender, scores: file }))).to.equal(false);
      expect((await played.model()).sealing?.scored).to.include({ evidence: digestOf(file), ...(await scene.now()) });
      expect(await scene.context.files.get(digestOf(file))).to.deep.equal(file);
      for (const scores of [file, digestOf(file)])
        expect(await done(revealScores(scorer, { tender, scores }))).to.equal(true);
      const other = revealScores(scorer, { tender, scores: digestOf(new Uint8Array(1)) });
      await refusedLater(other, `Other scores of tender ${tender} are revealed`);
      await refusedLater(revealScores(scorer, { tender, scores: "0x12" }), "32 bytes in hex");
    });

    it("are none of a tender of one part", async () => {
      const { tender } = await scene.publish();
      await refusedLater(revealScores(scene.officer, { tender, scores: file }), "has one part");
    });
  });

  describe("a sealed ceiling", () => {
    let store: CeilingStore;
    before(() => void (store = new CeilingStore(join(bench.folder, "ceilings"))));
    const bare = { id: "L1", items: [] };
    const seal = ({ tender }: Played, ceiling: bigint, minimum = 0n, by = scene.officer) =>
      sealCeiling(by, { tender, lot: 0, ceiling, minimum, ceilings: store });
    const publish = (sealing = {}) =>
      bench.bidding(
        { sealedCeilings: true, ...sealing },
        { lots: [bare, { ...bare, id: "L2" }, { ...bare, id: "L3" }] },
      );

    it("is kept before it is sent, replaced by the next one, and opened after the bids by anyone, once", async () => {
      const played = await publish();
      const { tender } = played;
      expect(await done(seal(played, 700n))).to.equal(false);
      expect(await done(seal(played, 700n))).to.equal(true);
      expect(await done(seal(played, 600n, 100n))).to.equal(false);
      const stranger = await seal(played, 9n, 0n, await scene.as("stranger"));
      expect(await failure(stranger)).to.match(/^AgencyKeyNotPermitted/);
      expect((await played.model()).lots.map(({ sealedCeiling }) => sealedCeiling?.state)).to.deep.equal([
        "sealed",
        undefined,
        undefined,
      ]);
      for (const [name, price] of Object.entries({ ann: 650n, bob: 90n, cyd: 500n })) await played.commit(name, price);
      await refusedLater(openCeilings(scene.context, tender), "0 scalars are out");
      await bench.open(played);
      const { revealDeadline } = await played.model();
      const early = { lot: 0, ceiling: "sealed", did: "nothing", from: revealDeadline + 1 };
      expect(await openCeilings(scene.context, tender)).to.deep.equal([early]);
      await scene.stage.advanceTo(revealDeadline + 1);
      expect(await openCeilings(scene.context, tender)).to.deep.equal([{ lot: 0, ceiling: "opened", did: "opened" }]);
      expect(await openCeilings(scene.context, tender)).to.deep.equal([{ lot: 0, ceiling: "opened", did: "nothing" }]);
      const [first] = (await played.model()).lots;
      expect(first).to.include({ ceiling: 600n, minimum: 100n });
      await scene.stage.advanceTo(((await played.model()).sealing?.judgeDeadline ?? 0) + 1);
      await played.award("cyd");
      await refusedLater(openCeilings(scene.context, tender), "could be opened and judged until");
    });

    it("that holds something else is void; of two parts it is sealed with the prices", async () => {
      const played = await publish({ parts: 2, scorer: await scene.address("scorer") });
      const { tender } = played;
      expect(await done(seal(played, 700n))).to.equal(false);
      const [honest] = (await played.model()).lots;
      const sealed = honest?.sealedCeiling?.sealed ?? "0x";
      const garbage = concat([dataSlice(sealed, 0, 256), "0x00000000", dataSlice(sealed, 260)]);
      await (await scene.officer.house.sealCeiling(tender, 1, garbage)).wait();
      await played.commit("ann", 650n, 2);
      await bench.open(played);
      await refusedLater(openCeilings(scene.context, tender), "sealed with the prices");
      await scene.stage.advanceTo(((await played.model()).sealing?.judgeDeadline ?? 0) + 1);
      const evidence = digestOf(new Uint8Array(1));
      expect(await done(revealScores(await scene.as("scorer"), { tender, scores: evidence }))).to.equal(false);
      await bench.open(played);
      expect((await openCeilings(scene.context, tender)).map(({ did }) => did)).to.deep.equal(["nothing", "convicted"]);
      await scene.stage.advanceTo((await played.model()).revealDeadline + 1);
      const rows = await openCeilings(scene.context, tender);
      expect(rows.map(({ ceiling, did }) => `${ceiling} ${did}`)).to.deep.equal(["opened opened", "void nothing"]);
      expect((await openBids(scene.context, { tender })).map(({ state }) => state)).to.deep.equal(["standing"]);
      expect((await played.model()).lots.map(({ ceiling }) => ceiling)).to.deep.equal([700n, 0n, 0n]);
    });

    it("is refused where ceilings are published, in no lot, too high, under its minimum, or with a broken file", async () => {
      const plain = await bench.bidding();
      await refusedLater(seal(plain, 5n), `The ceilings of tender ${plain.tender} are not sealed.`);
      const played = await publish();
      const nowhere = sealCeiling(scene.officer, {
        tender: played.tender,
        lot: 3,
        ceiling: 1n,
        minimum: 0n,
        ceilings: store,
      });
      await refusedLater(nowhere, "has no lot 3");
      refused(() => encodeCeiling({ ceiling: 2n ** 59n, minimum: 0n }), "A ceiling must be 0 to 2^59-1");
      refused(() => encodeCeiling({ ceiling: 5n, minimum: 6n }), "A minimum cannot be higher than its ceiling.");
      expect(encodeCeiling({ ceiling: 0n, minimum: 6n })).to.equal("0x00000000000000000000000000000006");
      const sent = await seal(played, 5n);
      if (!("act" in sent)) throw new Error("done before");
      const path = (await sent.act.send()).result as { file: string };
      await writeFile(path.file, "{}");
      await refusedLater(seal(played, 5n), "is not a ceiling file");
      await rm(path.file);
    });
  });
});
