import { attestBatch } from "../../sdk/src/documents/batch.ts";
import { openHouse } from "../shared/house.ts";
import { agencyOf, required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { expiresOf, schemaOf } from "./source.ts";

const action: Action = async (args, hre) => {
  const folder = required(args, "file");
  const issue = { agency: agencyOf(args), schema: schemaOf(args), expires: expiresOf(args) };
  let tenth = 0;
  const onProgress = (stage: string, done: number, of: number) => {
    if (done === 1) tenth = 0;
    if (of < 1000 || Math.floor((done * 10) / of) <= tenth || args["json"] === true) return;
    tenth = Math.floor((done * 10) / of);
    process.stderr.write(`${done} of ${of} files ${stage}\n`);
  };
  const batch = await attestBatch(await openHouse(args, hre), { ...issue, folder, onProgress });
  const what = `${batch.count} files by one root, ${batch.root}`;
  return {
    text: `${batch.done ? "Attested" : "Attested already"}: ${what}. Each file's seal lies beside it; keep ${batch.manifest} to yourself.`,
    json: { ...batch, ...batch.done },
  };
};
export default action;
