import { join } from "node:path";
import { id } from "ethers";
import { issueSigned } from "../../sdk/src/documents/issue.ts";
import { UsedIndexes } from "../../sdk/src/documents/usedIndexes.ts";
import { openHouse, stateFolder } from "../shared/house.ts";
import { optional, whole } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { issueOf } from "./source.ts";

const action: Action = async (args, hre) => {
  const index = Number(whole(args, "index", 2n ** 32n - 1n));
  const list = id(optional(args, "list") ?? "documents");
  const context = await openHouse(args, hre);
  const used = new UsedIndexes(join(stateFolder(hre), "signed"));
  const signed = await issueSigned(context, { ...(await issueOf(context, args)), list, index, used });
  return { text: `Signed; it holds while the key does. Its file: ${signed.path}`, json: { ...signed, list, index } };
};
export default action;
