import { cidOf } from "../../../shared/cid.ts";
import { reasons } from "../../decide.ts";
import { isoTime } from "../format.ts";
import type { Telling } from "./sources.ts";

/** A file by its digest, as an OCDS document. */
export function fileDocument(digest: string, documentType: string, title: string) {
  const cid = cidOf(digest);
  return { id: cid, documentType, title, url: `ipfs://${cid}` };
}

/** The words of a reason, and its statement where the store has it. */
export function statementText(
  { reason, evidence }: { reason: number; evidence: string },
  statements: Map<string, string>,
): string {
  const words = reasons[reason as keyof typeof reasons] ?? `reason ${reason}`;
  const statement = statements.get(evidence);
  return statement === undefined ? words : `${words}: ${statement}`;
}

/** The documents of a tender as a whole. */
export function tenderDocuments({ model, sources: { notice, statements } }: Telling) {
  const described = new Map((notice.documents ?? []).map((document) => [document.id, document])); // the last version
  return [
    {
      ...fileDocument(model.documents, "tenderNotice", "Notice"),
      datePublished: isoTime(model.published.time),
      format: "application/json",
    },
    ...described.values(),
    ...(model.cancelled
      ? [
          {
            ...fileDocument(
              model.cancelled.evidence,
              "cancellationDetails",
              "Statement of reasons for the cancellation",
            ),
            description: statementText(model.cancelled, statements),
            datePublished: isoTime(model.cancelled.time),
          },
        ]
      : []),
  ];
}
