import { expect } from "chai";
import type { Quotation } from "../../sdk/src/tenders/quotation.ts";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal, run } from "./cli.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, VENDOR, RIVAL] = [1, 2, 3, 4];
const MEMBERS = [10, 11, 12];

interface Row {
  bidder: string;
  state: string;
  did: string;
  quotation?: { quotation: Quotation };
}

describe("a tender opened by a committee on the command line", function () {
  this.timeout(90_000);
  let house: CliHouse;
  let deadline: number;
  let judged: number;
  const as = (account: number) => ["--as", String(account)];
  const one = ["--tender", "1"];
  const advance = (to: number) => house.json("house", "advance", "--to", new Date(to * 1000).toISOString());
  const committee = (verb: string, ...more: string[]) => house.run("committee", verb, ...one, ...more);

  before(async () => {
    house = await CliHouse.start();
    house.env["COMMON_SEAL_PASSPHRASE"] = "a phrase of the test";
    const admin = await house.account(ADMIN);
    for (const account of [OFFICER, ...MEMBERS]) {
      const { agency } = await house.json<{ agency: number }>(
        "agency",
        "register",
        "--name",
        `Body ${account}`,
        "--admin",
        admin,
      );
      const may = account === OFFICER ? "tender" : "committee.sit";
      const key = ["--agency", String(agency), "--account", await house.account(account), "--may", may];
      await house.json("agency", "key", "add", ...key, "--until", "2099-12-31", ...as(ADMIN));
    }
    const file = await house.write("notice.json", noticeOf());
    const done = await house.json<{ schedule: { commitDeadline: number; sealed: { judgeDeadline: number } } }>(
      "tender",
      "publish",
      "--agency",
      "1",
      "--file",
      file,
      ...["--seats", "2,3,4", "--threshold", "2"],
      ...as(OFFICER),
    );
    deadline = done.schedule.commitDeadline;
    judged = done.schedule.sealed.judgeDeadline;
  });
  after(() => house.stop());

  it("committee join takes a seat once; key takes it anew; freeze waits for all", async () => {
    expectRefusal(await committee("join", ...as(VENDOR)), "No seat of tender 1 is free");
    const seated = await committee("join", ...as(MEMBERS[0] ?? 0));
    expect(seated.stdout).to.match(/^Seat 0 is yours\. Keep a copy of its secrets: .*tender1-part0-seat0/);
    expect((await committee("join", ...as(MEMBERS[0] ?? 0))).stdout).to.match(/^Seat 0 is yours already/);
    expect((await committee("key", ...as(MEMBERS[0] ?? 0))).stdout).to.match(/^Seat 0 has other keys now/);
    await committee("join", ...as(MEMBERS[1] ?? 0));
    expectRefusal(await committee("freeze"), "CommitteeNotFrozen");
    const early = ["tender", "seal", ...one, "--lot", "0", "--price", "2875.00", ...as(VENDOR)];
    expectRefusal(await house.run(...early), "The committee of tender 1 is not frozen yet");
    await committee("join", ...as(MEMBERS[2] ?? 0));
    expect((await committee("freeze")).stdout).to.match(/bidding in tender 1 is open/);
    expect((await committee("freeze")).stdout).to.match(/open already/);
    expectRefusal(await committee("key", ...as(MEMBERS[0] ?? 0)), "seats and keys can change no more");
  });

  it("tender seal hands in an envelope; nothing opens before the scalars are out", async () => {
    for (const [account, price] of [
      [VENDOR, "2875.00"],
      [RIVAL, "2900.00"],
    ] as const) {
      const bid = ["--lot", "0", "--price", price, ...(account === VENDOR ? ["--name", "Vendor Ltd"] : [])];
      const sealed = await house.run("tender", "seal", ...one, ...bid, ...as(account));
      expect(sealed.stdout).to.match(/^Sealed as number \d/);
    }
    expectRefusal(await committee("publish"), "Scalars are accepted from");
    expectRefusal(await house.run("tender", "open", ...one), "0 scalars are out, and 2 open a bid");
  });

  it("committee publish, tender open and tender award, without the bidders", async () => {
    await advance(deadline + 1_801);
    const wrong = { ...house.env, COMMON_SEAL_PASSPHRASE: "another" };
    expectRefusal(await run(["committee", "publish", ...one], wrong), /pass phrase/i);
    expect((await committee("publish")).stdout).to.match(/^The scalars of seat 0, 1, 2 are out/);
    expect((await committee("publish")).stdout).to.match(/^Out already/);
    const status = (await committee("status")).stdout;
    expect(status)
      .to.match(/with 2 of 3 scalars/)
      .and.to.match(/scalar out/);
    const rows = await house.json<Row[]>("tender", "open", ...one);
    expect(rows.map(({ did, state }) => `${did} ${state}`)).to.deep.equal(["opened standing", "opened standing"]);
    expect(rows.map(({ quotation }) => quotation?.quotation.tenderer.name)).to.deep.equal(["Vendor Ltd", undefined]);
    const again = await house.run("tender", "open", ...one);
    expect(again.stdout).to.match(/standing +nothing +Vendor Ltd\n/);
    expect(again.stdout).to.include("2 bids: 0 opened now, 0 convicted now");
    await advance(judged + 1);
    const awarded = await house.run("tender", "award", ...one, "--lot", "0", ...as(OFFICER));
    expect(awarded.stdout)
      .to.match(/is awarded to 0x[0-9a-fA-F]{40} at 2875 UAH/)
      .and.include(await house.account(VENDOR));
    const shown = (await house.run("tender", "show", ...one)).stdout;
    expect(shown).to.match(/awarded +2875 UAH +Vendor Ltd\n/);
  });
});
