import { createKeyFile } from "../../sdk/src/market/keys/keyFile.ts";
import { resolve } from "node:path";
import { required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { passPhrase } from "../shared/passPhrase.ts";

const action: Action = async (args, hre) => {
  const out = resolve(required(args, "out"));
  await createKeyFile(out, await passPhrase(hre));
  return { text: `Keep this file and its pass phrase safe, all keys derive from it: ${out}`, json: { out } };
};
export default action;
