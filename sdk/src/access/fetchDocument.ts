import { InputError } from "../shared/errors.ts";
import { parseDocumentFile } from "../documents/documentFile.ts";
import type { Body } from "./body.ts";
import { type AskedGround, askProvider } from "./request.ts";
import type { CallOptions } from "./http.ts";
import { schemasScope } from "./scope.ts";

export interface FetchDocumentParameters extends CallOptions {
  url: string;
  /** The body that issues, such as the tax office. */
  provider: number;
  /** Number of the schema, such as that of tax clearances. */
  schema: number;
  ground: AskedGround;
  /** Whose document, as the provider knows them. */
  reference: string;
}

/** A document that another body handed over, and the request under which both logs have it. */
export interface FetchedDocument {
  request: string;
  document: unknown;
}

/**
 * Common use of administrative information: a body fetches a document of somebody from the body that issues it, instead
 * of having them bring it. What holds of the document is for `document verify` to say.
 * @throws InputError with the refusal, or where a document's file is not whole
 */
export async function fetchDocument(body: Body, parameters: FetchDocumentParameters): Promise<FetchedDocument> {
  const { schema, reference, ...rest } = parameters;
  const asked = { ...rest, scope: schemasScope(schema), query: { reference } };
  const { request, outcome, refusal, content } = await askProvider(body, asked);
  if (outcome === "refused") {
    throw new InputError(`Body ${parameters.provider} refuses the document: ${refusal}. The refusal is logged.`);
  }
  const { format } = (content ?? {}) as { format?: unknown };
  if (format !== "common-seal/document/1") return { request, document: content };
  return { request, document: parseDocumentFile(JSON.stringify(content), "What was handed over") };
}
