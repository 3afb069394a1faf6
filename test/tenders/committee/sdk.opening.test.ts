import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { concat, getBytes } from "ethers";
import { addKey, registerAgency } from "../../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../../sdk/src/shared/context.ts";
import { commitmentOf, encodeBid, newSalt, NO_QUOTATION } from "../../../sdk/src/tenders/bid.ts";
import { openBidding, publishScalars, renewKeys, takeSeat } from "../../../sdk/src/tenders/committee/acts.ts";
import { makeEnvelope } from "../../../sdk/src/tenders/committee/envelope.ts";
import { readCommittee } from "../../../sdk/src/tenders/committee/read.ts";
import { SecretStore } from "../../../sdk/src/tenders/committee/secrets.ts";
import { awardLot } from "../../../sdk/src/tenders/decide.ts";
import { clearHead } from "../../../sdk/src/tenders/head.ts";
import { lotStatus, openingMissed, tenderStage } from "../../../sdk/src/tenders/model.ts";
import { openBids } from "../../../sdk/src/tenders/openAll.ts";
import { noticeOf, type Played, Scene } from "../scene.ts";

const SEATS = 5;
const PHRASE = "a pass phrase of the test";

describe("a tender that a committee opens, by the SDK", function () {
  let scene: Scene;
  let folder: string;
  let secrets: SecretStore;
  const bodies: number[] = [];

  before(async () => {
    scene = await Scene.open();
    folder = await mkdtemp(join(tmpdir(), "seats-"));
    secrets = new SecretStore(folder, { N: 1024 });
    const admin = await scene.stage.account("admin");
    for (let seat = 0; seat < SEATS; seat++) {
      const act = await registerAgency(scene.context, { name: `Body ${seat}`, admin: await admin.getAddress() });
      const { agency } = (await act.send()).result;
      bodies.push(agency);
      const account = await scene.address(`member ${seat}`);
      const key = { agency, account, permissions: permissionBits("committee.sit"), until: 2 ** 40 - 1 };
      await addKey(actingAs(scene.context, admin), key).send();
    }
  });
  after(async () => {
    await scene.stage.close();
    await rm(folder, { recursive: true });
  });

  const publish = (): Promise<Played> =>
    scene.publish({ ...scene.bonded, sealing: { seats: bodies, threshold: 3, openByBidders: false } });
  const sit = async (tender: bigint, seat: number): Promise<void> => {
    const outcome = await takeSeat(await scene.as(`member ${seat}`), { tender, secrets, passPhrase: PHRASE });
    if ("act" in outcome) await outcome.act.send();
  };
  const tell = async (tender: bigint, seat: number): Promise<void> => {
    const own = new SecretStore(join(folder, "nowhere"), { N: 1024 });
    const { kept } = await secrets.list();
    expect(kept.length).to.be.greaterThan(0);
    own.list = () => Promise.resolve({ kept: kept.filter(({ file }) => file.seat === seat), broken: [] });
    const outcome = await publishScalars(await scene.as(`member ${seat}`), {
      tender,
      secrets: own,
      passPhrase: PHRASE,
    });
    if ("act" in outcome) await outcome.act.send();
  };

  it("opens every bid with three of five scalars and all bidders offline, and awards by them", async () => {
    const played = await publish();
    const { tender } = played;
    for (let seat = 0; seat < SEATS; seat++) await sit(tender, seat);
    await sit(tender, 2);
    await (await renewKeys(await scene.as("member 4"), { tender, secrets, passPhrase: PHRASE })).send();
    await openBidding(scene.context, tender).send();
    const prices: [string, bigint][] = [
      ["ann", 5_000n],
      ["bob", 4_000n],
      ["cyd", 4_500n],
    ];
    for (const [name, price] of prices) {
      await scene.fund(name);
      await played.commit(name, price);
    }
    await played.replace("cyd", 3_000n);
    await played.after("commit");
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1_801);
    for (const seat of [4, 1]) await tell(tender, seat);
    expect(await openBids(scene.context, { tender }).catch((error: Error) => error.message)).to.match(
      /^2 scalars are out/,
    );
    await tell(tender, 3);
    const rows = await openBids(scene.context, { tender });
    expect(rows.map(({ did, state }) => `${did} ${state}`)).to.deep.equal(Array(3).fill("opened standing"));
    expect((await openBids(scene.context, { tender })).map(({ did }) => did)).to.deep.equal(Array(3).fill("nothing"));
    const committee = await readCommittee(scene.context, tender);
    expect(committee.seats.map(({ scalars: [scalar] }) => scalar !== undefined)).to.deep.equal([
      false,
      true,
      false,
      true,
      true,
    ]);
    const { sealing } = await played.model();
    await scene.stage.advanceTo((sealing?.judgeDeadline ?? 0) + 1);
    await clearHead(scene.officer, tender, 0);
    const bidder = await scene.address("cyd");
    await (await awardLot(scene.officer, { tender, lot: 0, bidder })).send();
    const [lot] = (await played.model()).lots;
    expect(lot?.award).to.include({ winner: bidder, price: 3_000n });
  });

  it("convicts an envelope whose share is bad for a seat that keeps silent", async () => {
    const played = await publish();
    const { tender } = played;
    for (let seat = 0; seat < SEATS; seat++) await sit(tender, seat);
    await openBidding(scene.context, tender).send();
    const committee = await readCommittee(scene.context, tender);
    const keys = committee.seats.map(({ points: [point = ""] }) => point);
    const [length = 0] = (await played.model()).sealing?.bidLengths ?? [];
    for (const [name, silent] of [
      ["eve", 4],
      ["fay", undefined],
    ] as const) {
      await scene.fund(name);
      const place = { ...(await played.placeOf(name)), part: 0 };
      const bid = encodeBid({ price: 1_000n, lottery: 0, quotation: NO_QUOTATION }, length);
      const salt = newSalt();
      const spoilt = silent === undefined ? -1 : 96 + 32 * silent + 31;
      const envelope = getBytes(makeEnvelope(place, keys, 3, { salt, bid })).map(
        (byte, i) => byte ^ Number(i === spoilt),
      );
      const sealed = concat([commitmentOf(place, bid, salt), envelope]);
      await (await (await scene.as(name)).house.commitEnvelope(tender, 0, sealed)).wait();
    }
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1_801);
    for (const seat of [0, 1, 2]) await tell(tender, seat);
    const rows = await openBids(scene.context, { tender });
    expect(rows.map(({ did, state }) => `${did} ${state}`)).to.deep.equal(["convicted void", "opened standing"]);
  });

  it("opens two parts at different moments, the price only after the technical scores", async () => {
    const scorer = await scene.address("scorer");
    const played = await scene.publish({ sealing: { seats: bodies, threshold: 3, parts: 2, scorer } });
    const { tender } = played;
    for (let seat = 0; seat < SEATS; seat++) await sit(tender, seat);
    await openBidding(scene.context, tender).send();
    await played.commit("dan", 6_000n);
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1_801);
    for (const seat of [0, 2, 4]) await tell(tender, seat);
    expect((await openBids(scene.context, { tender })).map(({ state }) => state)).to.deep.equal(["part opened"]);
    const [technical] = (await played.model()).lots[0]?.bids ?? [];
    expect(technical).to.include({ state: "part opened" });
    expect(technical).to.not.have.any.keys("price", "lottery", "opened", "quotation");

    await scene.stage.advanceTo(((await played.model()).sealing?.judgeDeadline ?? 0) + 1);
    const { house } = await scene.as("scorer");
    await (await house.revealScores(tender, played.documents)).wait();
    expect(await openBids(scene.context, { tender }).catch((error: Error) => error.message)).to.match(/^0 scalars/);
    const { time } = await scene.now();
    await scene.stage.advanceTo(time + 1_801);
    for (const seat of [1, 2, 3]) await tell(tender, seat);
    expect((await openBids(scene.context, { tender })).map(({ state }) => state)).to.deep.equal(["standing"]);
    const model = await played.model();
    expect(model.lots[0]?.bids[0]).to.include({ price: 6_000n });
    expect(model.lots[0]?.bids[0]?.technical?.bytes).to.equal(technical?.technical?.bytes);
    const judged = model.sealing?.judgeDeadline ?? 0;
    expect([judged, judged + 1].map((now) => tenderStage(model, now))).to.deep.equal(["opening", "deciding"]);
  });

  it("says that a tender lapsed whose committee published too few scalars, and that no bid was missed", async () => {
    const played = await publish();
    for (let seat = 0; seat < SEATS; seat++) await sit(played.tender, seat);
    await openBidding(scene.context, played.tender).send();
    await scene.stage.advanceTo(played.schedule.commitDeadline + 1_801);
    for (const seat of [0, 1]) await tell(played.tender, seat);
    const model = await played.model();
    const [lot] = model.lots;
    const last = model.sealing?.scalarsDeadline ?? 0;
    if (!lot) throw new Error("no lot");
    for (const [now, lapsed] of [
      [last, false],
      [last + 1, true],
    ] as const) {
      expect(tenderStage(model, now)).to.equal(lapsed ? "lapsed" : "opening");
      expect(lotStatus(model, lot, now)).to.equal(lapsed ? "lapsed" : "open");
    }
    expect(openingMissed(model, model.awardDeadline + 1)).to.equal(false);
    await scene.stage.advanceTo(last + 1);
    expect(await scene.context.house.lapsed(played.tender)).to.equal(true);
  });

  it("asks for seats in a notice that names a threshold they bear", () => {
    const sealing = { seats: bodies.slice(0, 3), threshold: 9 };
    expect(() => noticeOf({ sealing })).to.throw(/sealing.threshold/);
  });
});
