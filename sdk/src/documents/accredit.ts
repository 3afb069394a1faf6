import { type Act, eventOf, prepare } from "../shared/act.ts";
import { cidOf } from "../shared/cid.ts";
import type { Context } from "../shared/context.ts";
import { InputError } from "../shared/errors.ts";
import { type FileStore, getJson, putJson } from "../shared/files.ts";
import { checkerOf, definitionOf, type JsonObject, schemaNames, schemaOf } from "./schemas/index.ts";
import { isJson } from "./json.ts";

/** A kind of document, as the registry and the store have it. */
export interface SchemaModel {
  schema: number;
  publisher: number;
  accreditor: number;
  /** CID of the JSON Schema. */
  definition: string;
  /** From the JSON Schema; absent where the store does not have it. */
  title?: string;
  json?: JsonObject;
}

export interface RegisterSchemaParameters {
  /** The body that publishes the schema. */
  agency: number;
  /** The body that will accredit issuers. */
  accreditor: number;
  json: JsonObject;
}

/** Registers a kind of document; its JSON Schema goes into the store. A key with `document.schema`. */
export async function registerSchema(
  context: Context,
  { agency, accreditor, json }: RegisterSchemaParameters,
): Promise<Act<{ schema: number; definition: string }>> {
  checkerOf(json);
  await context.registry.agencyOf(accreditor);
  const definition = await putJson(context.files, json);
  return prepare(context.documents.registerSchema, [agency, definition, accreditor], (receipt) => ({
    schema: Number(eventOf<{ schema: bigint }>(receipt, context.documents, "SchemaRegistered").schema),
    definition: cidOf(definition),
  }));
}

export interface Accreditation {
  schema: number;
  issuer: number;
}

/** Accredits a body until a second, UTC, its last one. A key of the schema's accreditor with `document.accredit`. */
export async function accredit(
  context: Context,
  { schema, issuer, until }: Accreditation & { until: number },
): Promise<Act<{ until: number }>> {
  await context.documents.schemaOf(schema);
  await context.registry.agencyOf(issuer);
  return prepare(context.documents.accredit, [schema, issuer, until], () => ({ until }));
}

/** Ends an accreditation; what was issued under it stays good. A key of the accreditor with `document.accredit`. */
export async function endAccreditation(context: Context, { schema, issuer }: Accreditation): Promise<Act<object>> {
  await context.documents.schemaOf(schema);
  return prepare(context.documents.endAccreditation, [schema, issuer], () => ({}));
}

/** A kind of document. @throws DocumentSchemaUnknown (a contract's error) */
export async function readSchema(context: Context, schema: number): Promise<SchemaModel> {
  const { publisher, accreditor, definition } = await context.documents.schemaOf(schema);
  const json = await definedBy(context.files, definition);
  const title = json?.["title"];
  return {
    schema,
    publisher: Number(publisher),
    accreditor: Number(accreditor),
    definition: cidOf(definition),
    ...(typeof title === "string" ? { title } : {}),
    ...(json ? { json } : {}),
  };
}

/** All kinds of documents, in order of registration. */
export async function listSchemas(context: Context): Promise<SchemaModel[]> {
  const count = Number(await context.documents.schemaCount());
  return Promise.all(Array.from({ length: count }, (_, i) => readSchema(context, i + 1)));
}

/** The JSON Schema of a digest: one out of the box, or from the store, which may hold anything under it. */
export async function definedBy(files: FileStore, definition: string): Promise<JsonObject | null> {
  const name = schemaNames.find((one) => definitionOf(one) === definition);
  if (name) return schemaOf(name);
  const json = await getJson(files, definition).catch((error: unknown) => {
    if (error instanceof InputError) return null;
    throw error;
  });
  return isJson(json) && typeof json === "object" && !Array.isArray(json) ? json : null;
}
