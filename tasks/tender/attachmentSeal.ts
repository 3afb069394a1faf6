import { resolve } from "node:path";
import { writePrivate } from "../../sdk/src/documents/json.ts";
import { cidOf } from "../../sdk/src/shared/cid.ts";
import { attach } from "../../sdk/src/tenders/attach.ts";
import { openHouse } from "../shared/house.ts";
import { lotOf, optional, required, tenderOf } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { readBytes } from "./attachmentBytes.ts";

const action: Action = async (args, hre) => {
  const tender = tenderOf(args);
  const lot = lotOf(args);
  const title = optional(args, "title");
  const path = required(args, "file");
  const out = resolve(optional(args, "out") ?? `${path}.sealed.json`);
  const content = await readBytes(path);
  const receipt = await attach(await openHouse(args, hre), { tender, lot, content, ...(title ? { title } : {}) });
  await writePrivate(out, receipt);
  const { file, digest } = receipt.attachment;
  return {
    text: `Sealed for the agency: ${cidOf(file)}. Seal the bid with --attachments ${out}`,
    json: { out, file, digest },
  };
};
export default action;
