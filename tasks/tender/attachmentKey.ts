import { makeAttachmentKey } from "../../sdk/src/tenders/attach.ts";
import { attachmentsFolder, openHouse } from "../shared/house.ts";
import { agencyOf } from "../shared/options.ts";
import { passPhrase } from "../shared/passPhrase.ts";
import type { Action } from "../shared/verb.ts";

const action: Action = async (args, hre) => {
  const agency = agencyOf(args);
  const context = await openHouse(args, hre);
  const folder = attachmentsFolder(hre);
  const made = await makeAttachmentKey(context, { agency, folder, passPhrase: await passPhrase(hre) });
  return {
    text: `For the notice: "attachmentKey": "${made.publicKey}". Keep a copy of the key: ${made.file}`,
    json: made,
  };
};
export default action;
