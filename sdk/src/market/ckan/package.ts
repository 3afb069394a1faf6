import { z } from "zod";
import { firstIssue } from "../../documents/json.ts";
import { InputError } from "../../shared/errors.ts";

/** CKAN gives null, an empty text, or nothing at all where nothing is said. */
const text = z
  .string()
  .nullish()
  .transform((value) => (value === null || value === undefined || value.trim() === "" ? undefined : value));
const translated = z
  .record(z.string(), z.string().nullable())
  .nullish()
  .transform((all) => {
    const said = Object.entries(all ?? {}).filter(([, value]) => value !== null && value.trim() !== "");
    return said.length > 0 ? (Object.fromEntries(said) as Record<string, string>) : undefined;
  });

const resourceSchema = z.looseObject({
  name: text,
  name_translated: translated,
  description: text,
  description_translated: translated,
  url: text,
  access_url: text,
  download_url: text,
  mimetype: text,
  format: text,
  size: z.union([z.number(), z.string()]).nullish(),
  hash: text,
  hash_algorithm: text,
  license: text,
  created: text,
  issued: text,
  last_modified: text,
  modified: text,
  uri: text,
});

const packageSchema = z.looseObject({
  id: text,
  name: text,
  title: text,
  title_translated: translated,
  notes: text,
  notes_translated: translated,
  url: text,
  version: text,
  license_id: text,
  license_title: text,
  license_url: text,
  maintainer: text,
  maintainer_email: text,
  author: text,
  author_email: text,
  metadata_created: text,
  metadata_modified: text,
  organization: z.looseObject({ name: text, title: text }).nullish(),
  tags: z.array(z.looseObject({ name: z.string() })).nullish(),
  tags_translated: z.record(z.string(), z.array(z.string())).nullish(),
  extras: z.array(z.looseObject({ key: z.string(), value: z.unknown() })).nullish(),
  resources: z.array(resourceSchema).nullish(),
});

/** A CKAN data set, as `package_show` gives it. */
export type CkanPackage = z.input<typeof packageSchema>;
export type CkanResource = z.input<typeof resourceSchema>;
export type ReadPackage = z.output<typeof packageSchema>;
export type ReadResource = z.output<typeof resourceSchema>;

/** Reads a CKAN package, with or without its API's envelope. @throws InputError in one line */
export function readPackage(value: unknown): ReadPackage {
  const parsed = packageSchema.safeParse(unwrapped(value));
  if (!parsed.success) throw new InputError(`This is not a CKAN package: ${firstIssue(parsed.error)}`);
  const { name, title, title_translated } = parsed.data;
  if (name === undefined && title === undefined && title_translated === undefined) {
    throw new InputError("This is not a CKAN package: it has neither name nor title.");
  }
  return parsed.data;
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("success" in value)) return value;
  if (value.success !== true) throw new InputError("CKAN's answer is an error, not a package.");
  return "result" in value ? value.result : undefined;
}
