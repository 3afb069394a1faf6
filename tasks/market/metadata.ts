import { readText } from "../../sdk/src/documents/json.ts";
import { type Dataset, dataset } from "../../sdk/src/market/catalogue/dataset.ts";
import { datasetFrom } from "../../sdk/src/market/catalogue/read.ts";
import { fromCkan } from "../../sdk/src/market/ckan/import.ts";
import type { TemplateName } from "../../sdk/src/market/licences/templates.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { type Args, optional } from "../shared/options.ts";

/** A description as a file gave it. */
export interface Given {
  dataset: Dataset;
  /** The licence that a CKAN package proposes. */
  licence?: TemplateName;
  mediaType?: string | undefined;
  /** What of a CKAN package has no place in the description: one line each. */
  lost: string[];
}

/** The description of `--metadata`: DCAT-AP as JSON-LD, or its fields as plain JSON; or of a CKAN package by `--ckan`. */
export async function metadataOf(args: Args): Promise<Given> {
  const [metadata, ckan] = [optional(args, "metadata"), optional(args, "ckan")];
  if ((metadata === undefined) === (ckan === undefined)) throw new InputError("Give either --metadata or --ckan.");
  const path = metadata ?? ckan ?? "";
  const value = parseJson(await readText(path, "description"), path);
  if (metadata !== undefined) return { dataset: isJsonLd(value) ? datasetFrom(value) : dataset(value, path), lost: [] };
  const { dataset: made, licence, resources, lost } = fromCkan(value);
  const types = new Set(resources.map(({ mediaType }) => mediaType));
  return {
    dataset: made,
    ...(licence ? { licence } : {}),
    mediaType: types.size === 1 ? [...types][0] : undefined,
    lost,
  };
}

function isJsonLd(value: unknown): boolean {
  if (Array.isArray(value)) return true;
  return typeof value === "object" && value !== null && Object.keys(value).some((key) => key.startsWith("@"));
}
