import { getAddress } from "ethers";
import { z } from "zod";
import { InputError } from "../shared/errors.ts";
import { type DocumentFile, fieldName, fieldTree, holderLeafOf, jsonValue } from "./documentFile.ts";
import {
  fieldLeaf,
  fieldSalt,
  fieldsHash,
  fromHex,
  HOLDER,
  holderLeaf,
  holderSalt,
  holderWord,
  MAX_FIELDS,
  nameHash,
  personHash,
  toHex,
  valueHash,
} from "./hash.ts";
import { parseExact, readText } from "./json.ts";
import { address, checkPlacement, hex, originShape, placementSchema } from "./placement.ts";
import { multiRoot } from "./tree.ts";

const ZERO = `0x${"0".repeat(64)}`;

const presentationSchema = z.strictObject({
  format: z.literal("common-seal/presentation/1"),
  ...originShape,
  docHash: hex(32),
  /** Number of the document's fields, `holder` not among them. */
  count: z.int().min(1).max(MAX_FIELDS),
  /** The fields shown, in order of name. */
  fields: z
    .array(
      z.strictObject({
        index: z
          .int()
          .min(0)
          .max(MAX_FIELDS - 1),
        name: fieldName,
        salt: hex(32),
        value: jsonValue,
      }),
    )
    .max(MAX_FIELDS),
  siblings: z.array(hex(32)).max(2 * MAX_FIELDS),
  /** Zero where the document has no holder. */
  holderLeaf: hex(32),
  /** The holder, where it is shown: an account, or the hash of a person's key. The key itself is never shown. */
  holder: z
    .strictObject({ value: z.union([address, z.strictObject({ personHash: hex(32) })]), salt: hex(16) })
    .optional(),
  placement: placementSchema,
});

/** Some fields of a document, with the proof that they are of it. */
export type Presentation = z.infer<typeof presentationSchema>;

/** Fields shown, as `IDocumentRegistry` takes them. */
export interface Disclosure {
  holderLeaf: string;
  count: number;
  fields: { index: number; nameHash: string; salt: string; valueHash: string }[];
  siblings: string[];
}

/** Shows fields of a document; `holder` among the names shows the holder. @throws InputError if it has no such field */
export function present(document: DocumentFile, names: string[]): Presentation {
  const { names: all, tree } = fieldTree(document);
  const wanted = new Set(names);
  for (const name of wanted) {
    if (name === HOLDER ? document.holder === undefined : !all.includes(name)) {
      throw new InputError(`The document has no field ${name}; it has ${all.join(", ")}.`);
    }
  }
  const secret = fromHex(document.secret);
  const indexes = all.flatMap((name, index) => (wanted.has(name) ? [index] : []));
  const { chainId, genesisHash, registry, agency, schema, docHash, holder, placement } = document;
  const shown = typeof holder === "object" ? { personHash: toHex(personHash(holder.person)) } : holder;
  const leaf = holderLeafOf(document);
  return {
    format: "common-seal/presentation/1",
    ...{ chainId, genesisHash, registry, agency, schema, docHash },
    count: all.length,
    fields: indexes.map((index) => {
      const name = all[index] ?? "";
      return { index, name, salt: toHex(fieldSalt(secret, name)), value: document.fields[name] ?? null };
    }),
    siblings: tree.multiSiblings(indexes).map(toHex),
    holderLeaf: leaf ? toHex(leaf) : ZERO,
    ...(shown !== undefined && wanted.has(HOLDER) ? { holder: { value: shown, salt: toHex(holderSalt(secret)) } } : {}),
    placement,
  };
}

/** The hash of the document of which fields are shown; null where the proof does not fit. */
export function presentedHash({ count, fields, siblings, holderLeaf: holder }: Presentation): string | null {
  const leaves = fields.map(({ index, name, salt, value }) => ({ index, leaf: fieldLeaf(name, fromHex(salt), value) }));
  const root = multiRoot(
    count,
    leaves,
    siblings.map((sibling) => fromHex(sibling)),
  );
  return root && toHex(fieldsHash(fromHex(holder), count, root));
}

/** What the registry's `verifyFields` and `disclosedHash` take. */
export function disclosureOf({ holderLeaf: holder, count, fields, siblings }: Presentation): Disclosure {
  return {
    holderLeaf: holder,
    count,
    fields: fields.map(({ index, name, salt, value }) => ({
      index,
      nameHash: toHex(nameHash(name)),
      salt,
      valueHash: toHex(valueHash(value)),
    })),
    siblings,
  };
}

/** Reads the text of a presentation and checks that it yields its document's hash. @throws InputError in one line */
export function parsePresentation(text: string, source: string): Presentation {
  const shown = parseExact(text, source, "presentation", presentationSchema);
  const changed = (what: string) => new InputError(`${source} was changed: ${what}.`);
  const rising = shown.fields.every(({ name }, i) => i === 0 || (shown.fields[i - 1]?.name ?? "") < name);
  if (!rising) throw changed("its fields are not in order of name");
  if (presentedHash(shown) !== shown.docHash) throw changed("the fields shown do not yield its document's hash");
  if (shown.holder && toHex(leafOfShown(shown.holder)) !== shown.holderLeaf) {
    throw changed("the holder shown is not the document's");
  }
  checkPlacement(shown.docHash, shown.placement, source);
  return shown;
}

function leafOfShown({ value, salt }: NonNullable<Presentation["holder"]>): Uint8Array {
  return holderLeaf(fromHex(salt, 16), typeof value === "string" ? holderWord(value) : fromHex(value.personHash));
}

/** Reads a presentation, as `parsePresentation`. */
export async function readPresentation(path: string): Promise<Presentation> {
  return parsePresentation(await readText(path, "presentation"), path);
}

/** The holder that a presentation shows, for people: an account, or the hash of a person's key. */
export function shownHolder({ holder }: Presentation): string | undefined {
  if (!holder) return undefined;
  return typeof holder.value === "string" ? getAddress(holder.value) : `person ${holder.value.personHash}`;
}
