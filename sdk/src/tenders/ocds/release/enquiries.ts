import { isoTime } from "../format.ts";
import { accountRef } from "./parties.ts";
import type { Telling } from "./sources.ts";

/** Questions and the answers to them, in order. */
export function enquiriesOf({ sources }: Telling) {
  const { questions, texts } = sources;
  return questions.map(({ question, by, asked, answers }, i) => {
    const description = texts.get(question);
    const answer = answers.flatMap((one) => texts.get(one.answer) ?? []).join("\n\n");
    const last = answers.at(-1);
    return {
      id: `question-${i + 1}`,
      date: isoTime(asked.time),
      author: accountRef(sources, by),
      ...(description === undefined ? {} : { description }),
      ...(answer === "" ? {} : { answer }),
      ...(last ? { dateAnswered: isoTime(last.time) } : {}),
    };
  });
}
