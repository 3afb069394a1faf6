import { resolve } from "node:path";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { exportOcds } from "../../sdk/src/tenders/ocds/export.ts";
import { openHouse } from "../shared/house.ts";
import { optional, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const out = resolve(required(args, "out"));
  const prefix = optional(args, "prefix");
  const extensions = optional(args, "extensions");
  const context = await openHouse(args, hre);
  const record = args["record"] === true;
  const own = { ...(prefix ? { prefix } : {}), ...(extensions ? { extensions } : {}) };
  const text = await exportOcds(context, { tender, record, ...own });
  await writeWhole(out, new TextEncoder().encode(text));
  return { text: `Wrote ${out}`, json: { out, bytes: text.length } };
};
export default action;
