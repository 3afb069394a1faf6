import { type Act, eventOf, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { putJson } from "../shared/files.ts";
import { BlockTimes, logsBetween, type Moment, momentOf } from "../shared/logs.ts";
import { parseNotice } from "./notice.ts";

/** Asks about a tender, until its commit deadline. The question becomes public, and so does who sent it. */
export async function askQuestion(
  context: Context,
  { tender, question }: { tender: bigint; question: string },
): Promise<Act<{ question: string }>> {
  const digest = await putJson(context.files, { format: "common-seal/question/1", question });
  return prepare(context.notices.ask, [tender, digest], () => ({ question: digest }));
}

/** Answers questions, to all at once. A key of the agency with `tender.publish`. */
export async function answerQuestions(
  context: Context,
  { tender, questions, answer }: { tender: bigint; questions: string[]; answer: string },
): Promise<Act<{ answer: string }>> {
  const digest = await putJson(context.files, { format: "common-seal/answer/1", answer });
  return prepare(context.notices.answer, [tender, questions, digest], () => ({ answer: digest }));
}

/** Amends a tender's notice; what stands in its terms stays. A key of the agency with `tender.publish`. */
export async function amendTender(
  context: Context,
  { tender, notice }: { tender: bigint; notice: unknown },
): Promise<Act<{ version: number; documents: string; commitDeadline: number }>> {
  const documents = await putJson(context.files, parseNotice(notice));
  return prepare(context.house.amend, [tender, documents], (receipt) => {
    type Amended = { version: bigint; deadline: bigint };
    const { version, deadline } = eventOf<Amended>(receipt, context.house, "TenderAmended");
    return { version: Number(version), documents, commitDeadline: Number(deadline) };
  });
}

/** A question and the answers that name it, by their digests. */
export interface QuestionModel {
  question: string;
  by: string;
  asked: Moment;
  answers: (Moment & { answer: string })[];
}

/**
 * The questions about a tender, in order.
 * @param toBlock the last block that counts; absent = the latest
 */
export async function readQuestions(context: Context, tender: bigint, toBlock?: number): Promise<QuestionModel[]> {
  const latest = toBlock ?? (await context.provider.getBlockNumber());
  const { notices } = context;
  const filter = { address: context.addresses.TenderNotices };
  const times = new BlockTimes(context.provider);
  const all: QuestionModel[] = [];
  for (const log of await logsBetween(context.provider, filter, context.block, latest)) {
    const args = notices.interface.parseLog(log)?.args as unknown as Said | undefined;
    if (args?.tender !== tender) continue;
    const moment = await momentOf(log, times);
    const { question, by, questions = [], answer = "" } = args;
    if (question !== undefined && by !== undefined) all.push({ question, by, asked: moment, answers: [] });
    else for (const one of all) if (questions.includes(one.question)) one.answers.push({ ...moment, answer });
  }
  return all;
}

interface Said {
  tender: bigint;
  question?: string;
  by?: string;
  questions?: string[];
  answer?: string;
}
