import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
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

const text = { type: "string" };
const date = { type: "string", format: "date-time" };
const techniques = { techniques: { $ref: "#/definitions/Techniques" } };
/** Official extensions whose schemas are not among those of OCDS_DIR: their fields that are told. */
const OTHERS: Schema = {
  definitions: {
    Tender: { properties: { ...techniques, enquiries: { type: "array", items: { $ref: "#/definitions/Enquiry" } } } },
    Lot: { properties: techniques },
    Techniques: {
      type: "object",
      properties: {
        hasFrameworkAgreement: { type: "boolean" },
        frameworkAgreement: {
          type: "object",
          properties: {
            maximumParticipants: { type: "integer" },
            method: {
              enum: ["withReopeningCompetition", "withoutReopeningCompetition", "withAndWithoutReopeningCompetition"],
            },
          },
        },
      },
    },
    Enquiry: {
      type: "object",
      required: ["id"],
      properties: {
        ...{ id: text, date, title: text, description: text, answer: text, dateAnswered: date },
        author: { $ref: "#/definitions/OrganizationReference" },
        ...{ relatedLot: text, relatedItem: text, threadID: text },
      },
    },
  },
};

/** The extensions in docs/ocds. */
async function ownExtensions(): Promise<Schema[]> {
  const root = fileURLToPath(new URL("../../../docs/ocds/", import.meta.url));
  const names = (await readdir(root, { withFileTypes: true })).filter((one) => one.isDirectory());
  return Promise.all(
    names.map(
      async ({ name }) => JSON.parse(await readFile(join(root, name, "release-schema.json"), "utf8")) as Schema,
    ),
  );
}

/** Nothing but what a schema names: of every object, whosesoever. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isSchema(schema)) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, strict(value)]));
  // What has a property called "properties" is a list of properties, not a schema.
  return isSchema(schema["properties"]) && !("$ref" in schema["properties"])
    ? { additionalProperties: false, ...inner }
    : inner;
}

/**
 * The official OCDS 1.1.5 schemas, with the extensions that a package names merged into the release schema, and no
 * field allowed that none of them names. The package schemas refer to the release schema by its id, which the merged
 * one keeps.
 */
export async function officialSchemas(folder: string): Promise<{ release: Validate; record: Validate }> {
  const read = async (name: string) => JSON.parse(await readFile(join(folder, "schema", name), "utf8")) as Schema;
  const official = await read("ocds-1.1.5-release-schema.json");
  const lots = await read("lots-extension-v1.1.5-release-schema.json");
  const bids = await read("bids-extension-v1.1.5-release-schema.json");
  const merged = [lots, bids, OTHERS, ...(await ownExtensions())].reduce<unknown>(mergePatch, official);
  const release = strict(merged) as Schema;
  if (release["id"] !== official["id"]) throw new Error("the merged schema has lost its id");

  const ajv = new AjvDraft04.default({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(release);
  ajv.addSchema(await read("ocds-1.1.5-versioned-release-validation-schema.json"));
  const compile = async (name: string): Promise<Validate> => {
    const validate = ajv.compile(await read(name));
    return (text) => {
      validate(JSON.parse(text));
      return (validate.errors ?? []).map((error) => {
        const { additionalProperty } = error.params as { additionalProperty?: string };
        return [error.instancePath, error.message ?? "", additionalProperty ?? ""].join(" ").trim();
      });
    };
  };
  return {
    release: await compile("ocds-1.1.5-release-package-schema.json"),
    record: await compile("ocds-1.1.5-record-package-schema.json"),
  };
}
