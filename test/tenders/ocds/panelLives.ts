import { addKey } from "../../../sdk/src/agencies/acts.ts";
import { permissionBits } from "../../../sdk/src/agencies/permissions.ts";
import { formConsortium, signConsortium } from "../../../sdk/src/tenders/consortium.ts";
import { withdrawComplaint } from "../../../sdk/src/tenders/complaints/acts.ts";
import { readComplaints } from "../../../sdk/src/tenders/complaints/read.ts";
import { decisions } from "../../../sdk/src/tenders/complaints/status.ts";
import { rejectBid } from "../../../sdk/src/tenders/decide.ts";
import { callToSign, explainLow, signContract, yieldPlace } from "../../../sdk/src/tenders/evaluation/acts.ts";
import { confirmExtension, proposeExtension } from "../../../sdk/src/tenders/extend.ts";
import { NOBODY } from "../../../sdk/src/tenders/model.ts";
import type { Notice } from "../../../sdk/src/tenders/notice.ts";
import { amendTender, answerQuestions, askQuestion } from "../../../sdk/src/tenders/questions.ts";
import { openAll, past, publishSealed } from "../opened.ts";
import { noticeOf, type Played, type Scene } from "../scene.ts";
import { commitNaming } from "../vendor.ts";
import { twoLots } from "./lives.ts";
import { DAY, type Given, PanelPlay, panelNotice, reviewBody } from "./panel.ts";

export const GROUP = { id: "G", title: "Both", lots: ["L1", "L2"], maximumValue: "6000.50" };
const heard = (reviewer: number): Partial<Notice> => ({
  review: { reviewer, decisionDays: 5 },
  standstillSeconds: 10 * DAY,
});

/** A stranger asks, the agency answers, and amends the notice: it leaves a document out and changes words. */
async function questionsAndAmendment(played: Played, notice: Notice): Promise<void> {
  const { scene, tender } = played;
  const asked = await askQuestion(await scene.as("asker"), { tender, question: "Which colour?" });
  const { question } = (await asked.send()).result;
  const other = await askQuestion(await scene.as("one"), { tender, question: "How many?" });
  await other.send();
  await (await answerQuestions(scene.officer, { tender, questions: [question], answer: "Blue." })).send();
  const amended = { ...notice, title: "Blue caps", documents: [{ id: "d2", title: "Colours" }] };
  await (await amendTender(scene.officer, { tender, notice: amended })).send();
}

async function consortium(played: Played, lead: string, partner: string): Promise<void> {
  const { scene, tender } = played;
  const [own, other] = [await scene.address(lead), await scene.address(partner)];
  const formed = { tender, lot: 0, lead: own, shares: { [own]: 7000, [other]: 3000 } };
  const { member, signature } = await signConsortium(await scene.as(partner), formed);
  await formConsortium(await scene.as(lead), formed, { [member]: signature }).send();
}

/**
 * Two lots. In the first: of six bids one fails its papers, one falls below the threshold, one is abnormally low and
 * explained, one is rejected late; of two winners one signs and one yields to the reserve; a complaint is rejected. The
 * second is judged anew, then a complaint lapses.
 */
async function judged(scene: Scene): Promise<Played> {
  const reviewer = await reviewBody(scene);
  const notice = noticeOf({
    ...(await panelNotice(scene, { low: { share: 5000, answerDays: 1 } })),
    ...twoLots,
    ...heard(reviewer),
    ...{ amendDays: 1, lotGroups: [GROUP], description: "Caps of any colour" },
    documents: [{ id: "d1", title: "Specification" }],
  });
  const played = await scene.publish(notice);
  const { tender } = played;
  const panel = new PanelPlay(played);
  await questionsAndAmendment(played, notice);
  await consortium(played, "one", "partner");
  await played.commit("one", 300_000n);
  await played.commit("two", 290_000n);
  await commitNaming(played, "fresh", "vendor", 90_000n);
  await played.commit("poor", 280_000n);
  await played.commit("weak", 285_000n);
  await played.commit("late", 320_000n);
  await played.commit("one", 300n, 1);
  await played.commit("two", 310n, 1);
  await played.after("commit");
  for (const name of ["one", "two", "fresh", "poor", "weak", "late"]) await played.reveal(name);
  for (const name of ["one", "two"]) await played.reveal(name, 1);
  await played.after("reveal");
  await panel.declare();

  const given = {
    ...{ one: [9000, 8800], two: [8000, 7800], fresh: [8100, 7900] },
    ...{ weak: [3000, 3000], late: [9900, 9900] },
  } as Given;
  await panel.judge(given);
  const place = async (name: string) => ({ tender, lot: 0, bidder: await scene.address(name) });
  await (await explainLow(await scene.as("fresh"), await place("fresh"), "Made at home.")).send();
  await panel.pass(2 * DAY);
  await panel.judge(given);
  const late = { ...(await place("late")), reason: 2, statement: "It went out of business." };
  await (await rejectBid(scene.officer, late)).send();
  await panel.judge(given);
  await panel.award("one");
  await panel.award("fresh");
  const complaint = await panel.complain("two", "one");
  await panel.pass(3 * DAY);
  await panel.decide(complaint, "reject");

  await panel.judgeOut({ one: [7000, 7000], two: [6000, 6000] }, 1);
  await panel.award("one", 1);
  await panel.decide(await panel.complain("two", "one", 1), "reevaluate");
  await panel.judgeOut({ one: [6000, 6000], two: [7000, 7000] }, 1);
  await panel.award("two", 1);
  await panel.award("one", 1);
  await panel.pass(9 * DAY);
  await panel.complain("one", "two", 1); // undecided, it outlasts the standstill and lapses
  await panel.pass(4 * DAY);
  await panel.pass(2 * DAY);

  for (const name of ["one", "fresh"]) await callToSign(scene.context, await place(name)).send();
  await (await signContract(await scene.as("one"), await place("one"), played.documents)).send();
  await panel.pass(2 * DAY);
  await yieldPlace(scene.context, await place("fresh")).send();
  await panel.judge(given);
  await panel.award("two");
  // It stops the lot, in which a contract is signed already.
  await withdrawComplaint(await scene.as("weak"), await panel.complain("weak", "two")).send();
  await panel.pass(11 * DAY);
  return played;
}

/** The only lot is annulled after its award; before it one complaint was withdrawn and one upheld. */
async function annulled(scene: Scene): Promise<Played> {
  const reviewer = await reviewBody(scene);
  const played = await scene.publish(heard(reviewer));
  const panel = new PanelPlay(played);
  for (const [name, price] of [
    ["one", 5n],
    ["two", 6n],
    ["three", 7n],
  ] as const)
    await played.commit(name, price);
  await played.after("commit");
  for (const name of ["one", "two", "three"]) await played.reveal(name);
  await played.after("reveal");
  await withdrawComplaint(await scene.as("two"), await panel.complain("two", undefined)).send();
  await panel.decide(await panel.complain("three", undefined), "uphold");
  await played.award("one");
  await panel.decide(await panel.complain("two", undefined), "annul");
  return played;
}

/** A complaint about an award is filed, and decided in the same block. */
async function atOnce(scene: Scene): Promise<Played> {
  const played = await scene.publish(heard(await reviewBody(scene)));
  const { tender } = played;
  for (const [name, price] of Object.entries({ one: 5n, two: 6n })) await played.commit(name, price);
  await played.after("commit");
  for (const name of ["one", "two"]) await played.reveal(name);
  await played.after("reveal");
  await played.award("one");
  const [two, judge] = [await scene.as("two"), await scene.as("judge")];
  const [number] = [(await readComplaints(scene.context)).length + 1];
  const [gas, digest] = [{ gasLimit: 1_000_000 }, played.documents];
  await scene.automine(false);
  await two.complaints.complain(tender, 0, await scene.address("two"), NOBODY, digest, {
    ...gas,
    maxPriorityFeePerGas: 9,
  });
  await judge.complaints.decide(number, decisions.annul, digest, 0, [], { ...gas, maxPriorityFeePerGas: 1 });
  await scene.automine(true);
  return played;
}

/**
 * Two parts, opened by the committee: of three bids one is over the ceiling, which is known once the prices are opened.
 * In a stage so few scores were revealed that it was opened again.
 */
async function inTwoParts(scene: Scene): Promise<Played> {
  const [stage] = (await panelNotice(scene)).evaluation?.stages.slice(1) ?? [];
  const terms = { winners: 1, stages: stage ? [stage] : [] };
  const sealed = await publishSealed(scene, await panelNotice(scene, terms), { parts: 2 });
  const { played } = sealed;
  const panel = new PanelPlay(played);
  for (const [name, price] of Object.entries({ one: 500n, two: 400n, over: 750_001n }))
    await played.commit(name, price);
  await openAll(sealed);
  await past(played, "judge");
  await panel.declare();
  const given: Given = { one: [9000, 9000], two: [8000, 8000], over: [9900, 9900] };
  await panel.fewReveal(given);
  await panel.judge(given);
  await openAll(sealed);
  await past(played, "judge");
  await panel.judge(given);
  await panel.award("one");
  await played.afterStandstill();
  return played;
}

/** A framework agreement of one lot: its time is extended, and it is cancelled while bids are sealed. */
async function cancelled(scene: Scene): Promise<Played> {
  const terms = { winners: 3, frameworkMethod: "withReopeningCompetition" } as const;
  const played = await scene.publish(await panelNotice(scene, terms));
  const { tender } = played;
  await played.commit("one", 100n);
  const deadline = played.schedule.commitDeadline + DAY;
  const proposal = await proposeExtension(scene.officer, { tender, deadline });
  if ("act" in proposal) await proposal.act.send();
  const account = await scene.address("second officer");
  const key = { agency: scene.agency, account, permissions: permissionBits("tender"), until: 2 ** 40 - 1 };
  await addKey(await scene.as("admin"), key).send();
  const statement = { reason: 31, statement: "Plans came late." };
  const extension = await confirmExtension(await scene.as("second officer"), { tender, deadline, ...statement });
  if ("act" in extension) await extension.act.send();
  await played.cancel();
  return played;
}

export const panelLives: Record<string, (scene: Scene) => Promise<Played>> = {
  judged,
  annulled,
  cancelled,
  "in two parts": inTwoParts,
  "at once": atOnce,
};
