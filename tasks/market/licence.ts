import { z } from "zod";
import { firstIssue, readText } from "../../sdk/src/documents/json.ts";
import { told } from "../../sdk/src/market/catalogue/dataset.ts";
import { iri, readPolicy } from "../../sdk/src/market/licences/policy.ts";
import { ACTS, DUTIES, template, type TemplateName, templateNames } from "../../sdk/src/market/licences/templates.ts";
import type { GivenLicence } from "../../sdk/src/market/terms.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { parseJson } from "../../sdk/src/shared/files.ts";
import { type Args, optional, required } from "../shared/options.ts";

const termsSchema = z.strictObject({
  title: z.string().min(1).optional(),
  page: iri.optional(),
  permit: z.array(z.enum(ACTS)).min(1),
  prohibit: z.array(z.enum(ACTS)).optional(),
  duties: z.array(z.enum(DUTIES)).optional(),
  until: z.int().positive().optional(),
  users: z.int().positive().optional(),
});

/** The licence of `--licence`: a name, or a file with an ODRL policy or with terms; else the one proposed. */
export async function licenceOf(args: Args, proposed?: TemplateName): Promise<GivenLicence> {
  const given = optional(args, "licence") ?? proposed ?? required(args, "licence");
  if (!given.endsWith(".json")) {
    template(given);
    return templateNames.find((name) => name === given) as TemplateName;
  }
  const value = parseJson(await readText(given, "licence"), given);
  if (typeof value === "object" && value !== null && "@context" in value) return readPolicy(value, given);
  const parsed = termsSchema.safeParse(value);
  if (!parsed.success) throw new InputError(`${given} is no ODRL policy and no terms: ${firstIssue(parsed.error)}`);
  return told(parsed.data);
}
