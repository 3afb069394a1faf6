import { expect } from "chai";
import { addKey, registerAgency } from "../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../sdk/src/agencies/permissions.ts";
import { actingAs } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { auditTender } from "../../sdk/src/tenders/audit/audit.ts";
import {
  approveFee,
  collectFees,
  decideComplaint,
  fileComplaint,
  lapseComplaint,
  withdrawComplaint,
} from "../../sdk/src/tenders/complaints/acts.ts";
import { reinstatementsOf } from "../../sdk/src/tenders/complaints/reinstate.ts";
import { complaintsAbout, readComplaints } from "../../sdk/src/tenders/complaints/read.ts";
import {
  type Consortium,
  consortiumMessage,
  formConsortium,
  parseConsortium,
  signConsortium,
} from "../../sdk/src/tenders/consortium.ts";
import { awardLot, rejectBid } from "../../sdk/src/tenders/decide.ts";
import { lotAt, lotStatus, type TenderModel, tenderStage } from "../../sdk/src/tenders/model.ts";
import { standingOrder } from "../../sdk/src/tenders/order.ts";
import { amendTender, answerQuestions, askQuestion, readQuestions } from "../../sdk/src/tenders/questions.ts";
import { MockToken__factory } from "../../typechain-types/index.ts";
import { noticeOf, type Played, Scene } from "./scene.ts";

const DAY = 86_400;
const AFTER = { amendDays: 1, standstillSeconds: 10 * DAY };

describe("complaints and what comes before the deadline, by the SDK", function () {
  this.timeout(60_000);
  let scene: Scene;
  let reviewer = 0;
  let token = "";
  let treasury = "";

  before(async () => {
    scene = await Scene.open();
    const admin = await scene.stage.account("reviewing admin");
    const act = await registerAgency(scene.context, { name: "Review body", admin: await admin.getAddress() });
    reviewer = (await act.send()).result.agency;
    const key = {
      agency: reviewer,
      account: await scene.address("judge"),
      permissions: permissionBits("tender.review"),
    };
    await addKey(actingAs(scene.context, admin), { ...key, until: 2 ** 40 - 1 }).send();
    ({ treasury = "", bond: { token } = { token: "" } } = scene.bonded);
  });
  after(() => scene.stage.close());

  const publish = (): Promise<Played> =>
    scene.publish({ ...scene.bonded, ...AFTER, review: { reviewer, fee: { token, amount: "5" }, decisionDays: 5 } });
  /** With enough for a bond and a fee. */
  const fund = async (name: string): Promise<void> => {
    await scene.fund(name);
    const mock = MockToken__factory.connect(token, scene.context.signer);
    await (await mock.mint(await scene.address(name), 5n * 10n ** 18n)).wait();
  };

  /** What the audit finds. */
  const auditOf = async (tender: bigint): Promise<string[]> =>
    (await auditTender(scene.context, tender)).checks.flatMap(({ findings }) => findings.map(({ detail }) => detail));

  it("files, lists, withdraws and decides; a fee comes back where the complaint was right", async () => {
    const played = await publish();
    const { tender } = played;
    for (const name of ["ann", "bob", "cyd"]) {
      await fund(name);
      await played.commit(name, name === "ann" ? 5n : 6n);
    }
    await played.after("commit");
    for (const name of ["ann", "bob", "cyd"]) await played.reveal(name);
    await played.after("reveal");
    const rejected = [await scene.address("ann"), await scene.address("bob")];
    for (const bidder of rejected) {
      await (await rejectBid(scene.officer, { tender, lot: 0, bidder, reason: 1, statement: "Reasons." })).send();
    }
    await (await scene.context.house.strike(tender, 0, rejected)).wait();
    const judge = await scene.as("judge");
    for (const name of ["ann", "bob", "cyd"]) {
      const own = await scene.as(name);
      await (await approveFee(own, tender))?.send();
      expect(await approveFee(own, tender)).to.equal(null);
      await (await fileComplaint(own, { tender, lot: 0, grounds: `grounds of ${name}` })).send();
    }
    await withdrawComplaint(await scene.as("cyd"), 3n).send();
    const statement = "Reasons.";
    await (await decideComplaint(judge, { complaint: 1n, decision: "reject", statement })).send();
    const { time } = await scene.now();
    // The two lowest bids were rejected and struck; they come back, the last one first.
    const [ann, bob, cyd] = [await scene.address("ann"), await scene.address("bob"), await scene.address("cyd")];
    const reinstated = await reinstatementsOf(scene.context, 2n, [bob, ann]);
    expect(reinstated).to.deep.equal([
      { bidder: bob, head: cyd },
      { bidder: ann, head: bob },
    ]);
    const anew = { complaint: 2n, decision: "reevaluate", statement, awardDeadline: time + 40 * DAY } as const;
    await (await decideComplaint(judge, { ...anew, reinstated })).send();
    const order = await standingOrder(scene.context, tender, 0);
    expect(order.map(({ bidder }) => bidder)).to.deep.equal([ann, bob, cyd]);
    const none = await reinstatementsOf(scene.context, 2n, [cyd]).catch((error: unknown) => error);
    expect(none).to.be.instanceOf(InputError);
    const all = await readComplaints(scene.context, tender);
    expect(all.map(({ state, bidder }) => [state, bidder])).to.deep.equal([
      ["rejected", await scene.address("ann")],
      ["reevaluated", await scene.address("bob")],
      ["withdrawn", await scene.address("cyd")],
    ]);
    expect(all[0]?.ended).to.include({ key: 0 });
    await (await awardLot(scene.officer, { tender, lot: 0, bidder: ann })).send();
    expect(await auditOf(tender)).to.deep.equal([]);
    expect(await readComplaints(scene.context, tender + 1n)).to.deep.equal([]);
    await collectFees(scene.context, token, await scene.address("bob")).send();
    await collectFees(scene.context, token, treasury).send();
    for (const wrong of [
      { complaint: 2n, decision: "annul", statement, awardDeadline: time },
      { complaint: 2n, decision: "reevaluate", statement },
    ] as const) {
      expect(await decideComplaint(judge, wrong).catch((error: unknown) => error)).to.be.instanceOf(InputError);
    }
  });

  it("a complaint has lapsed once its time is over, recorded or not", async () => {
    const played = await publish();
    await fund("ann");
    await played.commit("ann", 5n);
    await played.after("commit");
    const own = await scene.as("ann");
    await (await approveFee(own, played.tender))?.send();
    const filed = await (await fileComplaint(own, { tender: played.tender, lot: 0, grounds: "grounds" })).send();
    const stateOf = async () => (await readComplaints(scene.context, played.tender))[0]?.state;
    expect(await stateOf()).to.equal("open");
    await scene.stage.advanceTo(filed.result.deadline + 1);
    expect(await stateOf()).to.equal("lapsed");
    await lapseComplaint(scene.context, filed.result.complaint).send();
    expect((await readComplaints(scene.context, played.tender))[0]?.ended).to.not.equal(undefined);
  });

  it("a lot that a complaint stops is under review, also once its standstill is over", async () => {
    const played = await publish();
    const { tender } = played;
    for (const name of ["ann", "bob"]) {
      await fund(name);
      await played.commit(name, name === "ann" ? 5n : 6n);
    }
    await played.after("commit");
    for (const name of ["ann", "bob"]) await played.reveal(name);
    await played.after("reveal");
    await played.award("ann");
    const end = (await played.model()).lots[0]?.award?.standstillEnd ?? 0;
    await scene.stage.advanceTo(end - 100);
    const own = await scene.as("bob");
    await (await approveFee(own, tender))?.send();
    const { deadline } = (await (await fileComplaint(own, { tender, lot: 0, grounds: "grounds" })).send()).result;
    const model = await played.model();
    const lot = lotAt(model, 0);
    const complaints = await complaintsAbout(scene.context, [model]);
    const at = (now: number, known = complaints) => [lotStatus(model, lot, now, known), tenderStage(model, now, known)];
    expect(at(end + 1)).to.deep.equal(["under review", "under review"]);
    expect(at(deadline)).to.deep.equal(["under review", "under review"]);
    expect(at(deadline + 1)).to.deep.equal(["final", "decided"]);
    for (const other of [{ tender: tender + 1n }, { lot: 1 }, { state: "rejected" as const }]) {
      const known = complaints.map((one) => ({ ...one, ...other }));
      expect(at(end + 1, known), JSON.stringify(Object.keys(other))).to.deep.equal(["final", "decided"]);
    }
    const annulled = { ...model, lots: [{ ...lot, award: undefined, annulled: model.latest }] } as TenderModel;
    const [gone] = annulled.lots;
    expect(gone && lotStatus(annulled, gone, end + 1, complaints)).to.equal("annulled");
    expect(await complaintsAbout(scene.context, [{ ...model, complaints: treasury }])).to.deep.equal([]);
  });

  it("questions are answered to all, the notice is amended, and a consortium is formed", async () => {
    const played = await publish();
    const { tender } = played;
    const { result: asked } = await (await askQuestion(await scene.as("eve"), { tender, question: "How?" })).send();
    const answer = { tender, questions: [asked.question], answer: "So." };
    await (await answerQuestions(scene.officer, answer)).send();
    const [question] = await readQuestions(scene.context, tender);
    expect(question).to.include({ question: asked.question, by: await scene.address("eve") });
    expect(question?.answers).to.have.length(1);
    const notice = noticeOf({ title: "Amended" });
    const { result } = await (await amendTender(scene.officer, { tender, notice })).send();
    expect(result).to.include({ version: 1, commitDeadline: played.schedule.commitDeadline });

    expect(await auditOf(tender)).to.deep.equal([]);

    const [lead, partner] = [await scene.address("ann"), await scene.address("bob")];
    const consortium: Consortium = { tender, lot: 0, lead, shares: { [lead]: 6_000, [partner]: 4_000 } };
    const { member, signature } = await signConsortium(await scene.as("bob"), consortium);
    expect(member).to.equal(partner);
    const kept = { lot: 0, lead, shares: consortium.shares };
    const file: unknown = JSON.parse(JSON.stringify({ ...kept, consents: { [partner]: signature } }));
    const parsed = parseConsortium(tender, file);
    expect(parsed.consortium).to.deep.equal(consortium);
    for (const [wrong, problem] of [
      [{ ...kept, lot: -1 }, "lot"],
      [{ ...kept, lead: "ann" }, "lead: is no address"],
      [{ ...kept, shares: { ann: 1 } }, "shares.ann"],
      [{ ...kept, consents: { [partner]: "yes" } }, "is no signature"],
      [[], "consortium"],
    ] as const) {
      expect(() => parseConsortium(tender, wrong)).to.throw(InputError, problem);
    }
    const outsider = await signConsortium(await scene.as("eve"), consortium).catch((error: unknown) => error);
    expect(outsider).to.be.instanceOf(InputError);
    const consents = parsed.consents;
    await formConsortium(await scene.as("ann"), consortium, consents).send();
    expect(await scene.context.notices.isFormed(tender, 0, lead)).to.equal(true);
    for (const [change, problem] of [
      [{ shares: { [lead]: 6_000, [partner]: 4_001 } }, "10001"],
      [{ shares: { [lead]: 10_000 } }, "2 to 20"],
      [{ lead: treasury }, "one of the members"],
    ] as const) {
      expect(() => consortiumMessage(scene.context, { ...consortium, ...change })).to.throw(InputError, problem);
    }
  });
});
