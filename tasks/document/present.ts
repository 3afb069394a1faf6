import { present } from "../../sdk/src/documents/disclosure.ts";
import { readDocumentFile } from "../../sdk/src/documents/documentFile.ts";
import { HOLDER } from "../../sdk/src/documents/hash.ts";
import { writePrivate } from "../../sdk/src/documents/json.ts";
import { optional, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args) => {
  const document = await readDocumentFile(required(args, "file"));
  const names = (optional(args, "fields") ?? "").split(",").map((name) => name.trim());
  const wanted = [...names.filter((name) => name !== ""), ...(args["holder"] === true ? [HOLDER] : [])];
  const out = await writePrivate(required(args, "out"), present(document, wanted));
  const what = wanted.length > 0 ? wanted.join(", ") : "no field";
  return { text: `Shows ${what}, and nothing else: ${out}`, json: { out, fields: wanted } };
};
export default action;
