import { getAddress } from "ethers";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { digestOf } from "../../shared/cid.ts";
import { InputError } from "../../shared/errors.ts";
import type { DocumentContent } from "../documentFile.ts";
import { canonicalJson, HOLDER, type Json } from "../hash.ts";
import cardBinding from "./card-binding.schema.json" with { type: "json" };
import cardBindingSample from "./card-binding.sample.json" with { type: "json" };
import companyRegistry from "./company-registry.schema.json" with { type: "json" };
import companyRegistrySample from "./company-registry.sample.json" with { type: "json" };
import haccpCertificate from "./haccp-certificate.schema.json" with { type: "json" };
import haccpCertificateSample from "./haccp-certificate.sample.json" with { type: "json" };
import importSanitary from "./import-sanitary.schema.json" with { type: "json" };
import importSanitarySample from "./import-sanitary.sample.json" with { type: "json" };
import nonDebarment from "./non-debarment.schema.json" with { type: "json" };
import nonDebarmentSample from "./non-debarment.sample.json" with { type: "json" };
import resident from "./resident.schema.json" with { type: "json" };
import residentSample from "./resident.sample.json" with { type: "json" };
import taxClearance from "./tax-clearance.schema.json" with { type: "json" };
import taxClearanceSample from "./tax-clearance.sample.json" with { type: "json" };

/** A JSON Schema, or a document that one is for: the fields, with `holder` among them. */
export type JsonObject = { [key: string]: Json };

const known = {
  "card-binding": { schema: cardBinding, sample: cardBindingSample },
  "company-registry": { schema: companyRegistry, sample: companyRegistrySample },
  "haccp-certificate": { schema: haccpCertificate, sample: haccpCertificateSample },
  "import-sanitary": { schema: importSanitary, sample: importSanitarySample },
  "non-debarment": { schema: nonDebarment, sample: nonDebarmentSample },
  resident: { schema: resident, sample: residentSample },
  "tax-clearance": { schema: taxClearance, sample: taxClearanceSample },
} satisfies Record<string, { schema: object; sample: object }>;

export type SchemaName = keyof typeof known;

/** The kinds of documents that work out of the box. */
export const schemaNames = Object.keys(known) as SchemaName[];

/** The kind of this name. @throws InputError if there is none */
export function schemaNamed(name: string): SchemaName {
  const found = schemaNames.find((one) => one === name);
  if (!found) throw new InputError(`No such schema out of the box: ${name}. There are ${schemaNames.join(", ")}.`);
  return found;
}

/** The JSON Schema of a kind. */
export function schemaOf(name: SchemaName): JsonObject {
  const { schema }: { schema: object } = known[name];
  return schema as JsonObject;
}

/** An invented document of a kind, which its schema accepts. */
export function sampleOf(name: SchemaName): JsonObject {
  const { sample }: { sample: object } = known[name];
  return sample as JsonObject;
}

/** SHA-256 digest of a JSON Schema as canonical JSON: what the registry keeps, and the store names it by. */
export function digestOfSchema(schema: JsonObject): string {
  return digestOf(new TextEncoder().encode(canonicalJson(schema)));
}

/** The definition of a kind out of the box. */
export function definitionOf(name: SchemaName): string {
  return digestOfSchema(schemaOf(name));
}

type Check = (document: JsonObject) => void;

/** Prepares to check documents against a JSON Schema (2020-12). @throws InputError if it is none */
export function checkerOf(schema: JsonObject): Check {
  const ajv = new Ajv2020({ strict: false, logger: false });
  addFormats.default(ajv);
  const validate = compiled(() => ajv.compile(schema));
  return (document) => {
    if (!validate(document))
      throw new InputError(`The document is not what its schema says: ${told(validate.errors)}.`);
  };
}

function compiled<T>(compile: () => T): T {
  try {
    return compile();
  } catch (error) {
    throw new InputError(`This is no JSON Schema: ${(error as Error).message.split("\n")[0]}.`);
  }
}

function told(errors: ErrorObject[] | null | undefined): string {
  const error = errors?.[0];
  const extra: unknown = error?.params["additionalProperty"];
  const at = error?.instancePath.slice(1).replaceAll("/", ".");
  return `${at ? `${at} ` : ""}${error?.message ?? "refused"}${typeof extra === "string" ? ` (${extra})` : ""}`;
}

/** Takes a document apart: its fields, and the holder among them. @throws InputError if the holder is none */
export function contentOfJson(document: JsonObject): DocumentContent {
  const { [HOLDER]: holder, ...fields } = document;
  if (holder === undefined) return { fields };
  if (typeof holder === "string" && /^0x[0-9a-fA-F]{40}$/.test(holder)) {
    return { fields, holder: getAddress(holder.toLowerCase()) };
  }
  if (typeof holder === "object" && holder !== null && !Array.isArray(holder)) {
    const { person, ...rest } = holder;
    const key = typeof person === "string" && /^0x[0-9a-fA-F]{64}$/.test(person) ? person.toLowerCase() : undefined;
    if (key !== undefined && Object.keys(rest).length === 0) return { fields, holder: { person: key } };
  }
  throw new InputError('The holder must be an account\'s address, or {"person": 32 bytes in hex}.');
}
