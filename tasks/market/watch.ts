import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { type Watched, watchOnce } from "../../sdk/src/market/watch.ts";
import { describeError } from "../../sdk/src/shared/decode.ts";
import { required } from "../shared/options.ts";
import type { Action } from "../shared/verb.ts";
import { keysOf, openForBuyer } from "./market.ts";
import { rounds, tell } from "./rounds.ts";
import { nameOf } from "./words.ts";

const action: Action = async (args, hre) => {
  const folder = resolve(required(args, "folder"));
  const context = await openForBuyer(args, hre);
  const keys = await keysOf(args, hre, context);
  await mkdir(folder, { recursive: true });
  const late = new Set<string>();
  const count = await rounds(args, async (signal) => {
    for (const one of await watchOnce(context, { keys, folder, late, signal })) {
      const { error, ...rest } = one;
      if (one.did === "failed") process.stderr.write(`${nameOf(one.order)}: ${describeError(error)}\n`);
      else tell(args, textOf(one), rest);
    }
  });
  return {
    text: `The watch ended after ${count} round${count === 1 ? "" : "s"}.`,
    json: { did: "ended", rounds: count },
  };
};
export default action;

function textOf({ order, did, path, outcome }: Watched): string {
  const name = nameOf(order);
  if (did === "opened") return `Opened: ${name} into ${path}`;
  if (did === "disputed") return `Disputed: ${name}, ${outcome}; the price is due again`;
  if (did === "refunded") return `Refunded: ${name}; \`market collect\` pays it out`;
  if (did === "ended") return `Ended: the subscription of ${name}, whose version was disproved`;
  return `Too late to dispute: ${name}, ${outcome}`;
}
