import { DocumentRegistry__factory } from "../../../typechain-types/index.ts";
import type { VerdictStructOutput } from "../../../typechain-types/contracts/documents/DocumentRegistry.ts";
import { InputError } from "../shared/errors.ts";
import { presentedHash, type Presentation } from "./disclosure.ts";
import { type DocumentFile, documentHash } from "./documentFile.ts";
import type { Content } from "./hash.ts";
import { AT_ONCE, decodeMulticall } from "./multicall.ts";
import { type AsOf, NotAvailable, type Outcome, STATUSES, type Unavailable } from "./outcome.ts";
import { checkOrigin, checkPlacement, type Origin, type Placement } from "./placement.ts";
import { type Answers, ask, badAnswer, decoded, type Sources } from "./quorum.ts";
import { checkSealed, type SealFile } from "./sealFile.ts";

/** What a check needs of a document, a seal or a presentation. */
export type Checked = Origin & { docHash: string; placement: Placement };

const abi = DocumentRegistry__factory.createInterface();

/** What holds of a document; at the end of a past second, UTC, where one is given. @throws InputError of a bad file */
export async function verifyDocument(sources: Sources, file: DocumentFile, at?: number): Promise<Outcome> {
  if (documentHash(file) !== file.docHash)
    throw new InputError("The document was changed: it does not yield its hash.");
  return verifyOne(sources, file, at);
}

/** What holds of the document of which fields are shown. */
export async function verifyPresentation(sources: Sources, shown: Presentation, at?: number): Promise<Outcome> {
  if (presentedHash(shown) !== shown.docHash) {
    throw new InputError("The presentation was changed: it does not yield its document's hash.");
  }
  return verifyOne(sources, shown, at);
}

/** What holds of a file of any type, by its seal. */
export async function verifySeal(sources: Sources, seal: SealFile, content: Content, source: string, at?: number) {
  await checkSealed(seal, content, source);
  return verifyOne(sources, seal, at);
}

async function verifyOne(sources: Sources, document: Checked, at?: number): Promise<Outcome> {
  const [outcome] = await verifyAll(sources, [document], at);
  return outcome as Outcome;
}

/**
 * What holds of many documents whose hashes are known to be theirs, in the order asked, all at one block: 200 checks in
 * one eth_call. Where the chain cannot be heard, all are unavailable.
 * @throws InputError of a document of another registry, or a proof that does not fit
 */
export async function verifyAll(sources: Sources, documents: Checked[], at?: number): Promise<Outcome[]> {
  const calls = documents.map((document) => {
    checkOrigin(sources, document);
    checkPlacement(document.docHash, document.placement, "The document");
    return callFor(document, at);
  });
  const multicalls: { to: string; data: string }[] = [];
  for (let i = 0; i < calls.length; i += AT_ONCE) {
    const data = abi.encodeFunctionData("multicall", [calls.slice(i, i + AT_ONCE)]);
    multicalls.push({ to: sources.registry, data });
  }
  try {
    const answers = await askAt(sources, multicalls, at);
    const results = answers.results.flatMap((result) => decoded(() => decodeMulticall(result)));
    if (results.length !== documents.length) throw badAnswer();
    return documents.map((document, i) => judge(document, results[i] ?? "0x", answers.asOf));
  } catch (error) {
    if (error instanceof NotAvailable) return documents.map((): Unavailable => error.outcome);
    throw error;
  }
}

/** Asks, after making sure that the second asked for is over. */
async function askAt(sources: Sources, calls: { to: string; data: string }[], at?: number): Promise<Answers> {
  if (at !== undefined) {
    const { asOf } = await ask(sources, []);
    if (at >= asOf.time) throw new InputError(`The second asked for is not over by the latest block (${asOf.time}).`);
  }
  return ask(sources, calls);
}

function callFor({ agency, schema, docHash, placement }: Checked, at?: number): string {
  if (placement.kind === "record") {
    return at === undefined
      ? abi.encodeFunctionData("verify", [agency, docHash])
      : abi.encodeFunctionData("verifyAt", [agency, docHash, at]);
  }
  if (placement.kind === "leaf") {
    const { root, index, proof } = placement;
    return at === undefined
      ? abi.encodeFunctionData("verifyLeaf", [agency, root, index, docHash, proof])
      : abi.encodeFunctionData("verifyLeafAt", [agency, root, index, docHash, proof, at]);
  }
  if (at !== undefined)
    throw new InputError("A document that was only signed can be checked for now, not for the past.");
  const { list, index, expires, signer, signature } = placement;
  return abi.encodeFunctionData("verifySigned", [{ agency, schema, list, index, docHash, expires }, signer, signature]);
}

function judge({ agency, schema, placement }: Checked, result: string, asOf: AsOf): Outcome {
  // Every check answers one Verdict: the same bytes whichever function was asked.
  const [verdict] = decoded(() => abi.decodeFunctionResult("verifyAt", result)) as unknown as [VerdictStructOutput];
  const status = STATUSES[decoded(() => Number(verdict.status))];
  if (verdict.status === 0n) return { status: "unknown", asOf };
  if (!status) throw badAnswer();
  const barred = status === "revoked" && verdict.issued === 0n && placement.kind !== "signed";
  if (!barred && Number(verdict.schema) !== schema) {
    return {
      status: "unknown",
      asOf,
      detail: `the document names schema ${schema}, it was attested as schema ${verdict.schema}`,
    };
  }
  const { issued, expires, revoked } = verdict;
  return {
    status,
    asOf,
    compromised: verdict.compromised,
    agency,
    schema,
    ...(issued > 0n ? { issued: Number(issued) } : {}),
    ...(expires > 0n ? { expires: Number(expires) } : {}),
    ...(revoked > 0n ? { revoked: Number(revoked), reason: Number(verdict.reason) } : {}),
    key: Number(verdict.key),
  };
}
