import { cidOf } from "../../../shared/cid.ts";
import { reasons } from "../../decide.ts";
import { isoTime } from "../format.ts";
import type { Telling } from "./sources.ts";

/** A file by its digest, as an OCDS document. */
export function fileDocument(digest: string, documentType: string, title: string) {
  const cid = cidOf(digest);
  return { id: cid, documentType, title, url: `ipfs://${cid}` };
}

/** A file with its text, where the store has it, and its date. */
export function textDocument(
  { sources: { texts } }: Telling,
  { digest, time }: { digest: string; time: number },
  documentType: string,
  title: string,
) {
  const description = texts.get(digest);
  const text = description === undefined ? {} : { description };
  return { ...fileDocument(digest, documentType, title), ...text, datePublished: isoTime(time) };
}

/** The words of a reason, and its statement where the store has it. */
export function statementText(
  { reason, evidence }: { reason: number; evidence: string },
  texts: Map<string, string>,
): string {
  const words = reasons[reason as keyof typeof reasons] ?? `reason ${reason}`;
  const statement = texts.get(evidence);
  return statement === undefined ? words : `${words}: ${statement}`;
}

/** The documents of a tender as a whole: each version of its notice, what that names, answers and statements. */
export function tenderDocuments(of: Telling) {
  const { model, sources } = of;
  const described = new Map((sources.notice.documents ?? []).map((document) => [document.id, document])); // the last version
  const versions = [{ ...model.published, documents: sources.published }, ...model.amendments];
  const answers = sources.questions.flatMap((question) => question.answers);
  const answered = new Map(answers.map(({ answer, time }) => [answer, { digest: answer, time }]));
  return [
    ...byId(
      versions.map(({ documents, time }) => ({
        ...fileDocument(documents, "tenderNotice", "Notice"),
        datePublished: isoTime(time),
        format: "application/json",
      })),
    ),
    ...described.values(),
    ...[...answered.values()].map((answer) => textDocument(of, answer, "clarifications", "Answer")),
    ...(model.cancelled
      ? [
          {
            ...fileDocument(
              model.cancelled.evidence,
              "cancellationDetails",
              "Statement of reasons for the cancellation",
            ),
            description: statementText(model.cancelled, sources.texts),
            datePublished: isoTime(model.cancelled.time),
          },
        ]
      : []),
  ];
}

/** Of documents with the same id the first. */
function byId<T extends { id: string }>(documents: T[]): T[] {
  const first = new Map<string, T>();
  for (const document of documents) if (!first.has(document.id)) first.set(document.id, document);
  return [...first.values()];
}
