import { readFile } from "node:fs/promises";
import { join } from "node:path";
import AjvDraft04 from "ajv-draft-04";
import addFormats from "ajv-formats";

/** Says what is wrong with a package; an empty list where it is valid. */
export type Validate = (text: string) => string[];

type Schema = { [key: string]: unknown };

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** JSON merge patch (RFC 7396), by which an extension changes the release schema. */
function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isSchema(patch)) return patch;
  const result: Schema = isSchema(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key], value);
  }
  return result;
}

/**
 * The official OCDS 1.1.5 schemas, with the lots and bids extensions merged into the release schema. The package
 * schemas refer to the release schema by its id, which the merged one keeps.
 */
export async function officialSchemas(folder: string): Promise<{ release: Validate; record: Validate }> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, "schema", name), "utf8")) as Schema;
  const official = await read("ocds-1.1.5-release-schema.json");
  const lots = await read("lots-extension-v1.1.5-release-schema.json");
  const bids = await read("bids-extension-v1.1.5-release-schema.json");
  const merged = [lots, bids].reduce<unknown>(mergePatch, official) as Schema;
  if (merged["id"] !== official["id"]) throw new Error("the merged schema has lost its id");

  const ajv = new AjvDraft04.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(merged);
  ajv.addSchema(await read("ocds-1.1.5-versioned-release-validation-schema.json"));
  const compile = async (name: string): Promise<Validate> => {
    const validate = ajv.compile(await read(name));
    return (text) => {
      validate(JSON.parse(text));
      return (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
    };
  };
  return {
    release: await compile("ocds-1.1.5-release-package-schema.json"),
    record: await compile("ocds-1.1.5-record-package-schema.json"),
  };
}
