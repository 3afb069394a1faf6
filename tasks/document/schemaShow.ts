import { readSchema } from "../../sdk/src/documents/accredit.ts";
import { sampleOf, schemaNamed, schemaOf as jsonSchemaOf } from "../../sdk/src/documents/schemas/index.ts";
import { openHouse } from "../shared/house.ts";
import { optional } from "../shared/options.ts";
import { list, toJson } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { schemaOf } from "./source.ts";

const action: Action = async (args, hre) => {
  const name = optional(args, "name");
  if (name !== undefined) {
    const kind = schemaNamed(name);
    const shown = { schema: jsonSchemaOf(kind), sample: sampleOf(kind) };
    return { text: toJson(shown), json: shown };
  }
  const { json, ...model } = await readSchema(await openHouse(args, hre), schemaOf(args));
  const head = list({ ...model, title: model.title ?? "(not in the store)" });
  return { text: json ? `${head}\n${toJson(json)}` : head, json: { ...model, ...(json ? { json } : {}) } };
};
export default action;
