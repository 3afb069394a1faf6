import { getAddress } from "ethers";
import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import {
  canonicalJson,
  fieldLeaf,
  fieldSalt,
  fieldsHash,
  fromHex,
  type Holder,
  HOLDER,
  holderLeaf,
  holderSalt,
  holderWord,
  type Json,
  MAX_FIELDS,
  newSecret,
  toHex,
} from "./hash.ts";
import { firstIssue, isJson, parseExact, readText } from "./json.ts";
import {
  address,
  checkPlacement,
  hex,
  type Origin,
  originShape,
  type Placement,
  placementSchema,
} from "./placement.ts";
import { Tree } from "./tree.ts";

export const fieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/, "is no name of letters and digits");
export const jsonValue = z.custom<Json>((value) => isJson(value), "is no JSON value, or nested too deep");

const documentSchema = z.strictObject({
  format: z.literal("common-seal/document/1"),
  ...originShape,
  holder: z.union([address, z.strictObject({ person: hex(32) })]).optional(),
  fields: z
    .record(fieldName, jsonValue)
    .refine((fields) => !Object.hasOwn(fields, HOLDER), "`holder` stands beside the fields")
    .refine((fields) => {
      const count = Object.keys(fields).length;
      return count > 0 && count <= MAX_FIELDS;
    }, `must be 1 to ${MAX_FIELDS} fields`),
  secret: hex(32),
  docHash: hex(32),
  placement: placementSchema,
});

/** A document of fields, as its holder keeps it. Who has the file can show all of it, or parts. */
export type DocumentFile = z.infer<typeof documentSchema>;

export interface DocumentContent {
  fields: Record<string, Json>;
  holder?: Holder;
}

/** A document's fields as a tree, in order of name. */
export function fieldTree({ fields, secret }: Pick<DocumentFile, "fields" | "secret">): {
  names: string[];
  tree: Tree;
} {
  const names = Object.keys(fields).sort();
  const bytes = fromHex(secret);
  return { names, tree: new Tree(names.map((name) => fieldLeaf(name, fieldSalt(bytes, name), fields[name] ?? null))) };
}

/** HOLDER of a document; absent where it has none. */
export function holderLeafOf({ holder, secret }: { holder?: Holder | undefined; secret: string }) {
  return holder === undefined ? undefined : holderLeaf(holderSalt(fromHex(secret)), holderWord(holder));
}

/** FIELDS: the hash that the registry knows a document by. */
export function documentHash(document: DocumentContent & { secret: string }): string {
  const { names, tree } = fieldTree(document);
  return toHex(fieldsHash(holderLeafOf(document), names.length, tree.root));
}

/** Makes the file of a document, with a fresh secret; it has a record of its own unless it is placed elsewhere. */
export function makeDocumentFile(
  origin: Origin,
  { fields, holder }: DocumentContent,
  placement: Placement = { kind: "record" },
  secret = toHex(newSecret()),
): DocumentFile {
  const draft = {
    format: "common-seal/document/1" as const,
    ...origin,
    ...(holder === undefined ? {} : { holder }),
    fields,
    secret,
    docHash: `0x${"0".repeat(64)}`,
    placement,
  };
  const parsed = documentSchema.safeParse(draft);
  if (!parsed.success) throw new InputError(`This is no document: ${firstIssue(parsed.error)}`);
  const document = parsed.data;
  canonicalJson(document.fields);
  if (typeof document.holder === "string") document.holder = getAddress(document.holder);
  return { ...document, docHash: documentHash(document) };
}

/** The same document at its place under a root, or with its signature. */
export function placed<T extends { docHash: string; placement: Placement }>(file: T, placement: Placement): T {
  checkPlacement(file.docHash, placement, "The document");
  return { ...file, placement };
}

/** Reads the text of a document file and checks that all of it yields its hash. @throws InputError in one line */
export function parseDocumentFile(text: string, source: string): DocumentFile {
  const file = parseExact(text, source, "document file", documentSchema);
  if (documentHash(file) !== file.docHash) {
    throw new InputError(`${source} was changed: its fields, holder and secret do not yield its hash.`);
  }
  checkPlacement(file.docHash, file.placement, source);
  return file;
}

/** Reads a document file, as `parseDocumentFile`. */
export async function readDocumentFile(path: string): Promise<DocumentFile> {
  return parseDocumentFile(await readText(path, "document file"), path);
}
