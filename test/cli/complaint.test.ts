import { expect } from "chai";
import { noticeOf } from "../tenders/scene.ts";
import { CliHouse, expectRefusal } from "./cli.ts";

/** Numbers of the node's accounts. */
const [ADMIN, OFFICER, VENDOR, PARTNER, BODY, REVIEWER] = [1, 2, 3, 4, 5, 6];
const DAY = 86_400;

describe("complaints, questions and consortia on the command line", function () {
  this.timeout(90_000);
  let house: CliHouse;
  let deadline: number;
  let revealDeadline: number;
  const as = (account: number) => ["--as", String(account)];
  const one = ["--tender", "1"];

  before(async () => {
    house = await CliHouse.start();
    for (const [admin, key, may] of [
      [ADMIN, OFFICER, "tender"],
      [BODY, REVIEWER, "tender.review"],
    ] as const) {
      const name = ["--name", `Body of ${admin}`, "--admin", await house.account(admin)];
      const { agency } = await house.json<{ agency: number }>("agency", "register", ...name);
      const own = ["--agency", String(agency), "--account", await house.account(key), "--may", may];
      await house.json("agency", "key", "add", ...own, "--until", "2099-12-31", ...as(admin));
    }
    const review = { reviewer: 2, decisionDays: 5 };
    const notice = noticeOf({ review, amendDays: 1, standstillSeconds: 10 * DAY });
    const publish = ["--agency", "1", "--file", await house.write("notice.json", notice), ...as(OFFICER)];
    type Published = { schedule: { commitDeadline: number; revealDeadline: number } };
    const { schedule } = await house.json<Published>("tender", "publish", ...publish);
    [deadline, revealDeadline] = [schedule.commitDeadline, schedule.revealDeadline];
    await house.write("amended.json", noticeOf({ title: "Amended" }));
  });
  after(() => house.stop());

  it("tender ask and answer", async () => {
    const asked = await house.json<{ result: { question: string } }>("tender", "ask", ...one, "--question", "How?");
    const { question } = asked.result;
    const answer = ["tender", "answer", ...one, "--answer", "So.", ...as(OFFICER)];
    expectRefusal(await house.run(...answer, "--questions", "How?"), "--questions must be digests");
    expect((await house.run(...answer, "--questions", question)).stdout).to.match(/^Answered to all: 0x/);
  });

  it("tender consent and consortium", async () => {
    const [lead, partner] = [await house.account(VENDOR), await house.account(PARTNER)];
    const own = { lot: 0, lead, shares: { [lead]: 6_000, [partner]: 4_000 } };
    const draft = await house.write("draft.json", own);
    const { member, signature } = await house.json<{ member: string; signature: string }>(
      ...["tender", "consent", ...one, "--file", draft, ...as(PARTNER)],
    );
    const whole = await house.write("consortium.json", { ...own, consents: { [member]: signature } });
    const publish = ["tender", "consortium", ...one, "--file", whole];
    expectRefusal(await house.run(...publish), "NoticeConsentInvalid");
    expect((await house.run(...publish, ...as(VENDOR))).stdout).to.equal(`${lead} leads 2 members in lot 0.\n`);
  });

  it("tender amend; complaint file, list, decide, and collect of one that lapsed", async () => {
    const lot = ["--lot", "0"];
    for (const account of [VENDOR, PARTNER]) {
      await house.json("tender", "commit", ...one, ...lot, "--price", "2875.00", ...as(account));
    }
    const amended = await house.run(
      "tender",
      "amend",
      ...one,
      "--file",
      `${house.folder}/amended.json`,
      ...as(OFFICER),
    );
    expect(amended.stdout).to.match(/^Tender 1 has its notice of version 1; /);
    await house.json("house", "advance", "--to", String(deadline + 1));
    const file = ["complaint", "file", ...one, ...lot, "--grounds", "Grounds."];
    const filed = await house.run(...file, ...as(VENDOR));
    expect(filed.stdout).to.match(/^Complaint 1 stops lot 0 until it is decided, by /);
    await house.json(...file, ...as(PARTNER));
    const stands = async () => /^Lot 0: .*$/m.exec((await house.run("tender", "show", ...one)).stdout)?.[0];
    expect(await stands()).to.match(/^Lot 0: under review/);
    const stopped = "Lot 0 is under review: a complaint stops it until it is decided, or until ";
    expectRefusal(await house.run("tender", "award", ...one, ...lot, ...as(OFFICER)), stopped);
    const decide = ["complaint", "decide", "--complaint", "1", "--statement", "Reasons.", "--decision"];
    expectRefusal(await house.run(...decide, "maybe"), "--decision must be reject, uphold, reevaluate, annul");
    expectRefusal(await house.run(...decide, "reject", ...as(OFFICER)), "AgencyKeyNotPermitted");
    expect((await house.run(...decide, "reject", ...as(REVIEWER))).stdout).to.match(/^Complaint 1 is decided: reject/);
    await house.json("house", "advance", "--to", String(deadline + 6 * DAY));
    expect((await house.run("complaint", "list", ...one)).stdout).to.match(/1\/0\s+rejected[^]*1\/0\s+lapsed/);
    expect(await stands()).to.match(/^Lot 0: open/);
    const collected = await house.run("complaint", "collect", "--complaint", "2");
    expect(collected.stdout).to.equal("Complaint 2 has lapsed.\n");
    expectRefusal(await house.run("complaint", "withdraw", "--complaint", "2", ...as(PARTNER)), "ComplaintNotOpen");
  });

  it("tender award and list say that an award is under review", async () => {
    const lot = ["--lot", "0"];
    for (const account of [VENDOR, PARTNER]) {
      await house.json("tender", "reveal", ...one, ...lot, "--unfinalized", ...as(account));
    }
    await house.json("house", "advance", "--to", String(revealDeadline + 1));
    const award = async () => (await house.run("tender", "award", ...one, ...lot, ...as(OFFICER))).stdout;
    const winner = await house.account(VENDOR);
    expect(await award()).to.match(new RegExp(`is awarded to ${winner} `));
    expect(await award()).to.equal(`Lot 0 is awarded already, to ${winner}.\n`);
    await house.json("complaint", "file", ...one, ...lot, "--grounds", "Grounds.", ...as(PARTNER));
    const stopped = ", and under review: a complaint stops it until it is decided, or until ";
    expect(await award()).to.include(`Lot 0 is awarded already, to ${winner}${stopped}`);
    const stage = async () => /^1 +1 +(.+?) {2,}/m.exec((await house.run("tender", "list")).stdout)?.[1];
    expect(await stage()).to.equal("under review");
    const decide = ["complaint", "decide", "--complaint", "3", "--decision", "reject", "--statement", "Reasons."];
    await house.json(...decide, ...as(REVIEWER));
    expect(await stage()).to.equal("decided");
    expect((await house.run("tender", "audit", ...one)).stdout).to.match(/\ncomplaints +\d+ +agrees\n[^]*\nagrees\n$/);
  });
});
