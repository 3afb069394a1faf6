import { type Act, type Done, prepare } from "../shared/act.ts";
import { actor, type Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type Permission, permissions } from "../agencies/permissions.ts";
import { recordsOf } from "./multicall.ts";

/** Documents of one transaction: 500 take 12 million gas of the 16,777,216 that a transaction may have. */
const CHUNK = 500;

export interface Issue {
  agency: number;
  schema: number;
  /** Last second of validity, UTC; 0 = it does not expire. */
  expires: number;
}

/** Attests a document. A key of the body with `document.attest`. */
export async function attest(context: Context, p: Issue & { docHash: string }): Promise<Act<{ docHash: string }>> {
  await checkIssue(context, p);
  await checkNew(context, p.agency, p.docHash);
  const { agency, schema, docHash, expires } = p;
  return prepare(context.documents.attest, [agency, schema, docHash, expires], () => ({ docHash }));
}

/** Attests the root of a tree of documents: one transaction for up to 2^20. A key with `document.attest`. */
export async function attestRoot(
  context: Context,
  p: Issue & { root: string; count: number },
): Promise<Act<{ root: string; count: number }>> {
  await checkIssue(context, p);
  await checkNew(context, p.agency, p.root);
  const { agency, schema, root, count, expires } = p;
  return prepare(context.documents.attestRoot, [agency, schema, root, count, expires], () => ({ root, count }));
}

/** What attesting many documents did. */
export interface ManyAttested {
  attested: number;
  /** Documents that were on record already, by an earlier run. */
  skipped: number;
  done: Done<{ count: number }>[];
}

/**
 * Attests documents in as many transactions as the gas of one allows. Cut off and run again, it skips what is on record
 * already. A key with `document.attest`.
 * @throws InputError where a hash stands twice, is revoked, or is on record as something else; nothing is sent then
 */
export async function attestMany(
  context: Context,
  { docHashes, onSent, ...p }: Issue & { docHashes: string[]; onSent?: (done: number, of: number) => void },
): Promise<ManyAttested> {
  await checkIssue(context, p);
  const { agency, schema, expires } = p;
  const hashes = docHashes.map((hash) => hash.toLowerCase());
  const seen = new Set<string>();
  for (const hash of hashes) {
    if (seen.has(hash)) throw new InputError(`The document ${hash} stands in the batch twice.`);
    seen.add(hash);
  }
  const records = await recordsOf(context, agency, hashes);
  const fresh = hashes.filter((hash, i) => {
    const record = records[i];
    if (!record || !isKnown(record)) return true;
    const same = record.count === 0n && Number(record.schema) === schema && Number(record.expires) === expires;
    if (same && record.revoked === 0n) return false;
    throw new InputError(`The hash ${hash} is on record already: ${told(record)}.`);
  });
  const done: Done<{ count: number }>[] = [];
  let gasLimit: bigint | undefined;
  for (let i = 0; i < fresh.length; i += CHUNK) {
    const part = fresh.slice(i, i + CHUNK);
    // One estimate is enough: no later part is larger, and an estimate of so much gas takes a node seconds.
    gasLimit ??= ((await context.documents.attestMany.estimateGas(agency, schema, expires, part)) * 6n) / 5n;
    const response = await context.documents.attestMany(agency, schema, expires, part, { gasLimit });
    const receipt = await response.wait();
    if (!receipt || receipt.status !== 1) throw new InputError(`Transaction ${response.hash} failed on chain.`);
    done.push({ result: { count: part.length }, tx: receipt.hash, block: receipt.blockNumber, gas: receipt.gasUsed });
    onSent?.(Math.min(i + CHUNK, fresh.length), fresh.length);
  }
  return { attested: fresh.length, skipped: hashes.length - fresh.length, done };
}

/** Checks that what a body issues now will be valid. @throws InputError in one line, or a contract's error */
export async function checkIssue(context: Context, { agency, schema, expires }: Issue): Promise<void> {
  const { accreditor } = await context.documents.schemaOf(schema);
  const now = await chainTime(context);
  if (expires !== 0 && expires < now) throw new InputError("The document would have expired before it is attested.");
  if (await context.documents.accreditedAt(schema, agency, now)) return;
  throw new InputError(
    `Agency ${agency} is not accredited for schema ${schema} now, so the document would not be valid: ` +
      `have agency ${accreditor} accredit it first.`,
  );
}

/** Checks that the actor may act for a body. @throws InputError in one line */
export async function checkMay(context: Context, agency: number, permission: Permission): Promise<void> {
  const account = await actor(context);
  if (await context.registry.may(agency, account, permissions[permission])) return;
  throw new InputError(`${account} may not act for agency ${agency} now (${permission}): see \`agency show\`.`);
}

/** Time of the latest block. */
export async function chainTime(context: Context): Promise<number> {
  const block = await context.provider.getBlock("latest");
  if (!block) throw new InputError("The node does not give its latest block.");
  return block.timestamp;
}

type Recorded = Awaited<ReturnType<Context["documents"]["recordOf"]>>;

/** Whether a record stands: of what was attested, or barred. */
export function isKnown({ issued, revoked }: Pick<Recorded, "issued" | "revoked">): boolean {
  return issued !== 0n || revoked !== 0n;
}

async function checkNew(context: Context, agency: number, hash: string): Promise<void> {
  const record = await context.documents.recordOf(agency, hash);
  if (isKnown(record)) throw new InputError(`The hash ${hash} is on record already: ${told(record)}.`);
}

function told(record: Recorded): string {
  if (record.revoked !== 0n) return "it was revoked, for good";
  const kind = record.count === 0n ? "a document" : `a root of ${record.count} documents`;
  const until = record.expires === 0n ? "without end" : `until second ${record.expires}`;
  return `attested as ${kind} of schema ${record.schema}, valid ${until}`;
}
