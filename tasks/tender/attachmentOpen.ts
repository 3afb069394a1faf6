import { resolve } from "node:path";
import { InputError } from "../../sdk/src/shared/errors.ts";
import { writeWhole } from "../../sdk/src/shared/files.ts";
import { readAttachment } from "../../sdk/src/tenders/attach.ts";
import { exists } from "../../sdk/src/documents/json.ts";
import { attachmentsFolder, openHouse } from "../shared/house.ts";
import { address, lotOf, required, tenderOf } from "../shared/options.ts";
import { passPhrase } from "../shared/passPhrase.ts";
import { list } from "../shared/text.ts";
import type { Action } from "../shared/verb.ts";
import { readBytes } from "./attachmentBytes.ts";

const DIGEST = /^0x[0-9a-fA-F]{64}$/;

const action: Action = async (args, hre) => {
  const [tender, lot, bidder] = [tenderOf(args), lotOf(args), address(args, "bidder")];
  const file = required(args, "file");
  const out = resolve(required(args, "out"));
  if (await exists(out)) throw new InputError(`${out} is there already, and is never written over.`);
  const sealed = DIGEST.test(file) ? file : await readBytes(file);
  const context = await openHouse(args, hre);
  const folder = attachmentsFolder(hre);
  const read = await readAttachment(context, {
    tender,
    lot,
    bidder,
    sealed,
    folder,
    passPhrase: await passPhrase(hre),
  });
  await writeWhole(out, read.content);
  const { digest, salt, listed } = read;
  const inBid = listed === undefined ? "cannot be told: its quotation is not public here" : listed ? "yes" : "NO";
  return { text: list({ out, digest, salt, "listed in the bid": inBid }), json: { out, digest, salt, listed } };
};
export default action;
