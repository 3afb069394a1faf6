import type { Context } from "../../sdk/src/shared/context.ts";
import { getAddress, isAddress } from "ethers";
import { readSchema } from "../../sdk/src/documents/accredit.ts";
import type { Holder } from "../../sdk/src/documents/hash.ts";
import type { IssueParameters, Source } from "../../sdk/src/documents/issue.ts";
import { isJson, readText } from "../../sdk/src/documents/json.ts";
import { checkerOf, contentOfJson, type JsonObject } from "../../sdk/src/documents/schemas/index.ts";
import { sealPath } from "../../sdk/src/documents/sealFile.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { agencyOf, type Args, optional, required, whole } from "../shared/options.ts";
import { parseTime } from "../shared/text.ts";

export const schemaOf = (args: Args): number => Number(whole(args, "schema", 2n ** 31n - 1n));

/** Last second of validity; 0 where it does not expire. */
export function expiresOf(args: Args): number {
  const text = optional(args, "expires");
  return text === undefined ? 0 : parseTime(text, "--expires");
}

/** What `document attest` and `document sign` share: what is issued, checked against its schema, and where it is kept. */
export async function issueOf(context: Context, args: Args): Promise<IssueParameters> {
  const file = required(args, "file");
  const issue = { agency: agencyOf(args), schema: schemaOf(args), expires: expiresOf(args) };
  const out = optional(args, "out");
  if (!file.endsWith(".json") || args["raw"] === true) {
    if (optional(args, "holder") !== undefined) throw new InputError("Only a document of fields can have a holder.");
    return { ...issue, source: { file }, path: out ?? sealPath(file) };
  }
  const source = await readFields(context, issue.schema, file, holderOf(args));
  return { ...issue, source, path: out ?? file.replace(/\.json$/, ".document.json") };
}

async function readFields(context: Context, schema: number, path: string, holder?: Holder): Promise<Source> {
  const value = readObject(await readText(path, "document"), path);
  const { json, definition } = await readSchema(context, schema);
  if (!json) throw new InputError(`The JSON Schema of schema ${schema}, ${definition}, is not in the store.`);
  const document = holder === undefined ? value : { ...value, holder };
  checkerOf(json)(document);
  return { content: contentOfJson(document) };
}

/** A JSON object. */
export function readObject(text: string, path: string): JsonObject {
  const value = parseJson(text, path);
  if (isJson(value) && typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InputError(`${path} is no JSON object, or nested too deep.`);
}

function holderOf(args: Args): Holder | undefined {
  const text = optional(args, "holder");
  if (text === undefined) return undefined;
  if (isAddress(text)) return getAddress(text);
  const person = /^person:(0x[0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (person === undefined) throw new InputError(`--holder must be an address, or person: and 32 bytes in hex.`);
  return { person: person.toLowerCase() };
}
