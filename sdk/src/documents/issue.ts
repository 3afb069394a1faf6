import { basename } from "node:path";
import { type Act, prepare } from "../shared/act.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { checkIssue, type Issue } from "./attest.ts";
import { type DocumentContent, type DocumentFile, makeDocumentFile, readDocumentFile } from "./documentFile.ts";
import { canonicalJson } from "./hash.ts";
import { exists, writePrivate } from "./json.ts";
import { type Origin, originOf, placeIn } from "./placement.ts";
import { checkSealed, contentOf, makeSealFile, readSealFile, type SealFile } from "./sealFile.ts";
import { signDocument } from "./sign.ts";
import type { UsedIndexes } from "./usedIndexes.ts";

/** What is issued: a document of fields, or a file of any type. */
export type Source = { content: DocumentContent } | { file: string };

export interface IssueParameters extends Issue {
  source: Source;
  /** Where the document file or the seal is kept. */
  path: string;
}

export interface Issued {
  docHash: string;
  /** Path of the document file or the seal. */
  path: string;
}

/** Either an act still to be sent, or what an earlier run of the same command did already. */
export type IssueOutcome = { act: Act<Issued> } | { done: Issued };

type Kept = DocumentFile | SealFile;

/**
 * Attests a document or a file. Its document file or seal, without which nobody can check it, is on disk before anything
 * is sent. Run again after a crash it uses that file, or finds that it is attested.
 * @throws InputError if the file there is of something else
 */
export async function issue(context: Context, p: IssueParameters): Promise<IssueOutcome> {
  const { agency, schema, expires, path } = p;
  const kept = await keptFor(context, p);
  const file = kept ?? (await draft(context, p));
  const { docHash } = file;
  const record = await context.documents.recordOf(agency, docHash);
  if (record.revoked !== 0n)
    throw new InputError(`The document in ${path} was revoked; issue a new one under another name.`);
  if (record.issued !== 0n) {
    if (Number(record.expires) === expires) return { done: { docHash, path } };
    throw new InputError(`The document in ${path} is attested already, with another last second of validity.`);
  }
  await checkIssue(context, p);
  const act = prepare(context.documents.attest, [agency, schema, docHash, expires], () => ({ docHash, path }));
  return {
    act: {
      estimate: act.estimate,
      async send() {
        await act.estimate();
        if (!kept) await writePrivate(path, file);
        return act.send();
      },
    },
  };
}

/**
 * Signs a document or a file instead, and keeps its document file or seal. No transaction.
 */
export async function issueSigned(
  context: Context,
  p: IssueParameters & {
    list: string;
    index: number;
    /** Where it is kept which indexes were used. */ used?: UsedIndexes;
  },
): Promise<Issued> {
  if (await exists(p.path)) throw new InputError(`${p.path} is there already, and is never written over.`);
  const { list, index, expires } = p;
  const file = await signDocument<Kept>(context, await draft(context, p), { list, index, expires });
  await p.used?.take(file, { list, index });
  await writePrivate(p.path, file);
  return { docHash: file.docHash, path: p.path };
}

async function draft(context: Context, { agency, schema, source }: IssueParameters): Promise<Kept> {
  const origin = originOf(placeIn(context), agency, schema);
  if ("content" in source) return makeDocumentFile(origin, source.content);
  return makeSealFile(origin, basename(source.file), contentOf(source.file));
}

/** What an earlier run kept, if it is of the same. */
async function keptFor(context: Context, { agency, schema, source, path }: IssueParameters): Promise<Kept | null> {
  if (!(await exists(path))) return null;
  const kept: Kept = "content" in source ? await readDocumentFile(path) : await readSealFile(path);
  const origin = originOf(placeIn(context), agency, schema);
  const same = Object.entries(origin).every(([key, value]) => kept[key as keyof Origin] === value);
  if (!same || kept.placement.kind !== "record" || !(await isOf(kept, source))) {
    throw new InputError(`${path} is there already, and is of another document: choose another name with --out.`);
  }
  return kept;
}

async function isOf(kept: Kept, source: Source): Promise<boolean> {
  if ("file" in source) {
    const unchanged = checkSealed(kept as SealFile, contentOf(source.file), source.file);
    return unchanged.then(
      () => true,
      () => false,
    );
  }
  const { fields, holder } = kept as DocumentFile;
  const text = (content: DocumentContent) => canonicalJson([content.fields, content.holder ?? null]);
  return text(source.content) === text({ fields, ...(holder === undefined ? {} : { holder }) });
}
