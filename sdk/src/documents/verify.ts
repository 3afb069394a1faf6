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
 * one eth_call. Where the chain cannot be heard, all are unavailable; where it cannot answer for one, that one is.
 * @throws InputError of a document of another registry, or a proof that does not fit
 */
export async function verifyAll(sources: Sources, documents: Checked[], at?: number): Promise<Outcome[]> {
  const calls = documents.map((document) => {
    checkOrigin(sources, document);
    checkPlacement(document.docHash, document.placement, "The document");
    return callFor(document, at);
  });
  // A signer may be a contract, which can do anything within a call: such checks share none with others.
  const signed = (i: number) => documents[i]?.placement.kind === "signed";
  const order = [...documents.keys()];
  const packs = [...packsOf(order.filter((i) => !signed(i))), ...packsOf(order.filter(signed))];
  const outcomes: Outcome[] = [];
  try {
    if (at !== undefined) await requireOver(sources, at);
    const asked = await askPacks(sources, packs, calls);
    for (const { pack, result, asOf } of asked) {
      const verdicts = typeof result === "string" ? decoding(pack, result) : result;
      for (const [n, i] of pack.entries()) {
        outcomes[i] = judgeOne(documents[i] as Checked, Array.isArray(verdicts) ? verdicts[n] : verdicts, asOf);
      }
    }
    return outcomes;
  } catch (error) {
    if (error instanceof NotAvailable) return documents.map((): Unavailable => error.outcome);
    throw error;
  }
}

/** Numbers of documents that are checked by one eth_call. */
type Pack = number[];

interface Asked {
  pack: Pack;
  result: string | NotAvailable;
  asOf: AsOf;
}

function packsOf(order: number[]): Pack[] {
  return Array.from({ length: Math.ceil(order.length / AT_ONCE) }, (_, i) =>
    order.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
}

/** Asks for all packs; one that nodes refuse to answer is halved, until what makes it fail is alone. */
async function askPacks(sources: Sources, packs: Pack[], calls: string[]): Promise<Asked[]> {
  const call = (pack: Pack) => {
    return { to: sources.registry, data: abi.encodeFunctionData("multicall", [pack.map((i) => calls[i] ?? "0x")]) };
  };
  const answers = await ask(sources, packs.map(call));
  const { asOf, hash } = answers;
  let asked: Asked[] = packs.map((pack, n) => ({ pack, result: answers.results[n] as Asked["result"], asOf }));
  const splits = ({ pack, result }: Asked) => pack.length > 1 && result instanceof NotAvailable && result.refused;
  while (asked.some(splits)) {
    const halves = asked.filter(splits).flatMap(({ pack }) => {
      const middle = Math.ceil(pack.length / 2);
      return [pack.slice(0, middle), pack.slice(middle)];
    });
    // A node that refuses to answer even this refuses everything.
    const again = await askOrNone(sources, [call([]), ...halves.map(call)], asOf.block);
    if (again?.hash !== hash || again.results[0] instanceof NotAvailable) break;
    const parts = halves.map((pack, n) => ({ pack, result: again.results[n + 1] as Asked["result"], asOf }));
    asked = [...asked.filter((one) => !splits(one)), ...parts];
  }
  return asked;
}

async function askOrNone(...asked: Parameters<typeof ask>): Promise<Answers | undefined> {
  try {
    return await ask(...asked);
  } catch (error) {
    if (error instanceof NotAvailable) return undefined;
    throw error;
  }
}

function decoding(pack: Pack, result: string): string[] | NotAvailable {
  try {
    const results = decodeMulticall(result);
    return results.length === pack.length ? results : badAnswer();
  } catch {
    return badAnswer();
  }
}

/** @throws InputError unless the second asked for is over */
async function requireOver(sources: Sources, at: number): Promise<void> {
  const { asOf } = await ask(sources, []);
  if (at >= asOf.time) throw new InputError(`The second asked for is not over by the latest block (${asOf.time}).`);
}

function judgeOne(document: Checked, verdict: string | NotAvailable | undefined, asOf: AsOf): Outcome {
  try {
    if (verdict instanceof NotAvailable) return verdict.outcome;
    return judge(document, verdict ?? "0x", asOf);
  } catch (error) {
    if (error instanceof NotAvailable) return error.outcome;
    throw error;
  }
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
