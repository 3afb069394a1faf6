import { registerSchema } from "../../sdk/src/documents/accredit.ts";
import { readText } from "../../sdk/src/documents/json.ts";
import { plain } from "../../sdk/src/documents/plain.ts";
import { type JsonObject, schemaNamed, schemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, type Args, optional, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { readObject } from "./source.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const accreditor =
    optional(args, "accreditor") === undefined ? agency : Number(whole(args, "accreditor", 2n ** 32n - 1n));
  const json = await definition(args);
  const { title } = json;
  const done = await (await registerSchema(await openHouse(args, hre), { agency, accreditor, json })).send();
  return {
    text: `Schema ${done.result.schema}: ${typeof title === "string" ? plain(title) : "(no title)"}. Agency ${accreditor} accredits its issuers.`,
    json: { ...done, ...done.result, accreditor },
  };
};
export default action;

async function definition(args: Args): Promise<JsonObject> {
  const name = optional(args, "name");
  const file = optional(args, "file");
  if ((name === undefined) === (file === undefined)) throw new InputError("Give either --name or --file.");
  if (file !== undefined) return readObject(await readText(file, "JSON Schema"), file);
  return schemaOf(schemaNamed(name ?? ""));
}
