import { listSchemas } from "../../sdk/src/documents/accredit.ts";
import { openHouse } from "../shared/house.ts";
import { table } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const schemas = await listSchemas(await openHouse(args, hre));
  const rows = schemas.map(({ schema, title, publisher, accreditor, definition }) => [
    String(schema),
    title ?? "(not in the store)",
    String(publisher),
    String(accreditor),
    definition,
  ]);
  return { text: table(["schema", "title", "publisher", "accreditor", "definition"], rows), json: schemas };
};
export default action;
