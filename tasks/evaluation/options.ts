import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { digestOf } from "../../sdk/src/shared/cid.ts";
import { actor, type Context } from "../../sdk/src/shared/context.ts";
import { InputError } from "../../sdk/src/shared/errors.ts";
import type { JudgedBid } from "../../sdk/src/tenders/evaluation/acts.ts";
import { SheetStore } from "../../sdk/src/tenders/evaluation/sheetFile.ts";
import { stateFolder } from "../shared/house.ts";
import { address, type Args, lotOf, optional, required, tenderOf } from "../shared/options.ts";

/** Where evaluators keep their scores. */
export const sheetStore = (hre: HardhatRuntimeEnvironment): SheetStore =>
  new SheetStore(join(stateFolder(hre), "scores"));

/** The bid of --bidder, or one's own. */
export async function bidOf(context: Context, args: Args): Promise<JudgedBid> {
  const bidder = optional(args, "bidder") === undefined ? await actor(context) : address(args, "bidder");
  return { tender: tenderOf(args), lot: lotOf(args), bidder };
}

/** SHA-256 digest of the file of --file. */
export async function fileDigest(args: Args): Promise<string> {
  const path = required(args, "file");
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new InputError(`The file ${path} cannot be read: ${error.code ?? error.message}`);
  });
  return digestOf(bytes);
}
